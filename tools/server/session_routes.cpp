// Signing in and out, and what a page must know about who works.

#include <fmt/format.h>

#include "tools/server/api.hpp"
#include "tools/server/passwords.hpp"
#include "tools/server/second_factor.hpp"
#include "tools/server/session_cookie.hpp"
#include "tools/server/single_sign_on.hpp"

namespace sogoc::server {

std::string session_cookie(const Office& office, const std::string& token, std::int64_t seconds) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", office.secure_cookies ? "__Host-sogoc" : "sogoc", token, seconds,
                     office.secure_cookies ? "; Secure" : "");
}

namespace {

using web::Response;

Json me(const Call& call, const PersonRow& person, const std::string& token) {
  Json roles = Json::array(), rights = Json::array();
  for (const Role role : person.about.roles) roles.push_back(name(role));
  for (const auto& [right, text] : kRightNames)
    if (may(person.about.roles, right)) rights.push_back(text);
  return {{"name", person.about.name},
          {"full_name", person.about.full_name},
          {"roles", std::move(roles)},
          {"rights", std::move(rights)},
          {"csrf", csrf_of_token(token)},
          {"agency", call.office.identity.agency_name},
          {"trial", call.office.identity.trial},
          {"elsewhere", call.office.sso && call.office.sso->knows(to_hex(digest_of_token(token)))}};
}

// The same sentence whether the name or the password is wrong.
Response refused() { return say_problem(401, "wrong_password", "the name or the password is wrong"); }

Response wait(std::int64_t seconds) {
  Response response = say_problem(429, "too_many", "too many attempts; wait a moment and try again");
  response.set("Retry-After", std::to_string(seconds));
  return response;
}

Result<Response> sign_in(Call& call) {
  SOGOC_TRY(const std::string name, text_of(call.body, "name", 100));
  SOGOC_TRY(const std::string password, text_of(call.body, "password", 1000));
  const auto now = std::chrono::steady_clock::now();
  if (const auto pause = call.office.wrong_passwords.look(call.from, now); pause.count() > 0) return wait(pause.count());
  People& people = call.archive.people();
  SOGOC_TRY(const auto known, people.credentials(name));
  if (known) {
    const std::int64_t pause = pause_after_failures_s(known->failures);
    const auto since = std::chrono::duration_cast<std::chrono::seconds>(SystemClock().now() - known->failed_at).count();
    if (pause > 0 && since < pause) return wait(pause - since);
  }
  const bool fits = password_fits(known ? known->password_hash : hash_of_nobody(), password);
  if (!known || !fits || known->person.state != PersonState::active) {
    (void)call.office.wrong_passwords.take(call.from, now);
    if (known) SOGOC_CHECK(people.note_failure(known->person.id, call.from));
    return refused();
  }
  // Who signs has more than a password.
  if (known->totp_secret.empty() && needs_second_factor(known->person.about.roles))
    return say_problem(403, "no_second_factor", "who signs needs a second factor: the administrator sets it up, in the list of accounts or with `sogoc user second-factor`");
  if (!known->totp_secret.empty()) {
    const std::string code = call.body.contains("code") && call.body["code"].is_string() ? call.body["code"].get<std::string>() : "";
    if (code.empty()) return say_problem(401, "needs_code", "type the one-time code too");
    const auto step = step_of_code(known->totp_secret, code, SystemClock().now());
    bool fresh = false;
    if (step) {
      SOGOC_TRY(fresh, people.use_code(known->person.id, *step));
    }
    if (!fresh) {
      (void)call.office.wrong_passwords.take(call.from, now);
      SOGOC_CHECK(people.note_failure(known->person.id, call.from));
      return say_problem(401, "wrong_code", "the one-time code is wrong, too old or was used before");
    }
  }
  const std::string token = new_token();
  SOGOC_CHECK(people.open_session(known->person.id, digest_of_token(token), call.office.session, call.from));
  Response response = json_response(me(call, known->person, token));
  response.set("Set-Cookie", session_cookie(call.office, token, call.office.session.longest.count() * 60));
  return response;
}

Result<Response> who(Call& call) { return json_response(me(call, *call.person, call.token)); }

Result<Response> sign_out(Call& call) {
  SOGOC_CHECK(call.archive.people().close_session(digest_of_token(call.token)));
  Response response = no_content();
  response.set("Set-Cookie", session_cookie(call.office, "", 0));
  if (const std::string session = to_hex(digest_of_token(call.token)); call.office.sso && call.office.sso->knows(session)) {
    const std::string browser = new_token();
    call.office.sso->left(session, browser);
    response.set("Set-Cookie", browser_cookie(call.office, browser, 600));
  }
  response.set("Clear-Site-Data", "\"cache\"");
  return response;
}

Result<Response> change_password(Call& call) {
  SOGOC_TRY(const std::string old, text_of(call.body, "old", 1000));
  SOGOC_TRY(const std::string wanted, text_of(call.body, "new", 1000));
  const auto now = std::chrono::steady_clock::now();
  if (const auto pause = call.office.wrong_passwords.look(call.from, now); pause.count() > 0) return wait(pause.count());
  People& people = call.archive.people();
  SOGOC_TRY(const auto known, people.credentials(call.name()));
  if (!known || !password_fits(known->password_hash, old)) {
    (void)call.office.wrong_passwords.take(call.from, now);
    SOGOC_CHECK(people.note_failure(call.person->id, call.from));
    return refused();
  }
  SOGOC_CHECK(check_password(call.name(), wanted));
  SOGOC_TRY(const std::string hash, hash_password(wanted));
  SOGOC_CHECK(people.set_password(call.name(), hash, call.name()));
  const std::string token = new_token();
  SOGOC_CHECK(people.open_session(call.person->id, digest_of_token(token), call.office.session, call.from));
  Response response = json_response(me(call, *call.person, token));
  response.set("Set-Cookie", session_cookie(call.office, token, call.office.session.longest.count() * 60));
  return response;
}

Result<Response> api(Call&) {
  static const std::string document = openapi_document();
  Response response;
  response.set("Content-Type", "application/json");
  response.body = document;
  return response;
}

}  // namespace

std::vector<Route> session_routes() {
  using web::Method;
  return {
      {Method::post, "/api/session", "signIn", "Sign in; the session is a cookie", sign_in, true, {}, {}, "SignIn", "Me"},
      {Method::get, "/api/session", "whoAmI", "Who is signed in, and what they may do", who, false, {}, {}, "", "Me"},
      {Method::del, "/api/session", "signOut", "Sign out", sign_out},
      {Method::put, "/api/session/password", "changePassword", "Change one's own password; ends one's other sessions", change_password, false, {}, {}, "ChangePassword", "Me"},
      {Method::get, "/openapi.json", "api", "This document", api, false, {}, {}, "", "Any"},
  };
}

}  // namespace sogoc::server
