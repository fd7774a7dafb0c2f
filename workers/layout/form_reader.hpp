#pragma once

// The values of a form's fields: what stands after each label, up to the next one, and on the lines
// below that have none.

#include "workers/layout/form_labels.hpp"
#include "workers/layout/value_reader.hpp"

namespace sogoc::layout {

[[nodiscard]] Result<std::vector<ReadFormField>> read_form(const FormMatch& form,
                                                           const PageWords& words,
                                                           ValueReader& values, SizePx page,
                                                           double dpi);

// The forms of a page as entries, boxes in upright pixels.
[[nodiscard]] std::vector<EntryReading> entries_of(const std::vector<ReadFormField>& fields,
                                                   const RegisterTemplate& form,
                                                   const RegisterCatalog& catalog, int part);

}  // namespace sogoc::layout
