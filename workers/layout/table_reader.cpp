#include "workers/layout/table_reader.hpp"

#include <algorithm>
#include <regex>

#include "workers/layout/entry_numbers.hpp"
#include "workers/layout/values.hpp"

namespace sogoc::layout {
namespace {

constexpr double kKnown = 0.55;          // of a template's confidence: below it is not that one
constexpr double kClearly = 0.08;        // better: a template that the book does not allow
constexpr double kAhead = 0.04;          // of the next template of another kind

// "(1) (2) (3)": numbers of the columns, in order.
bool is_number_row(const Grid& grid, const PageWords& words, int row) {
  static const std::regex kNumber(R"(\(?\s*([0-9]{1,2})\s*[\).]?)");
  int last = 0, good = 0, all = 0;
  for (const GridCell& cell : grid.cells) {
    if (cell.row != row || cell.row_span != 1) continue;
    const std::string text = text_of(words.inside(cell.corners));
    if (text.empty()) continue;
    ++all;
    std::smatch found;
    if (!std::regex_match(text, found, kNumber)) continue;
    const int number = std::stoi(found[1]);
    good += number > last && number <= 60 ? 1 : 0;
    last = std::max(last, number);
  }
  return all >= 3 && all * 2 >= grid.cols && good * 10 >= all * 7;
}

// Heads over each column in the grid's first `rows` rows.
std::vector<HeadPath> head_paths(const Grid& grid, const PageWords& words, int rows) {
  std::vector<HeadPath> paths(static_cast<std::size_t>(grid.cols));
  if (rows < grid.rows && is_number_row(grid, words, rows - 1)) --rows;  // it names nothing
  for (const GridCell& cell : grid.cells) {
    if (cell.row >= rows) break;
    const std::string text = text_of(words.inside(cell.corners));
    if (text.empty()) continue;
    for (int c = cell.col; c < cell.col + cell.col_span; ++c)
      paths[static_cast<std::size_t>(c)].push_back(text);
  }
  return paths;
}

int rows_of_first_line(const Grid& grid) {
  int rows = 1;
  for (const GridCell& cell : grid.cells)
    if (cell.row == 0) rows = std::max(rows, cell.row_span);
  return std::min(rows, grid.rows);
}

}  // namespace

namespace {

// The best height of the head for one template.
TableHead head_for(const std::vector<TableSide>& sides, const RegisterTemplate& form,
                   const std::string& title) {
  TableHead own;
  for (int rows = 1; rows <= std::min(kHighestHead, sides.front().grid->rows); ++rows) {
    std::vector<HeadPath> paths;
    for (const TableSide& side : sides)
      for (HeadPath& path : head_paths(*side.grid, *side.words, std::min(rows, side.grid->rows)))
        paths.push_back(std::move(path));
    ColumnMatch match = match_columns(paths, form, title);
    if (match.confidence <= own.confidence + 0.01) continue;
    own.confidence = match.confidence;
    own.match = std::move(match);
    own.rows = rows;
    own.form = &form;
  }
  return own;
}

}  // namespace

TableHead read_head(const std::vector<TableSide>& sides,
                    const std::vector<const RegisterTemplate*>& forms,
                    const std::vector<const RegisterTemplate*>& others, const std::string& title) {
  const Grid& grid = *sides.front().grid;
  const PageWords& words = *sides.front().words;
  std::size_t columns = 0;
  for (const TableSide& side : sides) columns += static_cast<std::size_t>(side.grid->cols);
  TableHead best;
  double second = 0;  // of another kind of book
  int least = 1;
  for (const TableSide& side : sides) least = std::max(least, rows_of_first_line(*side.grid));
  for (const RegisterTemplate* form : forms) {
    TableHead own = head_for(sides, *form, title);
    if (own.form == nullptr) continue;
    if (best.form == nullptr || own.confidence > best.confidence) {
      if (best.form != nullptr && best.form->kind != form->kind) second = best.confidence;
      best = std::move(own);
    } else if (best.form->kind != form->kind) {
      second = std::max(second, own.confidence);
    }
  }
  if (best.form != nullptr)
    for (const RegisterTemplate* other : others)
      if (other->kind != best.form->kind)
        second = std::max(second, head_for(sides, *other, title).confidence - kClearly);
  const auto named = std::count_if(best.match.field_of.begin(), best.match.field_of.end(),
                                   [](int field) { return field >= 0; });
  if (best.confidence < kKnown || best.confidence < second + kAhead || named < 3) {
    // Nobody knows this table: its first line of cells is its head.
    best.form = nullptr;
    best.rows = least;
    best.match.field_of.assign(columns, -1);
    best.match.scores.assign(columns, 0);
  }
  best.rows = std::max(best.rows, least);
  if (best.rows < grid.rows && is_number_row(grid, words, best.rows)) ++best.rows;
  return best;
}

namespace {

// The row of column numbers is small print that may be read by any reader: known by its values.
void mark_number_row(ReadTable& table, int first_col) {
  int all = 0, good = 0;
  for (const ReadCell& cell : table.cells) {
    if (cell.row != table.head_rows || cell.value.state == ValueState::empty) continue;
    ++all;
    std::string figures;
    for (const char c : cell.value.text)
      if (c >= '0' && c <= '9') figures += c;
    good += figures == std::to_string(first_col + cell.col + 1) ? 1 : 0;
  }
  if (all < 3 || good * 10 < all * 6) return;
  ++table.head_rows;
  for (ReadCell& cell : table.cells) cell.head = cell.head || cell.row < table.head_rows;
}

// How much of the body was read as sure print.
double printed_share(const std::vector<CellView>& cells, const ValueReader& values) {
  int all = 0, print = 0;
  for (const CellView& cell : cells) {
    const auto seems = values.seems_print(cell);
    if (!seems) continue;
    ++all;
    print += *seems ? 1 : 0;
  }
  return all >= 3 ? double(print) / all : 0.5;
}

}  // namespace

Result<ReadTable> read_table(const Grid& grid, const TableHead& head, int first_col,
                             const PageWords& head_words, const RegisterCatalog& catalog,
                             ValueReader& values) {
  ReadTable table;
  table.box = grid.box;
  table.rows = grid.rows;
  table.cols = grid.cols;
  table.head_rows = std::min(head.rows, grid.rows);
  table.broken = grid.broken;
  const auto field_of = [&](int col) {
    return head.match.field_of[static_cast<std::size_t>(first_col + col)];
  };
  for (int col = 0; col < grid.cols; ++col)
    table.field_keys.push_back(
        field_of(col) >= 0 ? head.form->fields[static_cast<std::size_t>(field_of(col))].key
                           : std::string());
  std::vector<CellView> views;  // of the cells below the head, in the grid's order
  for (const GridCell& cell : grid.cells)
    if (cell.row >= table.head_rows) views.push_back(values.view(cell.corners));
  values.trust_print(printed_share(views, values));
  auto view = views.begin();
  for (const GridCell& from : grid.cells) {
    ReadCell cell;
    cell.row = from.row;
    cell.col = from.col;
    cell.row_span = from.row_span;
    cell.col_span = from.col_span;
    cell.corners = from.corners;
    cell.box = from.box;
    cell.head = from.row < table.head_rows;
    if (cell.head) {
      cell.value = head_value(head_words.inside(from.corners));
    } else {
      const int field = field_of(from.col);
      ExpectedValue expected;
      if (field >= 0 && from.col_span == 1)
        expected = expected_in(head.form->fields[static_cast<std::size_t>(field)], catalog);
      SOGOC_TRY(cell.value, values.read(*view, expected));
      *view++ = {};  // a page of cells is as large as the page
    }
    table.cells.push_back(std::move(cell));
  }
  mark_number_row(table, first_col);
  return table;
}

namespace {

BoxPx on_master(const BoxPx& box, const PagePart& part) {
  return part.upright_from_master.inverse().apply(box);
}

FieldReading field_reading(const std::string& key, const ReadCell& cell, const PagePart& part) {
  FieldReading field;
  field.key = key;
  field.value = cell.value.text;
  field.state = cell.value.state;
  field.confidence = Confidence::from_fraction(cell.value.confidence);
  field.box = on_master(cell.box, part);
  field.source = cell.value.ink == InkKind::empty ? "layout" : std::string(name(cell.value.ink));
  field.alternatives = cell.value.alternatives;
  if (cell.value.struck) field.doubts.emplace_back("struck out");
  if (cell.value.overwritten) field.doubts.emplace_back("overwritten");
  if (cell.value.faint) field.doubts.emplace_back("a part of it has faded");
  if (cell.value.at_edge) field.doubts.emplace_back("it reaches the ruling");
  if (cell.col_span > 1) field.doubts.emplace_back("its cell spans columns");
  return field;
}

// A value that goes on in the next row: joined below the first.
void append(FieldReading& field, const FieldReading& more) {
  if (more.state == ValueState::empty) return;
  if (field.state == ValueState::empty) {
    const std::string key = field.key;
    field = more;
    field.key = key;
    return;
  }
  field.box = united(field.box, more.box);
  field.alternatives.clear();
  if (more.state != ValueState::read) {
    field.doubts.emplace_back("its last line is illegible");
    return;
  }
  field.value += (field.value.empty() ? "" : " ") + more.value;
  field.state = ValueState::read;
  field.confidence = std::min(field.confidence, more.confidence);
  if (field.source != more.source) field.source = "mixed";
}

bool written(const EntryReading& entry) {
  return std::any_of(entry.fields.begin(), entry.fields.end(), [](const FieldReading& field) {
    return field.state != ValueState::empty;
  });
}

std::size_t filled(const EntryReading& entry) {
  return static_cast<std::size_t>(
      std::count_if(entry.fields.begin(), entry.fields.end(), [](const FieldReading& field) {
        return field.state != ValueState::empty;
      }));
}

FieldReading* field_named(EntryReading& entry, const std::string& key) {
  const auto found = std::find_if(entry.fields.begin(), entry.fields.end(),
                                  [&](const FieldReading& field) { return field.key == key; });
  return found == entry.fields.end() ? nullptr : &*found;
}

// Values that suit the column beside theirs, over many rows: each such column's shift, -1 or 1.
std::vector<int> shifts(const std::vector<EntryReading>& entries,
                        const std::vector<const RegisterField*>& columns,
                        const RegisterCatalog& catalog) {
  const std::size_t n = columns.size();
  const auto share = [&](std::size_t values_of, std::size_t field) {
    int all = 0, good = 0;
    for (const EntryReading& entry : entries) {
      const FieldReading& value = entry.fields[values_of];
      if (value.state != ValueState::read) continue;
      ++all;
      good += fits(value.value, *columns[field], catalog) ? 1 : 0;
    }
    return all >= 4 ? double(good) / all : -1;
  };
  std::vector<int> shifted(n, 0);
  for (const int step : {-1, 1}) {
    std::vector<std::size_t> suspect;
    for (std::size_t c = 0; c < n; ++c) {
      const std::ptrdiff_t other = static_cast<std::ptrdiff_t>(c) + step;
      if (other < 0 || other >= static_cast<std::ptrdiff_t>(n)) continue;
      const auto o = static_cast<std::size_t>(other);
      if (!has_grammar(*columns[c]) || !has_grammar(*columns[o])) continue;
      const double own = share(c, c), beside = share(c, o);
      if (own >= 0 && own <= 0.3 && beside >= 0.7) suspect.push_back(c);
    }
    // One column alone may be misnamed; two that agree are a shift.
    if (suspect.size() >= 2)
      for (const std::size_t c : suspect) shifted[c] = step;
  }
  return shifted;
}

// The middle of what a side writes in rows [row, end), on the master.
BoxPx box_of_rows(const TableHalf& half, int row, int end) {
  BoxPx box;
  for (const ReadCell& cell : half.table->cells)
    if (cell.row >= row && cell.row + cell.row_span <= end)
      box = united(box, on_master(cell.box, *half.part));
  return box;
}

// One entry while it is gathered from its cells.
struct Gathered {
  EntryReading entry;
  std::size_t cells = 0, struck = 0;

  void take(const ReadCell& cell, const std::string& key, const PagePart& part) {
    entry.box = united(entry.box, on_master(cell.box, part));
    if (cell.value.state != ValueState::empty) {
      ++cells;
      struck += cell.value.struck ? 1 : 0;
    }
    FieldReading* field = key.empty() ? nullptr : field_named(entry, key);
    if (field == nullptr) return;
    FieldReading read = field_reading(key, cell, part);
    if (field->box.empty())
      *field = std::move(read);
    else
      append(*field, read);
  }
};

}  // namespace

TableEntries entries_of(const std::vector<TableHalf>& halves, const TableHead& head,
                        const RegisterCatalog& catalog) {
  TableEntries found;
  const std::string opens = head.form != nullptr ? head.form->opens : std::string();
  std::vector<std::vector<std::string>> keys;
  std::vector<std::string> used;
  std::vector<const RegisterField*> columns;
  std::size_t main = 0;  // the side with the opening column leads
  int opening_col = -1;
  for (std::size_t h = 0; h < halves.size(); ++h) {
    keys.push_back(halves[h].table->field_keys);
    for (std::size_t c = 0; c < keys[h].size(); ++c) {
      if (head.form == nullptr) keys[h][c] = "col" + std::to_string(used.size() + 1);
      if (keys[h][c].empty()) continue;
      if (keys[h][c] == opens) {
        main = h;
        opening_col = static_cast<int>(c);
      }
      used.push_back(keys[h][c]);
      columns.push_back(head.form != nullptr ? head.form->field(keys[h][c]) : nullptr);
    }
  }
  const ReadTable& table = *halves[main].table;
  for (int row = table.head_rows; row < table.rows;) {
    // Rows that one cell of the opening column spans are one entry.
    int end = row + 1;
    for (const ReadCell& cell : table.cells)
      if (cell.row == row && cell.col == std::max(0, opening_col))
        end = std::max(end, row + cell.row_span);
    Gathered one;
    one.entry.part = halves[main].part_index;
    for (const std::string& key : used) {
      FieldReading empty;
      empty.key = key;
      empty.source = "layout";
      one.entry.fields.push_back(std::move(empty));
    }
    for (const ReadCell& cell : table.cells)
      if (cell.row >= row && cell.row < end)
        one.take(cell, keys[main][static_cast<std::size_t>(cell.col)], *halves[main].part);
    const BoxPx band = box_of_rows(halves[main], row, end);
    for (std::size_t h = 0; h < halves.size(); ++h) {
      if (h == main) continue;
      for (const ReadCell& cell : halves[h].table->cells) {
        if (cell.head) continue;
        const BoxPx box = on_master(cell.box, *halves[h].part);
        const int middle = (box.top + box.bottom) / 2;
        if (middle >= band.top && middle < band.bottom)
          one.take(cell, keys[h][static_cast<std::size_t>(cell.col)], *halves[h].part);
      }
    }
    row = end;
    EntryReading& entry = one.entry;
    entry.struck_out = (one.cells >= 2 && one.struck * 2 > one.cells);
    if (!written(entry)) continue;
    const FieldReading* number = opening_col >= 0 ? field_named(entry, opens) : nullptr;
    const bool unnumbered = number != nullptr && number->state == ValueState::empty;
    if (unnumbered && found.entries.empty()) entry.continues_previous = true;
    // A row without its number and mostly empty goes on with what stands above it.
    if (unnumbered && !found.entries.empty() && filled(entry) * 2 < entry.fields.size()) {
      EntryReading& above = found.entries.back();
      for (std::size_t i = 0; i < above.fields.size(); ++i)
        append(above.fields[i], entry.fields[i]);
      above.box = united(above.box, entry.box);
      continue;
    }
    found.entries.push_back(std::move(entry));
  }

  if (head.form == nullptr) return found;
  const std::vector<int> shift = shifts(found.entries, columns, catalog);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (shift[c] == 0) continue;
    found.column_shift = true;
    for (EntryReading& entry : found.entries)
      if (entry.fields[c].state == ValueState::read)
        entry.fields[c].doubts.emplace_back("column shift");
  }
  compare_numbers(found.entries, opens);
  for (EntryReading& entry : found.entries)
    for (std::size_t c = 0; c < columns.size(); ++c) {
      FieldReading& field = entry.fields[c];
      if (field.state != ValueState::read) continue;
      if (std::string doubt = doubt_about(field.value, *columns[c], catalog); !doubt.empty())
        field.doubts.push_back(std::move(doubt));
      field.sure = field.doubts.empty() &&
                   field.confidence.fraction() >=
                       catalog.sure_from(RegisterForm::table, columns[c]->kind, field.source);
    }
  const auto place = [&](const FieldReading& field) {
    return head.form->field(field.key) - head.form->fields.data();
  };
  for (EntryReading& entry : found.entries)
    std::sort(entry.fields.begin(), entry.fields.end(),
              [&](const FieldReading& a, const FieldReading& b) { return place(a) < place(b); });
  return found;
}

}  // namespace sogoc::layout
