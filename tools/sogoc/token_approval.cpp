#include "tools/sogoc/token_approval.hpp"

#include "workers/signing/signing.hpp"

namespace sogoc {

Result<Octets> sign_statement(const std::string& statement, const std::filesystem::path& pkcs12,
                              const std::filesystem::path& password_file) {
  std::unique_ptr<Secret> password;
  if (password_file.empty()) {
    SOGOC_TRY(password, secret_from_prompt("password of " + pkcs12.filename().string() + ": "));
  } else {
    SOGOC_TRY(password, secret_from_file(password_file));
  }
  SOGOC_TRY(const auto key, open_pkcs12_key(pkcs12, *password, false));
  if (key->scheme() != SignatureScheme::ecdsa_sha256 && key->scheme() != SignatureScheme::rsa_pkcs1_sha256)
    return fail(ErrorCode::unsupported_input, Retry::after_operator, pkcs12.string(),
                "approvals are signed by ECDSA P-256 or RSA keys");
  const Sha256 digest = sha256_of(std::as_bytes(std::span(statement)));
  return key->sign_digest(digest.bytes);
}

}  // namespace sogoc
