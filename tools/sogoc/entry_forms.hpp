#pragma once

// The fields of registers, from the templates the program carries.

#include <string>
#include <vector>

#include "pipeline/core/result.hpp"
#include "pipeline/records/entry_form.hpp"
#include "storage/register_books.hpp"

namespace sogoc {

class EntryForms {
 public:
  // Fails with missing_model.
  [[nodiscard]] static Result<EntryForms> load();

  // The form of a layout; where the layout is not known (a generic table, an import) that of the kind of its book,
  // with every field of it. Never null for a known kind.
  [[nodiscard]] const EntryForm* find(const std::string& layout, const std::string& kind) const;
  [[nodiscard]] bool knows_kind(const std::string& kind) const;
  [[nodiscard]] bool knows_layout(const std::string& layout) const;
  [[nodiscard]] std::vector<std::string> kinds() const;

 private:
  std::vector<EntryForm> forms_;
};

// Binding fields of the entry that no person has decided; the number of an entry, also where none was found.
[[nodiscard]] std::vector<std::string> unreviewed_binding(const EntryDetails& entry, const EntryForm* form);

}  // namespace sogoc
