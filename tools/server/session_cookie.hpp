#pragma once

#include <string>

#include "tools/server/api.hpp"

namespace sogoc::server {

// Set-Cookie of a session. Over TLS `__Host-`: this host only, whatever a neighbour's page tries.
[[nodiscard]] std::string session_cookie(const Office& office, const std::string& token, std::int64_t seconds);

// Of the way to the OpenID provider and back.
inline constexpr const char* kBrowserCookie = "sogoc-sign-in";
[[nodiscard]] std::string browser_cookie(const Office& office, const std::string& value, std::int64_t seconds);

}  // namespace sogoc::server
