#include "workers/copy_verify/copy_facts.hpp"

#include "workers/copy_verify/xmp_text.hpp"

namespace sogoc::verify {

CopyFacts copy_facts(PdfView& view) {
  CopyFacts facts;
  const Value& metadata = view.get(view.get(view.trailer(), "Root"), "Metadata");
  const auto bytes = view.decoded(metadata, 4u << 20);
  if (!bytes) return facts;
  const std::string packet(bytes->begin(), bytes->end());
  facts.copy_number = xmp_property(packet, "sogoc:copyNumber").value_or("");
  facts.qr_payload = xmp_property(packet, "sogoc:qrPayload");
  return facts;
}

}  // namespace sogoc::verify
