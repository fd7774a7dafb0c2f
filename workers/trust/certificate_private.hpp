#pragma once

// Questions to an OpenSSL certificate that several files of this folder ask.

#include <string>

#include "workers/trust/openssl_boundary.hpp"

namespace sogoc::openssl {

[[nodiscard]] std::string name_text(const X509_NAME* name);      // RFC 4514, UTF-8
[[nodiscard]] std::string short_name(const X509* certificate);   // CN, else the whole name
[[nodiscard]] std::string key_text(const EVP_PKEY* key);         // "EC P-256"
[[nodiscard]] bool weak_key(const EVP_PKEY* key);                // RSA < 2048, EC < 256, unknown kinds
[[nodiscard]] bool weak_digest(int kind);                        // SHA-1, MD5, unknown (by NID)
[[nodiscard]] int pss_digest(const X509_ALGOR* algorithm);       // NID of RSASSA-PSS' hash
[[nodiscard]] bool weak_signature(const X509_ALGOR* algorithm);
[[nodiscard]] bool weak_signature(const X509* certificate);      // the one its issuer made
[[nodiscard]] bool is_ca(X509* certificate);                     // by basicConstraints and keyUsage
[[nodiscard]] bool has_trial_mark(const X509* certificate);

}  // namespace sogoc::openssl
