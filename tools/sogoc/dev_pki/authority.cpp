#include "tools/sogoc/dev_pki/authority.hpp"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "workers/trust/openssl_boundary.hpp"

namespace sogoc::dev_pki {
namespace {

using namespace openssl;

tl::unexpected<Error> refused(const std::string& what) {
  return fail(ErrorCode::internal, Retry::never, what, "OpenSSL refuses it: " + drain_errors());
}

Key shared(EVP_PKEY* key) { return Key(key, EVP_PKEY_free); }

bool add_name_part(X509_NAME* name, const char* kind, const std::string& text) {
  return text.empty() ||
         X509_NAME_add_entry_by_txt(name, kind, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

bool add_extension(X509* certificate, X509V3_CTX& context, int kind, const std::string& words) {
  if (words.empty()) return true;
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, words.c_str()));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool add_raw_extension(X509* certificate, const char* oid, std::vector<unsigned char> value) {
  const ObjectPtr object(OBJ_txt2obj(oid, 1));
  const OctetsPtr octets(ASN1_OCTET_STRING_new());
  if (object == nullptr || octets == nullptr ||
      ASN1_OCTET_STRING_set(octets.get(), value.data(), static_cast<int>(value.size())) != 1)
    return false;
  const ExtensionPtr extension(
      X509_EXTENSION_create_by_OBJ(nullptr, object.get(), 0, octets.get()));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

std::string joined(std::string text, const std::string& more) {
  return text.empty() ? more : text + "," + more;
}

bool add_extensions(X509* certificate, X509* issuer, const CertificateWish& wish) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  std::string points, access;
  for (const std::string& address : wish.crl) points = joined(points, "URI:" + address);
  for (const std::string& address : wish.ocsp) access = joined(access, "OCSP;URI:" + address);
  for (const std::string& address : wish.ca_issuers)
    access = joined(access, "caIssuers;URI:" + address);
  return add_extension(certificate, context, NID_basic_constraints, wish.basic_constraints) &&
         add_extension(certificate, context, NID_key_usage, wish.key_usage) &&
         add_extension(certificate, context, NID_ext_key_usage, wish.extended_key_usage) &&
         add_extension(certificate, context, NID_subject_alt_name, wish.alternative_names) &&
         add_extension(certificate, context, NID_name_constraints, wish.name_constraints) &&
         add_extension(certificate, context, NID_subject_key_identifier, "hash") &&
         add_extension(certificate, context, NID_authority_key_identifier, "keyid") &&
         add_extension(certificate, context, NID_crl_distribution_points, points) &&
         add_extension(certificate, context, NID_info_access, access) &&
         (!wish.ocsp_no_check ||
          add_raw_extension(certificate, "1.3.6.1.5.5.7.48.1.5", {0x05, 0x00})) &&
         (!wish.trial || add_raw_extension(certificate, kTrialOid, {0x05, 0x00}));
}

bool set_serial(X509* certificate) {
  const NumberPtr number(BN_new());
  // 127 random bits: positive and, for practice, never twice.
  return number != nullptr && BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

// Self-signed when `issuer` is null.
Result<DerBytes> make_certificate(const CertificateWish& wish, EVP_PKEY* subject_key, X509* issuer,
                                  EVP_PKEY* issuer_key) {
  const CertificatePtr certificate(X509_new());
  X509* it = certificate.get();
  if (it == nullptr || X509_set_version(it, X509_VERSION_3) != 1 || !set_serial(it) ||
      !add_name_part(X509_get_subject_name(it), "C", "VN") ||
      !add_name_part(X509_get_subject_name(it), "O", wish.organization) ||
      !add_name_part(X509_get_subject_name(it), "CN", wish.common_name) ||
      X509_set_issuer_name(it, issuer != nullptr ? X509_get_subject_name(issuer)
                                                 : X509_get_subject_name(it)) != 1 ||
      ASN1_TIME_set(X509_getm_notBefore(it), seconds_of(wish.not_before)) == nullptr ||
      ASN1_TIME_set(X509_getm_notAfter(it), seconds_of(wish.not_after)) == nullptr ||
      X509_set_pubkey(it, subject_key) != 1 ||
      !add_extensions(it, issuer != nullptr ? issuer : it, wish) ||
      X509_sign(it, issuer_key, EVP_get_digestbyname(wish.digest.c_str())) <= 0)
    return refused(wish.common_name);
  return der_of(it);
}

Result<std::string> text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace

Result<Key> make_key(KeyKind kind) {
  const auto made = [&]() -> EVP_PKEY* {
    switch (kind) {
      case KeyKind::ec_p256: return EVP_EC_gen("P-256");
      case KeyKind::ec_p384: return EVP_EC_gen("P-384");
      case KeyKind::ec_p224: return EVP_EC_gen("P-224");
      case KeyKind::rsa_1024: return EVP_RSA_gen(1024);
      case KeyKind::rsa_2048: return EVP_RSA_gen(2048);
      case KeyKind::rsa_3072: return EVP_RSA_gen(3072);
    }
    return nullptr;
  }();
  if (made == nullptr) return refused("a key");
  return shared(made);
}

CertificateWish ca_wish(std::string common_name, UtcTime from, UtcTime to) {
  CertificateWish wish;
  wish.common_name = std::move(common_name);
  wish.not_before = from;
  wish.not_after = to;
  wish.basic_constraints = "critical,CA:TRUE";
  wish.key_usage = "critical,keyCertSign,cRLSign";
  return wish;
}

CertificateWish signer_wish(std::string common_name, UtcTime from, UtcTime to) {
  CertificateWish wish;
  wish.common_name = std::move(common_name);
  wish.not_before = from;
  wish.not_after = to;
  return wish;
}

CertificateWish tsa_wish(std::string common_name, UtcTime from, UtcTime to) {
  CertificateWish wish = signer_wish(std::move(common_name), from, to);
  wish.key_usage = "critical,digitalSignature";
  wish.extended_key_usage = "critical,timeStamping";
  return wish;
}

CertificateWish responder_wish(std::string common_name, UtcTime from, UtcTime to) {
  CertificateWish wish = signer_wish(std::move(common_name), from, to);
  wish.key_usage = "critical,digitalSignature";
  wish.extended_key_usage = "OCSPSigning";
  wish.ocsp_no_check = true;
  return wish;
}

Result<Credential> make_root(const CertificateWish& wish, KeyKind kind) {
  const QuietQueue quiet;
  SOGOC_TRY(Key key, make_key(kind));
  SOGOC_TRY(DerBytes certificate, make_certificate(wish, key.get(), nullptr, key.get()));
  return Credential{std::move(key), std::move(certificate), {}};
}

Result<DerBytes> certify(const Credential& issuer, const CertificateWish& wish,
                         const Key& subject_key) {
  const QuietQueue quiet;
  const CertificatePtr parent = certificate_from(issuer.certificate);
  if (parent == nullptr) return refused("the issuer's certificate");
  return make_certificate(wish, subject_key.get(), parent.get(), issuer.key.get());
}

Result<Credential> issue(const Credential& issuer, const CertificateWish& wish, KeyKind kind) {
  SOGOC_TRY(Key key, make_key(kind));
  SOGOC_TRY(DerBytes certificate, certify(issuer, wish, key));
  std::vector<DerBytes> chain{issuer.certificate};
  chain.insert(chain.end(), issuer.chain.begin(), issuer.chain.end());
  return Credential{std::move(key), std::move(certificate), std::move(chain)};
}

Result<std::string> certificate_pem(const DerBytes& certificate) {
  const QuietQueue quiet;
  const CertificatePtr parsed = certificate_from(certificate);
  const BioPtr memory(BIO_new(BIO_s_mem()));
  if (parsed == nullptr || memory == nullptr || PEM_write_bio_X509(memory.get(), parsed.get()) != 1)
    return refused("a certificate");
  return text_of(memory.get());
}

Result<std::string> key_pem(const Key& key) {
  const QuietQueue quiet;
  const BioPtr memory(BIO_new(BIO_s_secmem()));
  if (memory == nullptr || PEM_write_bio_PKCS8PrivateKey(memory.get(), key.get(), nullptr, nullptr,
                                                         0, nullptr, nullptr) != 1)
    return refused("a key");
  return text_of(memory.get());
}

Result<Key> key_from_pem(const std::string& pem) {
  const QuietQueue quiet;
  const BioPtr memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  EVP_PKEY* key =
      memory != nullptr ? PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr) : nullptr;
  if (key == nullptr) return refused("a key");
  return shared(key);
}

Result<DerBytes> make_pkcs12(const Credential& credential, const std::string& label,
                             const std::string& password) {
  const QuietQueue quiet;
  const CertificatePtr certificate = certificate_from(credential.certificate);
  const CertificatesPtr others(sk_X509_new_null());
  for (const DerBytes& der : credential.chain) {
    CertificatePtr other = certificate_from(der);
    if (other == nullptr || sk_X509_push(others.get(), other.get()) == 0) return refused(label);
    (void)other.release();  // now the stack's
  }
  const std::unique_ptr<PKCS12, FreeWith<PKCS12_free>> made(
      PKCS12_create(password.c_str(), label.c_str(), credential.key.get(), certificate.get(),
                    others.get(), 0, 0, 0, 0, 0));
  if (made == nullptr) return refused(label);
  return der_of(made.get(), i2d_PKCS12);
}

}  // namespace sogoc::dev_pki
