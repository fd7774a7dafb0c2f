#include "tools/sogoc/entry_forms.hpp"

#include <algorithm>

#include "models/register_catalog.hpp"

namespace sogoc {
namespace {

// "Họ và tên (Mẹ)" where several fields have the same words over them.
std::string label_of(const RegisterTemplate& whole, const RegisterField& known) {
  if (known.labels.empty()) return known.key;
  const auto same = std::count_if(whole.fields.begin(), whole.fields.end(), [&](const RegisterField& other) {
    return !other.labels.empty() && other.labels.front() == known.labels.front();
  });
  return same > 1 && !known.under.empty() ? known.labels.front() + " (" + known.under.front() + ")" : known.labels.front();
}

FormField form_field(const RegisterCatalog& catalog, const RegisterTemplate& whole, const RegisterField& known) {
  FormField field;
  field.key = known.key;
  field.label = label_of(whole, known);
  field.kind = value_in(kFieldKindNames, name(known.kind)).value_or(FieldKind::text);
  field.binding = known.binding && known.kind != RegisterValueKind::signature;
  if (const CodeList* codes = known.codes.empty() ? nullptr : catalog.codes(known.codes)) {
    for (const CodeValue& code : codes->values) {
      field.codes.push_back({code.code, code.text, code.valid_from, code.valid_to});
      for (const std::string& other : code.also) field.codes.push_back({code.code, other, code.valid_from, code.valid_to});
    }
  }
  return field;
}

}  // namespace

Result<EntryForms> EntryForms::load() {
  SOGOC_TRY(const auto folder, find_registers_folder());
  SOGOC_TRY(const RegisterCatalog catalog, RegisterCatalog::load(folder));
  EntryForms forms;
  for (const RegisterTemplate& known : catalog.all()) {
    EntryForm form{known.id, known.kind, known.titles.empty() ? "Sổ " + known.kind : known.titles.front(), {}};
    for (const RegisterField& field : known.fields) form.fields.push_back(form_field(catalog, known, field));
    forms.forms_.push_back(std::move(form));
  }
  return forms;
}

const EntryForm* EntryForms::find(const std::string& layout, const std::string& kind) const {
  for (const EntryForm& form : forms_)
    if (form.layout == layout) return &form;
  for (const EntryForm& form : forms_)
    if (form.kind == kind) return &form;
  return nullptr;
}

bool EntryForms::knows_kind(const std::string& kind) const {
  return std::any_of(forms_.begin(), forms_.end(), [&](const EntryForm& form) { return form.kind == kind; });
}

bool EntryForms::knows_layout(const std::string& layout) const {
  return std::any_of(forms_.begin(), forms_.end(), [&](const EntryForm& form) { return form.layout == layout; });
}

std::vector<std::string> EntryForms::kinds() const {
  std::vector<std::string> kinds;
  for (const EntryForm& form : forms_)
    if (std::find(kinds.begin(), kinds.end(), form.kind) == kinds.end()) kinds.push_back(form.kind);
  return kinds;
}

std::vector<std::string> unreviewed_binding(const EntryDetails& entry, const EntryForm* form) {
  std::vector<std::string> keys;
  if (form == nullptr) {
    // A layout nobody knows: every value of it may be binding.
    for (const EntryFieldDetails& field : entry.fields)
      if (!field.decided) keys.push_back(field.machine.reading.key);
    return keys;
  }
  for (const FormField& known : form->fields) {
    if (!known.binding) continue;
    const EntryFieldDetails* field = entry.field(known.key);
    // Books of one kind differ in their columns: only a number must stand in all of them.
    if (field == nullptr ? known.key == "so" : !field->decided) keys.push_back(known.key);
  }
  return keys;
}

}  // namespace sogoc
