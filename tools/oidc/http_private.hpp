#pragma once

// One question to the provider. Only http and https, no redirects, no proxy, limits of size and time. The only place here
// that sees libcurl.

#include <string>

#include "pipeline/core/result.hpp"

namespace sogoc::oidc {

struct Question {
  std::string url;
  std::string form{};                 // application/x-www-form-urlencoded; "" = GET
  std::string user{}, password{};     // of HTTP Basic; "" = none
  std::string ca_file{};
};
// The body of a 200 answer. Fails with network, timeout, limit_exceeded, or invalid for any other status.
[[nodiscard]] Result<std::string> ask_provider(const Question& question);

// https, or http on loopback.
[[nodiscard]] bool may_be_asked(const std::string& url);
[[nodiscard]] std::string url_encoded(const std::string& text);

}  // namespace sogoc::oidc
