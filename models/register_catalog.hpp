#pragma once

// What the registers of an office look like, as data (models/registers/*.toml): which fields an
// entry has, what they are called on paper, what may stand in them, which are legally binding. How
// to write one: models/registers/README.md.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

// What stands in a field: decides how it is read and what is checked.
enum class RegisterValueKind : std::uint8_t {
  text,
  name,          // of a person
  date,
  date_in_words,
  number,        // figures, with separators
  entry_number,  // so: N/YYYY, or N alone where the book has the year
  book_number,
  page_number,
  place,
  sex,
  ethnicity,
  nationality,
  id,            // of a paper: 9 or 12 figures, or as its pattern says
  code,          // one of the field's code list
  signature,     // looked for, never read
  note,
};
[[nodiscard]] std::string_view name(RegisterValueKind kind);
[[nodiscard]] std::optional<RegisterValueKind> register_value_kind_named(std::string_view text);

struct RegisterField {
  std::string key;                  // "nksHoTen"
  RegisterValueKind kind = RegisterValueKind::text;
  bool binding = false;             // legally binding: a wrong value makes a wrong copy
  std::vector<std::string> labels;  // as printed over the column or before the value; first = shown
  std::vector<std::string> under;   // heads that group such fields: "Mẹ"; empty = stands alone
  std::string codes;                // name of its code list; "" = none
  std::string pattern;              // ECMAScript regular expression of a whole value; "" = none
};

enum class RegisterForm : std::uint8_t { table, form };
[[nodiscard]] std::string_view name(RegisterForm form);

struct RegisterTemplate {
  std::string id;       // "ks-table"
  std::string kind;     // "KS"
  RegisterForm form = RegisterForm::table;
  std::vector<std::string> titles;  // printed over pages or on covers
  std::string opens;    // key of the field that says where an entry begins
  std::vector<RegisterField> fields;
  [[nodiscard]] const RegisterField* field(std::string_view key) const;
};

struct CodeValue {
  std::string code;                // "1"
  std::string text;                // "Nam"
  std::vector<std::string> also;   // other spellings on paper
  std::string valid_from;          // YYYY-MM-DD; "" = always was
  std::string valid_to;            // last day; "" = still is
};

struct CodeList {
  std::string key;                 // "sex"
  std::vector<CodeValue> values;
};

// From which confidence on a value may be called sure. Calibrated by tools/bench registers.
struct SureBar {
  std::optional<RegisterValueKind> kind;  // nothing: every other kind
  std::optional<RegisterForm> form;       // nothing: tables and forms alike
  std::string source;                     // "print", "handwriting", "mixed"
  double least = 1;                       // 1 and more: never
};

class RegisterCatalog {
 public:
  // Loads every file of the folder strictly. Fails with missing_model or, naming every mistake with
  // its file and line, with corrupt.
  [[nodiscard]] static Result<RegisterCatalog> load(const std::filesystem::path& folder);

  [[nodiscard]] const std::vector<RegisterTemplate>& all() const { return templates_; }
  // Fails with not_found.
  [[nodiscard]] Result<RegisterTemplate> find(std::string_view id) const;
  [[nodiscard]] const CodeList* codes(std::string_view key) const;
  [[nodiscard]] const std::vector<CodeList>& code_lists() const { return codes_; }
  // The bar that says most of them: kind before form before neither. 1 when nothing is said: such a value
  // is never sure.
  [[nodiscard]] double sure_from(RegisterForm form, RegisterValueKind kind,
                                 std::string_view source) const;

 private:
  std::vector<RegisterTemplate> templates_;
  std::vector<CodeList> codes_;
  std::vector<SureBar> bars_;
};

// Every mistake of one template file, "" when there is none; code lists are taken from
// `codes_file`. Fails with not_found when the file cannot be read.
[[nodiscard]] Result<std::string> mistakes_in_register_file(
    const std::filesystem::path& file, const std::filesystem::path& codes_file);

// $SOGOC_REGISTERS and nothing else when it is set; else beside the program, the installed folder,
// the source tree. Fails with missing_model.
[[nodiscard]] Result<std::filesystem::path> find_registers_folder();

}  // namespace sogoc
