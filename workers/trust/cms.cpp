// The CMS of a PDF signature: CAdES, adbe.pkcs7.detached and adbe.pkcs7.sha1.

#include "workers/trust/der_reader.hpp"
#include "workers/trust/signed_data_private.hpp"

namespace sogoc {
namespace {

using namespace openssl;

constexpr const char* kData = "1.2.840.113549.1.7.1";
constexpr const char* kMessageDigest = "1.2.840.113549.1.9.4";
constexpr const char* kSigningTime = "1.2.840.113549.1.9.5";
constexpr const char* kAdbeRevocation = "1.2.840.113583.1.1.8";
constexpr const char* kSignatureTimestamp = "1.2.840.113549.1.9.16.2.14";

std::string signature_name(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  const int kind = OBJ_obj2nid(object);
  if (kind == NID_rsassaPss) return "RSA-PSS";
  if (kind == NID_rsaEncryption) return "RSA-PKCS1";
  if (kind == NID_X9_62_id_ecPublicKey) return "ECDSA";
  int digest = NID_undef, key = NID_undef;
  if (OBJ_find_sigid_algs(kind, &digest, &key) == 1) {
    if (key == NID_rsaEncryption) return "RSA-PKCS1";
    if (key == NID_X9_62_id_ecPublicKey) return "ECDSA";
  }
  return kind != NID_undef ? OBJ_nid2sn(kind) : dotted(object);
}

const ASN1_TYPE* first_value(CMS_SignerInfo* signer, const char* oid, bool is_signed) {
  const ObjectPtr object(OBJ_txt2obj(oid, 1));
  const int at = is_signed ? CMS_signed_get_attr_by_OBJ(signer, object.get(), -1)
                           : CMS_unsigned_get_attr_by_OBJ(signer, object.get(), -1);
  if (at < 0) return nullptr;
  return X509_ATTRIBUTE_get0_type(
      is_signed ? CMS_signed_get_attr(signer, at) : CMS_unsigned_get_attr(signer, at), 0);
}

// A value that is a SEQUENCE is kept as its whole DER.
std::optional<DerBytes> sequence_value(const ASN1_TYPE* value) {
  if (value == nullptr || value->type != V_ASN1_SEQUENCE) return std::nullopt;
  return bytes_of(value->value.sequence);
}

// RevocationInfoArchival ::= SEQUENCE { crl [0] SEQUENCE OF CRL, ocsp [1] SEQUENCE OF OCSPResponse }
void add_archival(const DerBytes& der, RevocationEvidence& evidence) {
  std::span<const std::uint8_t> bytes = der;
  const auto outer = next_element(bytes);
  if (!outer) return;
  std::span<const std::uint8_t> parts = outer->content;
  while (const auto part = next_element(parts)) {
    std::span<const std::uint8_t> inside = part->content;
    const auto list = next_element(inside);
    if (!list) continue;
    std::span<const std::uint8_t> items = list->content;
    while (const auto item = next_element(items)) {
      if (part->tag == 0xA0) evidence.crls.emplace_back(item->whole.begin(), item->whole.end());
      if (part->tag == 0xA1) evidence.ocsp.emplace_back(item->whole.begin(), item->whole.end());
    }
  }
}

RevocationEvidence embedded_evidence(const SignedData& data) {
  RevocationEvidence evidence;
  for (const bool is_signed : {true, false})
    if (const auto archival = sequence_value(first_value(data.signer, kAdbeRevocation, is_signed)))
      add_archival(*archival, evidence);
  const CrlsPtr crls(CMS_get1_crls(data.cms.get()));
  for (int i = 0; i < sk_X509_CRL_num(crls.get()); ++i)
    evidence.crls.push_back(der_of(sk_X509_CRL_value(crls.get(), i), i2d_X509_CRL));
  return evidence;
}

std::optional<UtcTime> signing_time(const SignedData& data) {
  const ASN1_TYPE* value = first_value(data.signer, kSigningTime, true);
  if (value == nullptr) return std::nullopt;
  if (value->type == V_ASN1_UTCTIME) return time_from(value->value.utctime);
  if (value->type == V_ASN1_GENERALIZEDTIME) return time_from(value->value.generalizedtime);
  return std::nullopt;
}

using Digest = std::vector<std::uint8_t>;

// What the signer said it signed, beside what was there.
void compare_digests(const SignedData& data, const DigestOf& digest_of_content, CmsFacts& facts) {
  Digest expected;
  bool content_is_right = true;
  if (data.content) {
    // adbe.pkcs7.sha1: the content is the digest of the byte range; any other content is not the file.
    const auto sha1 = digest_of_content("SHA1");
    content_is_right = sha1.has_value() && *data.content == *sha1;
    facts.weak = true;
    expected = digest_of(*data.content, data.digest.c_str());
  } else if (const auto known = digest_of_content(data.digest)) {
    expected = *known;
  }
  facts.signature_valid = data.signature_verifies(expected);
  if (data.has_signed_attributes()) {
    const ASN1_STRING* said = data.signed_octets(kMessageDigest);
    facts.digest_matches = content_is_right && said != nullptr && !expected.empty() &&
                           bytes_of(said) == expected;
    // Attributes over data must say so: else a structure signed for another purpose could be shown.
    if (data.content_type_attribute() != kData) facts.signature_valid = false;
  } else {
    facts.digest_matches = content_is_right && facts.signature_valid;
  }
}

}  // namespace

Result<CmsFacts> read_cms(std::span<const std::uint8_t> cms, const DigestOf& digest_of_content) {
  const QuietQueue quiet;
  SOGOC_TRY(const SignedData data, parse_signed_data(cms, "signature", kData));
  CmsFacts facts;
  facts.digest_algorithm = digest_for_people(data.digest);
  facts.signature_algorithm = signature_name(data.signature_algorithm);
  facts.weak = data.weak();
  facts.signer = der_of(data.signer_certificate);
  facts.certificates = ders_of(data.certificates.get());
  facts.signature = data.signature();
  compare_digests(data, digest_of_content, facts);
  facts.signing_certificate_v2_ok = data.names_its_certificate(false);
  facts.has_signing_time_attribute = first_value(data.signer, kSigningTime, true) != nullptr;
  facts.claimed_time = signing_time(data);
  facts.embedded = embedded_evidence(data);
  facts.timestamp_token = sequence_value(first_value(data.signer, kSignatureTimestamp, false));
  return facts;
}

}  // namespace sogoc
