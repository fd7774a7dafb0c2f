#pragma once

// Accounts and sessions. What a password is, and how it is checked, only the caller knows: here are hashes.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/records/people.hpp"

namespace sogoc {

class Database;

struct PersonRow {
  PersonId id = 0;
  NewPerson about;
  PersonState state = PersonState::active;
  UtcTime created_at;
  std::string created_by;
  bool has_second_factor = false;
};

struct Credentials {
  PersonRow person;
  std::string password_hash;
  std::int64_t failures = 0;  // since the last right password
  UtcTime failed_at;          // the last of them
  std::vector<std::uint8_t> totp_secret;  // empty: no second factor
  std::int64_t totp_step = 0;             // of the last code that was used
};

// Who somebody is at an OpenID provider.
struct Identity {
  std::string issuer, subject;
  friend bool operator==(const Identity&, const Identity&) = default;
};

struct SessionLimits {
  std::chrono::minutes idle{60};       // not used for so long: ended
  std::chrono::minutes longest{12 * 60};  // from the sign-in on
};

// Owner:  Archive.
// Thread: belongs to the thread of its archive.
// Every call is one transaction. Whatever changes an account or a session is an event of the log.
class People {
 public:
  People(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // ---- Accounts. already_exists, not_found.
  [[nodiscard]] Result<PersonId> add(const NewPerson& person, const std::string& password_hash, const std::string& by);
  [[nodiscard]] Result<std::vector<PersonRow>> people();  // by name
  [[nodiscard]] Result<PersonRow> person(const std::string& name);
  // Somebody who may make accounts exists and is not disabled.
  [[nodiscard]] Result<bool> has_admin();
  // Both end the person's sessions. Conflict when no admin would be left.
  [[nodiscard]] Done set_password(const std::string& name, const std::string& password_hash, const std::string& by);
  [[nodiscard]] Done set_state(const std::string& name, PersonState state, const std::string& by);

  // Roles and scope from now on, also of sessions that are open. Conflict when no admin would be left.
  [[nodiscard]] Done set_rights(const std::string& name, const std::vector<Role>& roles, const Scope& scope, const std::string& by);
  // The secret that the person's authenticator shares; empty takes it away. Ends the person's sessions.
  [[nodiscard]] Done set_second_factor(const std::string& name, const std::vector<std::uint8_t>& secret, const std::string& by);
  // An identity belongs to one account: already_exists when it is another's.
  [[nodiscard]] Done link(const std::string& name, const Identity& identity, const std::string& by);
  [[nodiscard]] Done unlink(const std::string& name, const Identity& identity, const std::string& by);
  [[nodiscard]] Result<std::vector<Identity>> identities(const std::string& name);

  // ---- Signing in
  // Nothing: nobody here is that person.
  [[nodiscard]] Result<std::optional<PersonRow>> person_at(const Identity& identity);
  // Uses up a code. False: this step or a later one was used already.
  [[nodiscard]] Result<bool> use_code(PersonId person, std::int64_t step);
  [[nodiscard]] Result<std::optional<Credentials>> credentials(const std::string& name);
  [[nodiscard]] Done note_failure(PersonId person, const std::string& from);
  // `token`: digest of what the browser gets. Forgets sessions that have ended.
  [[nodiscard]] Done open_session(PersonId person, const Sha256& token, const SessionLimits& limits, const std::string& from);
  // Who that is; nothing when it ended, was never there, or the account was disabled.
  [[nodiscard]] Result<std::optional<PersonRow>> session(const Sha256& token, const SessionLimits& limits);
  [[nodiscard]] Done close_session(const Sha256& token);

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace sogoc
