#pragma once

// The values of a form's fields: what is written after each label, up to the next one, on its
// writing line and on the lines below that have no label; for a field with boxes to tick, the word
// beside the ticked one.

#include "workers/layout/form_labels.hpp"
#include "workers/layout/value_reader.hpp"
#include "workers/layout/writing_lines.hpp"

namespace sogoc::layout {

// What of a page's structure the fields are read by. All outlive the call.
struct FormPage {
  const PageWords& words;                 // those that `form` was matched with
  const std::vector<WritingLine>& lines;
  const std::vector<PageRegion>& regions; // check boxes
  SizePx size;
  double dpi = 0;
};

[[nodiscard]] Result<std::vector<ReadFormField>> read_form(const FormMatch& form,
                                                           const FormPage& page,
                                                           const RegisterCatalog& catalog,
                                                           ValueReader& values);

// The forms of a page as entries, boxes in upright pixels.
[[nodiscard]] std::vector<EntryReading> entries_of(const std::vector<ReadFormField>& fields,
                                                   const RegisterTemplate& form,
                                                   const RegisterCatalog& catalog, int part);

}  // namespace sogoc::layout
