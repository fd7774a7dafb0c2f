// Accounts, and the log of who did what.

#include <fmt/format.h>

#include "tools/server/api.hpp"
#include "tools/server/passwords.hpp"
#include "tools/sogoc/command.hpp"

namespace sogoc::server {
namespace {

using web::Response;

Json json_of_person(const PersonRow& person) {
  Json roles = Json::array();
  for (const Role role : person.about.roles) roles.push_back(name(role));
  return {{"name", person.about.name},
          {"full_name", person.about.full_name},
          {"roles", std::move(roles)},
          {"everything", person.about.scope.everything},
          {"bodies", person.about.scope.bodies},
          {"books", person.about.scope.books},
          {"state", name(person.state)},
          {"created_at", local_time(person.created_at)},
          {"created_by", person.created_by}};
}

Result<std::vector<std::string>> texts_of(const Json& body, const char* key) {
  const auto found = body.find(key);
  std::vector<std::string> texts;
  if (found == body.end()) return texts;
  bool good = found->is_array() && found->size() <= 200;
  for (std::size_t i = 0; good && i < found->size(); ++i) good = (*found)[i].is_string() && (*found)[i].get_ref<const std::string&>().size() <= 300;
  if (!good) return fail(ErrorCode::usage, Retry::never, key, "must be a list of texts");
  for (const Json& one : *found) texts.push_back(one.get<std::string>());
  return texts;
}

Result<Response> list(Call& call) {
  SOGOC_TRY(const auto people, call.archive.people().people());
  Json json = Json::array();
  for (const PersonRow& person : people) json.push_back(json_of_person(person));
  return json_response({{"people", std::move(json)}});
}

Result<Response> create(Call& call) {
  NewPerson person;
  SOGOC_TRY(person.name, text_of(call.body, "name", 100));
  SOGOC_TRY(person.full_name, text_of(call.body, "full_name", 200));
  SOGOC_TRY(const std::string password, text_of(call.body, "password", 1000));
  SOGOC_TRY(const auto roles, texts_of(call.body, "roles"));
  for (const std::string& text : roles) {
    const auto role = value_in(kRoleNames, text);
    if (!role) return fail(ErrorCode::usage, Retry::never, text.substr(0, 40), "is no role");
    person.roles.push_back(*role);
  }
  person.scope.everything = call.body.value("everything", Json(false)) == true;
  SOGOC_TRY(person.scope.bodies, texts_of(call.body, "bodies"));
  SOGOC_TRY(person.scope.books, texts_of(call.body, "books"));
  SOGOC_CHECK(check_person(person));
  SOGOC_CHECK(check_password(person.name, password));
  SOGOC_TRY(const std::string hash, hash_password(password));
  SOGOC_CHECK(call.archive.people().add(person, hash, call.name()));
  SOGOC_TRY(const PersonRow made, call.archive.people().person(person.name));
  return json_response(json_of_person(made), 201);
}

Result<Response> set_state(Call& call) {
  SOGOC_TRY(const std::string text, text_of(call.body, "state", 20));
  const auto state = value_in(kPersonStateNames, text);
  if (!state) return fail(ErrorCode::usage, Retry::never, "state", "must be active or disabled");
  SOGOC_CHECK(call.archive.people().set_state(call.text("name"), *state, call.name()));
  return no_content();
}

Result<Response> log(Call& call) {
  SOGOC_TRY(const auto events, call.archive.catalogue().events(call.number("after"), static_cast<int>(call.number("limit", 200))));
  Json json = Json::array();
  for (const Event& event : events)
    json.push_back({{"id", event.id}, {"at", local_time(event.at)}, {"by", event.by}, {"what", event.what}, {"subject", event.subject}, {"note", event.note}});
  return json_response({{"events", std::move(json)}});
}

}  // namespace

std::vector<Route> people_routes() {
  using web::Method;
  return {
      {Method::get, "/api/people", "listPeople", "Accounts", list, false, Right::manage_people, {}, "", "People"},
      {Method::post, "/api/people", "createPerson", "Make an account", create, false, Right::manage_people, {}, "NewPerson", "Person"},
      {Method::post, "/api/people/{name}/state", "setPersonState", "Disable or enable an account; ends its sessions", set_state, false, Right::manage_people, {}, "SetState"},
      {Method::get, "/api/log", "log", "Who did what and who looked at which record, oldest first", log, false, Right::read_log,
       {{"after", ParameterType::number, "only events behind this id"}, {"limit", ParameterType::number, "how many at most", {}, 1, 1000}}, "", "Log"},
  };
}

}  // namespace sogoc::server
