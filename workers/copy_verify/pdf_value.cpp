#include "workers/copy_verify/pdf_value.hpp"

#include <algorithm>
#include <charconv>

namespace sogoc::verify {

bool is_pdf_space(int byte) {
  return byte == 0 || byte == 9 || byte == 10 || byte == 12 || byte == 13 || byte == 32;
}

bool is_pdf_delimiter(int byte) {
  switch (byte) {
    case '(':
    case ')':
    case '<':
    case '>':
    case '[':
    case ']':
    case '{':
    case '}':
    case '/':
    case '%': return true;
    default: return false;
  }
}

namespace {

bool ends_word(int byte) { return byte < 0 || is_pdf_space(byte) || is_pdf_delimiter(byte); }
bool is_digit(int byte) { return byte >= '0' && byte <= '9'; }

int hex_digit(int byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

bool says_a_key_twice(const Value& dictionary) {
  std::vector<std::string_view> keys;
  keys.reserve(dictionary.entries.size());
  for (const auto& entry : dictionary.entries) keys.push_back(entry.first);
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

std::string from_utf16(std::string_view text) {
  std::string out;
  const auto unit = [&text](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<std::uint8_t>(text[i])) << 8 |
           static_cast<std::uint8_t>(text[i + 1]);
  };
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    std::uint32_t code = unit(i);
    if (code >= 0xD800 && code < 0xDC00 && i + 3 < text.size()) {
      const std::uint32_t low = unit(i + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      }
    }
    append_utf8(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
  }
  return out;
}

}  // namespace

const Value& Value::get(std::string_view key) const {
  static const Value kNothing;
  for (const auto& [name, value] : entries)
    if (name == key) return value;
  return kNothing;
}

std::string text_of(const Value& string) {
  const std::string& text = string.text;
  if (text.starts_with("\xFE\xFF")) return from_utf16(std::string_view(text).substr(2));
  if (text.starts_with("\xEF\xBB\xBF")) return text.substr(3);
  std::string out;
  for (const char c : text) append_utf8(out, static_cast<std::uint8_t>(c));
  return out;
}

void ValueReader::skip_space() {
  while (at_ < bytes_.size()) {
    if (is_pdf_space(bytes_[at_])) {
      ++at_;
    } else if (bytes_[at_] == '%') {
      while (at_ < bytes_.size() && bytes_[at_] != '\n' && bytes_[at_] != '\r') ++at_;
    } else {
      return;
    }
  }
}

bool ValueReader::keyword(std::string_view word) {
  skip_space();
  if (bytes_.size() - at_ < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (bytes_[at_ + i] != static_cast<std::uint8_t>(word[i])) return false;
  if (!ends_word(peek(word.size()))) return false;
  at_ += word.size();
  return true;
}

std::optional<std::int64_t> ValueReader::whole_number() {
  skip_space();
  std::int64_t number = 0;
  std::size_t length = 0;
  while (is_digit(peek(length)) && length < 18) number = number * 10 + (peek(length++) - '0');
  if (length == 0 || !ends_word(peek(length))) return std::nullopt;
  at_ += length;
  return number;
}

std::optional<ValueReader::Head> ValueReader::object() {
  Head head;
  const auto number = whole_number();
  const auto generation = number ? whole_number() : std::nullopt;
  if (!generation || !keyword("obj")) return std::nullopt;
  head.id = {*number, *generation};
  auto read = value(0);
  if (!read) return std::nullopt;
  head.value = std::move(*read);
  if (head.value.kind == Value::Kind::dictionary && keyword("stream")) {
    // The data begin after CR LF or LF; a lone CR would leave it open where they begin.
    if (peek() == '\r' && peek(1) == '\n')
      at_ += 2;
    else if (peek() == '\n')
      at_ += 1;
    else
      return std::nullopt;
    head.stream_follows = true;
    head.data_begin = at_;
  }
  return head;
}

std::optional<Value> ValueReader::value() { return value(0); }

std::optional<Value> ValueReader::value(int depth) {
  skip_space();
  if (depth > kMaxNesting || *budget_ == 0 || at_ >= bytes_.size()) return std::nullopt;
  --*budget_;
  const std::size_t begin = at_;
  std::optional<Value> read;
  const int first = peek();
  if (first == '(')
    read = literal_string();
  else if (first == '<')
    read = peek(1) == '<' ? dictionary(depth) : hexadecimal_string();
  else if (first == '/')
    read = name();
  else if (first == '[')
    read = array(depth);
  else if (is_digit(first) || first == '+' || first == '-' || first == '.')
    read = number_or_reference();
  else {
    Value word;
    if (keyword("true")) {
      word.kind = Value::Kind::boolean;
      word.boolean = true;
    } else if (keyword("false")) {
      word.kind = Value::Kind::boolean;
    } else if (!keyword("null")) {
      return std::nullopt;
    }
    read = std::move(word);
  }
  if (read) {
    read->begin = begin;
    read->end = at_;
  }
  return read;
}

std::optional<Value> ValueReader::number_or_reference() {
  Value number;
  if (is_digit(peek())) {
    const std::size_t back = at_;
    if (const auto object = whole_number()) {
      const std::size_t after = at_;
      if (const auto generation = whole_number(); generation && keyword("R")) {
        number.kind = Value::Kind::reference;
        number.reference = {*object, *generation};
        return number;
      }
      at_ = after;
      number.kind = Value::Kind::integer;
      number.integer = *object;
      return number;
    }
    at_ = back;
  }
  std::string text;
  while (!ends_word(peek()) && text.size() < 64) text += static_cast<char>(bytes_[at_++]);
  if (!ends_word(peek())) return std::nullopt;
  if (text.starts_with('+')) text.erase(0, 1);
  const char* const end = text.data() + text.size();
  if (const auto parsed = std::from_chars(text.data(), end, number.integer);
      parsed.ec == std::errc() && parsed.ptr == end) {
    number.kind = Value::Kind::integer;
    return number;
  }
  if (text.find_first_not_of("0123456789.-") != std::string::npos) return std::nullopt;
  if (text.ends_with('.')) text += '0';
  if (text.starts_with("-.")) text.insert(1, "0");
  if (text.starts_with('.')) text.insert(0, "0");
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number.real);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  number.kind = Value::Kind::real;
  return number;
}

std::optional<Value> ValueReader::literal_string() {
  Value string;
  string.kind = Value::Kind::string;
  ++at_;
  for (int open = 1; at_ < bytes_.size();) {
    const std::uint8_t byte = bytes_[at_++];
    if (byte == '\\') {
      if (at_ >= bytes_.size()) return std::nullopt;
      const std::uint8_t escaped = bytes_[at_++];
      switch (escaped) {
        case 'n': string.text += '\n'; break;
        case 'r': string.text += '\r'; break;
        case 't': string.text += '\t'; break;
        case 'b': string.text += '\b'; break;
        case 'f': string.text += '\f'; break;
        case '\r':
          if (peek() == '\n') ++at_;
          break;
        case '\n': break;
        default:
          if (escaped >= '0' && escaped <= '7') {
            int code = escaped - '0';
            for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; ++i)
              code = code * 8 + (bytes_[at_++] - '0');
            string.text += static_cast<char>(code & 0xFF);
          } else {
            string.text += static_cast<char>(escaped);
          }
      }
      continue;
    }
    if (byte == '(') ++open;
    if (byte == ')' && --open == 0) return string;
    if (byte == '\r') {
      if (peek() == '\n') ++at_;
      string.text += '\n';
    } else {
      string.text += static_cast<char>(byte);
    }
  }
  return std::nullopt;
}

std::optional<Value> ValueReader::hexadecimal_string() {
  Value string;
  string.kind = Value::Kind::string;
  string.hexadecimal = true;
  ++at_;
  int high = -1;
  while (at_ < bytes_.size()) {
    const std::uint8_t byte = bytes_[at_++];
    if (byte == '>') {
      if (high >= 0) string.text += static_cast<char>(high << 4);
      return string;
    }
    if (is_pdf_space(byte)) continue;
    const int digit = hex_digit(byte);
    if (digit < 0) return std::nullopt;
    if (high < 0) {
      high = digit;
    } else {
      string.text += static_cast<char>(high << 4 | digit);
      high = -1;
    }
  }
  return std::nullopt;
}

std::optional<Value> ValueReader::name() {
  Value name;
  name.kind = Value::Kind::name;
  ++at_;
  while (!ends_word(peek())) {
    if (peek() == '#' && hex_digit(peek(1)) >= 0 && hex_digit(peek(2)) >= 0) {
      name.text += static_cast<char>(hex_digit(peek(1)) << 4 | hex_digit(peek(2)));
      at_ += 3;
    } else {
      name.text += static_cast<char>(bytes_[at_++]);
    }
  }
  return name;
}

std::optional<Value> ValueReader::array(int depth) {
  Value array;
  array.kind = Value::Kind::array;
  ++at_;
  for (;;) {
    skip_space();
    if (peek() == ']') {
      ++at_;
      return array;
    }
    auto item = value(depth + 1);
    if (!item) return std::nullopt;
    array.repeated_key |= item->repeated_key;
    array.items.push_back(std::move(*item));
  }
}

std::optional<Value> ValueReader::dictionary(int depth) {
  Value dictionary;
  dictionary.kind = Value::Kind::dictionary;
  at_ += 2;
  for (;;) {
    skip_space();
    if (peek() == '>' && peek(1) == '>') {
      at_ += 2;
      dictionary.repeated_key |= says_a_key_twice(dictionary);
      return dictionary;
    }
    if (peek() != '/') return std::nullopt;
    auto key = name();
    auto read = value(depth + 1);
    if (!read) return std::nullopt;
    dictionary.repeated_key |= read->repeated_key;
    dictionary.entries.emplace_back(std::move(key->text), std::move(*read));
  }
}

}  // namespace sogoc::verify
