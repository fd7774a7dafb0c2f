#include "workers/layout/layout_reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "workers/layout/cancel_strokes.hpp"
#include "workers/layout/form_reader.hpp"
#include "workers/layout/head_print.hpp"
#include "workers/layout/label_print.hpp"
#include "workers/layout/look.hpp"
#include "workers/layout/page_number.hpp"
#include "workers/layout/page_regions.hpp"
#include "workers/layout/table_reader.hpp"

namespace sogoc::layout {
namespace {

constexpr const char* kGeneric = "generic-table";
constexpr std::size_t kFewestLines = 5;  // to write on: a page with fewer is no form

double dpi_of(const PagePart& part) { return std::clamp(part.resolution.x.value, 70.0, 1200.0); }

BoxPx grown_to_master(const BoxPx& box, const PagePart& part) {
  return box.empty() ? BoxPx{} : part.upright_from_master.inverse().apply(box);
}

void to_master(EntryReading& entry, const PagePart& part) {
  entry.box = grown_to_master(entry.box, part);
  for (FieldReading& field : entry.fields) field.box = grown_to_master(field.box, part);
  for (EntryNote& note : entry.notes) note.box = grown_to_master(note.box, part);
}

// What stands over the table: the book's title, where the page repeats it.
std::string title_over(const PageWords& words, const BoxPx& table) {
  std::string title;
  for (const PlacedWord& word : words.all())
    if (word.box.bottom <= table.top) title += (title.empty() ? "" : " ") + word.text;
  return title;
}

struct Allowed {
  std::vector<const RegisterTemplate*> forms, others;  // others: what the settings leave out
};

Result<Allowed> allowed(const RegisterCatalog& catalog,
                                                     const std::vector<std::string>& ids,
                                                     RegisterForm form) {
  Allowed found;
  for (const std::string& id : ids) {
    if (id == kGeneric) continue;
    SOGOC_TRY(const RegisterTemplate known, catalog.find(id));
    (void)known;
  }
  for (const RegisterTemplate& one : catalog.all())
    if (one.form == form)
      (ids.empty() || std::find(ids.begin(), ids.end(), one.id) != ids.end() ? found.forms
                                                                             : found.others)
          .push_back(&one);
  return found;
}

void add_once(std::vector<std::string>& findings, const char* finding) {
  if (std::find(findings.begin(), findings.end(), finding) == findings.end())
    findings.emplace_back(finding);
}

// Notes beside the table belong to the entry whose row they stand at.
// Entries of one part that somebody crossed out. Nothing of them is sure.
void mark_cancelled(std::vector<EntryReading>& entries, std::size_t from, const PageImage& upright,
                    const PagePart& part, double dpi) {
  if (entries.size() <= from) return;
  const std::vector<CancelStroke> strokes = find_cancel_strokes(upright, dpi);
  if (strokes.empty()) return;
  for (std::size_t i = from; i < entries.size(); ++i) {
    EntryReading& entry = entries[i];
    const BoxPx box = intersection(part.upright_from_master.apply(entry.box), {0, 0, part.size.width, part.size.height});
    if (!is_cancelled(box, strokes)) continue;
    entry.struck_out = true;
    for (FieldReading& field : entry.fields) {
      field.sure = false;
      if (std::find(field.doubts.begin(), field.doubts.end(), "struck out") == field.doubts.end())
        field.doubts.emplace_back("struck out");
    }
  }
}

void give_notes(std::vector<EntryReading>& entries, std::size_t from,
                const std::vector<PageRegion>& regions, const PagePart& part) {
  for (const PageRegion& region : regions) {
    if (region.kind != "margin_note" || entries.size() <= from) continue;
    const BoxPx box = grown_to_master(region.box, part);
    const int middle = (box.top + box.bottom) / 2;
    std::size_t nearest = from;
    int least = 1 << 30;
    for (std::size_t i = from; i < entries.size(); ++i) {
      const int away = std::max({0, entries[i].box.top - middle, middle - entries[i].box.bottom});
      if (away < least) least = away, nearest = i;
    }
    entries[nearest].notes.push_back({"margin", region.text, box});
  }
}

}  // namespace

LayoutReader::LayoutReader(RegisterCatalog catalog, std::unique_ptr<LineReader> lines)
    : catalog_(std::move(catalog)), lines_(std::move(lines)) {}
LayoutReader::~LayoutReader() = default;

// One part while the page is taken apart.
struct LayoutReader::Side {
  Side(const PagePart& part_of, const PageImage& reading, const PageImage& upright, LineReader& lines)
      : part(part_of),
        dpi(dpi_of(part_of)),
        words(part_of.text),
        head_words(words),
        values(upright, words, lines, dpi),
        rulings(find_rulings(reading, dpi)),
        grids(find_grids(rulings, part_of.size, dpi)) {
    for (const Grid& grid : grids) content = united(content, grid.box);
  }
  // The largest grid, if it is a table at all.
  [[nodiscard]] const Grid* main_grid() const {
    const Grid* largest = nullptr;
    for (const Grid& grid : grids)
      if (grid.cols >= 3 && grid.rows >= 3 &&
          (largest == nullptr || grid.box.area() > largest->box.area()))
        largest = &grid;
    return largest;
  }

  const PagePart& part;
  double dpi;
  PageWords words;
  PageWords head_words;  // with the heads of tables read cell by cell
  ValueReader values;
  Rulings rulings;
  std::vector<Grid> grids;
  BoxPx content;
};

namespace {

bool has_opening(const TableHead& head) {
  if (head.form == nullptr) return false;
  return std::any_of(head.match.field_of.begin(), head.match.field_of.end(), [&](int field) {
    return field >= 0 && head.form->fields[static_cast<std::size_t>(field)].key == head.form->opens;
  });
}

}  // namespace

// A spread whose rows run over the fold: the entry's number stands on one half only.
std::optional<TableHead> LayoutReader::head_over_fold(
    const std::vector<std::unique_ptr<Side>>& sides,
    const std::vector<const RegisterTemplate*>& tables,
    const std::vector<const RegisterTemplate*>& others) const {
  if (sides.size() != 2) return std::nullopt;
  const Grid* left = sides[0]->main_grid();
  const Grid* right = sides[1]->main_grid();
  if (left == nullptr || right == nullptr) return std::nullopt;
  const BoxPx a = grown_to_master(left->box, sides[0]->part);
  const BoxPx b = grown_to_master(right->box, sides[1]->part);
  const int shared = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  if (shared * 10 < std::max(a.height(), b.height()) * 8 || std::abs(left->rows - right->rows) > 2)
    return std::nullopt;
  const TableSide l{left, &sides[0]->head_words}, r{right, &sides[1]->head_words};
  const std::string title = title_over(sides[0]->words, left->box) + " " +
                            title_over(sides[1]->words, right->box);
  TableHead both = read_head({l, r}, tables, others, title);
  if (!has_opening(both)) return std::nullopt;
  const TableHead alone = read_head({r}, tables, others, title);
  if (has_opening(alone)) return std::nullopt;
  return both;
}

Result<PageLayout> LayoutReader::layout(std::span<const PagePart> parts,
                                        std::span<const PageImage> reading,
                                        std::span<const PageImage> upright,
                                        const ReadingSettings& settings) {
  SOGOC_TRY(const auto tables, allowed(catalog_, settings.register_layouts, RegisterForm::table));
  SOGOC_TRY(const auto forms, allowed(catalog_, settings.register_layouts, RegisterForm::form));
  PageLayout found;
  RegisterPage& page = found.page;
  page.layout = kGeneric;
  const auto note_layout = [&](const RegisterTemplate* known, double confidence) {
    if (known == nullptr || confidence <= page.layout_confidence.fraction()) return;
    page.layout = known->id;
    page.layout_confidence = Confidence::from_fraction(confidence);
  };

  // Structure first: rulings, the grids they make, what the heads say.
  std::vector<std::unique_ptr<Side>> sides;
  for (std::size_t p = 0; p < parts.size(); ++p)
    sides.push_back(std::make_unique<Side>(parts[p], reading[p], upright[p], *lines_));
  for (std::size_t p = 0; p < parts.size(); ++p)
    for (const Grid& grid : sides[p]->grids) {
      SOGOC_TRY(sides[p]->head_words,
                with_head_print(sides[p]->head_words, grid, kHighestHead, upright[p], *lines_, sides[p]->dpi));
    }
  const std::optional<TableHead> over_fold = head_over_fold(sides, tables.forms, tables.others);

  // From here on it is decided what the page is; values are read as its template asks.
  std::vector<ReadTable> halves;
  for (std::size_t p = 0; p < sides.size(); ++p) {
    Side& side = *sides[p];
    PartLayout own;
    std::vector<TableHead> heads;
    double table_confidence = 0;
    for (const Grid& grid : side.grids) {
      heads.push_back(read_head({{&grid, &side.head_words}}, tables.forms, tables.others,
                                title_over(side.words, grid.box)));
      if (heads.back().form != nullptr)
        table_confidence = std::max(table_confidence, heads.back().confidence);
    }
    SOGOC_TRY(own.regions, find_regions(side.rulings.map, side.values, side.content, upright[p], side.dpi));
    FormMatch form;
    std::vector<WritingLine> lines;
    if (!over_fold && table_confidence == 0 && !forms.forms.empty()) {
      lines = find_writing_lines(side.rulings.map, side.dpi);
      if (lines.size() >= kFewestLines) {
        std::vector<BoxPx> boxes;
        for (const PageRegion& region : own.regions)
          if (region.kind == "checkbox") boxes.push_back(region.box);
        SOGOC_TRY(side.words,
                  with_label_print(side.words, lines, boxes, reading[p], *lines_, side.dpi));
      }
      form = match_form(side.words, forms.forms, side.part.size, side.dpi);
    }
    const std::size_t first_entry = page.entries.size();
    if (form.form != nullptr) {
      note_layout(form.form, form.confidence);
      SOGOC_TRY(own.fields,
                read_form(form, {side.words, lines, own.regions, side.part.size, side.dpi}, catalog_,
                          side.values));
      for (EntryReading& entry :
           entries_of(own.fields, *form.form, catalog_, static_cast<int>(p))) {
        to_master(entry, side.part);
        page.entries.push_back(std::move(entry));
      }
    }
    for (std::size_t g = 0; g < side.grids.size(); ++g) {
      const Grid& grid = side.grids[g];
      const bool half = over_fold && &grid == side.main_grid();
      const TableHead& head = half ? *over_fold : heads[g];
      // Beside a table or form that is known a small unknown one is a stamp or a box of the form.
      const bool counts = form.form == nullptr && !half &&
                          (head.form != nullptr || (table_confidence == 0 && !over_fold));
      if (form.form != nullptr && head.form == nullptr) continue;
      const int first_col = half && p == 1 ? sides[0]->main_grid()->cols : 0;
      SOGOC_TRY(ReadTable table, read_table(grid, head, first_col, side.head_words, catalog_,
                                            side.values));
      table.first_col = first_col;
      if (table.broken) add_once(page.findings, "broken_ruling");
      note_layout(head.form, head.confidence);
      if (half) halves.push_back(table);
      if (counts) {
        TableEntries entries =
            entries_of({{&table, &side.part, static_cast<int>(p)}}, head, catalog_);
        if (entries.column_shift) add_once(page.findings, "column_shift");
        std::move(entries.entries.begin(), entries.entries.end(),
                  std::back_inserter(page.entries));
      }
      own.tables.push_back(std::move(table));
    }
    if (!over_fold) {
      mark_cancelled(page.entries, first_entry, upright[p], side.part, side.dpi);
      give_notes(page.entries, first_entry, own.regions, side.part);
    }

    PageNumberReading number;
    number.part = static_cast<int>(p);
    SOGOC_TRY(number.number, read_page_number(side.words, side.values, side.rulings.map,
                                              side.content, side.part.size, side.dpi));
    if (number.number.state != ValueState::empty)
      own.regions.push_back({"page_number", number.number.box, number.number.value, false});
    number.number.box = grown_to_master(number.number.box, side.part);
    page.page_numbers.push_back(std::move(number));
    if (page.look.empty()) page.look = look_of(side.rulings.map, side.content);
    found.parts.push_back(std::move(own));
  }
  if (over_fold) {
    TableEntries entries =
        entries_of({{&halves[0], &sides[0]->part, 0}, {&halves[1], &sides[1]->part, 1}}, *over_fold,
                   catalog_);
    if (entries.column_shift) add_once(page.findings, "column_shift");
    page.entries = std::move(entries.entries);
    for (std::size_t p = 0; p < sides.size(); ++p) {
      mark_cancelled(page.entries, 0, upright[p], sides[p]->part, sides[p]->dpi);
      give_notes(page.entries, 0, found.parts[p].regions, sides[p]->part);
    }
  }
  if (page.entries.empty()) add_once(page.findings, "no_entries");
  return found;
}

Result<RegisterPage> LayoutReader::read(std::span<const PagePart> parts,
                                        std::span<const PageImage> reading,
                                        std::span<const PageImage> upright,
                                        const ReadingSettings& settings) {
  SOGOC_TRY(PageLayout found, layout(parts, reading, upright, settings));
  return std::move(found.page);
}

}  // namespace sogoc::layout
