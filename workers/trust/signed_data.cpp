#include "workers/trust/signed_data_private.hpp"

#include <algorithm>

#include <openssl/rsa.h>

#include "workers/trust/certificate_private.hpp"

namespace sogoc::openssl {
namespace {

constexpr int kMostCertificates = 256;

tl::unexpected<Error> refused(const char* subject, std::string why) {
  return fail(ErrorCode::invalid_input, Retry::never, subject, std::move(why));
}

X509_ATTRIBUTE* only_signed_attribute(CMS_SignerInfo* signer, const char* oid) {
  const ObjectPtr object(OBJ_txt2obj(oid, 1));
  const int at = CMS_signed_get_attr_by_OBJ(signer, object.get(), -1);
  if (at < 0 || CMS_signed_get_attr_by_OBJ(signer, object.get(), at) >= 0) return nullptr;
  X509_ATTRIBUTE* attribute = CMS_signed_get_attr(signer, at);
  return X509_ATTRIBUTE_count(attribute) == 1 ? attribute : nullptr;
}

Result<std::string> digest_name(const X509_ALGOR* algorithm, const char* subject) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  const int kind = OBJ_obj2nid(object);
  const EVP_MD* digest = kind != NID_undef ? EVP_get_digestbynid(kind) : nullptr;
  if (digest == nullptr)
    return refused(subject, "its digest algorithm is not known: " + dotted(object));
  return std::string(OBJ_nid2sn(kind));
}

bool verify_digest(EVP_PKEY* key, bool pss, const char* digest,
                   const std::vector<std::uint8_t>& hash,
                   const std::vector<std::uint8_t>& signature) {
  const KeyContextPtr context(EVP_PKEY_CTX_new(key, nullptr));
  const EVP_MD* kind = EVP_get_digestbyname(digest);
  if (context == nullptr || kind == nullptr || EVP_PKEY_verify_init(context.get()) != 1) return false;
  if (pss && (EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING) != 1 ||
              EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_AUTO) != 1))
    return false;
  return EVP_PKEY_CTX_set_signature_md(context.get(), kind) == 1 &&
         EVP_PKEY_verify(context.get(), signature.data(), signature.size(), hash.data(),
                         hash.size()) == 1;
}

int algorithm_kind(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return OBJ_obj2nid(object);
}

}  // namespace

bool SignedData::has_signed_attributes() const { return CMS_signed_get_attr_count(signer) > 0; }

const ASN1_STRING* SignedData::signed_octets(const char* oid) const {
  X509_ATTRIBUTE* attribute = only_signed_attribute(signer, oid);
  if (attribute == nullptr) return nullptr;
  return static_cast<const ASN1_STRING*>(
      X509_ATTRIBUTE_get0_data(attribute, 0, V_ASN1_OCTET_STRING, nullptr));
}

std::string SignedData::content_type_attribute() const {
  X509_ATTRIBUTE* attribute = only_signed_attribute(signer, "1.2.840.113549.1.9.3");
  if (attribute == nullptr) return "";
  const auto* object = static_cast<const ASN1_OBJECT*>(
      X509_ATTRIBUTE_get0_data(attribute, 0, V_ASN1_OBJECT, nullptr));
  return object != nullptr ? dotted(object) : "";
}

std::vector<std::uint8_t> SignedData::signature() const {
  return bytes_of(CMS_SignerInfo_get0_signature(signer));
}

bool SignedData::names_its_certificate(bool v1_too) const {
  const QuietQueue quiet;
  // The attribute's value is the whole SEQUENCE, as DER.
  const auto value = [&](const char* oid) -> const ASN1_STRING* {
    X509_ATTRIBUTE* attribute = only_signed_attribute(signer, oid);
    if (attribute == nullptr) return nullptr;
    return static_cast<const ASN1_STRING*>(
        X509_ATTRIBUTE_get0_data(attribute, 0, V_ASN1_SEQUENCE, nullptr));
  };
  const ASN1_STRING* second = value("1.2.840.113549.1.9.16.2.47");
  const ASN1_STRING* first = v1_too ? value("1.2.840.113549.1.9.16.2.12") : nullptr;
  std::unique_ptr<ESS_SIGNING_CERT_V2, FreeWith<ESS_SIGNING_CERT_V2_free>> v2;
  std::unique_ptr<ESS_SIGNING_CERT, FreeWith<ESS_SIGNING_CERT_free>> v1;
  if (second != nullptr) {
    const unsigned char* data = ASN1_STRING_get0_data(second);
    v2.reset(d2i_ESS_SIGNING_CERT_V2(nullptr, &data, ASN1_STRING_length(second)));
  }
  if (first != nullptr) {
    const unsigned char* data = ASN1_STRING_get0_data(first);
    v1.reset(d2i_ESS_SIGNING_CERT(nullptr, &data, ASN1_STRING_length(first)));
  }
  if (v1 == nullptr && v2 == nullptr) return false;
  // The first identifier must be the signer's; the others may be of any of the certificates.
  const BorrowedCertificatesPtr ordered(sk_X509_new_null());
  if (ordered == nullptr) return false;
  sk_X509_push(ordered.get(), signer_certificate);
  for (int i = 0; i < sk_X509_num(certificates.get()); ++i) {
    X509* one = sk_X509_value(certificates.get(), i);
    if (one != signer_certificate) sk_X509_push(ordered.get(), one);
  }
  return OSSL_ESS_check_signing_certs(v1.get(), v2.get(), ordered.get(), 0) == 1;
}

bool SignedData::weak() const {
  const int digest_kind = algorithm_kind(digest_algorithm);
  const int signature_kind = algorithm_kind(signature_algorithm);
  int inner = NID_undef, key = NID_undef;
  // rsaEncryption and id-ecPublicKey name no hash of their own: then the digest algorithm's counts.
  const bool names_hash = OBJ_find_sigid_algs(signature_kind, &inner, &key) == 1 && inner != NID_undef;
  return weak_digest(digest_kind) || (names_hash && weak_digest(inner)) ||
         (signature_kind == NID_rsassaPss && weak_signature(signature_algorithm)) ||
         weak_key(X509_get0_pubkey(signer_certificate));
}

bool SignedData::signature_verifies(const std::vector<std::uint8_t>& content_digest) const {
  const QuietQueue quiet;
  if (has_signed_attributes()) return CMS_SignerInfo_verify(signer) == 1;
  if (content_digest.empty()) return false;
  return verify_digest(X509_get0_pubkey(signer_certificate),
                       algorithm_kind(signature_algorithm) == NID_rsassaPss, digest.c_str(),
                       content_digest, signature());
}

Result<SignedData> parse_signed_data(std::span<const std::uint8_t> bytes, const char* subject,
                                     const char* content_type) {
  if (bytes.size() > kMostCmsBytes)
    return fail(ErrorCode::limit_exceeded, Retry::never, subject, "the CMS is larger than 32 MiB");
  if (bytes.empty()) return refused(subject, "there is no CMS: it is empty");
  SignedData data;
  const unsigned char* at = bytes.data();
  data.cms.reset(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(bytes.size())));
  if (data.cms == nullptr) return refused(subject, "this is not a whole CMS object");
  if (!std::all_of(at, bytes.data() + bytes.size(), [](unsigned char byte) { return byte == 0; }))
    return refused(subject, "other bytes follow the CMS object");
  CMS_ContentInfo* cms = data.cms.get();
  if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)
    return refused(subject, "the CMS is not a SignedData");
  const std::string type = dotted(CMS_get0_eContentType(cms));
  if (type != content_type) return refused(subject, "the CMS is about another kind of content: " + type);
  STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(cms);
  const int count = sk_CMS_SignerInfo_num(signers);
  if (count <= 0) return refused(subject, "the CMS has no signer");
  if (count > 1) return refused(subject, "the CMS has more than one signer");
  data.signer = sk_CMS_SignerInfo_value(signers, 0);
  data.certificates.reset(CMS_get1_certs(cms));
  if (data.certificates == nullptr || sk_X509_num(data.certificates.get()) <= 0)
    return refused(subject, "the CMS holds no certificate");
  if (sk_X509_num(data.certificates.get()) > kMostCertificates)
    return fail(ErrorCode::limit_exceeded, Retry::never, subject, "the CMS holds too many certificates");
  for (int i = 0; i < sk_X509_num(data.certificates.get()); ++i) {
    X509* one = sk_X509_value(data.certificates.get(), i);
    if (CMS_SignerInfo_cert_cmp(data.signer, one) != 0) continue;
    data.signer_certificate = one;
    break;
  }
  if (data.signer_certificate == nullptr)
    return refused(subject, "the signer's certificate is not in the CMS");
  if (X509_get0_pubkey(data.signer_certificate) == nullptr)
    return refused(subject, "the signer's key is of a kind that is not known");
  CMS_SignerInfo_set1_signer_cert(data.signer, data.signer_certificate);
  X509_ALGOR *digest = nullptr, *signature = nullptr;
  CMS_SignerInfo_get0_algs(data.signer, nullptr, nullptr, &digest, &signature);
  data.digest_algorithm = digest;
  data.signature_algorithm = signature;
  SOGOC_TRY(data.digest, digest_name(digest, subject));
  ASN1_OCTET_STRING** content = CMS_get0_content(cms);
  if (content != nullptr && *content != nullptr) data.content = bytes_of(*content);
  return data;
}

std::vector<DerBytes> ders_of(const STACK_OF(X509) * certificates) {
  std::vector<DerBytes> ders;
  for (int i = 0; i < sk_X509_num(certificates); ++i)
    ders.push_back(der_of(sk_X509_value(certificates, i)));
  return ders;
}

std::string digest_for_people(const std::string& name) {
  const bool sha = name.starts_with("SHA") && name.size() > 3 && name[3] >= '0' && name[3] <= '9';
  return sha ? "SHA-" + name.substr(3) : name;
}

}  // namespace sogoc::openssl
