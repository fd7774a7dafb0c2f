#pragma once

// What the messages between coordinator and worker say: their headers as types. The whole
// conversation is described in pipeline/transport/WIRE.md. Reading is strict: what comes over
// the wire is outside input, on both sides.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/jobs/job.hpp"
#include "pipeline/transport/message.hpp"

namespace sogoc {

struct Hello {
  std::string worker;        // unique among the living: host, process, counter; at most 200 bytes
  std::string host;
  std::int64_t pid = 0;
  std::uint32_t credits = 1;  // tasks it takes at once, 1..16
  std::string program;        // "sogoc 0.1.0"
};
struct Welcome {
  std::string session;        // secret of this worker: its beats come over another socket
  std::int64_t beat_every_ms = 1000;
  std::int64_t silence_limit_ms = 15000;  // silence after which either side is taken for gone
};
struct Beat {
  std::string session;
  std::uint64_t rss_bytes = 0;
  std::optional<LeaseToken> lease;  // what the worker is at
};
struct Fetch {
  LeaseToken lease;
  Sha256 digest;
  std::uint64_t offset = 0;
  std::uint32_t length = 0;   // at most kMaxFrameBytes
};
struct Chunk {                // the body is the piece
  Sha256 digest;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;     // of the whole blob
};
struct PutBegin {             // the body is the whole blob when it has `size` bytes, else empty
  LeaseToken lease;
  Sha256 digest;
  std::uint64_t size = 0;
};
struct PutChunk {             // the body is the piece
  LeaseToken lease;
  Sha256 digest;
  std::uint64_t offset = 0;
};
struct PutEnd {
  LeaseToken lease;
  Sha256 digest;
};
struct Stored {
  Sha256 digest;
};
struct Ack {                  // of a piece (digest and how much has arrived) or of a task's end
  LeaseToken lease;
  std::optional<Sha256> digest;
  std::uint64_t received = 0;
};

enum class RefusalReason : std::uint8_t {
  hello_first,   // the coordinator does not know you (any more): say hello again
  not_welcome,   // another version, or a name in use: go away
  malformed,     // the message makes no sense
  stale_lease,   // the task is no longer yours: forget it
  not_yours,     // this blob does not belong to your task
  too_much,      // more bytes than a task may store
  bad_content,   // the bytes are not what their digest says
  no_space,      // the coordinator's disk is full
  unavailable,   // the store does not answer
};
struct Refuse {
  RefusalReason reason = RefusalReason::malformed;
  std::string why;
  std::optional<LeaseToken> lease;
  std::optional<Sha256> digest;
};
struct Bye {
  std::string why;
};

// What a worker made of a task. The blobs it names are stored already.
using TaskResult = std::variant<OpenedFile, PageOutcome, DocumentOutcome>;

[[nodiscard]] std::string_view name(RefusalReason reason);

[[nodiscard]] Message to_message(const Hello& hello);
[[nodiscard]] Message to_message(const Welcome& welcome);
[[nodiscard]] Message to_message(const Beat& beat);
[[nodiscard]] Message to_message(const Task& task);
[[nodiscard]] Message to_message(const Fetch& fetch);
[[nodiscard]] Message to_message(const Chunk& chunk, std::string body);
[[nodiscard]] Message to_message(const PutBegin& put, std::string body);
[[nodiscard]] Message to_message(const PutChunk& put, std::string body);
[[nodiscard]] Message to_message(const PutEnd& put);
[[nodiscard]] Message to_message(const Stored& stored);
[[nodiscard]] Message to_message(const Ack& ack);
[[nodiscard]] Message to_message(const Refuse& refuse);
[[nodiscard]] Message to_message(const Bye& bye);
[[nodiscard]] Message stop_message();
[[nodiscard]] Message result_message(const LeaseToken& lease, const TaskResult& result);
[[nodiscard]] Message failed_message(const LeaseToken& lease, const Error& error);

// All fail with invalid_input and name the key.
[[nodiscard]] Result<Hello> hello_in(const Message& message);
[[nodiscard]] Result<Welcome> welcome_in(const Message& message);
[[nodiscard]] Result<Beat> beat_in(const Message& message);
[[nodiscard]] Result<Task> task_in(const Message& message);
[[nodiscard]] Result<Fetch> fetch_in(const Message& message);
[[nodiscard]] Result<Chunk> chunk_in(const Message& message);
[[nodiscard]] Result<PutBegin> put_begin_in(const Message& message);
[[nodiscard]] Result<PutChunk> put_chunk_in(const Message& message);
[[nodiscard]] Result<PutEnd> put_end_in(const Message& message);
[[nodiscard]] Result<Stored> stored_in(const Message& message);
[[nodiscard]] Result<Ack> ack_in(const Message& message);
[[nodiscard]] Result<Refuse> refuse_in(const Message& message);
[[nodiscard]] Result<LeaseToken> lease_in(const Message& message);  // result and failed
// The DocumentRecord of a DocumentOutcome does not travel: the receiver reads it from its blob.
[[nodiscard]] Result<TaskResult> result_in(const Message& message, JobKind expected);
[[nodiscard]] Result<Error> failure_in(const Message& message);

}  // namespace sogoc
