#pragma once

// A PDF file of ours, as text with positions. Reads classic cross-reference tables and the
// objects they name; values stay the file's own text, so that what is not changed is copied
// byte for byte. Strict: anything our writers do not write is refused, never repaired.
//
// Thread: immutable once open.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc::pades {

// A value of a dictionary: its text and where it stands in the file (0 when it stands in no file).
struct RawValue {
  std::string_view text;
  std::size_t at = 0;
};

// Keys (without '/') and values in the order of the file; no key twice.
struct RawDictionary {
  std::vector<std::pair<std::string_view, RawValue>> entries;
  [[nodiscard]] const RawValue* find(std::string_view key) const;
};

// "12 0 R" -> 12; nothing else parses.
[[nodiscard]] std::optional<int> reference_in(std::string_view text);
// "[12 0 R 13 0 R]" -> {12, 13}; fails when anything else stands in the array.
[[nodiscard]] std::optional<std::vector<int>> references_in(std::string_view array);
// The length of the value at the start of `text`, without space before it; "12 0 R" counts as 12.
[[nodiscard]] std::optional<std::size_t> value_length(std::string_view text);
// The dictionary at the start of `text`, which stands at `at` of the file.
[[nodiscard]] std::optional<RawDictionary> parse_dictionary(std::string_view text, std::size_t at);

[[nodiscard]] std::string_view trimmed(std::string_view text);

class RawPdf {
 public:
  // Fails with not_found, limit_exceeded (over 512 MiB), or invalid.
  [[nodiscard]] static Result<RawPdf> open(const std::filesystem::path& file);

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] const std::string& subject() const { return subject_; }
  [[nodiscard]] std::size_t table_at() const { return table_at_; }  // newest table: the next /Prev
  [[nodiscard]] int size() const { return size_; }                  // of the newest trailer
  [[nodiscard]] int root() const { return root_; }
  [[nodiscard]] std::string_view trailer_value(std::string_view key) const;  // newest; "" = none

  // What stands between "obj" and "endobj" or "stream". Fails with invalid when there is no such
  // object.
  [[nodiscard]] Result<RawValue> object(int number) const;
  [[nodiscard]] Result<RawDictionary> dictionary(int number) const;
  // The value itself, or the object that it refers to.
  [[nodiscard]] Result<RawValue> resolved(const RawValue& value) const;
  [[nodiscard]] Result<RawDictionary> resolved_dictionary(const RawValue& value) const;

  [[nodiscard]] Result<int> first_page() const;
  // Objects of /AcroForm /Fields, in order; empty when there is no form.
  [[nodiscard]] Result<std::vector<int>> fields() const;

  [[nodiscard]] tl::unexpected<Error> refuse(const std::string& why) const;

 private:
  [[nodiscard]] Done read_tables();
  [[nodiscard]] Result<RawDictionary> read_table(std::size_t at);

  std::string bytes_;
  std::string subject_;
  std::map<int, std::size_t> offsets_;  // 0 = free
  std::map<std::string, std::string> trailer_;
  std::size_t table_at_ = 0;
  int size_ = 0;
  int root_ = 0;
};

}  // namespace sogoc::pades
