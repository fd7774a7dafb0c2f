#include "tests/support/test_pki.hpp"

#include <algorithm>
#include <ctime>
#include <map>
#include <stdexcept>

#include <openssl/rsa.h>

#include "tests/support/der_builder.hpp"
#include "workers/trust/openssl_boundary.hpp"

namespace sogoc::test {
namespace {

using der::Bytes;
using std::chrono::days;

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  return std::move(*result);
}

struct DigestNames {
  const char* oid;
  const char* ecdsa;
  const char* rsa;
};
const DigestNames& names(const std::string& digest) {
  static const std::map<std::string, DigestNames> table{
      {"MD5", {"1.2.840.113549.2.5", "", "1.2.840.113549.1.1.4"}},
      {"SHA1", {"1.3.14.3.2.26", "1.2.840.10045.4.1", "1.2.840.113549.1.1.5"}},
      {"SHA256", {"2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2", "1.2.840.113549.1.1.11"}},
      {"SHA384", {"2.16.840.1.101.3.4.2.2", "1.2.840.10045.4.3.3", "1.2.840.113549.1.1.12"}},
      {"SHA512", {"2.16.840.1.101.3.4.2.3", "1.2.840.10045.4.3.4", "1.2.840.113549.1.1.13"}}};
  return table.at(digest);
}

Bytes digest_algorithm(const std::string& digest) {
  return der::sequence({der::oid(names(digest).oid), der::null()});
}

bool is_ec(const Credential& signer) {
  return EVP_PKEY_get_base_id(signer.key.get()) == EVP_PKEY_EC;
}

Bytes signature_algorithm(const Credential& signer, const CmsWish& wish) {
  if (is_ec(signer)) return der::sequence({der::oid(names(wish.digest).ecdsa)});
  if (!wish.pss) return der::sequence({der::oid(names(wish.digest).rsa), der::null()});
  const Bytes hash = digest_algorithm(wish.digest);
  const auto salt = static_cast<std::uint64_t>(
      EVP_MD_get_size(EVP_get_digestbyname(wish.digest.c_str())));
  return der::sequence(
      {der::oid("1.2.840.113549.1.1.10"),
       der::sequence({der::tagged(0xA0, hash),
                      der::tagged(0xA1, der::sequence({der::oid("1.2.840.113549.1.1.8"), hash})),
                      der::tagged(0xA2, der::integer(salt))})});
}

Bytes signature_over(const Credential& signer, const CmsWish& wish, const Bytes& hash) {
  const openssl::KeyContextPtr context(EVP_PKEY_CTX_new(signer.key.get(), nullptr));
  std::size_t size = 0;
  if (EVP_PKEY_sign_init(context.get()) != 1) throw std::runtime_error("sign_init");
  if (wish.pss && (EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING) != 1 ||
                   EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) != 1))
    throw std::runtime_error("PSS");
  if (EVP_PKEY_CTX_set_signature_md(context.get(), EVP_get_digestbyname(wish.digest.c_str())) != 1 ||
      EVP_PKEY_sign(context.get(), nullptr, &size, hash.data(), hash.size()) != 1)
    throw std::runtime_error("sign");
  Bytes signature(size);
  if (EVP_PKEY_sign(context.get(), signature.data(), &size, hash.data(), hash.size()) != 1)
    throw std::runtime_error("sign");
  signature.resize(size);
  return signature;
}

Bytes issuer_and_serial(const DerBytes& certificate) {
  const auto parsed = openssl::certificate_from(certificate);
  return der::sequence({openssl::der_of(X509_get_issuer_name(parsed.get()), i2d_X509_NAME),
                        openssl::der_of(X509_get0_serialNumber(parsed.get()), i2d_ASN1_INTEGER)});
}

Bytes adbe_revocation(const RevocationEvidence& evidence) {
  Bytes crls, responses;
  for (const DerBytes& crl : evidence.crls) crls.insert(crls.end(), crl.begin(), crl.end());
  for (const DerBytes& one : evidence.ocsp) responses.insert(responses.end(), one.begin(), one.end());
  Bytes content;
  if (!crls.empty()) content = der::tagged(0xA0, der::tagged(0x30, crls));
  if (!responses.empty())
    content = der::joined({content, der::tagged(0xA1, der::tagged(0x30, responses))});
  return der::tagged(0x30, content);
}

// The attributes one after another, in DER's order for a SET OF.
Bytes signed_attributes(const Credential& signer, const CmsWish& wish, const Bytes& content_digest) {
  std::vector<Bytes> attributes{
      der::attribute("1.2.840.113549.1.9.3", der::oid(wish.content_type_attribute.c_str())),
      der::attribute("1.2.840.113549.1.9.4", der::octets(content_digest))};
  if (wish.signing_time)
    attributes.push_back(
        der::attribute("1.2.840.113549.1.9.5", der::utc_time(*wish.signing_time)));
  if (wish.ess_certificate_v2) {
    const Bytes hash = digest(wish.ess_certificate.value_or(signer.certificate));
    attributes.push_back(der::attribute(
        "1.2.840.113549.1.9.16.2.47",
        der::sequence({der::sequence({der::sequence({der::octets(hash)})})})));
  }
  if (wish.adbe_revocation)
    attributes.push_back(
        der::attribute("1.2.840.113583.1.1.8", adbe_revocation(*wish.adbe_revocation)));
  std::sort(attributes.begin(), attributes.end());
  Bytes all;
  for (const Bytes& one : attributes) all.insert(all.end(), one.begin(), one.end());
  return all;
}

Bytes signer_info(const Credential& signer, const CmsWish& wish) {
  const Bytes content_digest = wish.content ? digest(*wish.content, wish.digest) : wish.message_digest;
  Bytes attributes, hash = content_digest;
  if (wish.signed_attributes) {
    attributes = signed_attributes(signer, wish, content_digest);
    hash = digest(der::tagged(0x31, attributes), wish.digest);
  }
  Bytes signature = signature_over(signer, wish, hash);
  if (wish.wrong_signature) {
    hash[0] ^= 1;
    signature = signature_over(signer, wish, hash);
  }
  Bytes unsigned_attributes;
  if (wish.timestamp)
    unsigned_attributes = der::tagged(
        0xA1, der::attribute("1.2.840.113549.1.9.16.2.14", wish.timestamp(signature)));
  return der::sequence({der::integer(1), issuer_and_serial(signer.certificate),
                        digest_algorithm(wish.digest),
                        wish.signed_attributes ? der::tagged(0xA0, attributes) : Bytes{},
                        signature_algorithm(signer, wish), der::octets(signature),
                        unsigned_attributes});
}

}  // namespace

UtcTime utc(const std::string& iso) {
  std::tm broken{};
  if (strptime(iso.c_str(), "%Y-%m-%dT%H:%M:%SZ", &broken) == nullptr)
    throw std::runtime_error("not a time: " + iso);
  return UtcTime(std::chrono::seconds(timegm(&broken)));
}

Pki make_pki(UtcTime now, KeyKind leaf_keys) {
  Pki pki;
  pki.now = now;
  const UtcTime from = now - days(3650), to = now + days(3650);
  pki.root = self_signed(dev_pki::ca_wish("Test Root CA", from, to));
  pki.ca = issued(pki.root, dev_pki::ca_wish("Test Issuing CA", from, to));
  const UtcTime leaf_from = now - days(365), leaf_to = now + days(365);
  pki.body = issued(pki.ca, dev_pki::signer_wish("UBND xã Thử Nghiệm", leaf_from, leaf_to), leaf_keys);
  pki.certifier =
      issued(pki.ca, dev_pki::signer_wish("Trần Thị Mẫu", leaf_from, leaf_to), leaf_keys);
  pki.tsa = issued(pki.ca, dev_pki::tsa_wish("Test TSA", leaf_from, leaf_to), leaf_keys);
  pki.responder =
      issued(pki.ca, dev_pki::responder_wish("Test OCSP", leaf_from, leaf_to), leaf_keys);
  return pki;
}

Credential issued(const Credential& issuer, const CertificateWish& wish, KeyKind kind) {
  if (kind == KeyKind::ec_p256 || kind == KeyKind::ec_p384 || kind == KeyKind::ec_p224)
    return must(dev_pki::issue(issuer, wish, kind));
  // RSA keys take long to find: one a kind serves a whole test program.
  static std::map<KeyKind, dev_pki::Key> keys;
  dev_pki::Key& key = keys[kind];
  if (key == nullptr) key = must(dev_pki::make_key(kind));
  Credential made{key, must(dev_pki::certify(issuer, wish, key)), {issuer.certificate}};
  made.chain.insert(made.chain.end(), issuer.chain.begin(), issuer.chain.end());
  return made;
}

Credential self_signed(const CertificateWish& wish, KeyKind kind) {
  return must(dev_pki::make_root(wish, kind));
}

DerBytes ocsp(const DerBytes& certificate, const DerBytes& issuer, const Credential& responder,
              const OcspWish& wish) {
  return must(dev_pki::make_ocsp(certificate, issuer, responder, wish));
}

DerBytes crl(const Credential& issuer, const CrlWish& wish) {
  return must(dev_pki::make_crl(issuer, wish));
}

RevocationEvidence evidence_for(const Pki& pki, const DerBytes& certificate, UtcTime time) {
  RevocationEvidence made;
  made.ocsp.push_back(ocsp(certificate, pki.ca.certificate, pki.responder,
                           {.this_update = time, .next_update = time + days(1)}));
  made.crls.push_back(crl(pki.root, {.this_update = time, .next_update = time + days(1)}));
  return made;
}

RevocationEvidence evidence(const Pki& pki, UtcTime time) {
  RevocationEvidence made;
  for (const Credential* one : {&pki.body, &pki.certifier, &pki.tsa})
    made.ocsp.push_back(ocsp(one->certificate, pki.ca.certificate, pki.responder,
                             {.this_update = time, .next_update = time + days(1)}));
  made.crls.push_back(crl(pki.root, {.this_update = time, .next_update = time + days(1)}));
  return made;
}

TrustStore store(const Pki& pki) {
  return TrustStore::of({{pki.root.certificate, AnchorKind::trial, "test root"}}, {}, {}, true);
}

DerBytes made_cms(const Credential& signer, const CmsWish& wish) {
  Bytes certificates;
  if (wish.certificates) {
    certificates = signer.certificate;
    for (const DerBytes& one : signer.chain)
      certificates.insert(certificates.end(), one.begin(), one.end());
  }
  for (const DerBytes& one : wish.more_certificates)
    certificates.insert(certificates.end(), one.begin(), one.end());
  Bytes signers;
  for (int i = 0; i < wish.signers; ++i) signers = der::joined({signers, signer_info(signer, wish)});
  const bool data = wish.content_type == "1.2.840.113549.1.7.1";
  return der::sequence(
      {der::oid("1.2.840.113549.1.7.2"),
       der::tagged(
           0xA0,
           der::sequence(
               {der::integer(data ? 1 : 3), der::set({digest_algorithm(wish.digest)}),
                der::sequence({der::oid(wish.content_type.c_str()),
                               wish.content ? der::tagged(0xA0, der::octets(*wish.content))
                                            : Bytes{}}),
                certificates.empty() ? Bytes{} : der::tagged(0xA0, certificates),
                der::tagged(0x31, signers)}))});
}

DerBytes made_stamp(const Credential& tsa, const StampWish& wish) {
  CmsWish cms = wish.cms;
  cms.content_type = "1.2.840.113549.1.9.16.1.4";
  if (cms.content_type_attribute == "1.2.840.113549.1.7.1")
    cms.content_type_attribute = cms.content_type;
  cms.content = der::sequence(
      {der::integer(1), der::oid(wish.policy.c_str()),
       der::sequence({digest_algorithm(wish.imprint_digest), der::octets(wish.imprint)}),
       der::integer(wish.serial), der::general_time(wish.time)});
  return made_cms(tsa, cms);
}

std::function<DerBytes(const std::vector<std::uint8_t>&)> stamped_by(const Credential& tsa,
                                                                     UtcTime time) {
  return [tsa, time](const std::vector<std::uint8_t>& signature) {
    return made_stamp(tsa, {.imprint = digest(signature), .time = time, .cms = {}});
  };
}

std::vector<std::uint8_t> digest(const std::vector<std::uint8_t>& bytes,
                                 const std::string& algorithm) {
  return openssl::digest_of(bytes, algorithm.c_str());
}

DigestOf digests_of(std::vector<std::uint8_t> content) {
  return [content = std::move(content)](
             const std::string& algorithm) -> std::optional<std::vector<std::uint8_t>> {
    auto made = digest(content, algorithm);
    if (made.empty()) return std::nullopt;
    return made;
  };
}

}  // namespace sogoc::test
