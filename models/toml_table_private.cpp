#include "models/toml_table_private.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sogoc {
namespace {

bool is_iso_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t i : {0u, 1u, 2u, 3u, 5u, 6u, 8u, 9u})
    if (text[i] < '0' || text[i] > '9') return false;
  const int month = (text[5] - '0') * 10 + text[6] - '0', day = (text[8] - '0') * 10 + text[9] - '0';
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

}  // namespace

void Problems::add(const std::string& file, const toml::source_region& where, std::string_view what) {
  text_ += fmt::format("{}{} line {}: {}", text_.empty() ? "" : "; ", file, where.begin.line, what);
}

void Problems::add(const std::string& file, std::string_view what) {
  text_ += fmt::format("{}{}: {}", text_.empty() ? "" : "; ", file, what);
}

std::string TableReader::text(const char* key, bool required) {
  const toml::node* node = take(key, required);
  if (node == nullptr) return {};
  if (const auto* value = node->as_string(); value != nullptr && !value->get().empty())
    return value->get();
  problems_.add(file_, node->source(), fmt::format("'{}' must be a text that is not empty", key));
  return {};
}

bool TableReader::flag(const char* key) {
  const toml::node* node = take(key, false);
  if (node == nullptr) return false;
  if (const auto* value = node->as_boolean()) return value->get();
  problems_.add(file_, node->source(), fmt::format("'{}' must be true or false", key));
  return false;
}

int TableReader::number(const char* key, int least, int most) {
  const toml::node* node = take(key, true);
  if (node == nullptr) return least;
  const auto* value = node->as_integer();
  if (value != nullptr && value->get() >= least && value->get() <= most)
    return static_cast<int>(value->get());
  problems_.add(file_, node->source(), fmt::format("'{}' must be {} to {}", key, least, most));
  return least;
}

double TableReader::measure(const char* key, double least, double most, double otherwise) {
  const toml::node* node = take(key, false);
  if (node == nullptr) return otherwise;
  const auto value = node->value<double>();
  if (value && node->is_number() && *value >= least && *value <= most) return *value;
  problems_.add(file_, node->source(), fmt::format("'{}' must be {} to {}", key, least, most));
  return otherwise;
}

std::vector<double> TableReader::measures(const char* key, std::size_t how_many, double least,
                                          double most, std::vector<double> otherwise) {
  const toml::node* node = take(key, false);
  if (node == nullptr) return otherwise;
  std::vector<double> found;
  if (const auto* array = node->as_array(); array != nullptr && array->size() == how_many)
    for (const toml::node& item : *array)
      if (const auto value = item.value<double>();
          value && item.is_number() && *value >= least && *value <= most)
        found.push_back(*value);
  if (found.size() == how_many) return found;
  problems_.add(file_, node->source(),
                fmt::format("'{}' must be {} numbers from {} to {}", key, how_many, least, most));
  return otherwise;
}

std::vector<std::string> TableReader::texts(const char* key, bool required) {
  std::vector<std::string> found;
  const toml::node* node = take(key, required);
  if (node == nullptr) return found;
  const auto* array = node->as_array();
  if (array == nullptr || array->empty()) {
    problems_.add(file_, node->source(), fmt::format("'{}' must be a list of texts", key));
    return found;
  }
  for (const toml::node& item : *array) {
    if (const auto* value = item.as_string(); value != nullptr && !value->get().empty())
      found.push_back(value->get());
    else
      problems_.add(file_, item.source(), fmt::format("'{}' holds something that is no text", key));
  }
  return found;
}

std::string TableReader::choice(const char* key, const std::vector<std::string>& allowed) {
  const std::string value = text(key, false);
  if (value.empty()) return allowed.front();
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
  complain(fmt::format("'{}' must be one of {}", key, fmt::join(allowed, ", ")));
  return allowed.front();
}

const toml::table* TableReader::table(const char* key, bool required) {
  const toml::node* node = take(key, required);
  if (node == nullptr) return nullptr;
  if (const auto* table = node->as_table()) return table;
  problems_.add(file_, node->source(), fmt::format("'{}' must be a table", key));
  return nullptr;
}

std::vector<const toml::table*> TableReader::tables(const char* key, bool required) {
  std::vector<const toml::table*> found;
  const toml::node* node = take(key, required);
  if (node == nullptr) return found;
  const auto* array = node->as_array();
  if (array == nullptr || array->empty() || !array->is_homogeneous<toml::table>()) {
    problems_.add(file_, node->source(), fmt::format("'{}' must be a list of tables", key));
    return found;
  }
  for (const toml::node& item : *array) found.push_back(item.as_table());
  return found;
}

std::string TableReader::evidence() {
  std::string mark = text("evidence", true);
  static constexpr std::array kMarks{"C1", "C2", "P", "R", "U", "C1-draft"};
  if (!mark.empty() && std::find(kMarks.begin(), kMarks.end(), mark) == kMarks.end())
    problems_.add(file_, table_.source(), "'evidence' must be C1, C1-draft, C2, P, R or U");
  return mark;
}

RuleTerm TableReader::term() {
  return checked({day("effective_from", true), day("effective_to", false), evidence()});
}

RuleTerm TableReader::open_term() {
  return checked({day("effective_from", false), day("effective_to", false), ""});
}

RuleTerm TableReader::checked(RuleTerm term) {
  if (!term.to.empty() && term.to < term.from)
    problems_.add(file_, table_.source(), "'effective_to' is before 'effective_from'");
  return term;
}

void TableReader::finish() {
  for (const auto& [key, node] : table_)
    if (!known_.contains(std::string(key.str())))
      problems_.add(file_, node.source(), fmt::format("unknown key '{}'", key.str()));
}

const toml::node* TableReader::take(const char* key, bool required) {
  known_.insert(key);
  const toml::node* node = table_.get(key);
  if (node == nullptr && required)
    problems_.add(file_, table_.source(), fmt::format("'{}' is missing", key));
  return node;
}

std::string TableReader::day(const char* key, bool required) {
  std::string value = text(key, required);
  if (!value.empty() && !is_iso_day(value)) {
    problems_.add(file_, table_.source(), fmt::format("'{}' must be a day YYYY-MM-DD", key));
    return {};
  }
  return value;
}

}  // namespace sogoc
