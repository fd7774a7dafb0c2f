#include "pipeline/transport/frames.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace sogoc {

namespace {

constexpr std::array<std::pair<MessageKind, std::string_view>, kMessageKinds> kNames{{
    {MessageKind::hello, "hello"},         {MessageKind::welcome, "welcome"},
    {MessageKind::beat, "beat"},           {MessageKind::task, "task"},
    {MessageKind::fetch, "fetch"},         {MessageKind::chunk, "chunk"},
    {MessageKind::put_begin, "put_begin"}, {MessageKind::put_chunk, "put_chunk"},
    {MessageKind::put_end, "put_end"},     {MessageKind::stored, "stored"},
    {MessageKind::result, "result"},       {MessageKind::failed, "failed"},
    {MessageKind::ack, "ack"},             {MessageKind::refuse, "refuse"},
    {MessageKind::bye, "bye"},             {MessageKind::stop, "stop"},
    {MessageKind::part, "part"},           {MessageKind::ask, "ask"},
    {MessageKind::answer, "answer"},
}};

tl::unexpected<Error> malformed(std::string why) {
  return fail(ErrorCode::invalid_input, Retry::never, "message", std::move(why));
}

// The header of a part says only how long the whole body is: {"of":1234}
constexpr std::string_view kPartHead = "{\"of\":";

std::optional<std::size_t> announced_by(std::string_view header) {
  if (!header.starts_with(kPartHead) || !header.ends_with('}')) return std::nullopt;
  header.remove_prefix(kPartHead.size());
  header.remove_suffix(1);
  std::size_t bytes = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), bytes);
  if (error != std::errc{} || end != header.data() + header.size()) return std::nullopt;
  return bytes;
}

}  // namespace

std::string_view name(MessageKind kind) {
  for (const auto& [known, text] : kNames)
    if (known == kind) return text;
  return {};
}

std::optional<MessageKind> message_kind_named(std::string_view text) {
  for (const auto& [kind, known] : kNames)
    if (known == text) return kind;
  return std::nullopt;
}

Result<Message> message_from_frames(std::span<const std::string_view> frames) {
  if (frames.size() != kFrames) return malformed("it does not have four frames");
  if (frames[0] != kWireVersion)
    return malformed("the other side speaks another version; run the same program on both");
  const auto kind = message_kind_named(frames[1]);
  if (!kind) return malformed("its kind is unknown");
  const std::string_view header = frames[2];
  if (header.size() > kMaxHeaderBytes) return malformed("its header is too long");
  if (header.size() < 2 || header.front() != '{' || header.back() != '}')
    return malformed("its header is not a JSON object");
  if (frames[3].size() > kMaxFrameBytes) return malformed("its body is too long");
  return Message{*kind, std::string(header), std::string(frames[3])};
}

Result<std::vector<Message>> split_message(Message message) {
  if (message.header.size() > kMaxHeaderBytes || message.body.size() > kMaxBodyBytes)
    return fail(ErrorCode::limit_exceeded, Retry::never, std::string(name(message.kind)),
                "the message is longer than a receiver takes");
  std::vector<Message> pieces;
  if (message.body.size() <= kMaxFrameBytes) {
    pieces.push_back(std::move(message));
    return pieces;
  }
  const std::string header = fmt::format("{}{}}}", kPartHead, message.body.size());
  std::size_t at = 0;
  for (; message.body.size() - at > kMaxFrameBytes; at += kMaxFrameBytes)
    pieces.push_back({MessageKind::part, header, message.body.substr(at, kMaxFrameBytes)});
  message.body.erase(0, at);
  pieces.push_back(std::move(message));
  return pieces;
}

tl::unexpected<Error> PartJoiner::refuse(ErrorCode code, std::string why) {
  pending_ = {};
  announced_ = 0;
  return fail(code, Retry::never, "message", std::move(why));
}

Result<std::optional<Message>> PartJoiner::add(Message message) {
  if (message.kind == MessageKind::part) {
    const auto bytes = announced_by(message.header);
    if (!bytes || message.body.empty()) return refuse(ErrorCode::invalid_input, "a part is garbled");
    if (*bytes > kMaxBodyBytes)
      return refuse(ErrorCode::limit_exceeded, "its body is too long");
    if (announced_ != 0 && *bytes != announced_)
      return refuse(ErrorCode::invalid_input, "its parts do not belong together");
    if (pending_.size() + message.body.size() >= *bytes)
      return refuse(ErrorCode::invalid_input, "its parts are longer than announced");
    announced_ = *bytes;
    pending_ += message.body;
    return std::nullopt;
  }
  if (announced_ == 0) return message;
  if (pending_.size() + message.body.size() != announced_)
    return refuse(ErrorCode::invalid_input, "a part of its body is missing");
  pending_ += message.body;
  message.body = std::move(pending_);
  pending_ = {};
  announced_ = 0;
  return message;
}

}  // namespace sogoc
