// What a task says to a worker, and what the worker says came of it: one part a kind of task.

#include <array>
#include <limits>
#include <utility>

#include "pipeline/core/record_json.hpp"
#include "pipeline/flow/messages.hpp"
#include "pipeline/flow/wire_json.hpp"

namespace sogoc {

using namespace wire;

namespace {

constexpr NameTable<JobKind, 3> kTaskKindNames{{{JobKind::open, "open"},
                                                {JobKind::page, "page"},
                                                {JobKind::document, "document"}}};

// ---- Writing -------------------------------------------------------------------------------

Json write(const ReadingSettings& s) {
  return {{"language", s.language},
          {"profile", s.profile},
          {"register_layouts", s.register_layouts},
          {"max_pages", s.max_pages},
          {"max_pixels", s.max_pixels},
          {"max_file_bytes", s.max_file_bytes},
          {"page_time_limit_s", s.page_time_limit_s},
          {"document_time_limit_s", s.document_time_limit_s},
          {"memory_limit_mb", s.memory_limit_mb},
          {"render_dpi", s.render_dpi}};
}

Json write(const MetadataField& field) {
  return {{"key", field.key},
          {"value", field.value},
          {"state", name_in(kValueStateNames, field.state)},
          {"confidence", field.confidence.fraction()},
          {"page", field.page},
          {"box", {field.box.left, field.box.top, field.box.right, field.box.bottom}},
          {"source", field.source}};
}

Json write(const DocumentSource& document) {
  Json signatures = Json::array();
  for (const SignatureNote& note : document.signatures)
    signatures.push_back({{"field", note.field},
                          {"page", note.page ? Json(*note.page) : Json()},
                          {"visible", note.visible}});
  Json fields = Json::array();
  for (const MetadataField& field : document.metadata.fields) fields.push_back(write(field));
  return {{"page_records", digests(document.page_records)},
          {"page_names", document.page_names},
          {"title", document.title},
          {"identifier", document.identifier},
          {"creator_tool", document.creator_tool},
          {"created_at", document.created_at},
          {"signatures", std::move(signatures)},
          {"derived_from", digests(document.derived_from)},
          {"fields", std::move(fields)},
          {"doubts", document.metadata.doubts}};
}

// ---- Reading -------------------------------------------------------------------------------

ReadingSettings reading_settings(const Json& json) {
  ReadingSettings s;
  constexpr std::int64_t kMost = 1'000'000'000;
  s.language = text(json, "language", kMaxNameBytes);
  s.profile = text(json, "profile", kMaxNameBytes);
  s.register_layouts = text_list(json, "register_layouts", kMaxNameBytes);
  s.max_pages = static_cast<std::uint32_t>(integer(json, "max_pages", 0, kMost));
  s.max_pixels = bytes(json, "max_pixels");
  s.max_file_bytes = bytes(json, "max_file_bytes");
  s.page_time_limit_s = static_cast<int>(integer(json, "page_time_limit_s", 0, kMost));
  s.document_time_limit_s = static_cast<int>(integer(json, "document_time_limit_s", 0, kMost));
  s.memory_limit_mb = static_cast<int>(integer(json, "memory_limit_mb", 0, kMost));
  s.render_dpi = static_cast<int>(integer(json, "render_dpi", 0, kMost));
  return s;
}

BoxPx box_in(const Json& json) {
  constexpr std::int64_t kMost = 1'000'000'000;
  const Json& box = list(json, "box");
  if (box.size() != 4) bad("box", "does not have four numbers");
  std::array<int, 4> sides{};
  for (std::size_t i = 0; i < 4; ++i) {
    if (!box[i].is_number_integer()) bad("box", "does not have four numbers");
    const auto side = box[i].get<std::int64_t>();
    if (side < -kMost || side > kMost) bad("box", "is out of range");
    sides[i] = static_cast<int>(side);
  }
  return {sides[0], sides[1], sides[2], sides[3]};
}

MetadataField metadata_field(const Json& json) {
  MetadataField field;
  constexpr std::int64_t kMost = 1'000'000'000;
  field.key = text(json, "key", kMaxNameBytes);
  field.value = text(json, "value", kMaxTextBytes);
  field.state = named(json, "state", kValueStateNames);
  const Json& confidence = at(json, "confidence");
  if (!confidence.is_number()) bad("confidence", "is not a number");
  field.confidence = Confidence::from_fraction(confidence.get<double>());
  field.page = static_cast<int>(integer(json, "page", 0, kMost));
  field.box = box_in(json);
  field.source = text(json, "source", kMaxNameBytes);
  return field;
}

Json write(const std::vector<WordCorrection>& corrections) {
  Json words = Json::array();
  for (const WordCorrection& word : corrections)
    words.push_back({{"page", word.page}, {"box", {word.box.left, word.box.top, word.box.right, word.box.bottom}}, {"text", word.text}, {"added", word.added}});
  return words;
}

std::vector<WordCorrection> corrections_in(const Json& json, std::size_t pages) {
  std::vector<WordCorrection> corrections;
  for (const Json& word : list(json, "corrections")) {
    WordCorrection one;
    one.page = static_cast<std::uint32_t>(integer(word, "page", 0, static_cast<std::int64_t>(pages) - 1));
    one.box = box_in(word);
    one.text = text(word, "text", kMaxTextBytes);
    one.added = word.contains("added") && word["added"] == true;
    corrections.push_back(std::move(one));
  }
  return corrections;
}

DocumentSource document_source(const Json& json) {
  DocumentSource document;
  document.page_records = digest_list(json, "page_records");
  document.page_names = text_list(json, "page_names");
  document.title = text(json, "title", kMaxTextBytes);
  document.identifier = text(json, "identifier", kMaxTextBytes);
  document.creator_tool = text(json, "creator_tool");
  document.created_at = text(json, "created_at");
  for (const Json& note : list(json, "signatures")) {
    SignatureNote signature;
    signature.field = text(note, "field", kMaxTextBytes);
    if (!at(note, "page").is_null())
      signature.page = static_cast<int>(integer(note, "page", 0, 1'000'000'000));
    signature.visible = yes_no(note, "visible");
    document.signatures.push_back(std::move(signature));
  }
  document.derived_from = digest_list(json, "derived_from");
  for (const Json& field : list(json, "fields"))
    document.metadata.fields.push_back(metadata_field(field));
  document.metadata.doubts = text_list(json, "doubts", kMaxTextBytes);
  return document;
}

PageOutcome page_outcome(const Json& json) {
  PageOutcome outcome;
  outcome.record = digest(json, "record");
  outcome.work_blobs = digest_list(json, "work_blobs");
  if (!at(json, "thumbnail").is_null()) outcome.thumbnail = digest(json, "thumbnail");
  outcome.state = named(json, "state", kPageStateNames);
  outcome.reasons = text_list(json, "reasons");
  switch (outcome.state) {
    case PageState::done:
    case PageState::blank:
    case PageState::needs_person:
      break;
    case PageState::restricted:
    case PageState::unreadable:
      if (outcome.thumbnail) bad("thumbnail", "must not be made of a page that nobody may see");
      break;
    case PageState::received:
    case PageState::reading:
    case PageState::quarantined:
      bad("state", "is not one that a worker gives");
  }
  return outcome;
}

}  // namespace

Message to_message(const Task& task) {
  Json body{{"about", task.about}, {"tries", task.tries}, {"settings", write(task.settings)}};
  if (task.kind == JobKind::document) {
    body["document"] = write(task.document);
    body["corrections"] = write(task.corrections);
  } else {
    body["file"] = to_hex(task.file);
    body["file_name"] = task.file_name;
    body["media_type"] = name_in(kMediaTypeNames, task.media_type);
    body["index"] = task.index.zero_based();
    body["accepted_unreadable"] = task.accepted_unreadable;
  }
  return with_header(MessageKind::task,
                     {{"lease", write(task.lease)}, {"kind", name_in(kTaskKindNames, task.kind)}},
                     dump(body));
}

Result<Task> task_in(const Message& message) {
  return reading(message, MessageKind::task, [&](const Json& json) {
    Task task;
    task.lease = lease(json);
    task.kind = named(json, "kind", kTaskKindNames);
    const Json body = parsed(message.body);
    task.about = text(body, "about");
    task.tries = static_cast<int>(integer(body, "tries", 0, 1'000'000));
    task.settings = reading_settings(at(body, "settings"));
    if (task.kind == JobKind::document) {
      task.document = document_source(at(body, "document"));
      task.corrections = corrections_in(body, task.document.page_records.size());
    } else {
      task.file = digest(body, "file");
      task.file_name = text(body, "file_name", kMaxTextBytes);
      task.media_type = named(body, "media_type", kMediaTypeNames);
      task.accepted_unreadable = yes_no(body, "accepted_unreadable");
      task.index = PageIndex(static_cast<std::uint32_t>(
          integer(body, "index", 0, std::numeric_limits<std::uint32_t>::max() - 1)));
    }
    return task;
  });
}

Message result_message(const LeaseToken& token, const TaskResult& result) {
  std::string body;
  if (const auto* opened = std::get_if<OpenedFile>(&result)) {
    body = to_json(*opened);
  } else if (const auto* page = std::get_if<PageOutcome>(&result)) {
    body = dump({{"record", to_hex(page->record)},
                 {"work_blobs", digests(page->work_blobs)},
                 {"thumbnail", page->thumbnail ? Json(to_hex(*page->thumbnail)) : Json()},
                 {"state", name_in(kPageStateNames, page->state)},
                 {"reasons", page->reasons}});
  } else {
    const auto& document = std::get<DocumentOutcome>(result);
    body = dump({{"record", to_hex(document.record)}, {"page_texts", document.page_texts}});
  }
  return with_header(MessageKind::result, {{"lease", write(token)}}, std::move(body));
}

Result<TaskResult> result_in(const Message& message, JobKind expected) {
  if (expected == JobKind::open) {
    SOGOC_TRY(OpenedFile opened, opened_file_from_json(message.body));
    return TaskResult(std::move(opened));
  }
  return reading(message, MessageKind::result, [&](const Json&) -> TaskResult {
    const Json body = parsed(message.body);
    if (expected == JobKind::page) return page_outcome(body);
    DocumentOutcome document;
    document.record = digest(body, "record");
    document.page_texts = text_list(body, "page_texts", kMaxTextBytes);
    return document;
  });
}

}  // namespace sogoc
