// Accounts, and the log of who did what.

#include <fmt/format.h>

#include "tools/server/api.hpp"
#include "tools/server/passwords.hpp"
#include "tools/sogoc/command.hpp"

namespace sogoc::server {
namespace {

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

}  // namespace

Result<std::vector<Role>> roles_of(const Json& body) {
  SOGOC_TRY(const auto texts, texts_of(body, "roles"));
  std::vector<Role> roles;
  for (const std::string& text : texts) {
    const auto role = value_in(kRoleNames, text);
    if (!role) return fail(ErrorCode::usage, Retry::never, text.substr(0, 40), "is no role");
    roles.push_back(*role);
  }
  return roles;
}

Result<Scope> scope_of(const Json& body) {
  Scope scope;
  scope.everything = body.value("everything", Json(false)) == true;
  SOGOC_TRY(scope.bodies, texts_of(body, "bodies"));
  SOGOC_TRY(scope.books, texts_of(body, "books"));
  return scope;
}

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
          {"second_factor", person.has_second_factor},
          {"created_at", local_time(person.created_at)},
          {"created_by", person.created_by}};
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
  SOGOC_TRY(person.roles, roles_of(call.body));
  SOGOC_TRY(person.scope, scope_of(call.body));
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

// Events behind `after` that are asked for, in the order of the log; `last`: how far it was looked through.
struct Looked {
  std::vector<Event> events;
  std::int64_t last = 0;
  bool more = false;
};

constexpr int kStep = 1000;
constexpr int kMostLookedThrough = 200'000;  // in one answer

Result<Looked> events_of(Call& call, std::size_t most) {
  const std::string by = call.text("by"), what = call.text("what"), subject = call.text("subject");
  Looked looked;
  looked.last = call.number("after");
  for (int seen = 0; seen < kMostLookedThrough; seen += kStep) {
    SOGOC_TRY(const auto events, call.archive.catalogue().events(looked.last, kStep));
    for (const Event& event : events) {
      if (looked.events.size() == most) {
        looked.more = true;
        return looked;
      }
      looked.last = event.id;
      const bool asked = (by.empty() || event.by == by) && (what.empty() || event.what == what) &&
                         (subject.empty() || event.subject == subject || event.subject.starts_with(subject + " "));
      if (asked) looked.events.push_back(event);
    }
    if (events.size() < kStep) return looked;
  }
  looked.more = true;
  return looked;
}

Json json_of_event(const Event& event) {
  return {{"id", event.id}, {"at", local_time(event.at)}, {"by", event.by}, {"what", event.what}, {"subject", event.subject}, {"note", event.note}};
}

Result<Response> log(Call& call) {
  SOGOC_TRY(const Looked looked, events_of(call, static_cast<std::size_t>(call.number("limit", 200))));
  Json json = Json::array();
  for (const Event& event : looked.events) json.push_back(json_of_event(event));
  return json_response({{"events", std::move(json)}, {"last", looked.last}, {"more", looked.more}});
}

// One JSON object a line; whoever took it along stands in the log too. `sogoc log check` proves the log itself.
Result<Response> export_log(Call& call) {
  SOGOC_TRY(const Looked looked, events_of(call, kMostLookedThrough));
  SOGOC_CHECK(call.archive.catalogue().add_event(call.name(), "export_log", "log", ""));
  Response response;
  response.set("Content-Type", "application/x-ndjson");
  response.set("Content-Disposition", "attachment; filename=\"nhat-ky.jsonl\"");
  response.set("X-Last-Event", std::to_string(looked.last));
  for (const Event& event : looked.events) response.body += json_of_event(event).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return response;
}

}  // namespace

std::vector<Route> people_routes() {
  using web::Method;
  const std::vector<Parameter> which{{"after", ParameterType::number, "only events behind this id"}, {"by", ParameterType::text, "of this person"}, {"what", ParameterType::text, "of this kind, such as view_entry"},
                                     {"subject", ParameterType::text, "about this record, such as entry 12"}};
  std::vector<Parameter> page = which;
  page.push_back({"limit", ParameterType::number, "how many at most", {}, 1, 1000});
  Route lines{Method::get, "/api/log/export", "exportLog", "The same as a file, one JSON object a line; the header X-Last-Event says where to go on", export_log, false, Right::read_log, which};
  lines.answer_type = "application/x-ndjson";
  return {
      lines,
      {Method::get, "/api/people", "listPeople", "Accounts", list, false, Right::manage_people, {}, "", "People"},
      {Method::post, "/api/people", "createPerson", "Make an account", create, false, Right::manage_people, {}, "NewPerson", "Person"},
      {Method::post, "/api/people/{name}/state", "setPersonState", "Disable or enable an account; ends its sessions", set_state, false, Right::manage_people, {}, "SetState"},
      {Method::get, "/api/log", "log", "Who did what and who looked at which record, oldest first", log, false, Right::read_log, page, "", "Log"},
  };
}

}  // namespace sogoc::server
