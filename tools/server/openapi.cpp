// The document at /openapi.json, made of the table of routes: what is not in the table is not answered, and what
// is in it stands in the document.

#include "tools/server/api.hpp"

namespace sogoc::server {
namespace {

constexpr const char* kSchemas =
#include "tools/server/openapi_schemas.inc"
    ;

const char* method_name(web::Method method) {
  switch (method) {
    case web::Method::get: return "get";
    case web::Method::post: return "post";
    case web::Method::put: return "put";
    case web::Method::del: return "delete";
    case web::Method::head:
    case web::Method::other: break;
  }
  return "trace";
}

Json reference(const std::string& schema) { return {{"$ref", "#/components/schemas/" + schema}}; }

Json schema_of(const Parameter& parameter) {
  if (parameter.type == ParameterType::number) return {{"type", "integer"}, {"minimum", parameter.least}, {"maximum", parameter.most}};
  if (parameter.type == ParameterType::flag) return {{"type", "boolean"}};
  if (!parameter.values.empty()) return {{"type", "string"}, {"enum", parameter.values}};
  return {{"type", "string"}, {"maxLength", 500}};
}

Json parameters_of(const Route& route) {
  Json list = Json::array();
  for (std::size_t at = route.path.find('{'); at != std::string::npos; at = route.path.find('{', at + 1)) {
    const std::string name = route.path.substr(at + 1, route.path.find('}', at) - at - 1);
    const Json schema = is_number_name(name) ? Json{{"type", "integer"}, {"minimum", 1}} : Json{{"type", "string"}, {"minLength", 1}, {"maxLength", 200}};
    list.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", schema}});
  }
  for (const Parameter& parameter : route.query)
    list.push_back({{"name", parameter.name}, {"in", "query"}, {"required", false}, {"description", parameter.about}, {"schema", schema_of(parameter)}});
  return list;
}

Json responses_of(const Route& route) {
  Json responses = Json::object();
  const auto describe = [&](const char* status, const char* about) {
    responses[status] = {{"description", about}, {"content", {{"application/json", {{"schema", reference("Error")}}}}}};
  };
  if (route.moves_on) {
    responses["303"] = {{"description", "go on there"}};
  } else if (route.answer.empty() && route.answer_type == "application/json") {
    responses["204"] = {{"description", "done"}};
  } else {
    Json content = Json::object();
    content[route.answer_type] = route.answer.empty() ? Json{{"schema", {{"type", "string"}}}} : Json{{"schema", reference(route.answer)}};
    responses[route.id == "createPerson" ? "201" : "200"] = {{"description", "done"}, {"content", std::move(content)}};
  }
  if (route.path.find('{') != std::string::npos) describe("404", "does not exist, or not for this person");
  if (!route.query.empty() || !route.body.empty()) describe("400", "malformed");
  if (!route.body.empty() || route.upload) {
    describe("403", "no right, or asked by a page of another site");
    describe("409", "changed meanwhile, or not possible now");
    describe("413", "too large");
    describe("415", "another type of content");
    describe("422", "the file cannot be read or judged");
  }
  if (!route.open) {
    describe("401", "not signed in");
    describe("403", "no right, or asked by a page of another site");
  }
  if (route.open) describe("429", "too many attempts");
  describe("503", "busy, or nobody may sign in yet");
  return responses;
}

}  // namespace

std::string openapi_document() {
  Json paths = Json::object();
  for (const Route& route : routes()) {
    Json operation = {{"operationId", route.id}, {"summary", route.about}, {"parameters", parameters_of(route)}, {"responses", responses_of(route)}};
    if (route.right) operation["x-right"] = name(*route.right);
    if (route.open) operation["security"] = Json::array();
    if (!route.body.empty()) operation["requestBody"] = {{"required", true}, {"content", {{"application/json", {{"schema", reference(route.body)}}}}}};
    if (route.upload) operation["requestBody"] = {{"required", true}, {"content", {{route.upload_type, {{"schema", {{"type", "string"}, {"format", "binary"}}}}}}}};
    paths[route.path][method_name(route.method)] = std::move(operation);
  }
  const Json document = {
      {"openapi", "3.1.0"},
      {"info", {{"title", "Sổ Gốc"}, {"version", SOGOC_VERSION}, {"description", "Changes need the header X-CSRF-Token, which /api/session tells."}}},
      {"paths", std::move(paths)},
      {"security", Json::array({{{"session", Json::array()}}})},
      {"components", {{"securitySchemes", {{"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-sogoc"}}}}}, {"schemas", Json::parse(kSchemas)}}}};
  return document.dump();
}

}  // namespace sogoc::server
