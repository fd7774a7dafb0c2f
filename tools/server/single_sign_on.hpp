#pragma once

// Who went to the OpenID provider and has not come back yet, and by which token those who did would sign out there too. In memory only:
// after a restart one signs out here alone. Any thread.

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

  // `session`: what the console knows it by. The token goes with the session, or with the oldest when there are very many.
  void came_in(const std::string& session, const std::string& token);
  [[nodiscard]] bool knows(const std::string& session);
  // The session ended here: from now on `browser` may end it at the provider, once.
  void left(const std::string& session, const std::string& browser);
  [[nodiscard]] std::optional<std::string> farewell(const std::string& browser);

 private:
  struct Token {
    std::string token;
    std::chrono::steady_clock::time_point since;
  };
  static void forget(std::unordered_map<std::string, Token>& from, std::chrono::minutes older);
  struct Waiting {
    oidc::Started started;
    std::string browser;
    std::chrono::steady_clock::time_point since;
  };
  oidc::Provider provider_;
  std::mutex lock_;
  std::unordered_map<std::string, Waiting> waiting_;
  std::unordered_map<std::string, Token> sessions_, leaving_;
};

}  // namespace sogoc::server
