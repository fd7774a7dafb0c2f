#pragma once

// The signer's own folder ("home"): nobody but the signer's account needs to read it.
//
//   signer.toml      which keys, where the TSA is, who may approve what
//   curve.key        the CURVE pair of its socket          callers.txt   who may ask
//   head_key.pem     signs heads of the copy log            qr_key.pem    signs QR payloads
//   approvers/       secrets and certificates of approvers  record.jsonl  what was signed
//   trust/           the trust store that it believes (its own, not the coordinator's)

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct SigningKeySettings {
  std::string role;                       // "body" or "certifier"
  std::string kind;                       // "pkcs11", "pkcs12" or "remote"
  std::filesystem::path module;           // pkcs11
  std::string token, label;               // pkcs11
  std::filesystem::path softhsm_conf;     // SoftHSM only: where its tokens are
  std::filesystem::path file;             // pkcs12
  std::vector<std::string> command;       // remote: program and arguments, see remote_command.hpp
  std::filesystem::path certificate_file; // remote: the signer's certificate, in PEM those above it too
  int timeout_s = 120;                    // remote: how long its holder may take
  std::filesystem::path secret_file;      // PIN or password; "" = ask at start
  bool prefer_pss = false;
  bool unattended = false;                // body only: no approval for each copy
};

struct ApproverSettings {
  std::vector<std::string> roles;
  std::filesystem::path totp_secret_file; // base32, as enrolled; "" = none
  std::filesystem::path certificate_file; // PEM or DER; "" = none
};

struct SignerConfig {
  std::filesystem::path home;
  std::string endpoint;                   // ipc://HOME/signer.sock unless set
  bool trial = false;                     // accepts certificates of `sogoc dev-pki`
  std::string tsa_url;                    // "" = B-B only
  int network_timeout_ms = 10'000;
  int statement_age_s = 900;              // older approvals are refused
  std::vector<SigningKeySettings> keys;   // each role at most once
  std::map<std::string, ApproverSettings> approvers;
};

// Reads HOME/signer.toml. Strict: an unknown key or a wrong value is usage, and one message names
// every problem. Relative paths are relative to `home`.
[[nodiscard]] Result<SignerConfig> load_signer_config(const std::filesystem::path& home);

}  // namespace sogoc
