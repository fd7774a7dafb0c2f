#include "storage/stored_text.hpp"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "pipeline/core/record_json.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::json;

Json parsed(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) fail_stored("text that is no JSON");
  return json;
}

// Text from a file or a person may hold any bytes.
std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

void fail_stored(std::string what) {
  throw DatabaseFailure{{ErrorCode::corrupt,
                         Retry::after_operator,
                         "catalogue.sqlite",
                         "holds " + std::move(what) + "; run verify and restore it from a backup",
                         {}}};
}

std::string list_to_text(const std::vector<std::string>& list) { return dumped(Json(list)); }

std::vector<std::string> list_from_text(const std::string& text) {
  const Json json = parsed(text);
  std::vector<std::string> list;
  if (!json.is_array()) fail_stored("a list that is none");
  for (const Json& item : json) {
    if (!item.is_string()) fail_stored("a list of something else than text");
    list.push_back(item.get<std::string>());
  }
  return list;
}

std::string settings_to_text(const ReadingSettings& settings) {
  return dumped(Json{{"language", settings.language},
                     {"profile", settings.profile},
                     {"register_layouts", settings.register_layouts},
                     {"max_pages", settings.max_pages},
                     {"max_pixels", settings.max_pixels},
                     {"max_file_bytes", settings.max_file_bytes},
                     {"page_time_limit_s", settings.page_time_limit_s},
                     {"document_time_limit_s", settings.document_time_limit_s},
                     {"memory_limit_mb", settings.memory_limit_mb},
                     {"render_dpi", settings.render_dpi}});
}

ReadingSettings settings_from_text(const std::string& text) {
  const Json json = parsed(text);
  if (!json.is_object()) fail_stored("settings that are none");
  ReadingSettings settings;
  // A setting that did not exist when the batch was received has its default.
  const auto number = [&](const char* key, auto& value) {
    const auto found = json.find(key);
    if (found == json.end()) return;
    if (!found->is_number_integer())
      fail_stored(fmt::format("a setting {} that is no number", key));
    value = found->get<std::decay_t<decltype(value)>>();
  };
  const auto words = [&](const char* key, std::string& value) {
    const auto found = json.find(key);
    if (found == json.end()) return;
    if (!found->is_string()) fail_stored(fmt::format("a setting {} that is no text", key));
    value = found->get<std::string>();
  };
  words("language", settings.language);
  words("profile", settings.profile);
  if (const auto found = json.find("register_layouts"); found != json.end())
    settings.register_layouts = list_from_text(found->dump());
  number("max_pages", settings.max_pages);
  number("max_pixels", settings.max_pixels);
  number("max_file_bytes", settings.max_file_bytes);
  number("page_time_limit_s", settings.page_time_limit_s);
  number("document_time_limit_s", settings.document_time_limit_s);
  number("memory_limit_mb", settings.memory_limit_mb);
  number("render_dpi", settings.render_dpi);
  return settings;
}

Error error_from_text(const std::string& text) {
  auto error = error_from_json(text);
  if (!error) fail_stored("an error that cannot be read");
  return std::move(*error);
}

std::optional<Error> error_or_none(const Query& query, int column) {
  if (query.null(column)) return std::nullopt;
  return error_from_text(query.text(column));
}

std::string iso_time(UtcTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}+00:00",
                     fmt::gmtime(static_cast<std::time_t>(seconds.time_since_epoch().count())));
}

}  // namespace sogoc
