#include "pipeline/copies/issue_record.hpp"

#include "tests/unit/copies/copies_fixture.hpp"

namespace sogoc {
namespace {

IssueRecord record() {
  IssueRecord record;
  record.copy = 3;
  record.kind = CopyKind::certified_copy;
  record.body = "UBND xã Mẫu";
  record.number = 5;
  record.book = 1;
  record.year = 2026;
  record.copy_number = "05/2026-SCT/BS";
  record.date = "2026-09-05";
  record.holder_name = "NGUYỄN VĂN \"MẪU\"";
  record.birth_date = "tháng 3/1985";
  record.source = {CopySourceKind::document, 9};
  record.pages = {1, 2};
  record.fields = {{"Họ, chữ đệm, tên", "NGUYỄN VĂN \"MẪU\""}, {"Nơi sinh", ""}};
  return record;
}

TEST(IssueRecord, ReadsWhatItWrites) {
  EXPECT_EQ(value_of(issue_record_from_json(value_of(issue_record_json(record())))), record());
}

TEST(IssueRecord, HasAnotherDigestForEveryChangedWord) {
  const Sha256 digest = issue_record_digest(value_of(issue_record_json(record())));
  IssueRecord changed = record();
  changed.fields[0].second += " ";
  EXPECT_NE(issue_record_digest(value_of(issue_record_json(changed))), digest);
  changed = record();
  std::swap(changed.fields[0], changed.fields[1]);
  EXPECT_NE(issue_record_digest(value_of(issue_record_json(changed))), digest);
}

TEST(IssueRecord, RefusesOtherTextForTheSameRecord) {
  const std::string text = value_of(issue_record_json(record()));
  EXPECT_FALSE(issue_record_from_json(" " + text));
  EXPECT_FALSE(issue_record_from_json(text.substr(0, text.size() - 1) + ",\"zz\":1}"));
  EXPECT_FALSE(issue_record_from_json("{}"));
  EXPECT_FALSE(issue_record_from_json("{\"v\":1}"));
  std::string other = text;
  other.replace(other.find("certified_copy"), 14, "certified_copx");
  EXPECT_FALSE(issue_record_from_json(other));
  IssueRecord broken = record();
  broken.body = "\xFF";
  EXPECT_EQ(issue_record_json(broken).error().code, ErrorCode::invalid_input);
}

}  // namespace
}  // namespace sogoc
