#include "pipeline/flow/messages.hpp"

#include <gtest/gtest.h>

namespace sogoc {
namespace {

Sha256 digest(std::uint8_t fill) {
  Sha256 made;
  made.bytes.fill(fill);
  return made;
}

Task page_task() {
  Task task;
  task.lease = {7, 3};
  task.kind = JobKind::page;
  task.about = "batch 3 page 12";
  task.tries = 2;
  task.settings.page_time_limit_s = 9;
  task.settings.register_layouts = {"ks-table"};
  task.settings.max_file_bytes = 5ull << 40;
  task.file = digest(1);
  task.file_name = "sổ \"đăng ký\" 1.tif";
  task.media_type = MediaType::tiff;
  task.index = PageIndex(11);
  task.accepted_unreadable = true;
  return task;
}

TEST(Messages, ATaskForAPageComesBackWhole) {
  const Task sent = page_task();
  const auto task = task_in(to_message(sent));
  ASSERT_TRUE(task) << to_string(task.error());
  EXPECT_EQ(task->lease, sent.lease);
  EXPECT_EQ(task->kind, JobKind::page);
  EXPECT_EQ(task->about, sent.about);
  EXPECT_EQ(task->tries, 2);
  EXPECT_EQ(task->settings, sent.settings);
  EXPECT_EQ(task->file, sent.file);
  EXPECT_EQ(task->file_name, sent.file_name);
  EXPECT_EQ(task->media_type, MediaType::tiff);
  EXPECT_EQ(task->index, PageIndex(11));
  EXPECT_TRUE(task->accepted_unreadable);
}

TEST(Messages, ATaskForADocumentComesBackWhole) {
  Task sent;
  sent.kind = JobKind::document;
  sent.lease = {1, 1};
  DocumentSource& document = sent.document;
  document.page_records = {digest(2), digest(3)};
  document.page_names = {"batch 1 page 1", "batch 1 page 2"};
  document.title = "Quyết định";
  document.identifier = "H49.64.33.0001";
  document.creator_tool = "sogoc 0.1.0";
  document.created_at = "2026-03-01T08:00:00+07:00";
  document.signatures = {{"Signature1", 2, true}, {"Signature2", std::nullopt, false}};
  document.derived_from = {digest(4)};
  document.metadata.fields = {{"subject", "Về việc", ValueState::confirmed,
                               Confidence::from_fraction(0.5), 1, {1, 2, 3, 4}, "person"}};
  document.metadata.doubts = {"no number"};
  const auto task = task_in(to_message(sent));
  ASSERT_TRUE(task) << to_string(task.error());
  EXPECT_EQ(task->document.page_records, document.page_records);
  EXPECT_EQ(task->document.page_names, document.page_names);
  EXPECT_EQ(task->document.title, document.title);
  EXPECT_EQ(task->document.identifier, document.identifier);
  EXPECT_EQ(task->document.creator_tool, document.creator_tool);
  EXPECT_EQ(task->document.created_at, document.created_at);
  EXPECT_EQ(task->document.signatures, document.signatures);
  EXPECT_EQ(task->document.derived_from, document.derived_from);
  EXPECT_EQ(task->document.metadata, document.metadata);
}

TEST(Messages, ResultsComeBackWhole) {
  const LeaseToken lease{4, 2};
  OpenedFile opened;
  opened.page_count = 3;
  opened.signatures = {{"S", 1, true}};
  const auto open = result_in(result_message(lease, opened), JobKind::open);
  ASSERT_TRUE(open) << to_string(open.error());
  EXPECT_EQ(std::get<OpenedFile>(*open), opened);

  PageOutcome page{digest(1), {digest(2)}, digest(3), PageState::needs_person, {"blurred"}};
  const Message message = result_message(lease, page);
  EXPECT_EQ(lease_in(message).value(), lease);
  const auto read = result_in(message, JobKind::page);
  ASSERT_TRUE(read) << to_string(read.error());
  const auto& back = std::get<PageOutcome>(*read);
  EXPECT_EQ(back.record, page.record);
  EXPECT_EQ(back.work_blobs, page.work_blobs);
  EXPECT_EQ(back.thumbnail, page.thumbnail);
  EXPECT_EQ(back.state, page.state);
  EXPECT_EQ(back.reasons, page.reasons);

  DocumentOutcome document;
  document.record = digest(9);
  document.page_texts = {"một", "hai"};
  const auto written = result_in(result_message(lease, document), JobKind::document);
  ASSERT_TRUE(written);
  EXPECT_EQ(std::get<DocumentOutcome>(*written).page_texts, document.page_texts);
}

TEST(Messages, AFailureComesBackWhole) {
  const Error error{ErrorCode::limit_exceeded, Retry::after_operator, "a.pdf", "is too large",
                    {"opening"}, std::source_location::current()};
  const auto back = failure_in(failed_message({1, 1}, error));
  ASSERT_TRUE(back);
  EXPECT_EQ(to_string(*back), to_string(error));
  EXPECT_EQ(back->retry, error.retry);
}

TEST(Messages, SmallOnesComeBack) {
  const LeaseToken lease{5, 6};
  const auto hello = hello_in(to_message(Hello{"w", "pc", 12, 2, "sogoc 0.1.0"}));
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->credits, 2u);
  EXPECT_EQ(welcome_in(to_message(Welcome{"s", 1, 2})).value().silence_limit_ms, 2);
  EXPECT_EQ(beat_in(to_message(Beat{"s", 5, lease})).value().lease, lease);
  EXPECT_FALSE(beat_in(to_message(Beat{"s", 5, std::nullopt})).value().lease);
  EXPECT_EQ(fetch_in(to_message(Fetch{lease, digest(1), 4, 5})).value().length, 5u);
  EXPECT_EQ(chunk_in(to_message(Chunk{digest(1), 4, 6}, "xy")).value().size, 6u);
  EXPECT_EQ(put_begin_in(to_message(PutBegin{lease, digest(1), 2}, "xy")).value().size, 2u);
  EXPECT_EQ(put_chunk_in(to_message(PutChunk{lease, digest(1), 9}, "x")).value().offset, 9u);
  EXPECT_EQ(put_end_in(to_message(PutEnd{lease, digest(7)})).value().digest, digest(7));
  EXPECT_EQ(stored_in(to_message(Stored{digest(7)})).value().digest, digest(7));
  EXPECT_EQ(ack_in(to_message(Ack{lease, digest(7), 8})).value().received, 8u);
  const auto refuse = refuse_in(to_message(Refuse{RefusalReason::too_much, "why", lease, digest(1)}));
  ASSERT_TRUE(refuse);
  EXPECT_EQ(refuse->reason, RefusalReason::too_much);
  EXPECT_EQ(refuse->lease, lease);
}

TEST(Messages, RefusesWhatAStrangerMightSend) {
  const std::string hex(64, 'a');
  const std::string lease = R"("lease":{"job":1,"fence":1})";
  const std::vector<Message> hellos{
      {MessageKind::hello, "{}", ""},
      {MessageKind::hello, "{", ""},
      {MessageKind::hello, "{\"worker\":\"\xff\"}", ""},
      {MessageKind::hello, R"({"worker":"","host":"h","pid":1,"credits":1,"program":"p"})", ""},
      {MessageKind::hello, R"({"worker":"w","host":"h","pid":1,"credits":0,"program":"p"})", ""},
      {MessageKind::hello, R"({"worker":"w","host":"h","pid":1,"credits":99999999999999999999,"program":"p"})", ""},
      {MessageKind::hello, R"({"worker":"w","host":"h","pid":1.5,"credits":1,"program":"p"})", ""},
      {MessageKind::hello, R"({"worker":7,"host":"h","pid":1,"credits":1,"program":"p"})", ""},
      {MessageKind::hello, "{" + std::string(60'000, '[') + "}", ""},
      {MessageKind::beat, R"({"worker":"w","host":"h","pid":1,"credits":1,"program":"p"})", ""},
  };
  for (const Message& message : hellos) EXPECT_FALSE(hello_in(message)) << message.header;

  const std::vector<std::string> fetches{
      "{}", "{" + lease + "}",
      "{" + lease + R"(,"digest":"zz","offset":0,"length":1})",
      "{" + lease + R"(,"digest":")" + hex + R"(","offset":-1,"length":1})",
      "{" + lease + R"(,"digest":")" + hex + R"(","offset":0,"length":0})",
      "{" + lease + R"(,"digest":")" + hex + R"(","offset":0,"length":1048577})",
      R"({"lease":{"job":-1,"fence":1},"digest":")" + hex + R"(","offset":0,"length":1})",
      R"({"lease":[1,1],"digest":")" + hex + R"(","offset":0,"length":1})",
  };
  for (const std::string& header : fetches)
    EXPECT_FALSE(fetch_in({MessageKind::fetch, header, ""})) << header;

  EXPECT_FALSE(put_begin_in(to_message(PutBegin{{1, 1}, digest(1), 5}, "1234")));
  EXPECT_FALSE(chunk_in(to_message(Chunk{digest(1), 4, 5}, "xy")));
  EXPECT_FALSE(chunk_in(to_message(Chunk{digest(1), 6, 5}, "")));
  EXPECT_FALSE(result_in({MessageKind::result, "{}", "not json"}, JobKind::page));
  EXPECT_FALSE(result_in({MessageKind::result, "{}", "{}"}, JobKind::open));
  EXPECT_FALSE(result_in({MessageKind::result, "{}", R"({"record":1})"}, JobKind::document));
  EXPECT_FALSE(failure_in({MessageKind::failed, "{}", "[]"}));
}

TEST(Messages, AWorkerGivesNoStateOfTheCoordinator) {
  for (const PageState state : {PageState::received, PageState::reading, PageState::quarantined}) {
    const PageOutcome page{digest(1), {}, {}, state, {}};
    EXPECT_FALSE(result_in(result_message({1, 1}, page), JobKind::page)) << name(state);
  }
}

TEST(Messages, APageThatNobodyMaySeeHasNoThumbnail) {
  for (const PageState state : {PageState::restricted, PageState::unreadable}) {
    const PageOutcome page{digest(1), {}, digest(2), state, {"MẬT"}};
    EXPECT_FALSE(result_in(result_message({1, 1}, page), JobKind::page)) << name(state);
  }
}

}  // namespace
}  // namespace sogoc
