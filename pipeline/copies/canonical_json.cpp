#include "pipeline/copies/canonical_json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

namespace sogoc {
namespace {

using Json = nlohmann::json;

constexpr int kMostDepth = 64;

auto refuse(std::string why) {
  return fail(ErrorCode::invalid_input, Retry::never, "JSON", std::move(why));
}

// The order of keys is that of UTF-16: a character beyond U+FFFF stands before U+E000.
// False: no UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool to_utf16(std::string_view text, std::u16string& units) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const int more = first < 0x80 ? 0 : first >> 5 == 6 ? 1 : first >> 4 == 14 ? 2 : first >> 3 == 30 ? 3 : -1;
    if (more < 0 || i + static_cast<std::size_t>(more) >= text.size() + (more == 0 ? 1u : 0u)) return false;
    std::uint32_t code = more == 0 ? first : first & (0x3Fu >> more);
    for (int k = 1; k <= more; ++k) {
      const auto next = static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]);
      if (next >> 6 != 2) return false;
      code = (code << 6) | (next & 0x3Fu);
    }
    constexpr std::uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
    if (code < kLeast[more] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    if (code < 0x10000) {
      units += static_cast<char16_t>(code);
    } else {
      units += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
      units += static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF));
    }
    i += static_cast<std::size_t>(more) + 1;
  }
  return true;
}

void write_text(std::string_view text, std::string& out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\f': out += "\\f"; break;
      case '\r': out += "\\r"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += kDigits[static_cast<unsigned char>(c) >> 4];
          out += kDigits[c & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

// Number::toString of ECMAScript: the shortest digits that give the same double.
void write_number(double value, std::string& out) {
  if (value == 0) {
    out += '0';  // also for minus zero
    return;
  }
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::scientific).ptr;
  const std::string_view shortest(buffer, static_cast<std::size_t>(end - buffer));
  const auto e = shortest.find('e');
  std::string digits;
  for (const char c : shortest.substr(0, e))
    if (c != '.') digits += c;
  int exponent = 0;
  const std::string_view written = shortest.substr(e + (shortest[e + 1] == '+' ? 2 : 1));
  std::from_chars(written.data(), written.data() + written.size(), exponent);
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // of the digits before the decimal point
  if (value < 0) out += '-';
  if (count <= point && point <= 21) {
    out += digits + std::string(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    out += digits.substr(0, static_cast<std::size_t>(point)) + '.' + digits.substr(static_cast<std::size_t>(point));
  } else if (-6 < point && point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else {
    out += digits.substr(0, 1);
    if (count > 1) out += '.' + digits.substr(1);
    out += point > 0 ? "e+" : "e-";
    out += std::to_string(std::abs(point - 1));
  }
}

Done write_value(const Json& value, std::string& out);

Done write_object(const Json& value, std::string& out) {
  std::vector<std::pair<std::u16string, const std::string*>> keys;
  for (const auto& [key, item] : value.items()) {
    std::u16string units;
    if (!to_utf16(key, units)) return refuse("holds a key that is no UTF-8");
    keys.emplace_back(std::move(units), &value.find(key).key());
  }
  std::sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  out += '{';
  for (bool first = true; const auto& [units, key] : keys) {
    if (!std::exchange(first, false)) out += ',';
    write_text(*key, out);
    out += ':';
    SOGOC_CHECK(write_value(*value.find(*key), out));
  }
  out += '}';
  return {};
}

Done write_value(const Json& value, std::string& out) {
  switch (value.type()) {
    case Json::value_t::null: out += "null"; return {};
    case Json::value_t::boolean: out += value.get<bool>() ? "true" : "false"; return {};
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned: {
      // RFC 8785 reads every number as a double: one that a double does not hold would change.
      const double value_of_it = value.get<double>();
      const bool held = value.is_number_unsigned()
                            ? value_of_it < 18446744073709551616.0 &&
                                  static_cast<std::uint64_t>(value_of_it) == value.get<std::uint64_t>()
                            : static_cast<std::int64_t>(value_of_it) == value.get<std::int64_t>();
      if (!held) return refuse("holds a whole number that is too long to stay exact; write it as text");
      write_number(value_of_it, out);
      return {};
    }
    case Json::value_t::number_float:
      if (!std::isfinite(value.get<double>())) return refuse("holds a number that is not finite");
      write_number(value.get<double>(), out);
      return {};
    case Json::value_t::string: {
      std::u16string units;
      if (!to_utf16(value.get_ref<const std::string&>(), units)) return refuse("holds text that is no UTF-8");
      write_text(value.get_ref<const std::string&>(), out);
      return {};
    }
    case Json::value_t::array:
      out += '[';
      for (bool first = true; const Json& item : value) {
        if (!std::exchange(first, false)) out += ',';
        SOGOC_CHECK(write_value(item, out));
      }
      out += ']';
      return {};
    case Json::value_t::object: return write_object(value, out);
    case Json::value_t::binary:
    case Json::value_t::discarded: break;
  }
  return refuse("holds something that JSON has no form for");
}

}  // namespace

Result<Json> strict_json(std::string_view text) {
  std::vector<std::set<std::string>> keys;
  bool twice = false;
  bool too_deep = false;
  // Called for every event; looks only, and lets the parser go on.
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kMostDepth) too_deep = true;
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second) twice = true;
    return !too_deep;
  };
  Json value = Json::parse(text.begin(), text.end(), watch, false);
  if (too_deep) return refuse("nests too deep");
  if (value.is_discarded()) return refuse("cannot be parsed");
  if (twice) return refuse("holds a key twice");
  return value;
}

Result<Json> strict_canonical_json(std::string_view text) {
  SOGOC_TRY(Json value, strict_json(text));
  SOGOC_TRY(const std::string canonical, canonical_json(value));
  if (canonical != text) return refuse("is not in canonical form (RFC 8785)");
  return value;
}

Result<std::string> canonical_json(const Json& value) {
  std::string out;
  SOGOC_CHECK(write_value(value, out));
  return out;
}

Result<std::string> canonical_json(std::string_view text) {
  SOGOC_TRY(const Json value, strict_json(text));
  return canonical_json(value);
}

}  // namespace sogoc
