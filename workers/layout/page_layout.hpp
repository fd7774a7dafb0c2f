#pragma once

// What the layout of a page is found to be: tables with cells, form fields, regions, and the entries
// made of them. Boxes and corners are upright pixels of their part unless said otherwise.

#include <array>
#include <string>
#include <vector>

#include "pipeline/core/register.hpp"

namespace sogoc::layout {

enum class InkKind : std::uint8_t { empty, print, handwriting, mixed };
[[nodiscard]] std::string_view name(InkKind kind);

// What a cell or field holds, as it was read.
struct ReadValue {
  InkKind ink = InkKind::empty;
  ValueState state = ValueState::empty;  // read, empty, illegible, or handwritten: looked for, not read
  std::string text;                      // lines joined by a blank
  double confidence = 0;
  std::vector<std::string> alternatives;
  bool struck = false;       // all of it
  bool overwritten = false;  // a part is struck out and left out of the text
  bool at_edge = false;      // a letter stands on its cell's ruling
  bool faint = false;        // a part of it has faded
};

struct ReadCell {
  int row = 0, col = 0, row_span = 1, col_span = 1;
  std::array<PointPx, 4> corners;  // top left, top right, bottom right, bottom left
  BoxPx box;
  bool head = false;
  ReadValue value;
};

struct ReadTable {
  BoxPx box;
  int rows = 0, cols = 0;
  int head_rows = 0;
  bool broken = false;                  // a ruling was bridged
  std::vector<ReadCell> cells;          // by row, then column
  std::vector<std::string> field_keys;  // of the columns; "" = no field
  int first_col = 0;                    // of the whole table, where this is its half beyond the fold
};

struct ReadFormField {
  std::string key;
  int entry = 0;       // which form of the page
  BoxPx label;         // empty: its place was told by the other labels
  BoxPx box;           // of the value
  ReadValue value;
  bool by_place = false;  // the head of its group was not read: only its place tells whose it is
};

struct PageRegion {
  std::string kind;    // "checkbox", "struck_out", "margin_note", "page_number"
  BoxPx box;
  std::string text;
  bool checked = false;
};

struct PartLayout {
  std::vector<ReadTable> tables;
  std::vector<ReadFormField> fields;
  std::vector<PageRegion> regions;
};

struct PageLayout {
  std::vector<PartLayout> parts;  // one a part of the page
  RegisterPage page;              // boxes in master pixels
};

}  // namespace sogoc::layout
