#pragma once

// The caller's end of the signer: used by commands that issue copies.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipeline/copies/copy_store.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/transport/sockets.hpp"
#include "tools/signer/approval.hpp"

namespace sogoc {

// Where the signer of an archive is: ARCHIVE/keys/signer.json, written by `sogoc signer --setup`.
struct SignerAddress {
  std::string endpoint;
  std::string server_key;
  CurveKeys keys;                          // ours
};
[[nodiscard]] Result<SignerAddress> signer_address(const std::filesystem::path& archive);

struct SignAsk {
  std::string copy, role, level;
  Sha256 digest;
  std::string statement;                   // "" when the key runs unattended
  ApprovalProof proof;
};
struct SignAnswer {
  std::vector<std::uint8_t> cms;
  // Certificates of signer and TSA, and what proves them good: for the DSS.
  std::vector<std::vector<std::uint8_t>> certificates, ocsp, crls;
};
struct SignerKeys {
  bool body_unattended = false, has_certifier = false, timestamps = false;
  std::vector<std::uint8_t> body_certificate, certifier_certificate;
  std::vector<std::uint8_t> qr_key, head_key;  // SubjectPublicKeyInfo, DER
};

// Owner:  the command.
// Thread: belongs to one thread.
// Every call fails with unavailable when nobody answers in time, else with what the signer says.
class SignerClient final : public HeadSigner {
 public:
  [[nodiscard]] static Result<std::unique_ptr<SignerClient>> connect(
      std::shared_ptr<TransportContext> context, const SignerAddress& address,
      std::chrono::milliseconds patience = std::chrono::seconds(60));

  [[nodiscard]] Result<SignAnswer> sign(const SignAsk& ask);
  [[nodiscard]] Result<std::vector<std::uint8_t>> timestamp(const Sha256& imprint);
  [[nodiscard]] Result<std::vector<std::uint8_t>> sign_qr(std::span<const std::uint8_t> payload);
  [[nodiscard]] Result<std::optional<TreeHead>> last_head() override;
  [[nodiscard]] Result<SignedTreeHead> sign_head(const HeadToSign& head) override;
  [[nodiscard]] Result<SignerKeys> keys();

 private:
  SignerClient(std::unique_ptr<WorkerSocket> socket, std::string endpoint,
               std::chrono::milliseconds patience)
      : socket_(std::move(socket)), endpoint_(std::move(endpoint)), patience_(patience) {}
  [[nodiscard]] Result<nlohmann::json> ask(const char* what, const nlohmann::json& body);

  std::unique_ptr<WorkerSocket> socket_;
  std::string endpoint_;
  std::chrono::milliseconds patience_;
  std::int64_t next_id_ = 1;
};

}  // namespace sogoc
