#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "workers/exchange/table.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestLine = std::size_t{4} << 20U;
constexpr int kDeepest = 8;  // an entry's places are lists in lists
constexpr std::string_view kIdKey = "sogoc_id";

// Brackets within brackets, outside of strings: told before a parser builds anything of them.
bool too_deep(std::string_view line) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_text) {
      if (c == '\\') ++i;
      else if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDeepest) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

// A value is a text, or an object that says what it is.
std::optional<TableCell> cell_of(const Json& value) {
  if (value.is_string()) return TableCell{value.get<std::string>(), CellKind::text, ""};
  if (value.is_number_integer()) return TableCell{value.dump(), CellKind::text, ""};
  if (!value.is_object()) return std::nullopt;
  const auto state = value.find("state");
  const auto text = value.find("value");
  if (state == value.end() || !state->is_string() || (text != value.end() && !text->is_string())) return std::nullopt;
  const std::string words = text == value.end() ? "" : text->get<std::string>();
  const auto& said = state->get_ref<const std::string&>();
  if (said == "written") return words.empty() ? std::nullopt : std::optional(TableCell{words, CellKind::text, ""});
  if (!words.empty()) return std::nullopt;
  if (said == "empty") return TableCell{};
  if (said == "illegible" || said == "unknown" || said == "unread") return TableCell{"", CellKind::text, said};
  return std::nullopt;
}

}  // namespace

Result<std::vector<TableRow>> read_json_lines(std::string_view text, const TableLimits& limits) {
  std::vector<std::string> keys{std::string(kIdKey)};
  std::map<std::string, std::size_t> column_of{{keys.front(), 0}};
  std::vector<TableRow> rows(1);
  int number = 0;
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::invalid_input, Retry::after_operator, "jsonl", fmt::format("line {} {}", number, why));
  };
  const auto too_large = [&](std::string_view why) {
    return fail(ErrorCode::limit_exceeded, Retry::after_operator, "jsonl", fmt::format("line {} {}", number, why));
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (line.size() > kLongestLine || too_deep(line)) return too_large("is longer or deeper than an entry");
    const Json json = Json::parse(line, nullptr, false);
    const auto fields = json.is_object() ? json.find("fields") : json.end();
    if (!json.is_object() || fields == json.end() || !fields->is_object()) return refuse("is no JSON object with fields");
    TableRow row;
    row.number = number;
    // A field that a line does not name is left as it is.
    const TableCell unnamed{"", CellKind::text, "unread"};
    row.cells.assign(keys.size(), unnamed);
    row.cells[0] = TableCell{};
    if (const auto id = json.find("id"); id != json.end() && !id->is_null()) {
      if (!id->is_string() && !id->is_number_integer()) return refuse("has an id that is no number");
      row.cells[0].text = id->is_string() ? id->get<std::string>() : id->dump();
    }
    for (const auto& [key, value] : fields->items()) {
      const auto cell = cell_of(value);
      if (!cell) return refuse(fmt::format("has a field {} that is neither a text nor a state with its value", key.substr(0, 60)));
      if (cell->text.size() > limits.cell_bytes) return too_large("holds a text longer than a cell may be");
      const auto [known, is_new] = column_of.try_emplace(key, keys.size());
      if (is_new) keys.push_back(key);
      if (keys.size() > limits.columns) return too_large("has more fields than a register");
      row.cells.resize(keys.size(), unnamed);
      row.cells[known->second] = *cell;
    }
    rows.push_back(std::move(row));
    if (rows.size() > limits.rows) return too_large("is one more than a register has entries");
  }
  for (std::string& key : keys) rows.front().cells.push_back({std::move(key), CellKind::text, ""});
  for (TableRow& row : rows) row.cells.resize(rows.front().cells.size(), TableCell{"", CellKind::text, "unread"});
  return rows;
}

}  // namespace sogoc
