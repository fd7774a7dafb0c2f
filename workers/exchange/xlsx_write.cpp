#include <algorithm>

#include <fmt/format.h>
#include <xlsxwriter.h>

#include "workers/exchange/table.hpp"

namespace sogoc {

Done write_xlsx(const ExchangeTable& table, const std::filesystem::path& file) {
  const std::string path = file.string();
  const auto refuse = [&](lxw_error error) {
    return fail(ErrorCode::no_permission, Retry::after_operator, path, fmt::format("cannot be written: {}", lxw_strerror(error)));
  };
  lxw_workbook_options options{};
  options.constant_memory = LXW_FALSE;
  lxw_workbook* workbook = workbook_new_opt(path.c_str(), &options);
  if (workbook == nullptr) return fail(ErrorCode::no_permission, Retry::after_operator, path, "cannot be written");
  lxw_worksheet* sheet = workbook_add_worksheet(workbook, table.title.empty() ? nullptr : table.title.substr(0, 31).c_str());
  if (sheet == nullptr) {
    workbook_close(workbook);
    return fail(ErrorCode::usage, Retry::never, table.title, "is no name for a sheet");
  }
  lxw_format* text = workbook_add_format(workbook);
  format_set_num_format(text, "@");
  format_set_text_wrap(text);
  lxw_format* head = workbook_add_format(workbook);
  format_set_bold(head);
  format_set_text_wrap(head);
  format_set_bg_color(head, 0xE8EEF4);
  format_set_border(head, LXW_BORDER_THIN);
  lxw_format* key = workbook_add_format(workbook);
  format_set_font_color(key, 0x777777);
  format_set_border(key, LXW_BORDER_THIN);

  lxw_error error = LXW_NO_ERROR;
  lxw_row_t row = 0;
  const auto put = [&](lxw_col_t column, const std::string& value, lxw_format* format) {
    if (value.empty()) return;
    const lxw_error now = worksheet_write_string(sheet, row, column, value.c_str(), format);
    if (now != LXW_NO_ERROR && error == LXW_NO_ERROR) error = now;
  };
  for (const std::string& note : table.notes) {
    put(0, note, nullptr);
    ++row;
  }
  for (std::size_t i = 0; i < table.keys.size(); ++i) put(static_cast<lxw_col_t>(i), table.labels[i], head);
  ++row;
  for (std::size_t i = 0; i < table.keys.size(); ++i) put(static_cast<lxw_col_t>(i), table.keys[i], key);
  ++row;
  const lxw_row_t first = row;
  std::vector<std::size_t> widest(table.keys.size(), 6);
  for (const TableRow& one : table.rows) {
    for (std::size_t i = 0; i < one.cells.size(); ++i) {
      put(static_cast<lxw_col_t>(i), one.cells[i].text, text);
      if (i < widest.size()) widest[i] = std::max(widest[i], one.cells[i].text.size());
    }
    ++row;
  }
  // New rows are text too: a typed 01/2005 must not become a date.
  for (std::size_t i = 0; i < widest.size(); ++i)
    worksheet_set_column(sheet, static_cast<lxw_col_t>(i), static_cast<lxw_col_t>(i), static_cast<double>(std::min<std::size_t>(widest[i] + 2, 40)), text);
  worksheet_freeze_panes(sheet, first, 2);
  const lxw_error closed = workbook_close(workbook);
  if (error != LXW_NO_ERROR) return refuse(error);
  if (closed != LXW_NO_ERROR) return refuse(closed);
  return {};
}

}  // namespace sogoc
