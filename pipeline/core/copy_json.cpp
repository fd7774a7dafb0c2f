#include "pipeline/core/copy_json.hpp"

#include <array>
#include <cmath>
#include <initializer_list>
#include <set>

#include <nlohmann/json.hpp>

#include "pipeline/core/record_json.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kSteps{CopyStep::compose, CopyStep::append_signature, CopyStep::append_dss,
                            CopyStep::append_timestamp};

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json write(const CopyDraft& draft) {
  Json json{{"kind", draft.kind}, {"template_version", draft.template_version}};
  json["images"] = draft.images ? Json{{"source", to_hex(draft.images->source)},
                                       {"pages", draft.images->pages}}
                                : Json();
  json["marks"] = Json::array();
  for (const CopyMark& mark : draft.marks)
    json["marks"].push_back({{"page", mark.page},
                             {"box", Json::array({mark.left, mark.top, mark.right, mark.bottom})}});
  json["fields"] = Json::array();
  for (const CopyField& field : draft.fields)
    json["fields"].push_back({{"label", field.label}, {"value", field.value}});
  json["values"] = Json::array();  // pairs: an object would hide a key given twice
  for (const auto& [key, value] : draft.values) json["values"].push_back(Json::array({key, value}));
  json["qr_payload"] = draft.qr_payload;
  json["signatures"] = Json::array();
  for (const CopySignatureField& field : draft.signatures)
    json["signatures"].push_back({{"name", field.name},
                                  {"signer", field.signer},
                                  {"reason", field.reason},
                                  {"location", field.location}});
  json["title"] = draft.title;
  json["language"] = draft.language;
  json["created_at"] = draft.created_at;
  json["producer"] = draft.producer;
  return json;
}

Json write(const PreparedCopy& prepared) {
  return {{"bytes", prepared.bytes},
          {"pages", prepared.pages},
          {"hole_begin", prepared.hole_begin},
          {"hole_end", prepared.hole_end}};
}

// ---- Reading: strict -----------------------------------------------------------------------

// What is wrong with outside JSON; caught in read() below and nowhere else.
struct BadCopy {
  std::string what;
};

// An object whose keys are exactly these.
const Json& object(const Json& json, std::initializer_list<const char*> keys) {
  if (!json.is_object()) throw BadCopy{"an object is expected"};
  for (const char* key : keys)
    if (!json.contains(key)) throw BadCopy{std::string("'") + key + "' is missing"};
  for (const auto& [key, value] : json.items()) {
    bool known = false;
    for (const char* each : keys) known = known || key == each;
    if (!known) throw BadCopy{"'" + key + "' is unknown"};
  }
  return json;
}

std::string text(const Json& json, const char* key) {
  if (!json.at(key).is_string()) throw BadCopy{std::string("'") + key + "' must be a text"};
  return json.at(key).get<std::string>();
}

const Json& list(const Json& json, const char* key) {
  if (!json.at(key).is_array()) throw BadCopy{std::string("'") + key + "' must be a list"};
  return json.at(key);
}

template <typename Number>
Number count(const Json& json, const char* key) {
  const Json& value = json.at(key);
  if (!value.is_number_integer() || value < 0 || value > (1LL << 50) ||
      value.get<std::uint64_t>() > std::numeric_limits<Number>::max())
    throw BadCopy{std::string("'") + key + "' must be a whole number"};
  return value.get<Number>();
}

double share(const Json& value) {
  if (!value.is_number()) throw BadCopy{"'box' must hold four numbers"};
  return value.get<double>();
}

// A name in the worker's folder: nothing that could lead out of it.
std::string file_name(const Json& value, const char* key) {
  const std::string name = value.is_string() ? value.get<std::string>() : "";
  bool good = !name.empty() && name.size() <= 100 && name.front() != '.';
  for (const char c : name)
    good = good && ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    c == '.' || c == '-' || c == '_');
  if (!good) throw BadCopy{std::string("'") + key + "' must name a file of the folder"};
  return name;
}

CopySignatureField read_signature(const Json& json) {
  object(json, {"name", "signer", "reason", "location"});
  return {text(json, "name"), text(json, "signer"), text(json, "reason"), text(json, "location")};
}

CopyDraft read_draft(const Json& json) {
  object(json, {"kind", "template_version", "images", "marks", "fields", "values", "qr_payload",
                "signatures", "title", "language", "created_at", "producer"});
  CopyDraft draft;
  draft.kind = text(json, "kind");
  draft.template_version = text(json, "template_version");
  if (const Json& images = json.at("images"); !images.is_null()) {
    object(images, {"source", "pages"});
    const auto digest = sha256_from_hex(text(images, "source"));
    if (!digest) throw BadCopy{"'source' must be a SHA-256"};
    draft.images = CopyPages{*digest, {}};
    for (const Json& page : list(images, "pages")) {
      if (!page.is_number_integer() || page < 1 || page > 1'000'000)
        throw BadCopy{"'pages' must hold page numbers"};
      draft.images->pages.push_back(page.get<int>());
    }
  }
  for (const Json& item : list(json, "marks")) {
    object(item, {"page", "box"});
    const Json& box = list(item, "box");
    if (box.size() != 4) throw BadCopy{"'box' must hold four numbers"};
    draft.marks.push_back({count<int>(item, "page"), share(box[0]), share(box[1]), share(box[2]),
                           share(box[3])});
  }
  for (const Json& item : list(json, "fields")) {
    object(item, {"label", "value"});
    draft.fields.push_back({text(item, "label"), text(item, "value")});
  }
  for (const Json& item : list(json, "values")) {
    if (!item.is_array() || item.size() != 2 || !item[0].is_string() || !item[1].is_string())
      throw BadCopy{"'values' must hold pairs of texts"};
    draft.values.emplace_back(item[0].get<std::string>(), item[1].get<std::string>());
  }
  draft.qr_payload = text(json, "qr_payload");
  for (const Json& item : list(json, "signatures")) draft.signatures.push_back(read_signature(item));
  draft.title = text(json, "title");
  draft.language = text(json, "language");
  draft.created_at = text(json, "created_at");
  draft.producer = text(json, "producer");
  return draft;
}

CopyTask read_task(const Json& json) {
  if (!json.is_object() || !json.contains("do")) throw BadCopy{"'do' is missing"};
  const std::string what = text(json, "do");
  CopyTask task;
  bool known = false;
  for (const CopyStep step : kSteps)
    if (what == name(step)) {
      task.step = step;
      known = true;
    }
  if (!known) throw BadCopy{"'do' names no step"};
  const auto files = [&](const char* key) {
    std::vector<std::string> names;
    for (const Json& item : list(json, key)) names.push_back(file_name(item, key));
    return names;
  };
  switch (task.step) {
    case CopyStep::compose:
      object(json, {"do", "draft"});
      task.draft = read_draft(json.at("draft"));
      return task;
    case CopyStep::append_signature:
      object(json, {"do", "from", "field", "signing_time"});
      task.field = read_signature(json.at("field"));
      task.signing_time_iso = text(json, "signing_time");
      break;
    case CopyStep::append_dss:
      object(json, {"do", "from", "certificates", "ocsp", "crls"});
      task.certificates = files("certificates");
      task.ocsp = files("ocsp");
      task.crls = files("crls");
      break;
    case CopyStep::append_timestamp: object(json, {"do", "from"}); break;
  }
  task.from = file_name(json.at("from"), "from");
  return task;
}

template <typename Reader>
auto read(std::string_view json, const char* subject, Reader reader)
    -> Result<decltype(reader(std::declval<const Json&>()))> {
  const auto refuse = [&](const std::string& what) {
    return fail(ErrorCode::invalid_input, Retry::never, subject, what);
  };
  try {
    return reader(Json::parse(json));
  } catch (const BadCopy& bad) {
    return refuse(bad.what);
  } catch (const Json::exception&) {
    return refuse("this is not the JSON that is expected");
  }
}

}  // namespace

std::string_view name(CopyStep step) {
  switch (step) {
    case CopyStep::compose: return "compose";
    case CopyStep::append_signature: return "append_signature";
    case CopyStep::append_dss: return "append_dss";
    case CopyStep::append_timestamp: return "append_timestamp";
  }
  return "";
}

std::string to_json(const CopyDraft& draft) { return dump(write(draft)); }
std::string to_json(const PreparedCopy& prepared) { return dump(write(prepared)); }

std::string to_json(const CopyTask& task) {
  Json json{{"do", name(task.step)}};
  if (task.step == CopyStep::compose) {
    json["draft"] = write(task.draft);
    return dump(json);
  }
  json["from"] = task.from;
  if (task.step == CopyStep::append_signature) {
    json["field"] = {{"name", task.field.name},
                     {"signer", task.field.signer},
                     {"reason", task.field.reason},
                     {"location", task.field.location}};
    json["signing_time"] = task.signing_time_iso;
  }
  if (task.step == CopyStep::append_dss) {
    json["certificates"] = task.certificates;
    json["ocsp"] = task.ocsp;
    json["crls"] = task.crls;
  }
  return dump(json);
}

Result<CopyDraft> copy_draft_from_json(std::string_view json) {
  return read(json, "draft of the copy", read_draft);
}

Result<CopyTask> copy_task_from_json(std::string_view json) {
  return read(json, "task of the copy worker", read_task);
}

std::string copy_result_json(const Result<PreparedCopy>& result) {
  if (result) return dump({{"prepared", write(*result)}});
  return "{\"error\":" + to_json(result.error()) + "}";
}

Result<PreparedCopy> copy_result_from_json(std::string_view json) {
  std::string error;
  Result<PreparedCopy> prepared = read(json, "result of the copy worker", [&](const Json& root) {
    PreparedCopy copy;
    if (root.is_object() && root.contains("error")) {
      object(root, {"error"});
      error = root.at("error").dump();
      return copy;
    }
    const Json& inside = object(root, {"prepared"}).at("prepared");
    object(inside, {"bytes", "pages", "hole_begin", "hole_end"});
    copy.bytes = count<std::uint64_t>(inside, "bytes");
    copy.pages = count<std::uint32_t>(inside, "pages");
    copy.hole_begin = count<std::uint64_t>(inside, "hole_begin");
    copy.hole_end = count<std::uint64_t>(inside, "hole_end");
    return copy;
  });
  if (!prepared || error.empty()) return prepared;
  SOGOC_TRY(Error told, error_from_json(error));
  return tl::unexpected<Error>(std::move(told));
}

}  // namespace sogoc
