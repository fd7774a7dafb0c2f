#pragma once

// A key on a token that may be unplugged and plugged in again while the signer runs.

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "workers/signing/signing.hpp"

namespace sogoc {

// Signs with the key as long as it is there. When the token is gone the question fails; the next one
// opens it again, by the way it was opened at start. That is done only while opening costs no wrong
// PIN: once the token refuses the PIN it is not tried again before a restart.
//
// Thread: belongs to one thread at a time.
class ReopeningKey final : public SigningKey {
 public:
  using Opener = std::function<Result<std::unique_ptr<SigningKey>>()>;
  // Fails as `open` does.
  [[nodiscard]] static Result<std::unique_ptr<SigningKey>> open(Opener open);

  [[nodiscard]] const DerBytes& certificate() const override { return certificate_; }
  [[nodiscard]] const std::vector<DerBytes>& chain() const override { return chain_; }
  [[nodiscard]] SignatureScheme scheme() const override { return scheme_; }
  [[nodiscard]] Result<std::vector<std::uint8_t>> sign_digest(std::span<const std::uint8_t> digest) override;

 private:
  ReopeningKey(Opener open, std::unique_ptr<SigningKey> key)
      : open_(std::move(open)), key_(std::move(key)), certificate_(key_->certificate()), chain_(key_->chain()),
        scheme_(key_->scheme()) {}
  [[nodiscard]] Done ensure_open();

  Opener open_;
  std::unique_ptr<SigningKey> key_;  // null: the token is gone
  std::optional<Error> refused_;     // the token did not take the PIN again
  // As at start: another certificate on the same token is another key.
  DerBytes certificate_;
  std::vector<DerBytes> chain_;
  SignatureScheme scheme_;
};

}  // namespace sogoc
