#pragma once

// A book as tables and packages for others, and back. What a person decided wins: a row that says
// otherwise is reported, not taken.

#include <filesystem>
#include <string>
#include <vector>

#include "tools/sogoc/entry_forms.hpp"
#include "workers/exchange/table.hpp"

namespace sogoc {

class Archive;

// One row an entry, in the order of the book; the columns are those of the register's template.
[[nodiscard]] ExchangeTable table_of(const RegisterBookRow& book, const std::vector<EntryDetails>& entries, const EntryForms& forms);
[[nodiscard]] std::string json_lines_of(const std::vector<EntryDetails>& entries);

// Words in a cell that stand for what is no value.
[[nodiscard]] std::string cell_of(const EntryValue& value);
[[nodiscard]] EntryValue value_of_cell(const std::string& cell);

struct RowProblem {
  int row = 0;
  std::string column;
  std::string text;
};
struct ImportOutcome {
  std::int64_t rows = 0, unchanged = 0, changed = 0, added = 0;
  std::vector<RowProblem> problems;
};
struct ImportSettings {
  bool confirm = false;  // every value in the file was verified by the person who imports it
  bool replace = false;  // also against what another person decided
  bool only_check = false;
  std::string by;
};
// Rows that cannot be taken are reported and left out, all others are taken; taken again, a file changes nothing.
// Fails with invalid_input when the table as a whole is none of this book.
[[nodiscard]] Result<ImportOutcome> import_rows(Archive& archive, const RegisterBookRow& book, const EntryForms& forms,
                                                const std::vector<TableRow>& rows, const ImportSettings& settings);

// "{kind}.{year}.{volume}.{date}.{number}": the name of a case, without ".pdf". Fails with usage: an unknown placeholder.
inline constexpr const char* kCaseName = "{kind}.{year}.{volume}.{date}.{number}";
[[nodiscard]] Result<std::string> case_name(const std::string& name_template, const RegisterBookRow& book, const EntryDetails& entry);

struct CaseReport {
  std::int64_t cases = 0, pages = 0;
  std::vector<RowProblem> problems;       // entries without a PDF
  std::vector<std::string> too_large;     // "KS.2005.01.2005-09-15.125.pdf: 143 kB a page"
};
// <book>.xlsx and <book>.zip into `folder`. Pages stay as archived: a page above `target_bytes` is reported.
[[nodiscard]] Result<CaseReport> write_moj_package(Archive& archive, const RegisterBookRow& book, const std::vector<EntryDetails>& entries,
                                                   const EntryForms& forms, const std::string& name_template, std::uint64_t target_bytes,
                                                   const std::filesystem::path& folder);

}  // namespace sogoc
