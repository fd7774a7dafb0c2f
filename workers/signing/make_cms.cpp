// The order of making a signature: judge, sign, stamp, check what was made.

#include <algorithm>

#include <fmt/format.h>

#include "workers/signing/cades.hpp"
#include "workers/signing/signing.hpp"

namespace sogoc {

namespace {

constexpr std::string_view kSha256Name = "SHA256";

DigestOf only_sha256(const Sha256& digest) {
  return [digest](const std::string& algorithm) -> std::optional<std::vector<std::uint8_t>> {
    if (algorithm != kSha256Name) return std::nullopt;
    return std::vector<std::uint8_t>(digest.bytes.begin(), digest.bytes.end());
  };
}

std::string named(const DerBytes& certificate) {
  const auto facts = facts_of(certificate);
  if (!facts) return "the certificate";
  const std::string& name = facts->common_name.empty() ? facts->subject : facts->common_name;
  return fmt::format("the certificate of {}", name);
}

tl::unexpected<Error> refuse(const DerBytes& certificate, const CertificateVerdict& verdict,
                             std::string_view use) {
  if (verdict.status == CertificateStatus::unknown)
    return fail(ErrorCode::undecidable, Retry::same_step, named(certificate),
                fmt::format("may not {} now, because nobody says whether it was revoked ({})", use,
                            verdict.reason));
  return fail(ErrorCode::invalid, Retry::after_operator, named(certificate),
              fmt::format("may not {} now: {} ({})", use, name(verdict.status), verdict.reason));
}

struct Judged {
  std::vector<DerBytes> chain;
  RevocationEvidence evidence;
};

// Is the certificate good now, by evidence fetched now? First without evidence: what fails already
// then needs no network.
Result<Judged> judge_now(const DerBytes& certificate, std::span<const DerBytes> helpers,
                         CertificateUse use, std::string_view doing, ValidationClient* network,
                         const TrustStore& store, UtcTime now) {
  CertificateVerdict verdict = judge_certificate(certificate, helpers, use, now, {}, store);
  if (verdict.status == CertificateStatus::good) return Judged{verdict.chain, {}};
  if (verdict.status != CertificateStatus::unknown || network == nullptr)
    return refuse(certificate, verdict, doing);
  auto evidence = network->evidence_for(verdict.chain);
  if (!evidence)
    return fail_while(std::move(evidence).error(),
                      fmt::format("asking whether {} was revoked", named(certificate)));
  verdict = judge_certificate(certificate, helpers, use, now, *evidence, store);
  if (verdict.status != CertificateStatus::good) return refuse(certificate, verdict, doing);
  return Judged{verdict.chain, *std::move(evidence)};
}

void add(RevocationEvidence& to, const RevocationEvidence& more) {
  const auto add_missing = [](std::vector<DerBytes>& list, const std::vector<DerBytes>& others) {
    for (const DerBytes& one : others)
      if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
  };
  add_missing(to.ocsp, more.ocsp);
  add_missing(to.crls, more.crls);
}

// What a signature must be before anyone gets it, whoever made it.
Result<CmsFacts> checked(std::span<const std::uint8_t> cms, const Sha256& digest,
                         const DerBytes& certificate, const std::string& who) {
  const auto refused = [&](const char* why) {
    return fail(ErrorCode::invalid, Retry::never, who, why);
  };
  auto facts = read_cms(cms, only_sha256(digest));
  if (!facts) return fail_while(std::move(facts).error(), "checking the signature that was made");
  if (facts->signer != certificate) return refused("the signature is by another certificate");
  if (!facts->digest_matches) return refused("the signature is over another digest");
  if (!facts->signature_valid) return refused("the signature does not verify");
  if (facts->weak) return refused("the signature uses a weak algorithm");
  if (!facts->signing_certificate_v2_ok)
    return refused("the signature does not name its certificate (no CAdES signature)");
  if (facts->has_signing_time_attribute)
    return refused("the signature holds a signing-time, which PAdES forbids");
  return facts;
}

// A token whose signer is judged like every other.
Result<MadeTimestamp> judged_timestamp(std::vector<std::uint8_t> token, const Sha256& imprint,
                                       ValidationClient& network, const TrustStore& store,
                                       UtcTime now) {
  const auto refused = [](const std::string& why) {
    return fail(ErrorCode::invalid, Retry::after_operator, "the timestamp", why);
  };
  const auto facts = read_timestamp(token, only_sha256(imprint));
  if (!facts) return refused("cannot be read: " + facts.error().message);
  if (!facts->imprint_matches) return refused("is over another digest");
  if (!facts->signature_valid) return refused("does not verify");
  if (facts->weak) return refused("uses a weak algorithm");
  SOGOC_TRY(Judged judged,
            judge_now(facts->signer, facts->certificates, CertificateUse::timestamping,
                      "give timestamps", &network, store, now));
  return MadeTimestamp{std::move(token), facts->time, std::move(judged.chain),
                       std::move(judged.evidence)};
}

Sha256 imprint_of(const std::vector<std::uint8_t>& signature) {
  return sha256_of(std::as_bytes(std::span(signature)));
}

// Takes over what a timestamp brings along.
void keep(MadeTimestamp& stamp, MadeCms& made) {
  add(made.evidence, stamp.evidence);
  made.tsa_chain = std::move(stamp.tsa_chain);
}

Done check_request(const CmsRequest& request, const ValidationClient* network) {
  if (request.timestamp && network == nullptr)
    return fail(ErrorCode::usage, Retry::never, "signature", "a timestamp needs the network");
  return {};
}

// The chain without its root: what a CMS carries besides the signer.
std::span<const DerBytes> between(const std::vector<DerBytes>& chain) {
  return chain.size() <= 2 ? std::span<const DerBytes>()
                           : std::span(chain).subspan(1, chain.size() - 2);
}

}  // namespace

Result<MadeTimestamp> make_timestamp(const Sha256& imprint, ValidationClient& network,
                                     const TrustStore& store, UtcTime now) {
  SOGOC_TRY(std::vector<std::uint8_t> token, network.timestamp(imprint.bytes));
  return judged_timestamp(std::move(token), imprint, network, store, now);
}

Result<MadeCms> make_cms(const CmsRequest& request, SigningKey& key, ValidationClient* network,
                         const TrustStore& store, UtcTime now) {
  SOGOC_CHECK(check_request(request, network));
  // From here on the certificate is good, or nothing is signed.
  SOGOC_TRY(Judged signer,
            judge_now(key.certificate(), key.chain(), CertificateUse::document_signing, "sign",
                      network, store, now));
  MadeCms made{{}, std::move(signer.chain), std::move(signer.evidence), {}};

  const der::Bytes attributes =
      cades::signed_attributes(request.byte_range_digest, key.certificate());
  const Sha256 digest = sha256_of(std::as_bytes(std::span(attributes)));
  SOGOC_TRY(const std::vector<std::uint8_t> signature, key.sign_digest(digest.bytes));
  // Tokens fail, and keys lie beside the wrong certificate: seen here, before a timestamp is spent.
  if (!cades::verifies(key.certificate(), key.scheme(), digest.bytes, signature))
    return fail(ErrorCode::invalid, Retry::after_operator, named(key.certificate()),
                "does not belong to the key that signed");

  MadeTimestamp stamp;
  if (request.timestamp) {
    SOGOC_TRY(stamp, make_timestamp(imprint_of(signature), *network, store, now));
    keep(stamp, made);
  }
  SOGOC_TRY(made.cms, cades::signed_data({key.scheme(), key.certificate(), between(made.chain),
                                          attributes, signature, stamp.token}));
  SOGOC_TRY(const CmsFacts facts, checked(made.cms, request.byte_range_digest, key.certificate(),
                                          "the signature that was made"));
  return made;
}

Result<MadeCms> make_cms_remotely(const CmsRequest& request, RemoteSigner& service,
                                  const DerBytes& certificate, std::span<const DerBytes> helpers,
                                  ValidationClient* network, const TrustStore& store, UtcTime now) {
  SOGOC_CHECK(check_request(request, network));
  SOGOC_TRY(Judged signer, judge_now(certificate, helpers, CertificateUse::document_signing, "sign",
                                     network, store, now));
  MadeCms made{{}, std::move(signer.chain), std::move(signer.evidence), {}};

  const std::string who = "the remote signing service";
  SOGOC_TRY(made.cms, service.sign_hash(request.byte_range_digest));
  SOGOC_TRY(const CmsFacts facts, checked(made.cms, request.byte_range_digest, certificate, who));
  if (!request.timestamp) return made;

  const Sha256 imprint = imprint_of(facts.signature);
  if (facts.timestamp_token) {  // the service has stamped it already
    SOGOC_TRY(MadeTimestamp stamp,
              judged_timestamp(*facts.timestamp_token, imprint, *network, store, now));
    keep(stamp, made);
    return made;
  }
  SOGOC_TRY(MadeTimestamp stamp, make_timestamp(imprint, *network, store, now));
  keep(stamp, made);
  SOGOC_TRY(made.cms, cades::with_timestamp(made.cms, stamp.token));
  SOGOC_TRY(const CmsFacts again, checked(made.cms, request.byte_range_digest, certificate, who));
  return made;
}

}  // namespace sogoc
