#pragma once

// Who reads one line of a cell or field. A small port, so that this folder knows neither the network
// for handwriting nor the engine for print; tools/sogoc/register_lines.cpp joins them.

#include <string>
#include <vector>

#include "models/register_catalog.hpp"
#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc::layout {

// What may stand in a cell or field.
struct ExpectedValue {
  ExpectedValue(RegisterValueKind value_kind = RegisterValueKind::text,  // NOLINT: a kind is one
                const CodeList* code_list = nullptr)
      : kind(value_kind), codes(code_list) {}
  RegisterValueKind kind;
  const CodeList* codes;  // its closed list; null: none. Owned by the catalog
};

struct LineText {
  std::string text;            // NFC; "" = nothing legible
  double confidence = 0;       // 0..1: how often a text read with it is wholly right
  bool printed = false;        // read by the engine for print
  std::vector<std::string> alternatives;  // best first, without `text`
};

// How a line is read.
enum class LineReading {
  as_either,       // handwriting first; where that is unsure, print is tried too
  as_handwriting,
  at_a_glance,     // as handwriting, once and quickly: somebody else has read it
};

// A word of a printed line, or what the engine for print makes of handwriting beside it.
struct PrintedWord {
  std::string text;            // NFC, no blanks
  double left = 0, right = 0;  // pixels of the line's picture
  double confidence = 0;       // 0..1
};

class LineReader {
 public:
  static constexpr int print_height = 36;  // pixels, of which print_margin above and below are white
  static constexpr int print_margin = 4;

  virtual ~LineReader() = default;
  // `line` holds one line, upright. What does not fit `expected` is read freely. Fails with missing_model
  // or corrupt only.
  [[nodiscard]] virtual Result<LineText> read(const PageImage& line, const ExpectedValue& expected,
                                              LineReading how) = 0;
  // What is printed on a line: `line` is gray8, print_height high, paper white. A word ends at a
  // blank and after a colon. Fails as above.
  [[nodiscard]] virtual Result<std::vector<PrintedWord>> read_print(const PageImage& line) = 0;
};

}  // namespace sogoc::layout
