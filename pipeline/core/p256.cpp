#include "pipeline/core/p256.hpp"

#include <cstring>
#include <memory>
#include <vector>

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace sogoc {
namespace {

template <auto Free>
struct FreedBy {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};
using Key = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, FreedBy<EVP_MD_CTX_free>>;
using Pair = std::unique_ptr<ECDSA_SIG, FreedBy<ECDSA_SIG_free>>;

Result<Key> p256_key(std::span<const std::uint8_t> public_key) {
  const unsigned char* at = public_key.data();
  Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(public_key.size())));
  char group[32] = {};
  const bool p256 = key && at == public_key.data() + public_key.size() && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_EC &&
                    EVP_PKEY_get_group_name(key.get(), group, sizeof group, nullptr) == 1 &&
                    std::strcmp(group, "prime256v1") == 0;
  if (!p256) return fail(ErrorCode::invalid_input, Retry::never, "public key", "is no P-256 key in DER");
  return key;
}

}  // namespace

Result<bool> p256_signature_holds(std::span<const std::uint8_t> public_key, std::span<const std::uint8_t> message,
                                  std::span<const std::uint8_t> der_signature) {
  SOGOC_TRY(const Key key, p256_key(public_key));
  const Context context(EVP_MD_CTX_new());
  if (!context || EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1)
    return fail(ErrorCode::internal, Retry::never, "OpenSSL", "cannot check a signature");
  return EVP_DigestVerify(context.get(), der_signature.data(), der_signature.size(), message.data(), message.size()) == 1;
}

Result<bool> p256_raw_signature_holds(std::span<const std::uint8_t> public_key, std::span<const std::uint8_t> message,
                                      std::span<const std::uint8_t> raw_signature) {
  if (raw_signature.size() != 64) return false;
  const Pair pair(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(raw_signature.data(), 32, nullptr);
  BIGNUM* s = BN_bin2bn(raw_signature.data() + 32, 32, nullptr);
  if (!pair || r == nullptr || s == nullptr || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return fail(ErrorCode::out_of_memory, Retry::same_step, "OpenSSL", "there is too little memory");
  }
  unsigned char* written = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &written);
  if (length <= 0) return false;
  const std::vector<std::uint8_t> der(written, written + length);
  OPENSSL_free(written);
  return p256_signature_holds(public_key, message, der);
}

}  // namespace sogoc
