#pragma once

// One registered event (mục, số) of a book, its fields, and what may happen to them. Pure.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/names.hpp"
#include "pipeline/core/register.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/records/register_book.hpp"

namespace sogoc {

// What stands in a field. Unknown, empty and illegible are three different things. Stored by name.
enum class EntryValueState : std::uint8_t {
  unread,     // nobody and nothing has read it
  written,    // a value stands there
  empty,      // nothing is written there
  illegible,  // something is written, and it cannot be read
  unknown,    // the register itself says that it is not known
};
inline constexpr NameTable<EntryValueState, 5> kEntryValueStateNames{{{EntryValueState::unread, "unread"},
                                                                      {EntryValueState::written, "written"},
                                                                      {EntryValueState::empty, "empty"},
                                                                      {EntryValueState::illegible, "illegible"},
                                                                      {EntryValueState::unknown, "unknown"}}};
[[nodiscard]] constexpr std::string_view name(EntryValueState state) { return name_in(kEntryValueStateNames, state); }

struct EntryValue {
  EntryValueState state = EntryValueState::unread;
  std::string text;  // as written, NFC; "" unless written
  friend bool operator==(const EntryValue&, const EntryValue&) = default;
};
// "KEY=" is empty, not unread.
[[nodiscard]] EntryValue written_value(std::string text);
[[nodiscard]] EntryValue value_of_reading(const FieldReading& reading);

// entry -> check_1 -> check_2 -> final; back to entry when a value is changed.
enum class EntryStage : std::uint8_t { entry, check_1, check_2, final_ };
inline constexpr NameTable<EntryStage, 4> kEntryStageNames{{{EntryStage::entry, "entry"},
                                                            {EntryStage::check_1, "check_1"},
                                                            {EntryStage::check_2, "check_2"},
                                                            {EntryStage::final_, "final"}}};
[[nodiscard]] constexpr std::string_view name(EntryStage stage) { return name_in(kEntryStageNames, stage); }

// Where something of an entry stands.
struct EntryPlace {
  std::int64_t page = 0;  // PageId; 0 = nowhere
  int part = 0;           // half of a spread
  BoxPx box;              // master pixels
  friend bool operator==(const EntryPlace&, const EntryPlace&) = default;
};

// A field as the machine read it, over all pages its entry stands on.
struct EntryField {
  FieldReading reading;            // box: of the first place
  std::vector<EntryPlace> places;  // first = reading.box
  friend bool operator==(const EntryField&, const EntryField&) = default;
};

// An entry as the machine read it.
struct ReadEntry {
  std::string layout;
  std::vector<EntryPlace> places;  // one a page it stands on; at least one
  bool struck_out = false;
  bool unattached = false;         // it carries on an entry that is not there
  std::vector<EntryField> fields;  // each key once
  std::vector<EntryNote> notes;
  [[nodiscard]] const EntryField* field(std::string_view key) const;
};

// A page of a book, in the book's order, for assembling.
struct BookPageReading {
  std::int64_t page = 0;  // PageId
  const RegisterPage* reading = nullptr;
};

// Entries of the whole book in its order: what goes on over a page break is one entry. A value parted
// by the break is joined by a blank, and is not sure.
[[nodiscard]] std::vector<ReadEntry> assemble_entries(const std::vector<BookPageReading>& pages);

// What is needed to find an entry again after its page was read anew.
struct KnownEntry {
  EntryId id = 0;
  EntryPlace place;    // where it begins
  std::string number;  // as it counts now
};
// For each new reading the entry it is, 0 = a new one; each entry at most once. By place on the page;
// only where the place is unclear by number.
[[nodiscard]] std::vector<EntryId> match_entries(const std::vector<ReadEntry>& read, const std::vector<KnownEntry>& known);

// ---- Stages -----------------------------------------------------------------------------------

// Who did the stages so far; "" = not done.
struct StagePersons {
  std::string entry, check_1, check_2;
};
// Conflict: a stage is skipped, or two checks are by one person. `unreviewed`: binding fields that nobody decided.
[[nodiscard]] Done check_stage_move(std::string_view entry, EntryStage from, EntryStage to, const StagePersons& done,
                                    const std::string& by, std::int64_t unreviewed);

}  // namespace sogoc
