#pragma once

// What a person should look at first, what two blind keyers agree on, and what the confirmed fields of a
// book say about its other fields. Nothing here changes a value. Pure.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/records/entry.hpp"
#include "pipeline/records/entry_form.hpp"

namespace sogoc {

// ---- The queue ----------------------------------------------------------------------------------

// What confirmed fields of the same book and kind of field hold: value -> how often.
using BookDictionary = std::map<FieldKind, std::map<std::string, int>>;

// Fields whose values come again in a book: names of villages, offices, ethnicities; parts of names.
[[nodiscard]] bool learns(FieldKind kind);

struct ReviewHint {
  double doubt = 1;                        // 0 = nothing speaks against it, 1 = nothing speaks for it
  std::vector<std::string> why;            // in words
  std::vector<std::string> alternatives;   // the machine's, then the book's; best first, without the value
  bool tone_marks = false;                 // an alternative differs in marks only: "Hòa", "Hóa"
};
// `checks`: findings of the rules about this field.
[[nodiscard]] ReviewHint review_hint(const FormField& field, const FieldReading& reading, const BookDictionary& dictionary,
                                     int checks);

// `expected`: the entry's number by its neighbours (numbers_by_neighbours), "" = they do not say. It is offered,
// and raises or lowers the doubt; it is never taken for what is written.
void heed_neighbours(ReviewHint& hint, const EntryValue& value, const std::string& expected);

// Legal weight times doubt; confusable tone marks of a binding field come before all.
[[nodiscard]] double review_weight(const FormField& field, const ReviewHint& hint);

// The letters without tone and other marks, lower case: "Hóa" -> "hoa". Vietnamese letters only.
[[nodiscard]] std::string without_marks(std::string_view text);

// ---- Blind double keying ------------------------------------------------------------------------

struct KeyedValue {
  std::string by;
  EntryValue value;
};
enum class KeyingState : std::uint8_t {
  open,      // one more person keys it
  agreed,    // `value` is settled: two persons wrote the same
  disputed,  // two differ: a third decides, who sees neither
  split,     // three differ: a person looks at all of them
};
struct KeyingOutcome {
  KeyingState state = KeyingState::open;
  EntryValue value;
  std::string by;  // who settled it: the last of those who agree
};
[[nodiscard]] KeyingOutcome settle_keying(const std::vector<KeyedValue>& keyed);

}  // namespace sogoc
