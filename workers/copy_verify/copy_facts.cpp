#include "workers/copy_verify/copy_facts.hpp"

#include "workers/copy_verify/xmp_text.hpp"

namespace sogoc::verify {

CopyFacts copy_facts(PdfView& view) {
  CopyFacts facts;
  const Value& metadata = view.get(view.get(view.trailer(), "Root"), "Metadata");
  const auto bytes = view.decoded(metadata, 4u << 20);
  if (!bytes) return facts;
  const std::string packet(bytes->begin(), bytes->end());
  // The names that workers/copy_write gives them, in the namespace urn:sogoc:copy:1#.
  if (packet.find("urn:sogoc:copy:1#") == std::string::npos) return facts;
  const auto property = [&packet](const char* name) {
    return xmp_property(packet, name).value_or("");
  };
  facts.copy_number = property("sogoc:copyNumber");
  facts.body = property("sogoc:body");
  facts.kind = property("sogoc:kind");
  facts.issue_record = property("sogoc:issueRecord");
  facts.lookup_address = property("sogoc:lookup");
  return facts;
}

}  // namespace sogoc::verify
