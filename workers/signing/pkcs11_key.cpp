#include <algorithm>

#include <fmt/format.h>
#include <openssl/ecdsa.h>

#include "workers/signing/cades.hpp"
#include "workers/signing/der.hpp"
#include "workers/signing/pkcs11_private.hpp"
#include "workers/signing/signing.hpp"
#include "workers/trust/openssl_handles.hpp"

namespace sogoc {

namespace {

constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kMostSignatureBytes = 1024;  // RSA 8192

CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const void* value, std::size_t size) {
  return {type, const_cast<void*>(value), static_cast<CK_ULONG>(size)};
}

// DigestInfo of PKCS#1 v1.5 for SHA-256.
std::vector<std::uint8_t> digest_info(std::span<const std::uint8_t> digest) {
  const der::Bytes algorithm = der::group(
      der::kSequence, {der::object("2.16.840.1.101.3.4.2.1"), der::element(der::kNull, {})});
  return der::group(der::kSequence, {algorithm, der::element(der::kOctets, digest)});
}

// r || s, as PKCS#11 has it, to the DER that CMS has.
std::optional<std::vector<std::uint8_t>> ecdsa_der(std::span<const std::uint8_t> raw) {
  const int half = static_cast<int>(raw.size() / 2);
  openssl::NumberPtr r(BN_bin2bn(raw.data(), half, nullptr));
  openssl::NumberPtr s(BN_bin2bn(raw.data() + half, half, nullptr));
  const std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>> pair(ECDSA_SIG_new());
  if (raw.empty() || raw.size() % 2 != 0 || r == nullptr || s == nullptr || pair == nullptr ||
      ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1)
    return std::nullopt;
  (void)r.release();  // the pair owns them now
  (void)s.release();
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  const openssl::BytesPtr owner(der);
  if (size <= 0) return std::nullopt;
  return std::vector<std::uint8_t>(der, der + size);
}

class Pkcs11Key final : public SigningKey {
 public:
  Pkcs11Key(std::unique_ptr<pkcs11::Session> session, CK_OBJECT_HANDLE key, DerBytes certificate,
            std::vector<DerBytes> chain, SignatureScheme scheme)
      : session_(std::move(session)),
        key_(key),
        certificate_(std::move(certificate)),
        chain_(std::move(chain)),
        scheme_(scheme) {}

  const DerBytes& certificate() const override { return certificate_; }
  const std::vector<DerBytes>& chain() const override { return chain_; }
  SignatureScheme scheme() const override { return scheme_; }

  Result<std::vector<std::uint8_t>> sign_digest(std::span<const std::uint8_t> digest) override {
    if (digest.size() != kDigestBytes)
      return fail(ErrorCode::usage, Retry::never, session_->subject(), "only SHA-256 is signed");
    CK_RSA_PKCS_PSS_PARAMS pss{CKM_SHA256, CKG_MGF1_SHA256, kDigestBytes};
    CK_MECHANISM how{CKM_ECDSA, nullptr, 0};
    std::vector<std::uint8_t> what(digest.begin(), digest.end());
    if (scheme_ == SignatureScheme::rsa_pss_sha256) how = {CKM_RSA_PKCS_PSS, &pss, sizeof pss};
    if (scheme_ == SignatureScheme::rsa_pkcs1_sha256) {
      how = {CKM_RSA_PKCS, nullptr, 0};
      what = digest_info(digest);
    }
    const auto refuse = [&](CK_RV code) {
      return pkcs11::refuse(code, session_->subject(), "signing");
    };
    const auto held = session_->turn();
    if (!session_->holds()) return refuse(CKR_SESSION_HANDLE_INVALID);
    const CK_FUNCTION_LIST& calls = session_->calls();
    if (const CK_RV code = calls.C_SignInit(session_->handle(), &how, key_); code != CKR_OK)
      return refuse(code);
    std::vector<std::uint8_t> signature(kMostSignatureBytes);
    CK_ULONG size = kMostSignatureBytes;
    if (const CK_RV code =
            calls.C_Sign(session_->handle(), what.data(), what.size(), signature.data(), &size);
        code != CKR_OK)
      return refuse(code);
    signature.resize(std::min<std::size_t>(size, kMostSignatureBytes));
    if (scheme_ != SignatureScheme::ecdsa_sha256) return signature;
    auto der = ecdsa_der(signature);
    if (!der) return refuse(CKR_GENERAL_ERROR);
    return *std::move(der);
  }

 private:
  std::unique_ptr<pkcs11::Session> session_;
  CK_OBJECT_HANDLE key_;
  DerBytes certificate_;
  std::vector<DerBytes> chain_;
  SignatureScheme scheme_;
};

Result<CK_OBJECT_HANDLE> find_key(const pkcs11::Session& session, const std::string& label) {
  const CK_OBJECT_CLASS kind = CKO_PRIVATE_KEY;
  SOGOC_TRY(const auto keys, session.find({attribute(CKA_CLASS, &kind, sizeof kind),
                                           attribute(CKA_LABEL, label.data(), label.size())}));
  if (keys.empty())
    return fail(ErrorCode::not_found, Retry::after_operator, session.subject(),
                fmt::format("holds no private key labelled {}", label));
  if (keys.size() > 1)
    return fail(ErrorCode::conflict, Retry::after_operator, session.subject(),
                fmt::format("holds several private keys labelled {}", label));
  if (session.flag(keys.front(), CKA_ALWAYS_AUTHENTICATE))
    return fail(ErrorCode::unsupported_input, Retry::after_operator, session.subject(),
                "its key asks for the PIN at each signature, which a signer process cannot give");
  return keys.front();
}

struct CertificatesOnToken {
  DerBytes own;
  std::vector<DerBytes> others;
};

// The certificate with the key's CKA_ID; everything else may help to build the chain.
Result<CertificatesOnToken> find_certificates(const pkcs11::Session& session, CK_OBJECT_HANDLE key,
                                              const std::string& label) {
  SOGOC_TRY(const auto id, session.bytes(key, CKA_ID));
  const CK_OBJECT_CLASS kind = CKO_CERTIFICATE;
  SOGOC_TRY(const auto objects, session.find({attribute(CKA_CLASS, &kind, sizeof kind)}));
  CertificatesOnToken found;
  for (const CK_OBJECT_HANDLE object : objects) {
    SOGOC_TRY(auto value, session.bytes(object, CKA_VALUE));
    const auto its_id = session.bytes(object, CKA_ID);
    if (!id.empty() && its_id && *its_id == id && found.own.empty())
      found.own = std::move(value);
    else
      found.others.push_back(std::move(value));
  }
  if (found.own.empty())
    return fail(ErrorCode::not_found, Retry::after_operator, session.subject(),
                fmt::format("holds no certificate for the key {}", label));
  return found;
}

}  // namespace

Result<std::unique_ptr<SigningKey>> open_pkcs11_key(const Pkcs11Settings& settings,
                                                    const Secret& pin) {
  SOGOC_TRY(auto module, pkcs11::Module::open(settings.module));
  const auto held = module->turn();
  SOGOC_TRY(auto session,
            pkcs11::Session::open(module, {settings.token_label, settings.slot}, pin));
  SOGOC_TRY(const CK_OBJECT_HANDLE key, find_key(*session, settings.key_label));
  SOGOC_TRY(auto certificates, find_certificates(*session, key, settings.key_label));
  SOGOC_TRY(const SignatureScheme scheme, cades::scheme_for(certificates.own, settings.prefer_pss));
  return std::make_unique<Pkcs11Key>(std::move(session), key, std::move(certificates.own),
                                     std::move(certificates.others), scheme);
}

}  // namespace sogoc
