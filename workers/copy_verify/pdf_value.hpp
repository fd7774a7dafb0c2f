#pragma once

// PDF values exactly as they stand in the bytes. Strict on purpose: a verifier that repairs shows
// what the repair made, not what was signed. Every value remembers where it stands.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sogoc::verify {

using Bytes = std::span<const std::uint8_t>;

struct Reference {
  std::int64_t number = 0;
  std::int64_t generation = 0;
  friend auto operator<=>(const Reference&, const Reference&) = default;
};

struct Value {
  enum class Kind : std::uint8_t {
    null,
    boolean,
    integer,
    real,
    string,
    name,
    array,
    dictionary,
    stream,
    reference
  };
  Kind kind = Kind::null;
  bool boolean = false;
  bool hexadecimal = false;   // a string written as <...>
  bool repeated_key = false;  // it or a value in it says one key twice: readers disagree on it
  std::int64_t integer = 0;
  double real = 0;
  Reference reference;
  std::string text;  // string: its bytes; name: without '/'
  std::vector<Value> items;
  std::vector<std::pair<std::string, Value>> entries;
  std::size_t begin = 0, end = 0;            // half open, in the bytes it was read from
  std::size_t data_begin = 0, data_end = 0;  // stream: its coded bytes

  [[nodiscard]] bool is_dictionary() const {
    return kind == Kind::dictionary || kind == Kind::stream;
  }
  [[nodiscard]] bool is_name(std::string_view wanted) const {
    return kind == Kind::name && text == wanted;
  }
  [[nodiscard]] bool is_number() const { return kind == Kind::integer || kind == Kind::real; }
  [[nodiscard]] double number() const {
    return kind == Kind::integer ? static_cast<double>(integer) : real;
  }
  // The entry as written (perhaps a reference); null when there is none.
  [[nodiscard]] const Value& get(std::string_view key) const;
};

inline constexpr int kMaxNesting = 64;
inline constexpr std::size_t kMaxValues = 3'000'000;  // of one file: what a bomb may cost

// Reads values from bytes, from a position onward. After the first failure every call fails.
// Thread: belongs to one thread. The bytes must outlive it.
class ValueReader {
 public:
  // `budget`: how many values may still be read, shared by all readers of one file.
  ValueReader(Bytes bytes, std::size_t position, std::size_t& budget)
      : bytes_(bytes), at_(position), budget_(&budget) {}

  [[nodiscard]] std::size_t position() const { return at_; }
  void skip_space();                           // white space and comments
  [[nodiscard]] std::optional<Value> value();  // references only where "N G R" stands
  [[nodiscard]] bool keyword(
      std::string_view word);  // takes it when it stands here, as a whole word
  [[nodiscard]] std::optional<std::int64_t> whole_number();
  // "N G obj" VALUE ["stream" follows: left unread] . The reader stands behind the value.
  struct Head {
    Reference id;
    Value value;
    bool stream_follows = false;
    std::size_t data_begin = 0;
  };
  [[nodiscard]] std::optional<Head> object();

 private:
  [[nodiscard]] std::optional<Value> value(int depth);
  [[nodiscard]] std::optional<Value> number_or_reference();
  [[nodiscard]] std::optional<Value> literal_string();
  [[nodiscard]] std::optional<Value> hexadecimal_string();
  [[nodiscard]] std::optional<Value> name();
  [[nodiscard]] std::optional<Value> array(int depth);
  [[nodiscard]] std::optional<Value> dictionary(int depth);
  [[nodiscard]] int peek(std::size_t ahead = 0) const {
    return at_ + ahead < bytes_.size() ? bytes_[at_ + ahead] : -1;
  }

  Bytes bytes_;
  std::size_t at_;
  std::size_t* budget_;
};

[[nodiscard]] bool is_pdf_space(int byte);
[[nodiscard]] bool is_pdf_delimiter(int byte);
// A text string as UTF-8 (UTF-16BE or UTF-8 by its mark, else PDFDocEncoding's Latin part).
[[nodiscard]] std::string text_of(const Value& string);

}  // namespace sogoc::verify
