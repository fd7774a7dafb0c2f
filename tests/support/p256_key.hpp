#pragma once

// A P-256 key of a test, and a head signer that keeps what it signed last, as the signer process does.

#include <memory>
#include <optional>
#include <stdexcept>

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "pipeline/copies/copy_store.hpp"

namespace sogoc {

class P256Key {
 public:
  P256Key() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free) {
    if (!key_) throw std::runtime_error("no key");
  }
  [[nodiscard]] Octets public_key() const {
    unsigned char* bytes = nullptr;
    const int length = i2d_PUBKEY(key_.get(), &bytes);
    Octets der(bytes, bytes + length);
    OPENSSL_free(bytes);
    return der;
  }
  [[nodiscard]] Octets sign(std::span<const std::uint8_t> message) const {  // DER
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::size_t length = 256;
    Octets signature(length);
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &length, message.data(), message.size()) != 1)
      throw std::runtime_error("cannot sign");
    signature.resize(length);
    return signature;
  }
  [[nodiscard]] Octets sign_raw(std::span<const std::uint8_t> message) const {  // r || s
    const Octets der = sign(message);
    const unsigned char* at = der.data();
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
    Octets raw(64);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), raw.data(), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), raw.data() + 32, 32);
    return raw;
  }
  [[nodiscard]] SignedTreeHead sign_head(const TreeHead& head) const {
    return {head, public_key(), sign(tree_head_bytes(head)), {}};
  }

 private:
  std::shared_ptr<EVP_PKEY> key_;
};

class TestHeadSigner final : public HeadSigner {
 public:
  explicit TestHeadSigner(P256Key key) : key_(std::move(key)) {}
  Result<std::optional<TreeHead>> last_head() override { return last_; }
  Result<SignedTreeHead> sign_head(const HeadToSign& to_sign) override {
    if (last_ && !consistency_holds(last_->tree_size, to_sign.head.tree_size, last_->root, to_sign.head.root, to_sign.consistency))
      return fail(ErrorCode::invalid, Retry::never, "signer", "the log does not continue the head that was signed last");
    last_ = to_sign.head;
    return key_.sign_head(to_sign.head);
  }

 private:
  P256Key key_;
  std::optional<TreeHead> last_;
};

}  // namespace sogoc
