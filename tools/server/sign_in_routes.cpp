// Signing in at a provider, and what an admin does about accounts: rights, second factors, identities elsewhere.

#include <algorithm>

#include <fmt/format.h>

#include "tools/server/api.hpp"
#include "tools/server/passwords.hpp"
#include "tools/server/second_factor.hpp"
#include "tools/server/session_cookie.hpp"
#include "tools/server/single_sign_on.hpp"

namespace sogoc::server {

// Comes along from the provider's page, which Strict would forbid; it is good for this one way only.
std::string browser_cookie(const Office& office, const std::string& value, std::int64_t seconds) {
  return fmt::format("{}={}; Path=/api/sign-in; HttpOnly; SameSite=Lax; Max-Age={}{}", kBrowserCookie, value, seconds, office.secure_cookies ? "; Secure" : "");
}

constexpr std::chrono::minutes kPatience{10};
constexpr std::size_t kMostWaiting = 2000;
constexpr std::size_t kMostSessions = 20'000;
constexpr std::chrono::hours kLongestSession{24};

bool SingleSignOn::remember(const oidc::Started& started, const std::string& browser) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(lock_);
  std::erase_if(waiting_, [now](const auto& one) { return one.second.since + kPatience <= now; });
  if (waiting_.size() >= kMostWaiting) return false;
  waiting_[started.state] = {started, browser, now};
  return true;
}

std::optional<oidc::Started> SingleSignOn::take(const std::string& state, const std::string& browser) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(lock_);
  const auto known = waiting_.find(state);
  if (known == waiting_.end() || !same_secret(known->second.browser, browser)) return std::nullopt;
  Waiting found = std::move(known->second);
  waiting_.erase(known);
  if (found.since + kPatience <= now) return std::nullopt;
  return found.started;
}

void SingleSignOn::forget(std::unordered_map<std::string, Token>& from, std::chrono::minutes older) {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(from, [&](const auto& one) { return one.second.since + older <= now; });
  if (from.size() < kMostSessions) return;
  from.erase(std::min_element(from.begin(), from.end(), [](const auto& a, const auto& b) { return a.second.since < b.second.since; }));
}

void SingleSignOn::came_in(const std::string& session, const std::string& token) {
  const std::lock_guard lock(lock_);
  forget(sessions_, kLongestSession);
  sessions_[session] = {token, std::chrono::steady_clock::now()};
}

bool SingleSignOn::knows(const std::string& session) {
  const std::lock_guard lock(lock_);
  return sessions_.count(session) > 0;
}

void SingleSignOn::left(const std::string& session, const std::string& browser) {
  const std::lock_guard lock(lock_);
  const auto known = sessions_.find(session);
  if (known == sessions_.end()) return;
  forget(leaving_, kPatience);
  leaving_[browser] = {std::move(known->second.token), std::chrono::steady_clock::now()};
  sessions_.erase(known);
}

std::optional<std::string> SingleSignOn::farewell(const std::string& browser) {
  const std::lock_guard lock(lock_);
  forget(leaving_, kPatience);
  const auto known = leaving_.find(browser);
  if (known == leaving_.end()) return std::nullopt;
  std::string token = std::move(known->second.token);
  leaving_.erase(known);
  return token;
}

namespace {

using web::Response;

Response redirect(const std::string& to) {
  Response response;
  response.status = 303;
  response.set("Location", to);
  return response;
}

// The page says it in the person's language.
Response back(const std::string& why) { return redirect("/#/sign-in/" + why); }

Result<Response> ways(Call& call) {
  Json json = {{"provider", Json()}};
  if (call.office.sso) json["provider"] = call.office.sso->provider().settings().label;
  return json_response(json);
}

Result<Response> start(Call& call) {
  if (!call.office.sso) return fail(ErrorCode::not_found, Retry::never, "sign-in", "there is no other place to sign in");
  const auto now = std::chrono::steady_clock::now();
  if (call.office.wrong_passwords.look(call.from, now).count() > 0) return back("wait");
  auto started = call.office.sso->provider().start();
  if (!started) return back("provider");
  const std::string browser = new_token();
  if (!call.office.sso->remember(*started, browser)) return back("wait");
  Response response = redirect(started->url);
  response.set("Set-Cookie", browser_cookie(call.office, browser, 600));
  return response;
}

Result<Response> finish(Call& call) {
  if (!call.office.sso) return fail(ErrorCode::not_found, Retry::never, "sign-in", "there is no other place to sign in");
  const auto now = std::chrono::steady_clock::now();
  if (call.office.wrong_passwords.look(call.from, now).count() > 0) return back("wait");
  const auto refused = [&](const std::string& why) -> Result<Response> {
    (void)call.office.wrong_passwords.take(call.from, now);
    SOGOC_CHECK(call.archive.catalogue().add_event("sogoc", "sign_in_failed", "account at the provider", call.from));
    Response response = back(why);
    response.set("Set-Cookie", browser_cookie(call.office, "", 0));
    return response;
  };
  const auto started = call.office.sso->take(call.text("state"), call.request.cookie(kBrowserCookie).value_or(""));
  if (!started || call.text("code").empty()) return refused("again");
  // An answer that another provider gave is not taken to ours.
  if (const std::string issuer = call.text("iss"); !issuer.empty() && issuer != call.office.sso->provider().settings().issuer) return refused("again");
  const auto proven = call.office.sso->provider().finish(call.text("code"), *started);
  if (!proven) return refused(proven.error().code == ErrorCode::invalid ? "refused" : "provider");
  SOGOC_TRY(const auto person, call.archive.people().person_at({proven->issuer, proven->subject}));
  if (!person || person->state != PersonState::active) return refused("unknown");
  if (needs_second_factor(person->about.roles) && !proven->with_second_factor()) return refused("factor");
  const std::string token = new_token();
  SOGOC_CHECK(call.archive.people().open_session(person->id, digest_of_token(token), call.office.session, call.from));
  call.office.sso->came_in(to_hex(digest_of_token(token)), proven->token);
  Response response = redirect("/");
  response.set("Set-Cookie", session_cookie(call.office, token, call.office.session.longest.count() * 60));
  response.set("Set-Cookie", browser_cookie(call.office, "", 0));
  return response;
}

// Whoever came from the provider and signed out here goes on to sign out there, or home where the provider has no place for it.
Result<Response> leave(Call& call) {
  if (!call.office.sso) return fail(ErrorCode::not_found, Retry::never, "sign-in", "there is no other place to sign in");
  const auto token = call.office.sso->farewell(call.request.cookie(kBrowserCookie).value_or(""));
  const auto where = token ? call.office.sso->provider().farewell(*token) : std::string();
  Response response = redirect(where && !where->empty() ? *where : "/");
  response.set("Set-Cookie", browser_cookie(call.office, "", 0));
  return response;
}

// ---- Accounts -----------------------------------------------------------------------------------

Result<Response> set_rights(Call& call) {
  SOGOC_TRY(const auto roles, roles_of(call.body));
  SOGOC_TRY(const Scope scope, scope_of(call.body));
  SOGOC_CHECK(call.archive.people().set_rights(call.text("name"), roles, scope, call.name()));
  return no_content();
}

// Shown once: the database does not tell it again.
Result<Response> set_factor(Call& call) {
  const NewFactor factor = new_factor(call.text("name"));
  SOGOC_CHECK(call.archive.people().set_second_factor(call.text("name"), factor.secret, call.name()));
  return json_response({{"secret", factor.text}, {"address", factor.address}});
}

Result<Response> remove_factor(Call& call) {
  SOGOC_CHECK(call.archive.people().set_second_factor(call.text("name"), {}, call.name()));
  return no_content();
}

Result<Identity> identity_of(const Json& body) {
  Identity identity;
  SOGOC_TRY(identity.issuer, text_of(body, "issuer", 300));
  SOGOC_TRY(identity.subject, text_of(body, "subject", 255));
  return identity;
}

Result<Response> link(Call& call) {
  SOGOC_TRY(const Identity identity, identity_of(call.body));
  SOGOC_CHECK(call.archive.people().link(call.text("name"), identity, call.name()));
  return no_content();
}

Result<Response> unlink(Call& call) {
  SOGOC_TRY(const Identity identity, identity_of(call.body));
  SOGOC_CHECK(call.archive.people().unlink(call.text("name"), identity, call.name()));
  return no_content();
}

Result<Response> identities(Call& call) {
  SOGOC_TRY(const PersonRow person, call.archive.people().person(call.text("name")));
  SOGOC_TRY(const auto all, call.archive.people().identities(person.about.name));
  Json json = Json::array();
  for (const Identity& one : all) json.push_back({{"issuer", one.issuer}, {"subject", one.subject}});
  return json_response({{"identities", std::move(json)}});
}

}  // namespace

std::vector<Route> sign_in_routes() {
  using web::Method;
  constexpr auto right = Right::manage_people;
  Route ways_route{Method::get, "/api/sign-in", "signInWays", "Where else one may sign in", ways, true, {}, {}, "", "SignInWays"};
  Route begin{Method::get, "/api/sign-in/start", "signInStart", "To the OpenID provider", start, true};
  Route end{Method::get, "/api/sign-in/return", "signInReturn", "Back from the OpenID provider", finish, true, {},
            {{"code", ParameterType::text, "of the provider"}, {"state", ParameterType::text, "as it was given along"}, {"iss", ParameterType::text, "who answers"},
             {"session_state", ParameterType::text, "not looked at"}, {"error", ParameterType::text, "why not"}, {"error_description", ParameterType::text, "not looked at"}, {"error_uri", ParameterType::text, "not looked at"}}};
  Route away{Method::get, "/api/sign-in/end", "signInEnd", "To where the OpenID provider ends its own session", leave, true};
  for (Route* one : {&begin, &end, &away}) {
    one->slow = true;  // asks the provider
    one->moves_on = true;
  }
  return {
      ways_route,
      begin,
      end,
      away,
      {Method::put, "/api/people/{name}/rights", "setRights", "Roles and scope from now on", set_rights, false, right, {}, "Rights"},
      {Method::post, "/api/people/{name}/second-factor", "setSecondFactor", "A new secret for one-time codes, shown once; ends the person's sessions", set_factor, false, right, {}, "", "SecondFactor"},
      {Method::del, "/api/people/{name}/second-factor", "removeSecondFactor", "Take the second factor away", remove_factor, false, right},
      {Method::get, "/api/people/{name}/identities", "listIdentities", "Who the person is at a provider", identities, false, right, {}, "", "Identities"},
      {Method::post, "/api/people/{name}/identities", "linkIdentity", "Let a person in from a provider", link, false, right, {}, "Identity"},
      {Method::post, "/api/people/{name}/identities/remove", "unlinkIdentity", "No longer; ends the person's sessions", unlink, false, right, {}, "Identity"},
  };
}

}  // namespace sogoc::server
