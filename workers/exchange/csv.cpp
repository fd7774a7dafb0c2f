#include <algorithm>

#include <fmt/format.h>

#include "workers/exchange/table.hpp"

namespace sogoc {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

void put(std::string& out, const std::string& cell) {
  // A spreadsheet would run these as formulas; a tab in front is shown as nothing and taken off on reading.
  const bool runs = !cell.empty() && std::string_view("=+-@").find(cell.front()) != std::string_view::npos;
  if (!runs && cell.find_first_of(",;\"\r\n\t") == std::string::npos) {
    out += cell;
    return;
  }
  out += '"';
  if (runs) out += '\t';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace

std::string csv_text(const ExchangeTable& table) {
  std::string out(kByteOrderMark);
  const auto line = [&](const auto& cells, auto text_of) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) out += ',';
      put(out, text_of(cells[i]));
    }
    out += "\r\n";
  };
  const auto same = [](const std::string& text) { return text; };
  line(table.labels, same);
  line(table.keys, same);
  for (const TableRow& row : table.rows) line(row.cells, [](const TableCell& cell) { return cell.text; });
  return out;
}

Result<std::vector<TableRow>> read_csv(std::string_view text, const TableLimits& limits) {
  const auto refuse = [](std::string why) { return fail(ErrorCode::invalid_input, Retry::after_operator, "csv", std::move(why)); };
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::string_view first = text.substr(0, text.find('\n'));
  const char parting = std::count(first.begin(), first.end(), ';') > std::count(first.begin(), first.end(), ',') ? ';' : ',';
  std::vector<TableRow> rows;
  std::size_t at = 0;
  while (at < text.size()) {
    TableRow row;
    row.number = static_cast<int>(rows.size()) + 1;
    for (bool more = true; more;) {
      TableCell cell;
      if (at < text.size() && text[at] == '"') {
        for (++at;; ++at) {
          if (at >= text.size()) return refuse(fmt::format("row {} has a quoted value without end", row.number));
          if (text[at] != '"') cell.text += text[at];
          else if (at + 1 < text.size() && text[at + 1] == '"') cell.text += text[++at];
          else break;
        }
        ++at;
        if (at < text.size() && text[at] != parting && text[at] != '\r' && text[at] != '\n')
          return refuse(fmt::format("row {} goes on behind a quoted value", row.number));
      } else {
        while (at < text.size() && text[at] != parting && text[at] != '\r' && text[at] != '\n') cell.text += text[at++];
      }
      if (!cell.text.empty() && cell.text.front() == '\t') cell.text.erase(0, 1);
      if (cell.text.size() > limits.cell_bytes) return refuse(fmt::format("row {} holds a text longer than a cell may be", row.number));
      row.cells.push_back(std::move(cell));
      if (row.cells.size() > limits.columns) return refuse("has more columns than a register");
      more = at < text.size() && text[at] == parting;
      if (more) ++at;
    }
    if (at < text.size() && text[at] == '\r') ++at;
    if (at < text.size() && text[at] == '\n') ++at;
    rows.push_back(std::move(row));
    if (rows.size() > limits.rows) return refuse("has more rows than a register");
  }
  return rows;
}

}  // namespace sogoc
