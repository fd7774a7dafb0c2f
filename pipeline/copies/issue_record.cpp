#include "pipeline/copies/issue_record.hpp"

#include <nlohmann/json.hpp>

#include "pipeline/copies/canonical_json.hpp"
#include "pipeline/copies/vietnam_time.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::json;

auto refuse(const char* why) {
  return fail(ErrorCode::invalid_input, Retry::never, "issue record", why);
}

}  // namespace

Result<std::string> issue_record_json(const IssueRecord& record) {
  Json fields = Json::array();
  for (const auto& [label, value] : record.fields) fields.push_back({{"label", label}, {"value", value}});
  return canonical_json(Json{{"v", 1},
                             {"copy", record.copy},
                             {"kind", name(record.kind)},
                             {"template_version", record.template_version},
                             {"body", record.body},
                             {"body_code", record.body_code},
                             {"series", record.series},
                             {"number", record.number},
                             {"book", record.book},
                             {"year", record.year},
                             {"copy_number", record.copy_number},
                             {"date", record.date},
                             {"register_number", record.register_number},
                             {"register_book", record.register_book},
                             {"register_page", record.register_page},
                             {"holder_name", record.holder_name},
                             {"birth_date", record.birth_date},
                             {"source_kind", name(record.source.kind)},
                             {"source", record.source.id},
                             {"source_digest", to_hex(record.source_digest)},
                             {"pages", record.pages},
                             {"fields", std::move(fields)},
                             {"certifier", record.certifier},
                             {"converter", record.converter},
                             {"conversion_time", record.conversion_time}});
}

Result<IssueRecord> issue_record_from_json(std::string_view text) {
  SOGOC_TRY(const Json json, strict_canonical_json(text));
  try {  // nlohmann's accessors throw on a missing or mistyped member
    if (json.at("v") != 1) return refuse("is of a version that is not known");
    IssueRecord record;
    const auto kind = value_in(kCopyKindNames, json.at("kind").get<std::string>());
    const auto source = value_in(kCopySourceKindNames, json.at("source_kind").get<std::string>());
    const auto digest = sha256_from_hex(json.at("source_digest").get<std::string>());
    if (!kind || !source || !digest) return refuse("holds a name or digest that is none");
    record.kind = *kind;
    record.source = {*source, json.at("source").get<std::int64_t>()};
    record.source_digest = *digest;
    record.copy = json.at("copy").get<std::int64_t>();
    record.number = json.at("number").get<std::int64_t>();
    record.book = json.at("book").get<std::int64_t>();
    record.year = json.at("year").get<int>();
    record.pages = json.at("pages").get<std::vector<int>>();
    const std::pair<const char*, std::string*> texts[] = {{"template_version", &record.template_version},
                                                          {"body", &record.body},
                                                          {"body_code", &record.body_code},
                                                          {"series", &record.series},
                                                          {"copy_number", &record.copy_number},
                                                          {"date", &record.date},
                                                          {"register_number", &record.register_number},
                                                          {"register_book", &record.register_book},
                                                          {"register_page", &record.register_page},
                                                          {"holder_name", &record.holder_name},
                                                          {"birth_date", &record.birth_date},
                                                          {"certifier", &record.certifier},
                                                          {"converter", &record.converter},
                                                          {"conversion_time", &record.conversion_time}};
    for (const auto& [key, value] : texts) *value = json.at(key).get<std::string>();
    for (const Json& field : json.at("fields"))
      record.fields.emplace_back(field.at("label").get<std::string>(), field.at("value").get<std::string>());
    // Whatever else stands in it would not come back: not a record of this version.
    SOGOC_TRY(const std::string again, issue_record_json(record));
    if (again != text) return refuse("holds a member that is not known");
    return record;
  } catch (const Json::exception&) {
    return refuse("misses a member or has one of the wrong type");
  }
}

Sha256 issue_record_digest(std::string_view canonical_text) {
  return sha256_of(std::as_bytes(std::span(canonical_text)));
}

}  // namespace sogoc
