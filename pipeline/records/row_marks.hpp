#pragma once

// What a person said about the rows of a book where the machine drew them wrongly: two rows that are one, one row
// that is two. By place, so that it holds when the page is read anew. Pure.

#include <cstdint>
#include <vector>

#include "pipeline/core/names.hpp"
#include "pipeline/records/entry.hpp"

namespace sogoc {

// Stored by name.
enum class RowMarkKind : std::uint8_t {
  cut,   // the row ends at `y`, and another begins there
  join,  // the row that stands at `y` belongs to the one before it
};
inline constexpr NameTable<RowMarkKind, 2> kRowMarkKindNames{{{RowMarkKind::cut, "cut"}, {RowMarkKind::join, "join"}}};
[[nodiscard]] constexpr std::string_view name(RowMarkKind kind) { return name_in(kRowMarkKindNames, kind); }

struct RowMark {
  std::int64_t id = 0;
  RowMarkKind kind = RowMarkKind::cut;
  std::int64_t page = 0;  // PageId
  int part = 0;           // half of a spread
  int y = 0;              // master pixels
  friend bool operator==(const RowMark&, const RowMark&) = default;
};

// A cut needs this many pixels of the row on both sides of it.
inline constexpr int kLeastRowPixels = 6;

// In the order of the marks. A field that stands on both sides of a cut is unread in both rows, because nobody knows
// which part of its value is whose; values of joined rows stand one behind the other and are not sure.
[[nodiscard]] std::vector<ReadEntry> apply_row_marks(std::vector<ReadEntry> entries, const std::vector<RowMark>& marks);

// The value of two joined rows: the part that is written; both, joined by a blank; unread when a part of it is.
void join_field(EntryField& first, const EntryField& more);

}  // namespace sogoc
