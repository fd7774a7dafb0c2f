// Certificates, CMS, timestamps, OCSP responses and CRLs from outside. What is read must hold
// together; nothing of it may be good, since no key of ours signed it.

#include <cstdlib>

#include "workers/trust/trust.hpp"

namespace {

using namespace sogoc;

const UtcTime kNow{std::chrono::seconds(1'795'600'000)};  // 2026-11-25

std::optional<std::vector<std::uint8_t>> zeros(const std::string& algorithm) {
  return std::vector<std::uint8_t>(algorithm == "SHA1" ? 20 : 32, 0);
}

void require(bool holds) {
  if (!holds) std::abort();
}

void judge(const DerBytes& certificate, const std::vector<DerBytes>& helpers, const DerBytes& evidence) {
  // The certificate at hand as its own anchor, so that its evidence and its path are looked at.
  std::vector<TrustAnchor> anchors;
  for (const DerBytes& one : helpers) anchors.push_back({one, AnchorKind::foreign, "fuzzed"});
  const TrustStore store = TrustStore::of(std::move(anchors), {}, {}, false);
  for (const CertificateUse use : {CertificateUse::document_signing, CertificateUse::timestamping}) {
    const CertificateVerdict verdict =
        judge_certificate(certificate, helpers, use, kNow, {.ocsp = {evidence}, .crls = {evidence}}, store);
    require(!verdict.reason.empty());
    if (verdict.status == CertificateStatus::good) require(verdict.anchor.has_value());
  }
  const auto facts = facts_of(certificate);
  if (facts) require(!facts->key.empty());
  for (const auto& address : addresses_of(certificate).ocsp) (void)host_of(address);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> input(data, size);
  const DerBytes bytes(input.begin(), input.end());
  const auto cms = read_cms(input, zeros);
  if (cms) {
    require(!cms->signer.empty() && !cms->certificates.empty());
    for (const DerBytes& one : cms->embedded.ocsp) judge(cms->signer, cms->certificates, one);
    if (cms->timestamp_token) (void)read_timestamp(*cms->timestamp_token, zeros);
    judge(cms->signer, cms->certificates, bytes);
  } else {
    require(!cms.error().message.empty());
  }
  const auto stamp = read_timestamp(input, zeros);
  if (stamp) require(!stamp->signer.empty());
  // As a certificate, and as evidence about itself.
  judge(bytes, {bytes}, bytes);
  return 0;
}
