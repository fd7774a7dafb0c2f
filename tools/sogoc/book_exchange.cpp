#include "tools/sogoc/book_exchange.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "pipeline/records/completeness.hpp"
#include "pipeline/records/entry_checks.hpp"
#include "storage/archive.hpp"
#include "tools/sogoc/archived_pages.hpp"
#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/outputs.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc {
namespace {

// No register writes these brackets.
constexpr const char* kIllegible = "⟦không đọc được⟧";
constexpr const char* kUnknown = "⟦không rõ⟧";
constexpr const char* kUnread = "⟦chưa đọc⟧";

// Columns that are about the entry, before those of its fields.
constexpr std::pair<const char*, const char*> kOwnColumns[] = {{"sogoc_id", "Mã mục"}, {"trang", "Ảnh trang"}, {"trangThai", "Trạng thái"}};
constexpr std::size_t kOwn = std::size(kOwnColumns);

const EntryForm* widest_form(const EntryForms& forms, const RegisterBookRow& book) { return forms.find("", book.about.kind); }

std::vector<std::pair<std::string, std::string>> columns_of(const RegisterBookRow& book, const std::vector<EntryDetails>& entries,
                                                            const EntryForms& forms) {
  std::vector<std::pair<std::string, std::string>> columns;
  std::set<std::string> known;
  if (const EntryForm* form = widest_form(forms, book))
    for (const FormField& field : form->fields)
      if (field.kind != FieldKind::signature && known.insert(field.key).second) columns.emplace_back(field.key, field.label);
  for (const EntryDetails& entry : entries)
    for (const EntryFieldDetails& field : entry.fields)
      if (known.insert(field.machine.reading.key).second) columns.emplace_back(field.machine.reading.key, field.machine.reading.key);
  return columns;
}

struct Columns {
  std::size_t head = 0;            // index of the row of keys
  std::vector<std::string> keys;   // "" = a column that is not ours
};

Result<Columns> find_columns(const std::vector<TableRow>& rows, const EntryForm* form, const std::string& book) {
  constexpr std::size_t kMostHead = 12;
  for (std::size_t i = 0; i < std::min(rows.size(), kMostHead); ++i) {
    const bool has_key = std::any_of(rows[i].cells.begin(), rows[i].cells.end(), [&](const TableCell& cell) {
      return form != nullptr && form->field(cell.text) != nullptr;
    });
    if (!has_key) continue;
    Columns columns{i, {}};
    std::set<std::string> seen;
    for (const TableCell& cell : rows[i].cells) {
      const bool own = std::any_of(std::begin(kOwnColumns), std::end(kOwnColumns), [&](const auto& one) { return cell.text == one.first; });
      if (!cell.text.empty() && !own && form->field(cell.text) == nullptr)
        return fail(ErrorCode::invalid_input, Retry::after_operator, "book " + book,
                    "has no field for the column " + cell.text + "; take it out, or name it as the export does");
      if (!cell.text.empty() && !seen.insert(cell.text).second)
        return fail(ErrorCode::invalid_input, Retry::after_operator, "book " + book, "the column " + cell.text + " stands twice in the table");
      columns.keys.push_back(cell.text);
    }
    return columns;
  }
  return fail(ErrorCode::invalid_input, Retry::after_operator, "book " + book,
              "the table has no row of keys (so, nksHoTen ...) as the export writes it");
}

using Values = std::vector<std::pair<std::string, EntryValue>>;

EntryValue value_of(const TableCell& cell) {
  const auto state = value_in(kEntryValueStateNames, cell.state);
  return state ? EntryValue{*state, ""} : value_of_cell(cell.text);
}

}  // namespace

std::string cell_of(const EntryValue& value) {
  switch (value.state) {
    case EntryValueState::written: return value.text;
    case EntryValueState::empty: return "";
    case EntryValueState::illegible: return kIllegible;
    case EntryValueState::unknown: return kUnknown;
    case EntryValueState::unread: break;
  }
  return kUnread;
}

EntryValue value_of_cell(const std::string& cell) {
  if (cell == kIllegible) return {EntryValueState::illegible, ""};
  if (cell == kUnknown) return {EntryValueState::unknown, ""};
  if (cell == kUnread) return {};
  return written_value(cell);
}

ExchangeTable table_of(const RegisterBookRow& book, const std::vector<EntryDetails>& entries, const EntryForms& forms) {
  ExchangeTable table;
  table.title = book.about.code;
  const auto columns = columns_of(book, entries, forms);
  for (const auto& [key, label] : kOwnColumns) {
    table.keys.emplace_back(key);
    table.labels.emplace_back(label);
  }
  for (const auto& [key, label] : columns) {
    table.keys.push_back(key);
    table.labels.push_back(label);
  }
  for (const EntryDetails& entry : entries) {
    TableRow row;
    row.cells = {{fmt::format("{}", entry.row.id), CellKind::text, ""}, {entry.row.page_name, CellKind::text, ""}, {std::string(name(entry.row.stage)), CellKind::text, ""}};
    for (const auto& [key, label] : columns) {
      const EntryFieldDetails* field = entry.field(key);
      row.cells.push_back({field == nullptr ? std::string() : cell_of(field->effective()), CellKind::text, ""});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string json_lines_of(const std::vector<EntryDetails>& entries) {
  std::string text;
  for (const EntryDetails& entry : entries) {
    OrderedJson fields = OrderedJson::object();
    for (const EntryFieldDetails& field : entry.fields) {
      OrderedJson one = json_of(field.effective());
      one["decided"] = field.decided.has_value();
      fields[field.machine.reading.key] = std::move(one);
    }
    const OrderedJson line = {{"id", entry.row.id},     {"book", entry.row.book},   {"number", entry.row.number}, {"page", entry.row.page_name},
                              {"stage", name(entry.row.stage)}, {"struck_out", entry.row.struck_out}, {"fields", std::move(fields)}};
    text += line.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
  }
  return text;
}

// ---- Back in ------------------------------------------------------------------------------------

Result<ImportOutcome> import_rows(Archive& archive, const RegisterBookRow& book, const EntryForms& forms, const std::vector<TableRow>& rows,
                                  const ImportSettings& settings) {
  const EntryForm* form = widest_form(forms, book);
  SOGOC_TRY(const Columns columns, find_columns(rows, form, book.about.code));
  SOGOC_TRY(const auto entries, archive.books().entries(book.about.code, {}));
  std::map<EntryId, const EntryDetails*> by_id;
  std::multimap<std::string, const EntryDetails*> by_number;
  for (const EntryDetails& entry : entries) {
    by_id.emplace(entry.row.id, &entry);
    if (!entry.row.number.empty()) by_number.emplace(entry.row.number, &entry);
  }
  ImportOutcome outcome;
  std::set<EntryId> seen;
  std::set<std::string> new_numbers;
  for (std::size_t i = columns.head + 1; i < rows.size(); ++i) {
    const TableRow& row = rows[i];
    if (std::all_of(row.cells.begin(), row.cells.end(), [](const TableCell& cell) { return cell.text.empty() && (cell.state.empty() || cell.state == "unread"); }))
      continue;
    ++outcome.rows;
    const auto problem = [&](std::string column, std::string text) { outcome.problems.push_back({row.number, std::move(column), std::move(text)}); };
    const std::size_t problems_before = outcome.problems.size();
    std::string id, number;
    Values values;
    for (std::size_t c = 0; c < columns.keys.size(); ++c) {
      const std::string& key = columns.keys[c];
      const TableCell cell = c < row.cells.size() ? row.cells[c] : TableCell{};
      if (key == "sogoc_id") id = cell.text;
      const FormField* field = form->field(key);
      if (field == nullptr) continue;
      if (cell.kind == CellKind::other) problem(key, "holds a truth value or an error, not text");
      // Excel turns 01/2005 into a day and takes the zeros of a paper's number away.
      const bool whole = cell.text.find_first_not_of("0123456789") == std::string::npos;
      if (cell.kind == CellKind::number && (!whole || field->kind == FieldKind::date || field->kind == FieldKind::id))
        problem(key, "holds a number of Excel; format the column as text and write the value as it stands in the register");
      if (key == "so" || (key == "stt" && number.empty())) number = cell.text;
      const EntryValue value = value_of(cell);
      if (value.state != EntryValueState::unread) values.emplace_back(key, value);
    }
    if (outcome.problems.size() > problems_before) continue;

    const EntryDetails* entry = nullptr;
    if (!id.empty()) {
      EntryId asked = 0;
      const auto parsed = std::from_chars(id.data(), id.data() + id.size(), asked);
      const auto found = parsed.ec == std::errc() && parsed.ptr == id.data() + id.size() ? by_id.find(asked) : by_id.end();
      if (found == by_id.end()) {
        problem("sogoc_id", "is no entry of this book");
        continue;
      }
      entry = found->second;
    } else if (!number.empty() && by_number.count(number) == 1) {
      entry = by_number.find(number)->second;
    } else if (by_number.count(number) > 1) {
      problem("so", "stands on several entries of the book; name the entry in the column sogoc_id");
      continue;
    }
    if (entry != nullptr && !seen.insert(entry->row.id).second) {
      problem("sogoc_id", "stands twice in the table");
      continue;
    }
    if (entry == nullptr) {
      if (number.empty() || !new_numbers.insert(number).second) {
        problem("so", number.empty() ? "has neither an entry nor a number" : "stands twice in the table");
        continue;
      }
      ++outcome.added;
      if (settings.only_check) continue;
      const auto made = archive.books().add_entry(book.about.code, "", 0, values, settings.by, "import");
      if (!made) return tl::unexpected<Error>(made.error());
      continue;
    }
    Values taken;
    for (auto& [key, value] : values) {
      const EntryFieldDetails* field = entry->field(key);
      const EntryValue now = field == nullptr ? EntryValue{EntryValueState::empty, ""} : field->effective();
      const bool decided = field != nullptr && field->decided;
      if (now == value && (decided || !settings.confirm || (field == nullptr && value.state == EntryValueState::empty))) continue;
      if (decided && !settings.replace) {
        problem(key, fmt::format("was decided otherwise by {}; --replace takes the value of the table", field->decided_by));
        continue;
      }
      taken.emplace_back(key, std::move(value));
    }
    if (taken.empty()) {
      ++outcome.unchanged;
      continue;
    }
    ++outcome.changed;
    if (!settings.only_check) SOGOC_CHECK(archive.books().decide(entry->row.id, taken, settings.by, "import"));
  }
  return outcome;
}

// ---- The back-file package ----------------------------------------------------------------------

Result<std::string> case_name(const std::string& name_template, const RegisterBookRow& book, const EntryDetails& entry) {
  const EntryFieldDetails* registered = entry.field("ngayDangKy");
  const auto date = registered == nullptr ? std::nullopt : written_date(registered->effective().text);
  const auto number = leading_number(entry.row.number);
  const std::map<std::string, std::string> values = {
      {"kind", book.about.kind},
      {"book", book.about.code},
      {"year", fmt::format("{}", date && date->year != 0 ? date->year : trailing_year(entry.row.number).value_or(book.about.year_from))},
      {"volume", book.about.number.substr(0, book.about.number.find('/'))},
      {"date", date && date->day != 0 ? fmt::format("{:04}-{:02}-{:02}", date->year, date->month, date->day) : std::string("0000-00-00")},
      {"number", number ? fmt::format("{}", *number) : fmt::format("id{}", entry.row.id)},
      {"id", fmt::format("{}", entry.row.id)}};
  std::string text;
  for (std::size_t i = 0; i < name_template.size(); ++i) {
    if (name_template[i] != '{') {
      text += name_template[i];
      continue;
    }
    const std::size_t end = name_template.find('}', i);
    const auto value = end == std::string::npos ? values.end() : values.find(name_template.substr(i + 1, end - i - 1));
    if (value == values.end())
      return fail(ErrorCode::usage, Retry::never, name_template, "knows {kind}, {book}, {year}, {volume}, {date}, {number} and {id} only");
    text += value->second.empty() ? "0" : value->second;
    i = end;
  }
  for (char& c : text)
    if (!(c == '.' || c == '-' || c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) c = '-';
  return text;
}

Result<CaseReport> write_moj_package(Archive& archive, const RegisterBookRow& book, const std::vector<EntryDetails>& entries,
                                     const EntryForms& forms, const std::string& name_template, std::uint64_t target_bytes,
                                     const std::filesystem::path& folder) {
  CaseReport report;
  SOGOC_TRY(const auto scratch, TemporaryFolder::create());
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return fail(ErrorCode::no_permission, Retry::after_operator, folder.string(), failed.message());
  std::vector<std::pair<std::string, std::filesystem::path>> files;
  std::set<std::string> names;
  PdfPages finder(archive);
  ExchangeTable table = table_of(book, entries, forms);
  table.keys.emplace_back("TenFile");
  table.labels.emplace_back("Tên tệp");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const EntryDetails& entry = entries[i];
    table.rows[i].cells.emplace_back();
    SOGOC_TRY(std::string name, case_name(name_template, book, entry));
    // Two cases of one name would be one file.
    if (!names.insert(name).second) {
      name += fmt::format(".id{}", entry.row.id);
      names.insert(name);
    }
    auto pages = finder.of(entry.row.places);
    if (!pages) {
      report.problems.push_back({static_cast<int>(i + 1), entry.row.number, pages.error().message});
      continue;
    }
    const auto file = scratch.path() / (fmt::format("{}.pdf", i));
    SOGOC_CHECK(write_case_pdf(pages->pdf, pages->pages, file));
    const std::uint64_t bytes = std::filesystem::file_size(file, failed);
    ++report.cases;
    report.pages += static_cast<std::int64_t>(pages->pages.size());
    const std::uint64_t a_page = bytes / std::max<std::uint64_t>(1, pages->pages.size());
    if (a_page > target_bytes) report.too_large.push_back(fmt::format("{}.pdf: {} kB a page", name, (a_page + 1023) / 1024));
    table.rows[i].cells.back().text = name + ".pdf";
    files.emplace_back(name + ".pdf", file);
  }
  const auto xlsx = scratch.path() / "book.xlsx", zip = scratch.path() / "book.zip";
  SOGOC_CHECK(write_xlsx(table, xlsx));
  SOGOC_CHECK(write_zip(files, zip));
  SOGOC_CHECK(replace_file(xlsx, folder / (book.about.code + ".xlsx")));
  SOGOC_CHECK(replace_file(zip, folder / (book.about.code + ".zip")));
  return report;
}

}  // namespace sogoc
