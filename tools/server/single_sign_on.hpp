#pragma once

// Who went to the OpenID provider and has not come back yet. Any thread.

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "tools/oidc/oidc.hpp"

namespace sogoc::server {

class SingleSignOn {
 public:
  SingleSignOn(oidc::Settings settings, const Clock& clock) : provider_(std::move(settings), clock) {}
  [[nodiscard]] oidc::Provider& provider() { return provider_; }
  // `browser`: what only this browser has. Forgets who stays away for ten minutes; so many at most.
  [[nodiscard]] bool remember(const oidc::Started& started, const std::string& browser);
  // Once, and for the same browser only.
  [[nodiscard]] std::optional<oidc::Started> take(const std::string& state, const std::string& browser);

 private:
  struct Waiting {
    oidc::Started started;
    std::string browser;
    std::chrono::steady_clock::time_point since;
  };
  oidc::Provider provider_;
  std::mutex lock_;
  std::unordered_map<std::string, Waiting> waiting_;
};

}  // namespace sogoc::server
