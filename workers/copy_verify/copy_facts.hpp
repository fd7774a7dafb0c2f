#pragma once

#include <string>

#include "workers/copy_verify/pdf_view.hpp"

namespace sogoc::verify {

// What one of our copies says about itself in its XMP. Claims, not truth: the signature stands for
// them.
struct CopyFacts {
  std::string copy_number, body, kind, issue_record, lookup_address;
};
[[nodiscard]] CopyFacts copy_facts(PdfView& view);

}  // namespace sogoc::verify
