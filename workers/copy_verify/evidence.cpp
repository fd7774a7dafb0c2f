#include "workers/copy_verify/evidence.hpp"

#include <algorithm>

namespace sogoc::verify {
namespace {

constexpr std::size_t kMaxObjects = 2'000;
constexpr std::size_t kMaxBytes = 16u << 20;  // a national CRL

void take(PdfView& view, const Value& list, std::vector<DerBytes>& to, std::uint64_t& written_by) {
  for (const Value& item : view.resolve(list).items) {
    if (to.size() >= kMaxObjects) return;
    const Value& stream = view.resolve(item);
    auto bytes = view.decoded(stream, kMaxBytes);
    if (!bytes) continue;
    written_by = std::max<std::uint64_t>(written_by, stream.end);
    to.push_back(std::move(*bytes));
  }
}

void without_repeats(std::vector<DerBytes>& all) {
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

}  // namespace

StoredEvidence stored_evidence(PdfView& view) {
  StoredEvidence stored;
  const Value& store = view.get(view.get(view.trailer(), "Root"), "DSS");
  if (!store.is_dictionary()) return stored;
  stored.present = true;
  const auto take_from = [&](const Value& dictionary, const char* certificates, const char* ocsp,
                             const char* crl) {
    take(view, dictionary.get(certificates), stored.certificates, stored.written_by);
    take(view, dictionary.get(ocsp), stored.revocation.ocsp, stored.written_by);
    take(view, dictionary.get(crl), stored.revocation.crls, stored.written_by);
  };
  take_from(store, "Certs", "OCSPs", "CRLs");
  for (const auto& [name, entry] : view.get(store, "VRI").entries)
    take_from(view.resolve(entry), "Cert", "OCSP", "CRL");
  without_repeats(stored.certificates);
  without_repeats(stored.revocation.ocsp);
  without_repeats(stored.revocation.crls);
  return stored;
}

DerBytes without_padding(const std::vector<std::uint8_t>& padded, bool& clean) {
  clean = false;
  if (padded.size() < 2 || padded[0] != 0x30) return {};
  std::size_t length = padded[1], head = 2;
  if (length > 0x80) {
    const std::size_t count = length - 0x80;
    if (count > 4 || padded.size() < 2 + count) return {};
    length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length << 8 | padded[2 + i];
    head = 2 + count;
  } else if (length == 0x80) {  // indefinite length: allowed by CMS, its end is inside
    clean = true;
    std::size_t end = padded.size();
    while (end > 2 && padded[end - 1] == 0) --end;
    end = std::min(end + 64, padded.size());  // its own end marks are zeros too
    return {padded.begin(), padded.begin() + static_cast<std::ptrdiff_t>(end)};
  }
  if (length > padded.size() - head) return {};
  const auto end = padded.begin() + static_cast<std::ptrdiff_t>(head + length);
  clean = std::all_of(end, padded.end(), [](std::uint8_t byte) { return byte == 0; });
  return {padded.begin(), end};
}

void append(RevocationEvidence& to, const RevocationEvidence& more) {
  to.ocsp.insert(to.ocsp.end(), more.ocsp.begin(), more.ocsp.end());
  to.crls.insert(to.crls.end(), more.crls.begin(), more.crls.end());
}

}  // namespace sogoc::verify
