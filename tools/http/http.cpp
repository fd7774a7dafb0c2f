#include "tools/http/http.hpp"

#include "pipeline/core/utf8.hpp"

namespace sogoc::web {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text, bool plus_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = digit(text[i + 1]);
      const int low = digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_blank) {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return std::nullopt;
    out += c;
  }
  if (to_utf8(code_points(out)) != out) return std::nullopt;
  return out;
}

bool read_path(std::string_view path, std::vector<std::string>& segments) {
  if (path.empty() || path.front() != '/') return false;
  path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    auto segment = decoded(path.substr(0, slash), false);
    if (!segment || *segment == "." || *segment == ".." || segment->find('/') != std::string::npos ||
        segment->find('\\') != std::string::npos)
      return false;
    segments.push_back(std::move(*segment));
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

bool read_query(std::string_view query, std::vector<std::pair<std::string, std::string>>& parameters) {
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    if (one.empty()) continue;
    const std::size_t equals = one.find('=');
    auto name = decoded(one.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>("") : decoded(one.substr(equals + 1), true);
    if (!name || !value) return false;
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return true;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [known, value] : headers)
    if (known == name) return value;
  return {};
}

std::optional<std::string> Request::parameter(std::string_view name) const {
  for (const auto& [known, value] : query)
    if (known == name) return value;
  return std::nullopt;
}

std::optional<std::string> Request::cookie(std::string_view name) const {
  for (const auto& [header, text] : headers) {
    if (header != "cookie") continue;
    std::string_view rest = text;
    while (!rest.empty()) {
      std::string_view one = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), one.size() + 1));
      while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
      const std::size_t equals = one.find('=');
      if (equals != std::string_view::npos && one.substr(0, equals) == name) return std::string(one.substr(equals + 1));
    }
  }
  return std::nullopt;
}

bool read_target(std::string_view target, Request& into) {
  into.path.clear();
  into.query.clear();
  const std::size_t mark = target.find('?');
  if (!read_path(target.substr(0, mark), into.path)) return false;
  return mark == std::string_view::npos || read_query(target.substr(mark + 1), into.query);
}

}  // namespace sogoc::web
