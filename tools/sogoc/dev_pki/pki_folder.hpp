#pragma once

// The folder that `sogoc dev-pki DIR` makes: a root, an issuing CA, four certificates and where they
// are answered for. Everything in it is for trying out; its certificates carry kTrialOid.
//
//   dev-pki.json            version, port, who is revoked: written last, so it marks a whole folder
//   ca.pem                  root and issuing CA: the file to trust
//   root.pem, issuing.pem, body.pem, certifier.pem, tsa.pem, ocsp.pem
//   body.p12, body.password, body.pin (the same for certifier)
//   softhsm2.conf, tokens/  the keys of body and certifier, each in a token of its own
//   private/                all keys in PEM, the tokens' SO PIN

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"
#include "tools/sogoc/dev_pki/authority.hpp"

namespace sogoc::dev_pki {

// "root", "issuing", "body", "certifier", "tsa", "ocsp"
[[nodiscard]] const std::vector<std::string>& member_names();
// The two whose keys also lie in tokens.
[[nodiscard]] bool has_token(const std::string& member);

enum class Validity : std::uint8_t { now, expired, not_yet };

struct Revoked {
  UtcTime at{};
  int reason = 1;  // keyCompromise
};

struct FolderWish {
  std::uint16_t port = 0;  // 0: a free one is chosen and kept
  KeyKind keys = KeyKind::ec_p256;
  std::string softhsm_module;  // empty: where Debian puts it
  std::map<std::string, Validity> validity;
  std::map<std::string, Revoked> revoked;
};

class PkiFolder {
 public:
  // Makes the folder, or opens it and applies what the wish says about validity and revocation.
  // Nothing half-made is left. Fails with already_exists (holds something else), conflict (another
  // port or kind of key than it was made with), missing_model (no SoftHSM2), no_permission, no_space.
  [[nodiscard]] static Result<PkiFolder> make(const std::filesystem::path& folder,
                                              const FolderWish& wish, UtcTime now);
  [[nodiscard]] static Result<PkiFolder> open(const std::filesystem::path& folder);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::string& module() const { return module_; }
  [[nodiscard]] std::string url(const std::string& path) const;  // "/tsa"
  [[nodiscard]] const Credential& member(const std::string& name) const { return members_.at(name); }
  // As it stands in the file now: a running server sees what a later command revokes.
  [[nodiscard]] Result<std::map<std::string, Revoked>> revoked() const;

 private:
  std::filesystem::path folder_;
  std::uint16_t port_ = 0;
  std::string module_;
  std::map<std::string, Credential> members_;
};

}  // namespace sogoc::dev_pki
