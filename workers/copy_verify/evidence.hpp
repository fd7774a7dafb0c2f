#pragma once

#include <cstdint>
#include <vector>

#include "workers/copy_verify/pdf_view.hpp"
#include "workers/trust/trust.hpp"

namespace sogoc::verify {

// What the file carries for long-term validation: /DSS with its /VRI.
struct StoredEvidence {
  bool present = false;
  std::uint64_t written_by =
      0;  // where the last byte of it ends; later document timestamps protect it
  std::vector<DerBytes> certificates;
  RevocationEvidence revocation;
};
[[nodiscard]] StoredEvidence stored_evidence(PdfView& view);

// The DER object at the head of padded bytes, cut to its own length; `clean` when only zeros
// follow. Empty when no definite length stands there.
[[nodiscard]] DerBytes without_padding(const std::vector<std::uint8_t>& padded, bool& clean);

void append(RevocationEvidence& to, const RevocationEvidence& more);

}  // namespace sogoc::verify
