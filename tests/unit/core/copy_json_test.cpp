#include "pipeline/core/copy_json.hpp"

#include <gtest/gtest.h>

namespace sogoc {
namespace {

CopyDraft full_draft() {
  CopyDraft draft;
  draft.kind = "register_copy";
  draft.template_version = "2020-05-22";
  draft.images = CopyPages{sha256_of({}), {2, 1}};
  draft.marks = {{1, 0.1, 0.25, 0.9, 0.5}};
  draft.fields = {{"Họ tên", "Nguyễn Văn Đức"}, {"Ghi chú", ""}};
  draft.values = {{"body", "UBND xã A"}, {"number", "05"}};
  draft.qr_payload = "S1:ABC";
  draft.signatures = {{"Body", "UBND xã A", "Cấp bản sao", "A"}};
  draft.title = "Bản sao";
  draft.created_at = "2026-09-05T14:03:20+07:00";
  draft.producer = "sogoc 0.1.0";
  return draft;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(CopyJson, ADraftComesBackAsItWas) {
  const CopyDraft draft = full_draft();
  const auto back = copy_draft_from_json(to_json(draft));
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(to_json(*back), to_json(draft));
  EXPECT_EQ(back->fields[0].value, "Nguyễn Văn Đức");
  EXPECT_EQ(back->images->pages, (std::vector<int>{2, 1}));
  EXPECT_EQ(back->marks[0].bottom, 0.5);
}

TEST(CopyJson, EveryStepComesBackAsItWas) {
  CopyTask sign;
  sign.step = CopyStep::append_signature;
  sign.from = "in.pdf";
  sign.field = {"Body", "UBND xã A", "Cấp bản sao", "A"};
  sign.signing_time_iso = "2026-09-05T14:03:25+07:00";
  CopyTask dss;
  dss.step = CopyStep::append_dss;
  dss.from = "in.pdf";
  dss.certificates = {"c0.der", "c1.der"};
  dss.ocsp = {"o0.der"};
  CopyTask stamp;
  stamp.step = CopyStep::append_timestamp;
  stamp.from = "in.pdf";
  CopyTask compose;
  compose.draft = full_draft();
  for (const CopyTask& task : {sign, dss, stamp, compose}) {
    const auto back = copy_task_from_json(to_json(task));
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_EQ(to_json(*back), to_json(task));
  }
}

TEST(CopyJson, RefusesWhatIsMissingUnknownOrMistyped) {
  const std::string good = to_json(full_draft());
  for (const std::string& bad :
       {std::string(), std::string("[]"), good.substr(0, good.size() / 2),
        replaced(good, "\"kind\"", "\"kind2\""), replaced(good, "\"title\":\"Bản sao\"", "\"title\":7"),
        replaced(good, "[2,1]", "[2,0]"), replaced(good, "[2,1]", "[2,1.5]"),
        replaced(good, "[\"body\",\"UBND xã A\"]", "[\"body\"]"),
        replaced(good, "\"page\":1", "\"page\":-1"), replaced(good, "0.25,", ""),
        replaced(good, "\"source\":\"e3", "\"source\":\"g3")})
    EXPECT_FALSE(copy_draft_from_json(bad)) << bad;
}

TEST(CopyJson, RefusesFileNamesThatLeaveTheFolder) {
  for (const char* name : {"../in.pdf", "/etc/passwd", ".hidden", "", "a/b", "a\\b", "a b"})
    EXPECT_FALSE(copy_task_from_json(R"({"do":"append_timestamp","from":")" + std::string(name) + "\"}"))
        << name;
  EXPECT_TRUE(copy_task_from_json(R"({"do":"append_timestamp","from":"in.pdf"})"));
}

TEST(CopyJson, AResultTellsTheWorkersOwnError) {
  const Result<PreparedCopy> done = PreparedCopy{1000, 2, 10, 20};
  const auto back = copy_result_from_json(copy_result_json(done));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->hole_end, 20u);
  const Result<PreparedCopy> failed =
      fail(ErrorCode::missing_model, Retry::after_operator, "Tinos", "install the font");
  const auto told = copy_result_from_json(copy_result_json(failed));
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, ErrorCode::missing_model);
  EXPECT_EQ(told.error().retry, Retry::after_operator);
  EXPECT_EQ(told.error().message, "install the font");
  EXPECT_FALSE(copy_result_from_json("{}"));
  EXPECT_FALSE(copy_result_from_json(R"({"prepared":{"bytes":-1,"pages":0,"hole_begin":0,"hole_end":0}})"));
}

}  // namespace
}  // namespace sogoc
