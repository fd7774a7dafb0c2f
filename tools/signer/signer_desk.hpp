#pragma once

// What the signer does when it is asked, apart from sockets. It is no oracle: it signs a digest only
// with the proof of somebody who may approve it (or by an unattended body key), builds the signed
// attributes itself, and writes down what it did before it answers.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/log.hpp"
#include "pipeline/core/result.hpp"
#include "tools/signer/approval.hpp"
#include "tools/signer/client_pool.hpp"
#include "tools/signer/plain_key.hpp"
#include "tools/signer/signer_config.hpp"
#include "tools/signer/signer_record.hpp"
#include "workers/signing/signing.hpp"

namespace sogoc {

// Owner:  the signer process.
// Thread: answer() from any thread; questions wait for the network beside each other.
class SignerDesk {
 public:
  struct Key {
    SigningKeySettings settings;
    std::unique_ptr<SigningKey> key;         // here, or
    std::unique_ptr<RemoteSigner> service;   // elsewhere, for this certificate; asked from many threads
    DerBytes certificate;
    std::vector<DerBytes> helpers;           // certificates above it, may be empty
  };
  struct Approver {
    std::vector<std::string> roles;
    std::vector<std::uint8_t> totp_secret;   // empty: none
    DerBytes certificate;                    // empty: none
  };
  struct Parts {
    SignerConfig config;
    std::map<std::string, Key> keys;         // by role
    std::map<std::string, Approver> approvers;
    PlainKey head_key, qr_key;
    TrustStore trust;
    // Called from any thread, once for each that waits for the network at the same time.
    std::function<std::unique_ptr<ValidationClient>(const TrustStore&)> network;
    const Clock* clock = nullptr;
  };
  // Reads the record: burned one-time codes and the last head live there.
  [[nodiscard]] static Result<std::unique_ptr<SignerDesk>> open(Parts parts, const Log& log);
  ~SignerDesk();

  // Questions that are answered at once, without network or key.
  [[nodiscard]] static bool is_quick(std::string_view what);
  // `what`: sign, timestamp, head, last_head, qr or keys; see tools/signer/README.md for the JSON of each.
  // Failures are answers too; nothing here ends the process.
  [[nodiscard]] Result<nlohmann::json> answer(const std::string& what, const nlohmann::json& ask);

 private:
  struct State;
  explicit SignerDesk(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sogoc
