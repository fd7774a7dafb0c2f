// What a certificate says about itself.

#include "workers/trust/certificate_private.hpp"

#include <openssl/ec.h>
#include <openssl/rsa.h>

namespace sogoc {
namespace openssl {
namespace {

// A value of the subject by kind, the last one named, as UTF-8.
std::string name_part(const X509_NAME* name, int kind) {
  int at = -1, found = -1;
  while ((at = X509_NAME_get_index_by_NID(name, kind, at)) >= 0) found = at;
  if (found < 0) return "";
  unsigned char* text = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, found)));
  const BytesPtr owner(text);
  return size > 0 ? std::string(text, text + size) : "";
}

}  // namespace

std::string name_text(const X509_NAME* name) {
  const BioPtr memory(BIO_new(BIO_s_mem()));
  if (memory == nullptr || X509_NAME_print_ex(memory.get(), name, 0,
                                              XN_FLAG_RFC2253 & ~static_cast<unsigned long>(
                                                                    ASN1_STRFLGS_ESC_MSB)) < 0)
    return "";
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : "";
}

std::string short_name(const X509* certificate) {
  const X509_NAME* name = X509_get_subject_name(certificate);
  const std::string common = name_part(name, NID_commonName);
  return common.empty() ? name_text(name) : common;
}

std::string key_text(const EVP_PKEY* key) {
  if (key == nullptr) return "unknown";
  const int bits = EVP_PKEY_get_bits(key);
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS: return "RSA " + std::to_string(bits);
    case EVP_PKEY_EC: {
      char group[80] = "";
      std::size_t size = 0;
      if (EVP_PKEY_get_group_name(const_cast<EVP_PKEY*>(key), group, sizeof group, &size) == 1) {
        const char* nist = EC_curve_nid2nist(OBJ_txt2nid(group));
        return std::string("EC ") + (nist != nullptr ? nist : group);
      }
      return "EC " + std::to_string(bits);
    }
    case EVP_PKEY_ED25519: return "Ed25519";
    case EVP_PKEY_ED448: return "Ed448";
    default: return "unknown";
  }
}

bool weak_key(const EVP_PKEY* key) {
  if (key == nullptr) return true;
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS: return EVP_PKEY_get_bits(key) < 2048;
    case EVP_PKEY_EC: return EVP_PKEY_get_bits(key) < 256;
    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448: return false;
    default: return true;  // DSA, GOST and what we do not know
  }
}

bool weak_digest(int kind) {
  switch (kind) {
    case NID_sha256:
    case NID_sha384:
    case NID_sha512:
    case NID_sha3_256:
    case NID_sha3_384:
    case NID_sha3_512: return false;
    default: return true;
  }
}

int pss_digest(const X509_ALGOR* algorithm) {
  const void* parameter = nullptr;
  int type = 0;
  X509_ALGOR_get0(nullptr, &type, &parameter, algorithm);
  if (type != V_ASN1_SEQUENCE) return NID_sha1;  // the default of RFC 8017
  const std::unique_ptr<RSA_PSS_PARAMS, FreeWith<RSA_PSS_PARAMS_free>> pss(
      static_cast<RSA_PSS_PARAMS*>(ASN1_item_unpack(static_cast<const ASN1_STRING*>(parameter),
                                                    ASN1_ITEM_rptr(RSA_PSS_PARAMS))));
  if (pss == nullptr) return NID_undef;
  if (pss->hashAlgorithm == nullptr) return NID_sha1;
  const ASN1_OBJECT* hash = nullptr;
  X509_ALGOR_get0(&hash, nullptr, nullptr, pss->hashAlgorithm);
  return OBJ_obj2nid(hash);
}

bool weak_signature(const X509_ALGOR* algorithm) {
  const QuietQueue quiet;
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  const int kind = OBJ_obj2nid(object);
  if (kind == NID_rsassaPss) return weak_digest(pss_digest(algorithm));
  if (kind == NID_ED25519 || kind == NID_ED448) return false;
  int digest = NID_undef, key = NID_undef;
  return OBJ_find_sigid_algs(kind, &digest, &key) != 1 || weak_digest(digest);
}

bool weak_signature(const X509* certificate) {
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate);
  return weak_signature(algorithm);
}

bool is_ca(X509* certificate) { return X509_check_ca(certificate) == 1; }

bool has_trial_mark(const X509* certificate) {
  static const ObjectPtr mark(OBJ_txt2obj(kTrialOid, 1));
  return X509_get_ext_by_OBJ(certificate, mark.get(), -1) >= 0;
}

}  // namespace openssl

using namespace openssl;

std::string_view name(AnchorKind kind) {
  switch (kind) {
    case AnchorKind::national: return "national";
    case AnchorKind::government: return "government";
    case AnchorKind::foreign: return "foreign";
    case AnchorKind::trial: return "trial";
  }
  return "unknown";
}

std::optional<AnchorKind> anchor_kind_named(std::string_view text) {
  for (const AnchorKind kind : {AnchorKind::national, AnchorKind::government, AnchorKind::foreign,
                                AnchorKind::trial})
    if (name(kind) == text) return kind;
  return std::nullopt;
}

std::string_view name(CertificateStatus status) {
  switch (status) {
    case CertificateStatus::good: return "good";
    case CertificateStatus::revoked: return "revoked";
    case CertificateStatus::unknown: return "unknown";
    case CertificateStatus::not_yet_valid: return "not_yet_valid";
    case CertificateStatus::expired: return "expired";
    case CertificateStatus::wrong_usage: return "wrong_usage";
    case CertificateStatus::weak_algorithm: return "weak_algorithm";
    case CertificateStatus::bad_chain: return "bad_chain";
    case CertificateStatus::untrusted_root: return "untrusted_root";
    case CertificateStatus::incomplete_chain: return "incomplete_chain";
  }
  return "unknown";
}

bool carries_trial_mark(const DerBytes& certificate) {
  const QuietQueue quiet;
  const CertificatePtr parsed = certificate_from(certificate);
  return parsed != nullptr && has_trial_mark(parsed.get());
}

Result<CertificateFacts> facts_of(const DerBytes& certificate) {
  const QuietQueue quiet;
  const CertificatePtr parsed = certificate_from(certificate);
  const auto refused = [](const char* why) {
    return fail(ErrorCode::invalid_input, Retry::never, "certificate", why);
  };
  if (parsed == nullptr) return refused("this is not one X.509 certificate in DER");
  const auto from = time_from(X509_get0_notBefore(parsed.get()));
  const auto to = time_from(X509_get0_notAfter(parsed.get()));
  if (!from || !to) return refused("the certificate states no readable time of validity");
  CertificateFacts facts;
  const X509_NAME* subject = X509_get_subject_name(parsed.get());
  facts.subject = name_text(subject);
  facts.issuer = name_text(X509_get_issuer_name(parsed.get()));
  facts.common_name = name_part(subject, NID_commonName);
  facts.organization = name_part(subject, NID_organizationName);
  facts.serial_hex = hex_of(X509_get0_serialNumber(parsed.get()));
  facts.not_before = *from;
  facts.not_after = *to;
  facts.key = key_text(X509_get0_pubkey(parsed.get()));
  return facts;
}

namespace {

void add_address(std::vector<std::string>& list, const GENERAL_NAME* name) {
  int kind = 0;
  const void* value = GENERAL_NAME_get0_value(name, &kind);
  if (kind != GEN_URI || value == nullptr) return;
  const auto bytes = bytes_of(static_cast<const ASN1_STRING*>(value));
  // An address with a zero byte in it is a trick; one of a novel's length is no address.
  if (bytes.empty() || bytes.size() > 2048) return;
  for (const std::uint8_t byte : bytes)
    if (byte <= 0x20 || byte >= 0x7F) return;
  list.emplace_back(bytes.begin(), bytes.end());
}

}  // namespace

CertificateAddresses addresses_of(const DerBytes& certificate) {
  const QuietQueue quiet;
  CertificateAddresses found;
  const CertificatePtr parsed = certificate_from(certificate);
  if (parsed == nullptr) return found;
  const std::unique_ptr<AUTHORITY_INFO_ACCESS, FreeWith<AUTHORITY_INFO_ACCESS_free>> access(
      static_cast<AUTHORITY_INFO_ACCESS*>(
          X509_get_ext_d2i(parsed.get(), NID_info_access, nullptr, nullptr)));
  for (int i = 0; access != nullptr && i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
    const ACCESS_DESCRIPTION* one = sk_ACCESS_DESCRIPTION_value(access.get(), i);
    const int kind = OBJ_obj2nid(one->method);
    if (kind == NID_ad_OCSP) add_address(found.ocsp, one->location);
    if (kind == NID_ad_ca_issuers) add_address(found.ca_issuers, one->location);
  }
  const std::unique_ptr<CRL_DIST_POINTS, FreeWith<CRL_DIST_POINTS_free>> points(
      static_cast<CRL_DIST_POINTS*>(
          X509_get_ext_d2i(parsed.get(), NID_crl_distribution_points, nullptr, nullptr)));
  for (int i = 0; points != nullptr && i < sk_DIST_POINT_num(points.get()); ++i) {
    const DIST_POINT* point = sk_DIST_POINT_value(points.get(), i);
    if (point->distpoint == nullptr || point->distpoint->type != 0) continue;
    const GENERAL_NAMES* names = point->distpoint->name.fullname;
    for (int j = 0; j < sk_GENERAL_NAME_num(names); ++j)
      add_address(found.crl, sk_GENERAL_NAME_value(names, j));
  }
  return found;
}

}  // namespace sogoc
