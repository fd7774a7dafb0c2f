#pragma once

#include <memory>
#include <optional>

#include "pipeline/flow/copy_flow.hpp"
#include "tools/signer/signer_client.hpp"

namespace sogoc {

// The signer process, as the flow of a copy sees it.
//
// Thread: belongs to one thread.
class ProcessSigner final : public CopySigner {
 public:
  explicit ProcessSigner(std::unique_ptr<SignerClient> client) : client_(std::move(client)) {}

  [[nodiscard]] Result<bool> runs_unattended(SignatureRole role) override;
  [[nodiscard]] Result<Octets> qr_public_key() override;
  [[nodiscard]] Result<MadeSignature> sign(const SignatureOrder& order) override;
  [[nodiscard]] Result<MadeSignature> timestamp(const Sha256& digest) override;
  [[nodiscard]] Result<Octets> sign_qr(std::span<const std::uint8_t> bytes) override;
  [[nodiscard]] SignerClient& client() { return *client_; }

 private:
  [[nodiscard]] Done learn_keys();
  std::unique_ptr<SignerClient> client_;
  std::optional<SignerKeys> keys_;
};

// Connects to the signer of this archive. Fails with not_found when it has none.
[[nodiscard]] Result<std::unique_ptr<ProcessSigner>> signer_of(const std::filesystem::path& archive);

}  // namespace sogoc
