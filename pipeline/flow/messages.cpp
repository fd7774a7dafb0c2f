#include "pipeline/flow/messages.hpp"

#include <array>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "pipeline/core/names.hpp"
#include "pipeline/core/record_json.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::json;

constexpr NameTable<RefusalReason, 9> kReasonNames{{
    {RefusalReason::hello_first, "hello_first"}, {RefusalReason::not_welcome, "not_welcome"},
    {RefusalReason::malformed, "malformed"},     {RefusalReason::stale_lease, "stale_lease"},
    {RefusalReason::not_yours, "not_yours"},     {RefusalReason::too_much, "too_much"},
    {RefusalReason::bad_content, "bad_content"}, {RefusalReason::no_space, "no_space"},
    {RefusalReason::unavailable, "unavailable"}}};

constexpr NameTable<JobKind, 3> kTaskKindNames{{{JobKind::open, "open"},
                                                {JobKind::page, "page"},
                                                {JobKind::document, "document"}}};

constexpr std::size_t kMaxNameBytes = 200;
constexpr std::size_t kMaxSentenceBytes = 4096;
constexpr std::size_t kMaxTextBytes = 16 * 1024 * 1024;
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 62;

// ---- Writing -------------------------------------------------------------------------------

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Sentences in a header are cut, so that a header never outgrows its limit.
std::string cut(const std::string& text) { return text.substr(0, kMaxSentenceBytes); }

Json write(const LeaseToken& lease) { return {{"job", lease.job}, {"fence", lease.fence}}; }

Json write(const ReadingSettings& s) {
  return {{"language", s.language},
          {"profile", s.profile},
          {"max_pages", s.max_pages},
          {"max_pixels", s.max_pixels},
          {"max_file_bytes", s.max_file_bytes},
          {"page_time_limit_s", s.page_time_limit_s},
          {"document_time_limit_s", s.document_time_limit_s},
          {"memory_limit_mb", s.memory_limit_mb},
          {"render_dpi", s.render_dpi}};
}

Json digests(const std::vector<Sha256>& list) {
  Json json = Json::array();
  for (const Sha256& digest : list) json.push_back(to_hex(digest));
  return json;
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

Message with_header(MessageKind kind, const Json& header, std::string body = {}) {
  return {kind, dump(header), std::move(body)};
}

// ---- Reading: strict -----------------------------------------------------------------------

// What is wrong with a message; thrown and caught inside this file only.
struct BadMessage {
  std::string what;
};
[[noreturn]] void bad(const char* key, const char* what) {
  throw BadMessage{std::string("'") + key + "' " + what};
}

const Json& at(const Json& json, const char* key) {
  if (!json.is_object()) throw BadMessage{std::string("an object with '") + key + "' is expected"};
  const auto found = json.find(key);
  if (found == json.end()) bad(key, "is missing");
  return *found;
}

std::string text(const Json& json, const char* key, std::size_t longest = kMaxSentenceBytes) {
  const Json& value = at(json, key);
  if (!value.is_string()) bad(key, "is not text");
  const auto& found = value.get_ref<const std::string&>();
  if (found.size() > longest) bad(key, "is too long");
  return found;
}

std::int64_t integer(const Json& json, const char* key, std::int64_t low, std::int64_t high) {
  const Json& value = at(json, key);
  if (!value.is_number_integer()) bad(key, "is not an integer");
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    bad(key, "is out of range");
  const auto found = value.get<std::int64_t>();
  if (found < low || found > high) bad(key, "is out of range");
  return found;
}

std::uint64_t bytes(const Json& json, const char* key) {
  return static_cast<std::uint64_t>(integer(json, key, 0, kMaxBytes));
}

bool yes_no(const Json& json, const char* key) {
  const Json& value = at(json, key);
  if (!value.is_boolean()) bad(key, "is not true or false");
  return value.get<bool>();
}

const Json& list(const Json& json, const char* key) {
  const Json& value = at(json, key);
  if (!value.is_array()) bad(key, "is not a list");
  return value;
}

Sha256 digest_of(const Json& value, const char* key) {
  if (!value.is_string()) bad(key, "is not a digest");
  const auto digest = sha256_from_hex(value.get_ref<const std::string&>());
  if (!digest) bad(key, "is not a digest");
  return *digest;
}
Sha256 digest(const Json& json, const char* key) { return digest_of(at(json, key), key); }

std::vector<Sha256> digest_list(const Json& json, const char* key) {
  std::vector<Sha256> found;
  for (const Json& value : list(json, key)) found.push_back(digest_of(value, key));
  return found;
}

std::vector<std::string> text_list(const Json& json, const char* key,
                                   std::size_t longest = kMaxSentenceBytes) {
  std::vector<std::string> found;
  for (const Json& value : list(json, key)) {
    if (!value.is_string()) bad(key, "does not hold only text");
    if (value.get_ref<const std::string&>().size() > longest) bad(key, "holds text that is too long");
    found.push_back(value.get<std::string>());
  }
  return found;
}

template <typename Enum, std::size_t N>
Enum named(const Json& json, const char* key, const NameTable<Enum, N>& table) {
  const auto found = value_in(table, text(json, key));
  if (!found) bad(key, "has an unknown name");
  return *found;
}

constexpr std::int64_t kAnyJob = std::numeric_limits<std::int64_t>::max();

LeaseToken lease(const Json& json) {
  const Json& value = at(json, "lease");
  return {integer(value, "job", 0, kAnyJob), integer(value, "fence", 0, kAnyJob)};
}

ReadingSettings reading_settings(const Json& json) {
  ReadingSettings s;
  constexpr std::int64_t kMost = 1'000'000'000;
  s.language = text(json, "language", kMaxNameBytes);
  s.profile = text(json, "profile", kMaxNameBytes);
  s.max_pages = static_cast<std::uint32_t>(integer(json, "max_pages", 0, kMost));
  s.max_pixels = bytes(json, "max_pixels");
  s.max_file_bytes = bytes(json, "max_file_bytes");
  s.page_time_limit_s = static_cast<int>(integer(json, "page_time_limit_s", 0, kMost));
  s.document_time_limit_s = static_cast<int>(integer(json, "document_time_limit_s", 0, kMost));
  s.memory_limit_mb = static_cast<int>(integer(json, "memory_limit_mb", 0, kMost));
  s.render_dpi = static_cast<int>(integer(json, "render_dpi", 0, kMost));
  return s;
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
  const Json& box = list(json, "box");
  if (box.size() != 4) bad("box", "does not have four numbers");
  std::array<int, 4> sides{};
  for (std::size_t i = 0; i < 4; ++i) {
    if (!box[i].is_number_integer()) bad("box", "does not have four numbers");
    const auto side = box[i].get<std::int64_t>();
    if (side < -kMost || side > kMost) bad("box", "is out of range");
    sides[i] = static_cast<int>(side);
  }
  field.box = {sides[0], sides[1], sides[2], sides[3]};
  field.source = text(json, "source", kMaxNameBytes);
  return field;
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
      if (outcome.thumbnail) bad("thumbnail", "must not be made of a restricted page");
      break;
    case PageState::received:
    case PageState::reading:
    case PageState::quarantined:
      bad("state", "is not one that a worker gives");
  }
  return outcome;
}

// The JSON parser of a stranger's text must not be driven into deep recursion.
Json parsed(std::string_view json) {
  constexpr int kDeepest = 12;
  const auto not_too_deep = [](int depth, Json::parse_event_t, Json&) -> bool {
    if (depth > kDeepest) throw BadMessage{"it is nested too deeply"};
    return true;
  };
  Json value = Json::parse(json, not_too_deep, /*allow_exceptions=*/false);
  if (value.is_discarded()) throw BadMessage{"it is not JSON"};
  return value;
}

template <typename Read>
auto reading(const Message& message, MessageKind expected, Read read)
    -> Result<decltype(read(std::declval<const Json&>()))> {
  try {
    if (message.kind != expected) throw BadMessage{"another kind of message was expected"};
    return read(parsed(message.header));
  } catch (const BadMessage& wrong) {
    return fail(ErrorCode::invalid_input, Retry::never, std::string(name(message.kind)),
                "the message is malformed: " + wrong.what);
  } catch (const Json::exception&) {  // none is expected; a stranger must not prove us wrong
    return fail(ErrorCode::invalid_input, Retry::never, std::string(name(message.kind)),
                "the message is malformed");
  }
}

}  // namespace

std::string_view name(RefusalReason reason) { return name_in(kReasonNames, reason); }

Message to_message(const Hello& hello) {
  return with_header(MessageKind::hello, {{"worker", hello.worker},
                                          {"host", hello.host},
                                          {"pid", hello.pid},
                                          {"credits", hello.credits},
                                          {"program", hello.program}});
}
Message to_message(const Welcome& welcome) {
  return with_header(MessageKind::welcome, {{"session", welcome.session},
                                            {"beat_every_ms", welcome.beat_every_ms},
                                            {"silence_limit_ms", welcome.silence_limit_ms}});
}
Message to_message(const Beat& beat) {
  return with_header(MessageKind::beat,
                     {{"session", beat.session},
                      {"rss_bytes", beat.rss_bytes},
                      {"lease", beat.lease ? write(*beat.lease) : Json()}});
}
Message to_message(const Task& task) {
  Json body{{"about", task.about}, {"tries", task.tries}, {"settings", write(task.settings)}};
  if (task.kind == JobKind::document) {
    body["document"] = write(task.document);
  } else {
    body["file"] = to_hex(task.file);
    body["file_name"] = task.file_name;
    body["media_type"] = name_in(kMediaTypeNames, task.media_type);
    body["index"] = task.index.zero_based();
  }
  return with_header(MessageKind::task,
                     {{"lease", write(task.lease)}, {"kind", name_in(kTaskKindNames, task.kind)}},
                     dump(body));
}
Message to_message(const Fetch& fetch) {
  return with_header(MessageKind::fetch, {{"lease", write(fetch.lease)},
                                          {"digest", to_hex(fetch.digest)},
                                          {"offset", fetch.offset},
                                          {"length", fetch.length}});
}
Message to_message(const Chunk& chunk, std::string body) {
  return with_header(
      MessageKind::chunk,
      {{"digest", to_hex(chunk.digest)}, {"offset", chunk.offset}, {"size", chunk.size}},
      std::move(body));
}
Message to_message(const PutBegin& put, std::string body) {
  return with_header(
      MessageKind::put_begin,
      {{"lease", write(put.lease)}, {"digest", to_hex(put.digest)}, {"size", put.size}},
      std::move(body));
}
Message to_message(const PutChunk& put, std::string body) {
  return with_header(
      MessageKind::put_chunk,
      {{"lease", write(put.lease)}, {"digest", to_hex(put.digest)}, {"offset", put.offset}},
      std::move(body));
}
Message to_message(const PutEnd& put) {
  return with_header(MessageKind::put_end,
                     {{"lease", write(put.lease)}, {"digest", to_hex(put.digest)}});
}
Message to_message(const Stored& stored) {
  return with_header(MessageKind::stored, {{"digest", to_hex(stored.digest)}});
}
Message to_message(const Ack& ack) {
  return with_header(MessageKind::ack,
                     {{"lease", write(ack.lease)},
                      {"digest", ack.digest ? Json(to_hex(*ack.digest)) : Json()},
                      {"received", ack.received}});
}
Message to_message(const Refuse& refuse) {
  return with_header(MessageKind::refuse,
                     {{"reason", name(refuse.reason)},
                      {"why", cut(refuse.why)},
                      {"lease", refuse.lease ? write(*refuse.lease) : Json()},
                      {"digest", refuse.digest ? Json(to_hex(*refuse.digest)) : Json()}});
}
Message to_message(const Bye& bye) {
  return with_header(MessageKind::bye, {{"why", cut(bye.why)}});
}
Message stop_message() { return {MessageKind::stop, "{}", {}}; }

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

Message failed_message(const LeaseToken& token, const Error& error) {
  return with_header(MessageKind::failed, {{"lease", write(token)}}, to_json(error));
}

Result<Hello> hello_in(const Message& message) {
  return reading(message, MessageKind::hello, [](const Json& json) {
    Hello hello{text(json, "worker", kMaxNameBytes),
                text(json, "host", kMaxNameBytes),
                integer(json, "pid", 0, std::numeric_limits<std::int64_t>::max()),
                static_cast<std::uint32_t>(integer(json, "credits", 1, 16)),
                text(json, "program", kMaxNameBytes)};
    if (hello.worker.empty()) bad("worker", "is empty");
    return hello;
  });
}
Result<Welcome> welcome_in(const Message& message) {
  return reading(message, MessageKind::welcome, [](const Json& json) {
    return Welcome{text(json, "session", kMaxNameBytes),
                   integer(json, "beat_every_ms", 1, 3'600'000),
                   integer(json, "silence_limit_ms", 1, 3'600'000)};
  });
}
Result<Beat> beat_in(const Message& message) {
  return reading(message, MessageKind::beat, [](const Json& json) {
    Beat beat{text(json, "session", kMaxNameBytes), bytes(json, "rss_bytes"), std::nullopt};
    if (!at(json, "lease").is_null()) beat.lease = lease(json);
    return beat;
  });
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
    } else {
      task.file = digest(body, "file");
      task.file_name = text(body, "file_name", kMaxTextBytes);
      task.media_type = named(body, "media_type", kMediaTypeNames);
      task.index = PageIndex(static_cast<std::uint32_t>(
          integer(body, "index", 0, std::numeric_limits<std::uint32_t>::max() - 1)));
    }
    return task;
  });
}
Result<Fetch> fetch_in(const Message& message) {
  return reading(message, MessageKind::fetch, [](const Json& json) {
    return Fetch{lease(json), digest(json, "digest"), bytes(json, "offset"),
                 static_cast<std::uint32_t>(integer(json, "length", 1, kMaxFrameBytes))};
  });
}
Result<Chunk> chunk_in(const Message& message) {
  return reading(message, MessageKind::chunk, [&](const Json& json) {
    const Chunk chunk{digest(json, "digest"), bytes(json, "offset"), bytes(json, "size")};
    if (chunk.offset > chunk.size || message.body.size() > chunk.size - chunk.offset)
      bad("offset", "lies outside the blob");
    return chunk;
  });
}
Result<PutBegin> put_begin_in(const Message& message) {
  return reading(message, MessageKind::put_begin, [&](const Json& json) {
    const PutBegin put{lease(json), digest(json, "digest"), bytes(json, "size")};
    if (!message.body.empty() && message.body.size() != put.size)
      bad("size", "is not that of the body");
    return put;
  });
}
Result<PutChunk> put_chunk_in(const Message& message) {
  return reading(message, MessageKind::put_chunk, [](const Json& json) {
    return PutChunk{lease(json), digest(json, "digest"), bytes(json, "offset")};
  });
}
Result<PutEnd> put_end_in(const Message& message) {
  return reading(message, MessageKind::put_end, [](const Json& json) {
    return PutEnd{lease(json), digest(json, "digest")};
  });
}
Result<Stored> stored_in(const Message& message) {
  return reading(message, MessageKind::stored,
                 [](const Json& json) { return Stored{digest(json, "digest")}; });
}
Result<Ack> ack_in(const Message& message) {
  return reading(message, MessageKind::ack, [](const Json& json) {
    Ack ack{lease(json), std::nullopt, bytes(json, "received")};
    if (!at(json, "digest").is_null()) ack.digest = digest(json, "digest");
    return ack;
  });
}
Result<Refuse> refuse_in(const Message& message) {
  return reading(message, MessageKind::refuse, [](const Json& json) {
    Refuse refuse{named(json, "reason", kReasonNames), text(json, "why"), std::nullopt,
                  std::nullopt};
    if (!at(json, "lease").is_null()) refuse.lease = lease(json);
    if (!at(json, "digest").is_null()) refuse.digest = digest(json, "digest");
    return refuse;
  });
}
Result<LeaseToken> lease_in(const Message& message) {
  return reading(message, message.kind, [](const Json& json) { return lease(json); });
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

Result<Error> failure_in(const Message& message) { return error_from_json(message.body); }

}  // namespace sogoc
