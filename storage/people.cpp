#include "storage/people.hpp"

#include <algorithm>

#include "storage/book_rows.hpp"
#include "storage/database.hpp"
#include "storage/job_moves.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

constexpr const char* kColumns =
    "SELECT p.id, p.name, p.full_name, p.roles, p.everything, p.bodies, p.books, p.state, p.created_at, p.created_by, "
    "p.password, p.failures, p.failed_at, p.totp_secret IS NOT NULL FROM people p ";
// So often the database learns that a session is in use: a write for every request would be one too many.
constexpr std::chrono::minutes kSeenStep{1};

std::string called(const std::string& name) { return "account " + name; }

std::vector<std::string> names_of(const std::vector<Role>& roles) {
  std::vector<std::string> names;
  for (const Role role : roles) names.emplace_back(name(role));
  return names;
}

PersonRow person_row(const Query& query) {
  PersonRow row;
  row.id = query.integer(0);
  row.about.name = query.text(1);
  row.about.full_name = query.text(2);
  for (const std::string& role : list_from_text(query.text(3))) row.about.roles.push_back(stored_value(kRoleNames, role));
  row.about.scope = {query.integer(4) != 0, list_from_text(query.text(5)), list_from_text(query.text(6))};
  row.state = stored_value(kPersonStateNames, query.text(7));
  row.created_at = query.time(8);
  row.created_by = query.text(9);
  row.has_second_factor = query.integer(13) != 0;
  return row;
}

std::optional<PersonRow> load_person(Database& database, const std::string& name) {
  auto query = database.query(std::string(kColumns) + "WHERE p.name = ?1", name);
  if (!query.next()) return std::nullopt;
  return person_row(query);
}

tl::unexpected<Error> no_such(const std::string& name) { return fail(ErrorCode::not_found, Retry::never, called(name), "does not exist"); }

bool admin_besides(Database& database, PersonId person) {
  auto query = database.query(std::string(kColumns) + "WHERE p.state = 'active' AND p.id <> ?1", person);
  while (query.next()) {
    const PersonRow row = person_row(query);
    if (may(row.about.roles, Right::manage_people)) return true;
  }
  return false;
}

}  // namespace

Result<PersonId> People::add(const NewPerson& person, const std::string& password_hash, const std::string& by) {
  SOGOC_CHECK(needs_person_name(by));
  SOGOC_CHECK(check_person(person));
  return database_.write([&]() -> Result<PersonId> {
    if (load_person(database_, person.name)) return fail(ErrorCode::already_exists, Retry::never, called(person.name), "exists already");
    const UtcTime now = clock_.now();
    database_.run(
        "INSERT INTO people (name, full_name, password, roles, everything, bodies, books, state, created_at, created_by) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'active', ?8, ?9)",
        person.name, person.full_name, password_hash, list_to_text(names_of(person.roles)), person.scope.everything,
        list_to_text(person.scope.bodies), list_to_text(person.scope.books), now, by);
    const PersonId id = database_.last_id();
    add_event_row(database_, now, by, "create_account", called(person.name), list_to_text(names_of(person.roles)));
    return id;
  });
}

Result<std::vector<PersonRow>> People::people() {
  return database_.read([&]() -> Result<std::vector<PersonRow>> {
    std::vector<PersonRow> list;
    auto query = database_.query(std::string(kColumns) + "ORDER BY p.name");
    while (query.next()) list.push_back(person_row(query));
    return list;
  });
}

Result<PersonRow> People::person(const std::string& name) {
  return database_.read([&]() -> Result<PersonRow> {
    auto row = load_person(database_, name);
    if (!row) return no_such(name);
    return std::move(*row);
  });
}

Result<bool> People::has_admin() {
  return database_.read([&]() -> Result<bool> { return admin_besides(database_, 0); });
}

Done People::set_password(const std::string& name, const std::string& password_hash, const std::string& by) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Done {
    const auto row = load_person(database_, name);
    if (!row) return no_such(name);
    database_.run("UPDATE people SET password = ?2, failures = 0 WHERE id = ?1", row->id, password_hash);
    database_.run("DELETE FROM sessions WHERE person = ?1", row->id);
    add_event_row(database_, clock_.now(), by, "set_password", called(name), "");
    return {};
  });
}

Done People::set_state(const std::string& name, PersonState state, const std::string& by) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Done {
    const auto row = load_person(database_, name);
    if (!row) return no_such(name);
    if (state == PersonState::disabled && may(row->about.roles, Right::manage_people) && !admin_besides(database_, row->id))
      return fail(ErrorCode::conflict, Retry::after_operator, called(name), "is the only one who may make accounts; make another admin first");
    if (row->state == state) return {};
    database_.run("UPDATE people SET state = ?2, failures = 0 WHERE id = ?1", row->id, sogoc::name(state));
    database_.run("DELETE FROM sessions WHERE person = ?1", row->id);
    add_event_row(database_, clock_.now(), by, state == PersonState::disabled ? "disable_account" : "enable_account", called(name), "");
    return {};
  });
}

Done People::set_rights(const std::string& name, const std::vector<Role>& roles, const Scope& scope, const std::string& by) {
  SOGOC_CHECK(needs_person_name(by));
  SOGOC_CHECK(check_person({name, "", roles, scope}));
  return database_.write([&]() -> Done {
    const auto row = load_person(database_, name);
    if (!row) return no_such(name);
    if (may(row->about.roles, Right::manage_people) && !may(roles, Right::manage_people) && !admin_besides(database_, row->id))
      return fail(ErrorCode::conflict, Retry::after_operator, called(name), "is the only one who may make accounts; make another admin first");
    database_.run("UPDATE people SET roles = ?2, everything = ?3, bodies = ?4, books = ?5 WHERE id = ?1", row->id, list_to_text(names_of(roles)), scope.everything,
                  list_to_text(scope.bodies), list_to_text(scope.books));
    std::string scope_in_words = scope.everything ? "everything" : list_to_text(scope.bodies) + list_to_text(scope.books);
    add_event_row(database_, clock_.now(), by, "set_rights", called(name), list_to_text(names_of(roles)) + " " + scope_in_words);
    return {};
  });
}

Done People::set_second_factor(const std::string& name, const std::vector<std::uint8_t>& secret, const std::string& by) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Done {
    const auto row = load_person(database_, name);
    if (!row) return no_such(name);
    if (secret.empty()) database_.run("UPDATE people SET totp_secret = NULL WHERE id = ?1", row->id);
    else database_.run("UPDATE people SET totp_secret = ?2, totp_step = 0 WHERE id = ?1", row->id, secret);
    database_.run("DELETE FROM sessions WHERE person = ?1", row->id);
    add_event_row(database_, clock_.now(), by, secret.empty() ? "remove_second_factor" : "set_second_factor", called(name), "");
    return {};
  });
}

Done People::link(const std::string& name, const Identity& identity, const std::string& by) {
  SOGOC_CHECK(needs_person_name(by));
  if (identity.issuer.empty() || identity.subject.empty()) return fail(ErrorCode::usage, Retry::never, called(name), "say the issuer and the subject");
  return database_.write([&]() -> Done {
    const auto row = load_person(database_, name);
    if (!row) return no_such(name);
    {
      auto query = database_.query("SELECT person FROM identities WHERE issuer = ?1 AND subject = ?2", identity.issuer, identity.subject);
      if (query.next()) {
        if (query.integer(0) == row->id) return {};
        return fail(ErrorCode::already_exists, Retry::never, called(name), "this identity belongs to another account");
      }
    }
    database_.run("INSERT INTO identities (issuer, subject, person, at, by) VALUES (?1, ?2, ?3, ?4, ?5)", identity.issuer, identity.subject, row->id, clock_.now(), by);
    add_event_row(database_, clock_.now(), by, "link_identity", called(name), identity.issuer);
    return {};
  });
}

Done People::unlink(const std::string& name, const Identity& identity, const std::string& by) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Done {
    const auto row = load_person(database_, name);
    if (!row) return no_such(name);
    database_.run("DELETE FROM identities WHERE issuer = ?1 AND subject = ?2 AND person = ?3", identity.issuer, identity.subject, row->id);
    if (database_.changes() == 0) return fail(ErrorCode::not_found, Retry::never, called(name), "has no such identity");
    database_.run("DELETE FROM sessions WHERE person = ?1", row->id);
    add_event_row(database_, clock_.now(), by, "unlink_identity", called(name), identity.issuer);
    return {};
  });
}

Result<std::vector<Identity>> People::identities(const std::string& name) {
  return database_.read([&]() -> Result<std::vector<Identity>> {
    std::vector<Identity> all;
    auto query = database_.query("SELECT i.issuer, i.subject FROM identities i JOIN people p ON p.id = i.person WHERE p.name = ?1 ORDER BY 1, 2", name);
    while (query.next()) all.push_back({query.text(0), query.text(1)});
    return all;
  });
}

Result<std::optional<PersonRow>> People::person_at(const Identity& identity) {
  return database_.read([&]() -> Result<std::optional<PersonRow>> {
    auto query = database_.query(std::string(kColumns) + "WHERE p.id = (SELECT person FROM identities WHERE issuer = ?1 AND subject = ?2)", identity.issuer, identity.subject);
    if (!query.next()) return std::optional<PersonRow>{};
    return std::optional(person_row(query));
  });
}

Result<bool> People::use_code(PersonId person, std::int64_t step) {
  return database_.write([&]() -> Result<bool> {
    database_.run("UPDATE people SET totp_step = ?2 WHERE id = ?1 AND totp_step < ?2", person, step);
    return database_.changes() > 0;
  });
}

Result<std::optional<Credentials>> People::credentials(const std::string& name) {
  return database_.read([&]() -> Result<std::optional<Credentials>> {
    auto query = database_.query(std::string(kColumns) + "WHERE p.name = ?1", name);
    if (!query.next()) return std::optional<Credentials>{};
    Credentials found{person_row(query), query.text(10), query.integer(11), query.time(12), {}, 0};
    auto factor = database_.query("SELECT totp_secret, totp_step FROM people WHERE id = ?1 AND totp_secret IS NOT NULL", found.person.id);
    if (factor.next()) {
      found.totp_secret = factor.blob(0);
      found.totp_step = factor.integer(1);
    }
    return std::optional(std::move(found));
  });
}

Done People::note_failure(PersonId person, const std::string& from) {
  return database_.write([&]() -> Done {
    const UtcTime now = clock_.now();
    std::string name;
    {
      auto query = database_.query(std::string(kColumns) + "WHERE p.id = ?1", person);
      if (!query.next()) return {};
      name = query.text(1);
    }
    database_.run("UPDATE people SET failures = failures + 1, failed_at = ?2 WHERE id = ?1", person, now);
    add_event_row(database_, now, "sogoc", "sign_in_failed", called(name), from);
    return {};
  });
}

Done People::open_session(PersonId person, const Sha256& token, const SessionLimits& limits, const std::string& from) {
  return database_.write([&]() -> Done {
    const UtcTime now = clock_.now();
    std::string name;
    {
      auto query = database_.query(std::string(kColumns) + "WHERE p.id = ?1 AND p.state = 'active'", person);
      if (!query.next()) return fail(ErrorCode::conflict, Retry::never, "account", "was disabled a moment ago");
      name = query.text(1);
    }
    database_.run("DELETE FROM sessions WHERE seen_at < ?1 OR opened_at < ?2", UtcTime(now - limits.idle), UtcTime(now - limits.longest));
    database_.run("UPDATE people SET failures = 0 WHERE id = ?1", person);
    database_.run("INSERT INTO sessions (token, person, opened_at, seen_at) VALUES (?1, ?2, ?3, ?3)", token, person, now);
    add_event_row(database_, now, name, "sign_in", called(name), from);
    return {};
  });
}

Result<std::optional<PersonRow>> People::session(const Sha256& token, const SessionLimits& limits) {
  const UtcTime now = clock_.now();
  UtcTime seen{};
  auto found = database_.read([&]() -> Result<std::optional<PersonRow>> {
    PersonId person = 0;
    {
      auto query = database_.query("SELECT person, opened_at, seen_at FROM sessions WHERE token = ?1", token);
      if (!query.next()) return std::optional<PersonRow>{};
      seen = query.time(2);
      if (seen + limits.idle <= now || query.time(1) + limits.longest <= now) return std::optional<PersonRow>{};
      person = query.integer(0);
    }
    auto query = database_.query(std::string(kColumns) + "WHERE p.id = ?1 AND p.state = 'active'", person);
    if (!query.next()) return std::optional<PersonRow>{};
    return std::optional(person_row(query));
  });
  if (!found || !*found || now - seen < kSeenStep) return found;
  SOGOC_CHECK(database_.write([&]() -> Done {
    database_.run("UPDATE sessions SET seen_at = ?2 WHERE token = ?1", token, now);
    return {};
  }));
  return found;
}

Done People::close_session(const Sha256& token) {
  return database_.write([&]() -> Done {
    std::string name;
    {
      auto query = database_.query("SELECT p.name FROM sessions s JOIN people p ON p.id = s.person WHERE s.token = ?1", token);
      if (!query.next()) return {};
      name = query.text(0);
    }
    database_.run("DELETE FROM sessions WHERE token = ?1", token);
    add_event_row(database_, clock_.now(), name, "sign_out", called(name), "");
    return {};
  });
}

}  // namespace sogoc
