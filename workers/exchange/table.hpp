#pragma once

// Tables that offices and contractors exchange: Excel, CSV, JSON Lines. What comes from outside is text in
// cells and nothing else; a file that wants more is refused with one sentence.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

enum class CellKind : std::uint8_t { text, number, other };  // other: a truth value, an error

struct TableCell {
  std::string text;  // as stored; "" = empty
  CellKind kind = CellKind::text;
  std::string state;  // of JSON Lines, when it says more than the text: "illegible", "unknown", "unread"
};

struct TableRow {
  int number = 0;    // as the program of the sender counts, from 1
  std::vector<TableCell> cells;
};

struct ExchangeTable {
  std::string title;                 // of the sheet
  std::vector<std::string> notes;    // lines above the head
  std::vector<std::string> labels;   // for people, one a column
  std::vector<std::string> keys;     // for programs, one a column
  std::vector<TableRow> rows;
};

// What a reader allows.
struct TableLimits {
  std::uint64_t file_bytes = 200u << 20;
  std::uint64_t part_bytes = 400u << 20;  // of one unpacked part
  std::uint64_t ratio = 200;              // unpacked to packed, for parts over a megabyte
  std::size_t rows = 200'000;
  std::size_t columns = 300;
  std::size_t cell_bytes = 32'767 * 4;
};

// All cells are text, so that "01/2005" stays what it is. Fails with no_permission or no_space.
[[nodiscard]] Done write_xlsx(const ExchangeTable& table, const std::filesystem::path& file);
// The first sheet, row by row. Fails with invalid_input (not an xlsx, damaged, a formula, a document type
// declaration, more rows, columns or text than a register) or limit_exceeded (bytes).
[[nodiscard]] Result<std::vector<TableRow>> read_xlsx(const std::filesystem::path& file, const TableLimits& limits = {});

// UTF-8 with a byte order mark (Excel asks for it), RFC 4180.
[[nodiscard]] std::string csv_text(const ExchangeTable& table);
// Comma or semicolon, whichever the first line has more of. Fails with invalid_input.
[[nodiscard]] Result<std::vector<TableRow>> read_csv(std::string_view text, const TableLimits& limits = {});

// One object a line, as `sogoc book export --format jsonl` writes them: "id" and "fields" of texts or of {"state",
// "value"}. The first row holds the keys ("sogoc_id" and the fields'), the others are lines. Fails with
// invalid_input or limit_exceeded, and names the line.
[[nodiscard]] Result<std::vector<TableRow>> read_json_lines(std::string_view text, const TableLimits& limits = {});

// Files of one folder into a zip, in this order, stored as they are. Names are UTF-8.
[[nodiscard]] Done write_zip(const std::vector<std::pair<std::string, std::filesystem::path>>& files, const std::filesystem::path& zip);

// Pages (from 1) of one of our own archived PDFs as a PDF of their own. Fails with corrupt.
[[nodiscard]] Done write_case_pdf(const std::filesystem::path& archived, const std::vector<int>& pages, const std::filesystem::path& file);

}  // namespace sogoc
