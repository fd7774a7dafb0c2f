#pragma once

// Messages to frames and back, without a socket: what a stranger sends is judged here.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"
#include "pipeline/transport/message.hpp"

namespace sogoc {

// version, kind, header, body.
inline constexpr std::size_t kFrames = 4;

// Fails with invalid_input: not four frames, unknown version or kind, a header that is not a
// JSON object (by its first and last byte; the reader of the kind parses it), a frame too long.
[[nodiscard]] Result<Message> message_from_frames(std::span<const std::string_view> frames);

// The messages to send for one message: itself, or `part` messages and itself with the rest.
// Fails with limit_exceeded when header or body are longer than a receiver takes.
[[nodiscard]] Result<std::vector<Message>> split_message(Message message);

// Puts split messages of one sender together again.
//
// Thread: belongs to one thread at a time.
class PartJoiner {
 public:
  // The whole message, or nothing while parts are missing. Fails with invalid_input for parts
  // out of order and with limit_exceeded for a body that is too long; it starts anew after both.
  [[nodiscard]] Result<std::optional<Message>> add(Message message);
  [[nodiscard]] std::size_t pending_bytes() const { return pending_.size(); }

 private:
  [[nodiscard]] tl::unexpected<Error> refuse(ErrorCode code, std::string why);
  std::string pending_;
  std::size_t announced_ = 0;  // length of the whole body; 0 while nothing is pending
};

}  // namespace sogoc
