#include "pipeline/flow/messages.hpp"

#include <limits>
#include <utility>

#include "pipeline/core/names.hpp"
#include "pipeline/core/record_json.hpp"
#include "pipeline/flow/wire_json.hpp"

namespace sogoc {

using namespace wire;

namespace {

constexpr NameTable<RefusalReason, 9> kReasonNames{{
    {RefusalReason::hello_first, "hello_first"}, {RefusalReason::not_welcome, "not_welcome"},
    {RefusalReason::malformed, "malformed"},     {RefusalReason::stale_lease, "stale_lease"},
    {RefusalReason::not_yours, "not_yours"},     {RefusalReason::too_much, "too_much"},
    {RefusalReason::bad_content, "bad_content"}, {RefusalReason::no_space, "no_space"},
    {RefusalReason::unavailable, "unavailable"}}};

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

Result<Error> failure_in(const Message& message) { return error_from_json(message.body); }

}  // namespace sogoc
