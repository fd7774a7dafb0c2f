#pragma once

// Passwords and tokens, by libsodium. Any thread.

#include <string>
#include <string_view>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc::server {

// Argon2id with its salt and costs (64 MiB, 3 passes): about a tenth of a second. Fails with
// out_of_memory.
[[nodiscard]] Result<std::string> hash_password(std::string_view password);
// Takes as long as hashing, whether it fits or not.
[[nodiscard]] bool password_fits(const std::string& hash, std::string_view password);
// What is compared with when there is no such account, so that this takes as long.
[[nodiscard]] const std::string& hash_of_nobody();

// 256 random bits, 43 letters that may stand in a cookie.
[[nodiscard]] std::string new_token();
// What the database keeps of it.
[[nodiscard]] Sha256 digest_of_token(std::string_view token);
// What a page sends along with everything that changes something. From the token, which no page can read.
[[nodiscard]] std::string csrf_of_token(std::string_view token);
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b);  // in constant time

}  // namespace sogoc::server
