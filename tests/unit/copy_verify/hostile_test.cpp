// Files from strangers: each ends in a report or in one clear sentence, within limits.

#include <zlib.h>

#include <chrono>

#include "tests/unit/copy_verify/checked.hpp"
#include "workers/copy_verify/finding_table.hpp"

namespace sogoc::test {
namespace {

void expect_refused(const std::string& bytes, ErrorCode code) {
  const auto report = asked(bytes);
  ASSERT_FALSE(report) << told(*report);
  EXPECT_EQ(report.error().code, code) << to_string(report.error());
  EXPECT_GT(report.error().message.size(), 20u);
}

std::string deflated(const std::string& text) {
  std::string out(compressBound(text.size()), '\0');
  uLongf size = out.size();
  compress2(reinterpret_cast<Bytef*>(out.data()), &size,
            reinterpret_cast<const Bytef*>(text.data()), text.size(), 9);
  out.resize(size);
  return out;
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(HostileCopy, AnEmptyFile) { expect_refused("", ErrorCode::invalid_input); }
TEST(HostileCopy, OneByte) { expect_refused("%", ErrorCode::invalid_input); }
TEST(HostileCopy, ZerosOnly) {
  expect_refused(std::string(100'000, '\0'), ErrorCode::invalid_input);
}
TEST(HostileCopy, APicture) {
  expect_refused("\x89PNG\r\n\x1A\n" + std::string(5000, 'x'), ErrorCode::invalid_input);
}
TEST(HostileCopy, AHeaderAlone) { expect_refused("%PDF-1.7\n", ErrorCode::invalid_input); }

TEST(HostileCopy, AFileCutAnywhereIsNeverValid) {
  const std::string file = SignedCopy(pki(), kSigned).certify(1).file;
  for (std::size_t length = 1; length + 8 < file.size(); length += 1 + file.size() / 97) {
    const auto report = asked(file.substr(0, length), good_evidence());
    EXPECT_TRUE(!report || report->verdict != Verdict::valid) << length;
    EXPECT_TRUE(report || !report.error().message.empty());
  }
}

TEST(HostileCopy, NoFlippedBitOutsideTheHoleStaysValid) {
  const std::string file = SignedCopy(pki(), kSigned).certify(1).file;
  const Hole hole = last_hole(file);
  for (std::size_t at = 0; at + 1 < file.size(); at += 1 + file.size() / 211) {
    if (at >= hole.begin && at < hole.end) continue;
    std::string changed = file;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    const auto report = asked(changed, good_evidence());
    EXPECT_TRUE(!report || report->verdict != Verdict::valid) << at;
  }
}

TEST(HostileCopy, APasswordProtectedFile) {
  SignedCopy copy(pki(), kSigned);
  copy.update({.objects = {{40, "<< /Filter /Standard /V 2 /R 3 /O (x) /U (y) /P -4 >>"}},
               .trailer_extra = "/Encrypt 40 0 R"});
  expect_refused(copy.file, ErrorCode::password_required);
}

TEST(HostileCopy, AnIndexThatLeadsToItself) {
  SignedCopy copy(pki(), kSigned);
  std::string file = copy.file;
  const std::size_t start = last_startxref(file);
  file = replaced(file, "/Root 1 0 R /Info 9 0 R", "/Root 1 0 R /Prev " + std::to_string(start));
  expect_refused(file, ErrorCode::invalid_input);
}

TEST(HostileCopy, AnIndexOfBillionsOfObjects) {
  SignedCopy copy(pki(), kSigned);
  expect_refused(replaced(copy.file, "xref\n0 ", "xref\n0 99999999"), ErrorCode::invalid_input);
}

TEST(HostileCopy, AStreamThatClaimsTwoGigabytes) {
  DocumentParts parts;
  parts.more[part::content] = "<< /Length 2147483648 >>\nstream\nBT ET\nendstream";
  SignedCopy copy(pki(), kSigned, parts);
  copy.certify(2).countersign();
  const auto report = asked(copy.file, good_evidence());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, Verdict::undecidable) << told(*report);
  EXPECT_TRUE(says(*report, "object_damaged"));
}

TEST(HostileCopy, ALengthThatIsAStreamWhoseLengthIsAStream) {
  DocumentParts parts;
  for (int id = 40; id < 1'040; ++id)
    parts.more[id] = "<< /Length " + std::to_string(id + 1) + " 0 R >>\nstream\nx\nendstream";
  parts.more[part::content] = "<< /Length 40 0 R >>\nstream\nx\nendstream";
  SignedCopy copy(pki(), kSigned, parts);
  copy.certify(2).countersign();
  const auto report = asked(copy.file, good_evidence());
  ASSERT_TRUE(report);
  EXPECT_NE(report->verdict, Verdict::valid);
}

TEST(HostileCopy, ValuesNestedWithoutEnd) {
  DocumentParts parts;
  parts.more[part::metadata] = repeated("[", 200'000);
  SignedCopy copy(pki(), kSigned, parts);
  const auto report = asked(copy.file);
  ASSERT_TRUE(report);
  EXPECT_NE(report->verdict, Verdict::valid);
}

TEST(HostileCopy, AChainOfAHundredThousandObjects) {
  // Outlines may be long; comparing them must not eat the stack.
  DocumentParts parts;
  parts.catalog_extra = "/Outlines 40 0 R";
  for (int id = 40; id < 100'040; ++id)
    parts.more[id] = "<< /Next " + std::to_string(id + 1) + " 0 R >>";
  parts.more[100'040] = "<< >>";
  SignedCopy copy(pki(), kSigned, parts);
  const auto report = asked(copy.certify(2).countersign().file, good_evidence());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, Verdict::valid) << told(*report);
}

TEST(HostileCopy, AFormWhoseFieldsAreTheirOwnKids) {
  DocumentParts parts;
  parts.fields = "[7 0 R 8 0 R 11 0 R 40 0 R]";
  parts.more[40] = "<< /T (a) /Kids [41 0 R 40 0 R] >>";
  parts.more[41] = "<< /T (b) /Kids [40 0 R] >>";
  const auto report = asked(SignedCopy(pki(), kSigned, parts).certify(1).file, good_evidence());
  ASSERT_TRUE(report);
}

TEST(HostileCopy, APageTreeThatLoops) {
  DocumentParts parts;
  parts.more[part::pages] = "<< /Type /Pages /Count 2 /Kids [3 0 R 2 0 R] >>";
  const auto report =
      asked(SignedCopy(pki(), kSigned, parts).certify(2).countersign().file, good_evidence());
  ASSERT_TRUE(report);
}

TEST(HostileCopy, AnObjectStreamThatUnpacksWithoutEnd) {
  DocumentParts parts;
  const std::string bomb = deflated(std::string(600u << 20, ' '));
  ASSERT_LT(bomb.size(), 1u << 20);
  parts.more[40] = stream_object("/Type /ObjStm /N 1 /First 10 /Filter /FlateDecode", bomb);
  parts.more[part::metadata] = stream_object("/Type /Metadata /Filter /FlateDecode", bomb);
  const auto begin = std::chrono::steady_clock::now();
  const auto report = asked(SignedCopy(pki(), kSigned, parts).certify(1).file, good_evidence());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  ASSERT_TRUE(report);
}

TEST(HostileCopy, AMillionValuesTooMany) {
  DocumentParts parts;
  parts.more[part::metadata] = "[" + repeated("0 ", 4'000'000) + "]";
  expect_refused(SignedCopy(pki(), kSigned, parts).certify(1).file, ErrorCode::limit_exceeded);
}

TEST(HostileCopy, AFileAboveTheLimitIsNotOpened) {
  const auto file = written(SignedCopy(pki(), kSigned).file);
  VerifySettings settings;
  settings.max_bytes = 100;
  const auto report = verify_file(file, store(pki()), settings);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::limit_exceeded);
}

TEST(Findings, EveryOneIsSaidInVietnameseToo) {
  std::ifstream in(std::string(SOGOC_SOURCE_DIR) + "/po/vi.po");
  const std::string catalogue{std::istreambuf_iterator<char>(in), {}};
  for (const FindingMeaning& one : all_findings())
    EXPECT_NE(catalogue.find("msgid \"" + std::string(one.text) + "\""), std::string::npos)
        << one.text;
}

TEST(Findings, ACodeThatNobodyExplainedIsNoGoodNews) {
  EXPECT_EQ(finding("nonsense").weight, Verdict::invalid);
}

}  // namespace
}  // namespace sogoc::test
