#pragma once

// One message between the coordinator and a worker. The format is WIRE.md; what the headers of
// each kind hold is written and read in pipeline/flow/messages.hpp.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sogoc {

// Stored by name on the wire; append only.
enum class MessageKind : std::uint8_t {
  hello,      // worker: who I am, how many tasks I take at once
  welcome,    // coordinator: your session and its limits
  beat,       // both ways: I live
  task,       // coordinator: do this
  fetch,      // worker: a piece of this blob, please
  chunk,      // coordinator: the piece
  put_begin,  // worker: a blob of this digest and size comes (a small one is whole in the body)
  put_chunk,  // worker: its next piece
  put_end,    // worker: that was all
  stored,     // coordinator: the blob is durable
  result,     // worker: the task is done
  failed,     // worker: the task failed
  ack,        // coordinator: taken (a piece, a result, a failure)
  refuse,     // coordinator: not taken, and why
  bye,        // both ways: I go
  stop,       // coordinator: end after the task in hand
  part,       // a piece of the long body of the message that follows (joined by transport)
  ask,        // caller of the signer: do this (body JSON)
  answer,     // signer: what came of it (body JSON)
};
inline constexpr std::size_t kMessageKinds = 19;

[[nodiscard]] std::string_view name(MessageKind kind);
[[nodiscard]] std::optional<MessageKind> message_kind_named(std::string_view text);

inline constexpr std::string_view kWireVersion = "sogoc/1";
inline constexpr std::size_t kMaxHeaderBytes = 64 * 1024;
// One frame on the wire; longer bodies travel as `part` messages and are joined.
inline constexpr std::size_t kMaxFrameBytes = 1024 * 1024;
// A whole body: a task with 100,000 page records, a result with the text of as many pages.
inline constexpr std::size_t kMaxBodyBytes = 64 * 1024 * 1024;

struct Message {
  MessageKind kind = MessageKind::beat;
  std::string header = "{}";  // JSON object
  std::string body;           // bytes; JSON for task, result and failed
  friend bool operator==(const Message&, const Message&) = default;
};

}  // namespace sogoc
