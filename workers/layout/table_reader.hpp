#pragma once

// Tables of one part: grid, head, the template its heads follow, the cells' values.

#include <optional>

#include "models/register_catalog.hpp"
#include "pipeline/core/page.hpp"
#include "workers/layout/grid.hpp"
#include "workers/layout/labels.hpp"
#include "workers/layout/value_reader.hpp"

namespace sogoc::layout {

inline constexpr int kHighestHead = 4;  // rows

struct TableHead {
  int rows = 0;                        // of the grid that are head, the row of numbers too
  const RegisterTemplate* form = nullptr;  // null: none that is known
  ColumnMatch match;
  double confidence = 0;
};

// A grid with the words on its part. Two of them are the halves of one table over the fold of a
// spread: columns run on from the first to the second.
struct TableSide {
  const Grid* grid = nullptr;
  const PageWords* words = nullptr;
};

// Which template of `forms` the heads follow, how high the head is; columns of all sides in one
// row. `title` is what stands over the table. Where one of `others` fits clearly better, the table
// follows none.
[[nodiscard]] TableHead read_head(const std::vector<TableSide>& sides,
                                  const std::vector<const RegisterTemplate*>& forms,
                                  const std::vector<const RegisterTemplate*>& others,
                                  const std::string& title);

// Every cell of the grid: those of the head from `head_words`, body cells as their column's field asks.
// `first_col` is the place of the grid's first column in the head's match.
[[nodiscard]] Result<ReadTable> read_table(const Grid& grid, const TableHead& head, int first_col,
                                           const PageWords& head_words,
                                           const RegisterCatalog& catalog, ValueReader& values);

// The rows of a table as entries, boxes in master pixels, fields in the order of the template.
struct TableHalf {
  const ReadTable* table = nullptr;
  const PagePart* part = nullptr;
  int part_index = 0;
};
struct TableEntries {
  std::vector<EntryReading> entries;
  bool column_shift = false;
};
[[nodiscard]] TableEntries entries_of(const std::vector<TableHalf>& halves, const TableHead& head,
                                      const RegisterCatalog& catalog);

}  // namespace sogoc::layout
