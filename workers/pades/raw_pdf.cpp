#include "workers/pades/raw_pdf.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>

namespace sogoc::pades {

namespace {

constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{512} << 20;
constexpr int kMaxObjects = 1'000'000;
constexpr int kMaxDepth = 32;  // of dictionaries and arrays in each other, of the page tree

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}
bool is_delimiter(char c) {
  return std::string_view("()<>[]{}/%").find(c) != std::string_view::npos;
}
bool is_regular(char c) { return !is_space(c) && !is_delimiter(c); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads tokens off the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return done() ? '\0' : text_[at_]; }
  [[nodiscard]] bool starts_with(std::string_view word) const {
    return text_.substr(at_).starts_with(word);
  }
  void space() {
    while (!done() && is_space(text_[at_])) ++at_;
  }
  bool take(std::string_view word) {
    if (!starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  std::string_view regular() {
    const std::size_t from = at_;
    while (!done() && is_regular(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }
  std::optional<std::uint64_t> number() {
    const std::size_t from = at_;
    while (!done() && is_digit(text_[at_])) ++at_;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data() + from, text_.data() + at_, value);
    if (error != std::errc{} || end != text_.data() + at_) return std::nullopt;
    return value;
  }
  // One value: name, number, word, string, array or dictionary. A reference is three of them.
  bool value(int depth) {
    if (depth > kMaxDepth || done()) return false;
    if (take("<<")) return until(">>", depth);
    if (take("[")) return until("]", depth);
    switch (peek()) {
      case '(': return literal();
      case '<': return hexadecimal();
      case '/': ++at_; return !regular().empty();
      default: return !regular().empty();
    }
  }

 private:
  bool until(std::string_view end, int depth) {
    for (space(); !take(end); space())
      if (!value(depth + 1)) return false;
    return true;
  }
  bool literal() {
    int open = 0;
    for (; !done(); ++at_) {
      const char c = text_[at_];
      if (c == '\\') ++at_;
      if (c == '(') ++open;
      if (c == ')' && --open == 0) {
        ++at_;
        return true;
      }
    }
    return false;
  }
  bool hexadecimal() {
    const std::size_t end = text_.find('>', at_);
    if (end == std::string_view::npos) return false;
    const std::string_view digits = text_.substr(at_ + 1, end - at_ - 1);
    if (!std::all_of(digits.begin(), digits.end(), [](char c) {
          return is_space(c) || is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        }))
      return false;
    at_ = end + 1;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<int> small_number(std::string_view text, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || !is_digit(text[0]) || error != std::errc{} ||
      end != text.data() + text.size())
    return std::nullopt;
  return value <= most ? std::optional(value) : std::nullopt;
}

std::optional<int> take_reference(Cursor& cursor) {
  const auto number = small_number(cursor.regular(), kMaxObjects);
  cursor.space();
  const auto generation = small_number(cursor.regular(), 0);
  cursor.space();
  if (!number || *number == 0 || !generation || cursor.regular() != "R") return std::nullopt;
  return number;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

const RawValue* RawDictionary::find(std::string_view key) const {
  for (const auto& [name, value] : entries)
    if (name == key) return &value;
  return nullptr;
}

std::optional<int> reference_in(std::string_view text) {
  Cursor cursor(text);
  const auto number = take_reference(cursor);
  return number && cursor.done() ? number : std::nullopt;
}

std::optional<std::vector<int>> references_in(std::string_view array) {
  Cursor cursor(array);
  if (!cursor.take("[")) return std::nullopt;
  std::vector<int> numbers;
  for (cursor.space(); !cursor.take("]"); cursor.space()) {
    const auto number = take_reference(cursor);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  return cursor.done() ? std::optional(numbers) : std::nullopt;
}

std::optional<std::size_t> value_length(std::string_view text) {
  Cursor cursor(text);
  return cursor.value(0) ? std::optional(cursor.at()) : std::nullopt;
}

std::optional<RawDictionary> parse_dictionary(std::string_view text, std::size_t at) {
  Cursor cursor(text);
  if (!cursor.take("<<")) return std::nullopt;
  RawDictionary dictionary;
  for (cursor.space(); !cursor.take(">>"); cursor.space()) {
    if (!cursor.take("/")) return std::nullopt;
    const std::string_view key = cursor.regular();
    if (key.empty() || dictionary.find(key) != nullptr) return std::nullopt;
    cursor.space();
    const std::size_t from = cursor.at();
    std::size_t to = from;
    do {  // a reference is three values; a value that follows a value is never a name
      if (!cursor.value(1)) return std::nullopt;
      to = cursor.at();
      cursor.space();
    } while (cursor.peek() != '/' && !cursor.starts_with(">>"));
    dictionary.entries.push_back({key, RawValue{text.substr(from, to - from), at + from}});
  }
  return dictionary;
}

tl::unexpected<Error> RawPdf::refuse(const std::string& why) const {
  return fail(ErrorCode::invalid, Retry::never, subject_, why);
}

Result<RawPdf> RawPdf::open(const std::filesystem::path& file) {
  RawPdf pdf;
  pdf.subject_ = file.filename().string();
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error)
    return fail(ErrorCode::not_found, Retry::never, pdf.subject_,
                "cannot be read: " + error.message());
  if (size > kMaxFileBytes)
    return fail(ErrorCode::limit_exceeded, Retry::never, pdf.subject_,
                "is larger than 512 MiB, the most a copy may have");
  std::ifstream in(file, std::ios::binary);
  pdf.bytes_.resize(size);
  in.read(pdf.bytes_.data(), static_cast<std::streamsize>(size));
  if (static_cast<std::uintmax_t>(in.gcount()) != size)
    return fail(ErrorCode::not_found, Retry::never, pdf.subject_, "cannot be read to its end");
  SOGOC_CHECK(pdf.read_tables());
  return pdf;
}

Done RawPdf::read_tables() {
  const std::string_view all = bytes_;
  if (!all.starts_with("%PDF-")) return refuse("is not a PDF file");
  const std::string_view body = trimmed(all);
  const std::size_t last = body.rfind("startxref");
  if (!body.ends_with("%%EOF") || last == std::string_view::npos || body.size() - last > 64)
    return refuse("does not end as a PDF file ends");
  Cursor cursor(body.substr(last + 9));
  cursor.space();
  const auto start = cursor.number();
  cursor.space();
  if (!start || *start >= last || !cursor.take("%%EOF") || !cursor.done())
    return refuse("does not say where its table of objects is");
  table_at_ = *start;
  // Each table must lie before the one that names it: a chain that only goes back ends.
  for (std::size_t at = table_at_;;) {
    SOGOC_TRY(const RawDictionary trailer, read_table(at));
    if (at == table_at_)
      for (const auto& [key, value] : trailer.entries)
        trailer_.emplace(std::string(key), std::string(value.text));
    const RawValue* previous = trailer.find("Prev");
    if (previous == nullptr) break;
    Cursor number(previous->text);
    const auto before = number.number();
    if (!before || !number.done() || *before >= at)
      return refuse("its tables of objects do not follow each other");
    at = *before;
  }
  const auto size = small_number(trailer_value("Size"), kMaxObjects);
  const auto root = reference_in(trailer_value("Root"));
  if (!size || !root) return refuse("its trailer names no catalog or no size");
  for (const auto& [number, offset] : offsets_)
    if (number >= *size) return refuse("an object has a number beyond the stated size");
  size_ = *size;
  root_ = *root;
  return {};
}

Result<RawDictionary> RawPdf::read_table(std::size_t at) {
  const std::string_view text = std::string_view(bytes_).substr(at);
  Cursor cursor(text);
  if (!cursor.take("xref"))
    return refuse("has no classic table of objects, so nothing may be appended to it");
  for (cursor.space(); !cursor.take("trailer"); cursor.space()) {
    const auto first = cursor.number();
    cursor.space();
    const auto count = cursor.number();
    if (!first || !count || *first + *count > kMaxObjects || *count > kMaxObjects)
      return refuse("its table of objects is damaged");
    for (std::uint64_t i = 0; i < *count; ++i) {
      cursor.space();
      const auto offset = cursor.number();
      cursor.space();
      const auto generation = cursor.number();
      cursor.space();
      const std::string_view kind = cursor.regular();
      if (!offset || !generation || (kind != "n" && kind != "f") || *offset >= bytes_.size() ||
          (kind == "n" && (*generation != 0 || *offset == 0)))
        return refuse("its table of objects is damaged");
      // The newest table is read first and wins.
      offsets_.emplace(static_cast<int>(*first + i), kind == "n" ? *offset : 0);
    }
  }
  cursor.space();
  auto trailer = parse_dictionary(text.substr(cursor.at()), at + cursor.at());
  if (!trailer) return refuse("its trailer is damaged");
  if (trailer->find("XRefStm") != nullptr || trailer->find("Encrypt") != nullptr)
    return refuse("is encrypted or has hybrid tables, so nothing may be appended to it");
  return *std::move(trailer);
}

std::string_view RawPdf::trailer_value(std::string_view key) const {
  const auto found = trailer_.find(std::string(key));
  return found == trailer_.end() ? std::string_view{} : found->second;
}

Result<RawValue> RawPdf::object(int number) const {
  const auto found = offsets_.find(number);
  const std::string what = "object " + std::to_string(number);
  if (found == offsets_.end() || found->second == 0) return refuse(what + " does not exist");
  const std::string_view text = std::string_view(bytes_).substr(found->second);
  Cursor cursor(text);
  const auto stated = cursor.number();
  cursor.space();
  const auto generation = cursor.number();
  cursor.space();
  if (stated != static_cast<std::uint64_t>(number) || generation != 0U || !cursor.take("obj"))
    return refuse(what + " is not where the table says");
  cursor.space();
  const std::string_view rest = text.substr(cursor.at());
  const auto length = value_length(rest);
  if (!length) return refuse(what + " is damaged");
  return RawValue{rest.substr(0, *length), found->second + cursor.at()};
}

Result<RawDictionary> RawPdf::dictionary(int number) const {
  SOGOC_TRY(const RawValue value, object(number));
  auto parsed = parse_dictionary(value.text, value.at);
  if (!parsed) return refuse("object " + std::to_string(number) + " is no dictionary");
  return *std::move(parsed);
}

Result<RawValue> RawPdf::resolved(const RawValue& value) const {
  const auto number = reference_in(value.text);
  return number ? object(*number) : Result<RawValue>(value);
}

Result<RawDictionary> RawPdf::resolved_dictionary(const RawValue& value) const {
  SOGOC_TRY(const RawValue found, resolved(value));
  auto parsed = parse_dictionary(found.text, found.at);
  if (!parsed) return refuse("a value that should be a dictionary is none");
  return *std::move(parsed);
}

Result<int> RawPdf::first_page() const {
  SOGOC_TRY(const RawDictionary catalog, dictionary(root_));
  const RawValue* pages = catalog.find("Pages");
  std::optional<int> node = pages != nullptr ? reference_in(pages->text) : std::nullopt;
  for (int depth = 0; node && depth < kMaxDepth; ++depth) {
    SOGOC_TRY(const RawDictionary found, dictionary(*node));
    const RawValue* kids = found.find("Kids");
    if (kids == nullptr) return *node;
    SOGOC_TRY(const RawValue array, resolved(*kids));
    const auto numbers = references_in(array.text);
    node = numbers && !numbers->empty() ? std::optional(numbers->front()) : std::nullopt;
  }
  return refuse("its first page cannot be found");
}

Result<std::vector<int>> RawPdf::fields() const {
  SOGOC_TRY(const RawDictionary catalog, dictionary(root_));
  const RawValue* form = catalog.find("AcroForm");
  if (form == nullptr) return std::vector<int>{};
  SOGOC_TRY(const RawDictionary entries, resolved_dictionary(*form));
  const RawValue* fields = entries.find("Fields");
  if (fields == nullptr) return std::vector<int>{};
  SOGOC_TRY(const RawValue array, resolved(*fields));
  const auto numbers = references_in(array.text);
  if (!numbers) return refuse("its list of form fields is damaged");
  return *numbers;
}

}  // namespace sogoc::pades
