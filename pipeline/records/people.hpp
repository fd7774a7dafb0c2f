#pragma once

// Who works with an archive, what each role may do, and which records a person may see. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/names.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

using PersonId = std::int64_t;

// Stored by name, append only.
enum class Role : std::uint8_t { scanner, keyer, checker, clerk, signer, auditor, admin };
inline constexpr NameTable<Role, 7> kRoleNames{{{Role::scanner, "scanner"},
                                                {Role::keyer, "keyer"},
                                                {Role::checker, "checker"},
                                                {Role::clerk, "clerk"},
                                                {Role::signer, "signer"},
                                                {Role::auditor, "auditor"},
                                                {Role::admin, "admin"}}};
[[nodiscard]] constexpr std::string_view name(Role role) { return name_in(kRoleNames, role); }

// What a route asks for. An admin manages people and sees how the work goes on; to read records
// needs another role, so that nobody reads them by the way.
enum class Right : std::uint8_t {
  see_work,         // batches, their progress, findings about books
  read_records,     // books, entries, documents, pages and their pictures, search
  key_fields,       // say what stands in a field
  check_records,    // confirm what was read, move an entry on, settle findings
  read_log,         // who did what, who looked at what
  manage_people,    // accounts
  issue_copies,     // requests, copies, their numbers; the signer process asks for its own proof
  revoke_copies,    // as the head of the body
  take_in,          // send scans, run again what was quarantined
};
inline constexpr NameTable<Right, 9> kRightNames{{{Right::see_work, "see_work"},
                                                  {Right::read_records, "read_records"},
                                                  {Right::key_fields, "key_fields"},
                                                  {Right::check_records, "check_records"},
                                                  {Right::read_log, "read_log"},
                                                  {Right::manage_people, "manage_people"},
                                                  {Right::issue_copies, "issue_copies"},
                                                  {Right::revoke_copies, "revoke_copies"},
                                                  {Right::take_in, "take_in"}}};
[[nodiscard]] constexpr std::string_view name(Right right) { return name_in(kRightNames, right); }
[[nodiscard]] bool grants(Role role, Right right);

// Which records. Nothing is covered by an empty scope.
struct Scope {
  bool everything = false;
  // A body's name as its register books say it ("UBND xã A"), or its code ("H49.64.33"): then all
  // dossiers whose code begins with it, part by part.
  std::vector<std::string> bodies{};
  std::vector<std::string> books{};  // codes of register books
  friend bool operator==(const Scope&, const Scope&) = default;
};
[[nodiscard]] bool covers_book(const Scope& scope, std::string_view code, std::string_view body);
// A document in no dossier is covered by `everything` only.
[[nodiscard]] bool covers_dossier(const Scope& scope, std::string_view code);

enum class PersonState : std::uint8_t { active, disabled };
inline constexpr NameTable<PersonState, 2> kPersonStateNames{
    {{PersonState::active, "active"}, {PersonState::disabled, "disabled"}}};
[[nodiscard]] constexpr std::string_view name(PersonState state) { return name_in(kPersonStateNames, state); }

struct NewPerson {
  std::string name{};       // to sign in with: "lan", "tran.minh"
  std::string full_name{};  // for people; may be ""
  std::vector<Role> roles{};
  Scope scope{};
};
// Fails with usage and says what is wrong.
[[nodiscard]] Done check_person(const NewPerson& person);
// Lower-case letters, digits, '.', '-' and '_' of ASCII, at most 40.
[[nodiscard]] bool is_account_name(std::string_view text);
// At least 12 characters, at most 1000 bytes, and not the account's own name. Fails with usage.
[[nodiscard]] Done check_password(std::string_view account, std::string_view password);

[[nodiscard]] bool may(const std::vector<Role>& roles, Right right);

// Who signs has more than a password: a one-time code at every sign-in.
[[nodiscard]] bool needs_second_factor(const std::vector<Role>& roles);

// ---- Guessing passwords -------------------------------------------------------------------------

// How long an account waits after so many wrong passwords in a row: the first five cost nothing, then
// it doubles from a second to a quarter of an hour.
[[nodiscard]] std::int64_t pause_after_failures_s(std::int64_t failures);

}  // namespace sogoc
