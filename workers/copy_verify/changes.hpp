#pragma once

// What happened to a document between a signed revision and the last one, and whether it may.

#include <optional>
#include <string>
#include <vector>

#include "workers/copy_verify/copy_verify.hpp"
#include "workers/copy_verify/signature_finder.hpp"

namespace sogoc::verify {

struct ChangeRules {
  // DocMDP: 1 nothing but validation data, 2 also forms and signatures, 3 also notes. Nothing: no
  // certification; further signatures are allowed, filling forms and notes are not.
  std::optional<int> permission;
  std::vector<FieldLock> locks;  // of this signature and of those before it
};

// `before` is the signed revision, `after` the last one of the same bytes. Everything that a
// reader of the document could see or that could act is compared; what is not known to be harmless
// is a finding that makes the whole invalid.
[[nodiscard]] std::vector<Finding> changes_between(PdfBytes& file, PdfView& before, PdfView& after,
                                                   const ChangeRules& rules);

}  // namespace sogoc::verify
