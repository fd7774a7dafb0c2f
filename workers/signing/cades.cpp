#include "workers/signing/cades.hpp"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "workers/trust/openssl_boundary.hpp"

namespace sogoc::cades {

using namespace openssl;
using der::Bytes;

namespace {

constexpr std::string_view kData = "1.2.840.113549.1.7.1";
constexpr std::string_view kSignedData = "1.2.840.113549.1.7.2";
constexpr std::string_view kContentType = "1.2.840.113549.1.9.3";
constexpr std::string_view kMessageDigest = "1.2.840.113549.1.9.4";
constexpr std::string_view kSigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";
constexpr std::string_view kTimestampToken = "1.2.840.113549.1.9.16.2.14";
constexpr std::string_view kSha256 = "2.16.840.1.101.3.4.2.1";
constexpr std::string_view kEcdsaSha256 = "1.2.840.10045.4.3.2";
constexpr std::string_view kRsa = "1.2.840.113549.1.1.1";
constexpr std::string_view kRsaPss = "1.2.840.113549.1.1.10";
constexpr std::string_view kMgf1 = "1.2.840.113549.1.1.8";
constexpr int kLeastRsaBits = 2048;
constexpr int kPssSaltBytes = 32;  // the digest's length

std::span<const std::byte> as_std_bytes(std::span<const std::uint8_t> bytes) {
  return std::as_bytes(bytes);
}

Bytes attribute(std::string_view kind, const Bytes& value) {
  return der::group(der::kSequence, {der::object(kind), der::group(der::kSet, {value})});
}

const Bytes kNull{der::kNull, 0};

Bytes algorithm_of(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::ecdsa_sha256:
      return der::group(der::kSequence, {der::object(kEcdsaSha256)});
    case SignatureScheme::rsa_pkcs1_sha256:
      return der::group(der::kSequence, {der::object(kRsa), kNull});
    case SignatureScheme::rsa_pss_sha256: break;
  }
  // RFC 4055: within the parameters of PSS the hash has NULL of its own.
  const Bytes hash = der::group(der::kSequence, {der::object(kSha256), kNull});
  const Bytes mask = der::group(der::kSequence, {der::object(kMgf1), hash});
  return der::group(
      der::kSequence,
      {der::object(kRsaPss),
       der::group(der::kSequence,
                  {der::group(der::kContext0, {hash}), der::group(der::kContext1, {mask}),
                   der::group(der::kContext2, {der::small_integer(kPssSaltBytes)})})});
}

tl::unexpected<Error> unreadable(const char* what) {
  return fail(ErrorCode::invalid_input, Retry::never, what, "cannot be read: " + drain_errors());
}

}  // namespace

Bytes signed_attributes(const Sha256& content_digest, const DerBytes& certificate) {
  const Sha256 id = sha256_of(as_std_bytes(certificate));
  // ESSCertIDv2 with its default hash, SHA-256; the issuer's name may be left out.
  const Bytes named = der::group(
      der::kSequence, {der::group(der::kSequence, {der::element(der::kOctets, id.bytes)})});
  return der::set_of(der::kSet,
                     {attribute(kContentType, der::object(kData)),
                      attribute(kMessageDigest, der::element(der::kOctets, content_digest.bytes)),
                      attribute(kSigningCertificateV2, der::group(der::kSequence, {named}))});
}

Result<Bytes> signed_data(const Parts& parts) {
  const CertificatePtr certificate = certificate_from(parts.certificate);
  if (certificate == nullptr) return unreadable("the signer's certificate");
  const Bytes issuer = der_of(X509_get_issuer_name(certificate.get()), i2d_X509_NAME);
  const Bytes serial = der_of(X509_get0_serialNumber(certificate.get()), i2d_ASN1_INTEGER);
  const Bytes hash = der::group(der::kSequence, {der::object(kSha256)});

  // The same attributes, tagged [0] in place of SET.
  Bytes attributes(parts.signed_attributes.begin(), parts.signed_attributes.end());
  attributes[0] = der::kContext0;
  Bytes unsigned_attributes;
  if (!parts.timestamp_token.empty())
    unsigned_attributes = der::group(
        der::kContext1, {attribute(kTimestampToken, Bytes(parts.timestamp_token.begin(),
                                                          parts.timestamp_token.end()))});
  const Bytes signer = der::group(
      der::kSequence, {der::small_integer(1), der::group(der::kSequence, {issuer, serial}), hash,
                       attributes, algorithm_of(parts.scheme),
                       der::element(der::kOctets, parts.signature), unsigned_attributes});

  std::vector<Bytes> certificates{parts.certificate};
  for (const DerBytes& other : parts.others) certificates.push_back(other);
  const Bytes content = der::group(
      der::kSequence, {der::small_integer(1), der::group(der::kSet, {hash}),
                       der::group(der::kSequence, {der::object(kData)}),
                       der::set_of(der::kContext0, certificates), der::group(der::kSet, {signer})});
  return der::group(der::kSequence,
                    {der::object(kSignedData), der::group(der::kContext0, {content})});
}

Result<Bytes> with_timestamp(std::span<const std::uint8_t> cms,
                             std::span<const std::uint8_t> token) {
  const QuietQueue quiet;
  const unsigned char* at = cms.data();
  const CmsPtr parsed(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(cms.size())));
  const auto* signers = parsed == nullptr ? nullptr : CMS_get0_SignerInfos(parsed.get());
  if (signers == nullptr || sk_CMS_SignerInfo_num(signers) != 1) return unreadable("the signature");
  if (CMS_unsigned_add1_attr_by_NID(sk_CMS_SignerInfo_value(signers, 0),
                                    NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE, token.data(),
                                    static_cast<int>(token.size())) != 1)
    return unreadable("the timestamp");
  Bytes made = der_of(parsed.get(), i2d_CMS_ContentInfo);
  if (made.empty()) return unreadable("the signature");
  return made;
}

bool verifies(const DerBytes& der, SignatureScheme scheme, std::span<const std::uint8_t> digest,
              std::span<const std::uint8_t> signature) {
  const QuietQueue quiet;
  const CertificatePtr certificate = certificate_from(der);
  if (certificate == nullptr) return false;
  const KeyContextPtr context(EVP_PKEY_CTX_new(X509_get0_pubkey(certificate.get()), nullptr));
  if (context == nullptr || EVP_PKEY_verify_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) != 1)
    return false;
  if (scheme == SignatureScheme::rsa_pkcs1_sha256 &&
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1)
    return false;
  if (scheme == SignatureScheme::rsa_pss_sha256 &&
      (EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), kPssSaltBytes) != 1))
    return false;
  return EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(),
                         digest.size()) == 1;
}

Result<SignatureScheme> scheme_for(const DerBytes& der, bool prefer_pss) {
  const QuietQueue quiet;
  const CertificatePtr certificate = certificate_from(der);
  if (certificate == nullptr) return unreadable("the signer's certificate");
  EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  const int bits = key == nullptr ? 0 : EVP_PKEY_get_bits(key);
  switch (key == nullptr ? EVP_PKEY_NONE : EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
      if (bits < kLeastRsaBits) break;
      return prefer_pss ? SignatureScheme::rsa_pss_sha256 : SignatureScheme::rsa_pkcs1_sha256;
    case EVP_PKEY_EC: {
      char curve[32] = "";
      EVP_PKEY_get_group_name(key, curve, sizeof curve, nullptr);
      const std::string_view name = curve;
      if (name == "prime256v1" || name == "P-256" || name == "secp384r1" || name == "P-384")
        return SignatureScheme::ecdsa_sha256;
      break;
    }
    default: break;
  }
  return fail(ErrorCode::unsupported_input, Retry::after_operator, "the signer's certificate",
              "its key is not RSA from 2048 bits, P-256 or P-384");
}

}  // namespace sogoc::cades
