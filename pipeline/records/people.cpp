#include "pipeline/records/people.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "pipeline/core/utf8.hpp"

namespace sogoc {
namespace {

constexpr std::size_t kLongestName = 40;
constexpr std::size_t kShortestPassword = 12;
constexpr std::size_t kLongestPassword = 1000;
constexpr std::int64_t kFreeFailures = 5;
constexpr std::int64_t kLongestPause = 15 * 60;

bool is_utf8(std::string_view text) { return to_utf8(code_points(text)) == text; }

// Characters of UTF-8: every byte that does not continue one.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

bool grants(Role role, Right right) {
  switch (role) {
    case Role::scanner: return right == Right::see_work || right == Right::take_in;
    case Role::keyer: return right == Right::read_records || right == Right::key_fields;
    case Role::checker:
      return right == Right::read_records || right == Right::key_fields || right == Right::check_records || right == Right::see_work ||
             right == Right::take_in;
    case Role::clerk: return right == Right::read_records || right == Right::issue_copies;
    case Role::signer: return right == Right::read_records || right == Right::issue_copies || right == Right::revoke_copies;
    case Role::auditor: return right == Right::read_records || right == Right::read_log || right == Right::see_work;
    case Role::admin: return right == Right::manage_people || right == Right::read_log || right == Right::see_work;
  }
  return false;
}

bool may(const std::vector<Role>& roles, Right right) {
  return std::any_of(roles.begin(), roles.end(), [right](Role role) { return grants(role, right); });
}

bool needs_second_factor(const std::vector<Role>& roles) {
  return std::find(roles.begin(), roles.end(), Role::signer) != roles.end();
}

bool covers_book(const Scope& scope, std::string_view code, std::string_view body) {
  if (scope.everything) return true;
  if (std::find(scope.books.begin(), scope.books.end(), code) != scope.books.end()) return true;
  return !body.empty() && std::find(scope.bodies.begin(), scope.bodies.end(), body) != scope.bodies.end();
}

bool covers_dossier(const Scope& scope, std::string_view code) {
  if (scope.everything) return true;
  if (code.empty()) return false;
  return std::any_of(scope.bodies.begin(), scope.bodies.end(), [code](const std::string& body) {
    return !body.empty() && code.starts_with(body) && code.size() > body.size() && code[body.size()] == '.';
  });
}

bool is_account_name(std::string_view text) {
  if (text.empty() || text.size() > kLongestName || text.front() == '.' || text.back() == '.') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

Done check_person(const NewPerson& person) {
  if (!is_account_name(person.name))
    return fail(ErrorCode::usage, Retry::never, person.name,
                "an account is named with small letters, digits, '.', '-' and '_', at most 40 of them");
  if (!is_utf8(person.full_name) || person.full_name.size() > 200)
    return fail(ErrorCode::usage, Retry::never, person.name, "the full name must be UTF-8 of at most 200 bytes");
  if (person.roles.empty())
    return fail(ErrorCode::usage, Retry::never, person.name, "say at least one role: scanner, keyer, checker, clerk, signer, auditor, admin");
  const bool reads = may(person.roles, Right::read_records) || may(person.roles, Right::key_fields);
  if (reads && !person.scope.everything && person.scope.bodies.empty() && person.scope.books.empty())
    return fail(ErrorCode::usage, Retry::never, person.name, "say which records the person may see: all of them, a body or a book");
  return {};
}

Done check_password(std::string_view account, std::string_view password) {
  if (!is_utf8(password) || password.size() > kLongestPassword)
    return fail(ErrorCode::usage, Retry::never, "password", "must be UTF-8 of at most 1000 bytes");
  if (characters(password) < kShortestPassword)
    return fail(ErrorCode::usage, Retry::never, "password", "must have at least 12 characters; a short sentence is easy to remember");
  if (password.find(account) != std::string_view::npos && characters(password) < account.size() + kShortestPassword)
    return fail(ErrorCode::usage, Retry::never, "password", "must not be made of the name of the account");
  return {};
}

std::int64_t pause_after_failures_s(std::int64_t failures) {
  if (failures < kFreeFailures) return 0;
  const std::int64_t doubled = std::min<std::int64_t>(failures - kFreeFailures, 20);
  return std::min<std::int64_t>(std::int64_t{1} << doubled, kLongestPause);
}

}  // namespace sogoc
