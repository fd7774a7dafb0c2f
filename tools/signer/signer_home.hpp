#pragma once

// Making a signer's home and telling an archive where its signer is.

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct SignerSetup {
  std::filesystem::path archive;
  std::filesystem::path home;
  bool trial = false;            // the archive is one of `init --trial`
  std::string settings;          // of a new signer.toml; "" = one to fill in
};
// Makes what is absent (folder 0700, CURVE pair, list of callers, a signer.toml to fill in) and
// introduces signer and archive to each other. May be repeated.
[[nodiscard]] Done set_up_signer(const SignerSetup& setup);

struct Enrolled {
  std::string secret;            // base32, to type into an authenticator
  std::string address;           // otpauth://totp/..., for a QR code
};
// Makes a one-time-code secret for an approver and appends him to signer.toml. Fails with
// already_exists when he is there.
[[nodiscard]] Result<Enrolled> enroll_approver(const std::filesystem::path& home,
                                               const std::string& name,
                                               const std::vector<std::string>& roles);

}  // namespace sogoc
