#pragma once

// Reads one cropped line or field of handwriting: picture, network, search, and a judge that knows
// the field's kind. What the grammar of a kind does not fit is read freely: the record shows what
// is written, not what should have been.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/line_model.hpp"
#include "pipeline/core/image.hpp"
#include "workers/handwriting/phrases.hpp"

namespace sogoc::handwriting {

enum class FieldKind { text, name, date, date_in_words, number, entry_number, place };
[[nodiscard]] std::string_view name(FieldKind kind);

struct ReadCharacter {
  std::string text;       // UTF-8, one letter with its marks
  double confidence = 0;  // 0..1
};

struct Alternative {
  std::string text;
  double confidence = 0;
};

struct FieldReading {
  std::string text;       // UTF-8, NFC; empty: no ink, or nothing legible
  double confidence = 0;  // 0..1: how often a text read with this confidence is wholly right
  bool fits = true;       // date, numbers and closed list only: the text is one
  std::vector<ReadCharacter> characters;
  std::vector<Alternative> alternatives;  // best first, without `text` itself
};

// Owner:  its network, about 6 MB, and the list of words.
// Thread: belongs to the thread that made it; keeps nothing from one line to the next.
class FieldReader {
 public:
  [[nodiscard]] static Result<std::unique_ptr<FieldReader>> create(const LineModel& model);
  ~FieldReader();
  FieldReader(const FieldReader&) = delete;
  FieldReader& operator=(const FieldReader&) = delete;

  // `line` holds one line of writing, upright, at any size. `closed_list`: the values that may stand
  // there; empty for any. An unsure line is looked at twice unless a glance is enough: when somebody else
  // has read it and only agreement is asked for. Fails only when the network does.
  [[nodiscard]] Result<FieldReading> read(const PageImage& line, FieldKind kind,
                                          const Phrases& closed_list = {}, bool at_a_glance = false);

 private:
  FieldReader();
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace sogoc::handwriting
