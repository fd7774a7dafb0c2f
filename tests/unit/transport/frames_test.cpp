#include "pipeline/transport/frames.hpp"

#include <gtest/gtest.h>

namespace sogoc {
namespace {

Result<Message> from(std::vector<std::string_view> frames) { return message_from_frames(frames); }

TEST(Frames, EveryKindHasANameAndComesBack) {
  for (std::size_t i = 0; i < kMessageKinds; ++i) {
    const auto kind = static_cast<MessageKind>(i);
    ASSERT_FALSE(name(kind).empty()) << i;
    EXPECT_EQ(message_kind_named(name(kind)), kind);
  }
}

TEST(Frames, AreVersionKindHeaderBody) {
  const auto message = from({"sogoc/1", "task", R"({"a":1})", "body"});
  ASSERT_TRUE(message);
  EXPECT_EQ(*message, (Message{MessageKind::task, R"({"a":1})", "body"}));
}

TEST(Frames, RefusesWhatItDoesNotKnow) {
  const std::string long_header = "{" + std::string(kMaxHeaderBytes, ' ') + "}";
  const std::string long_body(kMaxFrameBytes + 1, 'x');
  const std::vector<std::vector<std::string_view>> refused{
      {},
      {"sogoc/1"},
      {"sogoc/1", "task", "{}"},
      {"sogoc/1", "task", "{}", "", ""},
      {"sogoc/2", "task", "{}", ""},
      {"", "task", "{}", ""},
      {"sogoc/1", "Task", "{}", ""},
      {"sogoc/1", "", "{}", ""},
      {"sogoc/1", "task ", "{}", ""},
      {"sogoc/1", "task", "", ""},
      {"sogoc/1", "task", "[]", ""},
      {"sogoc/1", "task", "{", ""},
      {"sogoc/1", "task", long_header, ""},
      {"sogoc/1", "task", "{}", long_body},
  };
  for (const auto& frames : refused) {
    const auto message = from(frames);
    ASSERT_FALSE(message) << frames.size();
    EXPECT_EQ(message.error().code, ErrorCode::invalid_input);
  }
}

TEST(Frames, ALongBodyIsSplitAndJoined) {
  Message sent{MessageKind::result, R"({"n":7})", std::string(3 * kMaxFrameBytes + 17, 'x')};
  for (std::size_t i = 0; i < sent.body.size(); ++i) sent.body[i] = static_cast<char>(i * 31);
  const auto pieces = split_message(sent);
  ASSERT_TRUE(pieces);
  ASSERT_EQ(pieces->size(), 4u);
  PartJoiner joiner;
  for (std::size_t i = 0; i < pieces->size(); ++i) {
    EXPECT_LE((*pieces)[i].body.size(), kMaxFrameBytes);
    const auto whole = joiner.add((*pieces)[i]);
    ASSERT_TRUE(whole);
    ASSERT_EQ(whole->has_value(), i == 3);
    if (i == 3) {
      EXPECT_EQ(**whole, sent);
    }
  }
  EXPECT_EQ(joiner.pending_bytes(), 0u);
}

TEST(Frames, ABodyOfExactlyOneFrameIsNotSplit) {
  const auto pieces = split_message({MessageKind::chunk, "{}", std::string(kMaxFrameBytes, 'x')});
  ASSERT_TRUE(pieces);
  EXPECT_EQ(pieces->size(), 1u);
}

TEST(Frames, RefusesToSendMoreThanAReceiverTakes) {
  EXPECT_FALSE(split_message({MessageKind::task, "{}", std::string(kMaxBodyBytes + 1, 'x')}));
  EXPECT_FALSE(split_message({MessageKind::task, std::string(kMaxHeaderBytes + 1, ' '), ""}));
}

TEST(PartJoiner, RefusesPartsThatDoNotFit) {
  const Message result{MessageKind::result, "{}", "end"};
  const auto part = [](std::string header, std::string body) {
    return Message{MessageKind::part, std::move(header), std::move(body)};
  };
  const std::vector<std::vector<Message>> refused{
      {part("{}", "x")},
      {part(R"({"of":-4})", "x")},
      {part(R"({"of":})", "x")},
      {part(R"({"of":99999999999999999999})", "x")},
      {part(R"({"of":67108865})", "x")},              // longer than a body may be
      {part(R"({"of":4})", "")},                      // an endless row of nothing
      {part(R"({"of":4})", "xxxx")},                  // nothing left for the message itself
      {part(R"({"of":9})", "xxx"), result},           // a part is missing
      {part(R"({"of":9})", "xxx"), part(R"({"of":8})", "xxx")},
  };
  for (const auto& messages : refused) {
    PartJoiner joiner;
    bool failed = false;
    for (const Message& message : messages) failed = !joiner.add(message);
    EXPECT_TRUE(failed) << messages.front().header;
    EXPECT_EQ(joiner.pending_bytes(), 0u);
    const auto next = joiner.add(result);  // and it starts anew
    ASSERT_TRUE(next);
    EXPECT_EQ(**next, result);
  }
}

}  // namespace
}  // namespace sogoc
