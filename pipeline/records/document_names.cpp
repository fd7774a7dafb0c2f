#include "pipeline/records/document_names.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace sogoc {
namespace {

bool is_safe(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

std::optional<int> positive_number(std::string_view digits) {
  if (digits.empty() || digits.size() > 9) return std::nullopt;
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;  // from_chars alone would take "-1"
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (number <= 0) return std::nullopt;
  return number;
}

}  // namespace

bool is_name_safe(std::string_view text) {
  return !text.empty() && text.size() <= 100 && text.front() != '.' && text.back() != '.' &&
         std::all_of(text.begin(), text.end(), is_safe);
}

Result<std::string> document_name(std::string_view name_template, std::string_view dossier,
                                  int ordinal) {
  const auto refuse = [&](std::string why) {
    return fail(ErrorCode::usage, Retry::never, std::string(name_template), std::move(why));
  };
  std::string made;
  bool has_ordinal = false;
  for (std::size_t at = 0; at < name_template.size();) {
    if (name_template[at] != '{') {
      if (!is_safe(name_template[at]))
        return refuse("a file name has only letters, digits, '.', '-' and '_'");
      made += name_template[at++];
      continue;
    }
    const std::size_t end = name_template.find('}', at);
    if (end == std::string_view::npos) return refuse("a '{' is never closed");
    const std::string_view key = name_template.substr(at + 1, end - at - 1);
    if (key == "dossier") {
      made += dossier;
    } else if (key == "ordinal") {
      made += fmt::format("{}", ordinal);
      has_ordinal = true;
    } else if (key.substr(0, 8) == "ordinal:") {
      const auto width = positive_number(key.substr(8));
      if (!width || *width > 12) return refuse("the width of {ordinal:N} is from 1 to 12");
      made += fmt::format("{:0{}}", ordinal, *width);
      has_ordinal = true;
    } else {
      return refuse(fmt::format("{{{}}} is not known; use {{dossier}} and {{ordinal}}", key));
    }
    at = end + 1;
  }
  if (!has_ordinal) return refuse("must contain {ordinal}, or all documents get one name");
  return made;
}

std::string document_name_in_batch(std::int64_t batch, int ordinal) {
  return fmt::format("batch{}.{}", batch, ordinal);
}

std::optional<int> ordinal_of(std::string_view document_name) {
  const std::size_t dot = document_name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  return positive_number(document_name.substr(dot + 1));
}

}  // namespace sogoc
