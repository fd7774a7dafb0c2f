#include <fstream>
#include <iterator>

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "workers/signing/cades.hpp"
#include "workers/signing/signing.hpp"
#include "workers/trust/openssl_boundary.hpp"

namespace sogoc {

using namespace openssl;

namespace {

constexpr std::uintmax_t kMostFileBytes = 1 << 20;
constexpr std::size_t kDigestBytes = 32;

using Pkcs12Ptr = std::unique_ptr<PKCS12, FreeWith<PKCS12_free>>;

class Pkcs12Key final : public SigningKey {
 public:
  Pkcs12Key(KeyPtr key, DerBytes certificate, std::vector<DerBytes> chain, SignatureScheme scheme,
            std::string subject)
      : key_(std::move(key)),
        certificate_(std::move(certificate)),
        chain_(std::move(chain)),
        scheme_(scheme),
        subject_(std::move(subject)) {}

  const DerBytes& certificate() const override { return certificate_; }
  const std::vector<DerBytes>& chain() const override { return chain_; }
  SignatureScheme scheme() const override { return scheme_; }

  Result<std::vector<std::uint8_t>> sign_digest(std::span<const std::uint8_t> digest) override {
    const QuietQueue quiet;
    if (digest.size() != kDigestBytes)
      return fail(ErrorCode::usage, Retry::never, subject_, "only SHA-256 is signed");
    const auto broken = [&] {
      return fail(ErrorCode::internal, Retry::never, subject_, "cannot sign: " + drain_errors());
    };
    const KeyContextPtr context(EVP_PKEY_CTX_new(key_.get(), nullptr));
    if (context == nullptr || EVP_PKEY_sign_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) != 1)
      return broken();
    if (scheme_ != SignatureScheme::ecdsa_sha256 &&
        EVP_PKEY_CTX_set_rsa_padding(context.get(), scheme_ == SignatureScheme::rsa_pss_sha256
                                                        ? RSA_PKCS1_PSS_PADDING
                                                        : RSA_PKCS1_PADDING) != 1)
      return broken();
    if (scheme_ == SignatureScheme::rsa_pss_sha256 &&
        EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) != 1)
      return broken();
    std::size_t size = 0;
    if (EVP_PKEY_sign(context.get(), nullptr, &size, digest.data(), digest.size()) != 1)
      return broken();
    std::vector<std::uint8_t> signature(size);
    if (EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) != 1)
      return broken();
    signature.resize(size);
    return signature;
  }

 private:
  KeyPtr key_;
  DerBytes certificate_;
  std::vector<DerBytes> chain_;
  SignatureScheme scheme_;
  std::string subject_;
};

}  // namespace

Result<std::unique_ptr<SigningKey>> open_pkcs12_key(const std::filesystem::path& file,
                                                    const Secret& password, bool prefer_pss) {
  const QuietQueue quiet;
  const std::string subject = file.filename().string();
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error || size > kMostFileBytes)
    return fail(ErrorCode::not_found, Retry::after_operator, subject,
                error ? "the key file cannot be opened: " + error.message()
                      : "is too large for a key file");
  std::ifstream in(file, std::ios::binary);
  const std::vector<char> bytes(std::istreambuf_iterator<char>(in), {});
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const Pkcs12Ptr parsed(bytes.empty() ? nullptr
                                       : d2i_PKCS12(nullptr, &at, static_cast<long>(bytes.size())));
  if (parsed == nullptr)
    return fail(ErrorCode::invalid_input, Retry::never, subject, "is no PKCS#12 key file");

  if (PKCS12_verify_mac(parsed.get(), password.c_str(), -1) != 1)
    return fail(ErrorCode::no_permission, Retry::after_operator, subject, "the password is wrong");
  EVP_PKEY* raw_key = nullptr;
  X509* raw_certificate = nullptr;
  STACK_OF(X509)* raw_others = nullptr;
  const int done =
      PKCS12_parse(parsed.get(), password.c_str(), &raw_key, &raw_certificate, &raw_others);
  KeyPtr key(raw_key);
  const CertificatePtr certificate(raw_certificate);
  const CertificatesPtr others(raw_others);
  if (done != 1 || key == nullptr || certificate == nullptr)
    return fail(
        ErrorCode::unsupported_input, Retry::never, subject,
        "holds no key with its certificate, or is encrypted with an old cipher: " + drain_errors());
  if (X509_check_private_key(certificate.get(), key.get()) != 1)
    return fail(ErrorCode::invalid_input, Retry::never, subject,
                "its key and its certificate do not belong together");
  std::vector<DerBytes> chain;
  for (int i = 0; others != nullptr && i < sk_X509_num(others.get()); ++i)
    chain.push_back(der_of(sk_X509_value(others.get(), i)));
  DerBytes own = der_of(certificate.get());
  SOGOC_TRY(const SignatureScheme scheme, cades::scheme_for(own, prefer_pss));
  return std::make_unique<Pkcs12Key>(std::move(key), std::move(own), std::move(chain), scheme,
                                     subject);
}

}  // namespace sogoc
