#pragma once

// What the rules need to know about the fields of a register: taken from its template
// (models/registers) by the program. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/names.hpp"
#include "pipeline/records/code_list.hpp"

namespace sogoc {

enum class FieldKind : std::uint8_t {
  text, name, date, number, entry_number, book_number, page_number, place, sex, ethnicity, nationality, id, code,
  signature,  // looked for, never read
  note,
};
inline constexpr NameTable<FieldKind, 15> kFieldKindNames{{{FieldKind::text, "text"},
                                                           {FieldKind::name, "name"},
                                                           {FieldKind::date, "date"},
                                                           {FieldKind::number, "number"},
                                                           {FieldKind::entry_number, "entry_number"},
                                                           {FieldKind::book_number, "book_number"},
                                                           {FieldKind::page_number, "page_number"},
                                                           {FieldKind::place, "place"},
                                                           {FieldKind::sex, "sex"},
                                                           {FieldKind::ethnicity, "ethnicity"},
                                                           {FieldKind::nationality, "nationality"},
                                                           {FieldKind::id, "id"},
                                                           {FieldKind::code, "code"},
                                                           {FieldKind::signature, "signature"},
                                                           {FieldKind::note, "note"}}};

struct FormField {
  std::string key;                  // "nksHoTen"
  std::string label;                // as on paper, for people
  FieldKind kind = FieldKind::text;
  bool binding = false;             // legally binding: a wrong value makes a wrong copy
  std::vector<CodeListEntry> codes;  // of its code list; each spelling on paper is an entry of its own
};

struct EntryForm {
  std::string layout;  // template id
  std::string kind;    // "KS"
  std::string title;   // "Sổ đăng ký khai sinh"
  std::vector<FormField> fields;
  [[nodiscard]] const FormField* field(std::string_view key) const {
    for (const FormField& one : fields)
      if (one.key == key) return &one;
    return nullptr;
  }
};

}  // namespace sogoc
