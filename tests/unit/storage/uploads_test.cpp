#include "storage/uploads.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "storage/database.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

class UploadsTest : public ArchiveTest {
 protected:
  Uploads& uploads() { return archive_->uploads(); }
  std::filesystem::path piece(const std::string& text) {
    const auto path = folder_.path() / "piece";
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    return path;
  }
  Result<UploadRow> send(UploadId id, std::uint64_t offset, const std::string& text, const std::string& by = "lan") {
    return uploads().append(id, by, offset, piece(text), digest_of(text));
  }
  static ErrorCode code_of(const Result<UploadRow>& result) { return result ? ErrorCode::internal : result.error().code; }
};

TEST_F(UploadsTest, PiecesBecomeTheFileAlsoWhenTheArchiveIsOpenedAgain) {
  const UploadRow begun = value_of(uploads().begin("scan.tif", 10, "lan"));
  EXPECT_EQ(value_of(send(begun.id, 0, "hello")).received, 5u);
  archive_.reset();
  archive_ = value_of(Archive::open(folder_.path() / "archive", {.durable = false, .clock = &clock_}));
  EXPECT_EQ(value_of(uploads().upload(begun.id, "lan")).received, 5u);
  EXPECT_TRUE(value_of(send(begun.id, 5, "world")).complete());
  std::ifstream in(uploads().file(begun.id), std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "helloworld");
  EXPECT_TRUE(value_of(archive_->verify({})).problems.empty());
}

TEST_F(UploadsTest, APieceThatIsSentTwiceOrOutOfOrderIsAConflict) {
  const UploadRow begun = value_of(uploads().begin("scan.tif", 10, "lan"));
  value_of(send(begun.id, 0, "hello"));
  EXPECT_EQ(code_of(send(begun.id, 0, "hello")), ErrorCode::conflict);
  EXPECT_EQ(code_of(send(begun.id, 6, "orld")), ErrorCode::conflict);
  EXPECT_EQ(value_of(uploads().upload(begun.id, "lan")).received, 5u);
}

TEST_F(UploadsTest, APieceThatChangedOnTheWayDoesNotCountAndIsOverwritten) {
  const UploadRow begun = value_of(uploads().begin("scan.tif", 5, "lan"));
  EXPECT_EQ(code_of(uploads().append(begun.id, "lan", 0, piece("hullo"), digest_of("hello"))), ErrorCode::invalid_input);
  EXPECT_EQ(value_of(uploads().upload(begun.id, "lan")).received, 0u);
  EXPECT_TRUE(value_of(send(begun.id, 0, "hello")).complete());
  std::ifstream in(uploads().file(begun.id), std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "hello");
}

TEST_F(UploadsTest, MoreThanWasAnnouncedIsRefused) {
  const UploadRow begun = value_of(uploads().begin("scan.tif", 5, "lan"));
  EXPECT_EQ(code_of(send(begun.id, 0, "hello world")), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(send(begun.id, 0, "")), ErrorCode::invalid_input);
}

TEST_F(UploadsTest, NamesThatAreNoNamesAreRefused) {
  for (const char* name : {"", ".", "..", ".hidden", "a/b.tif", "a\\b.tif", "/etc/passwd", "a\nb", "a\x7f", "\xff\xfe", "gpj.\u202Eexe", "tab\t.pdf"})
    EXPECT_EQ(code_of(uploads().begin(name, 5, "lan")), ErrorCode::usage) << name;
  EXPECT_EQ(code_of(uploads().begin(std::string(201, 'a'), 5, "lan")), ErrorCode::usage);
  EXPECT_DONE(check_upload_name("Sổ gốc 1999 – trang 1.tif"));
}

TEST_F(UploadsTest, WhatIsTooMuchIsRefused) {
  UploadLimits limits;
  limits.file_bytes = 100;
  limits.person_bytes = 150;
  limits.all_bytes = 220;
  limits.person_files = 2;
  limits.disk_reserve = 0;
  EXPECT_EQ(code_of(uploads().begin("a", 101, "lan", limits)), ErrorCode::limit_exceeded);
  EXPECT_EQ(code_of(uploads().begin("a", 0, "lan", limits)), ErrorCode::usage);
  value_of(uploads().begin("a", 100, "lan", limits));
  EXPECT_EQ(code_of(uploads().begin("b", 60, "lan", limits)), ErrorCode::limit_exceeded);
  value_of(uploads().begin("b", 50, "lan", limits));
  EXPECT_EQ(code_of(uploads().begin("c", 1, "hoa", {.file_bytes = 100, .disk_reserve = ~0ull >> 1})), ErrorCode::no_space);
  EXPECT_EQ(code_of(uploads().begin("c", 80, "hoa", limits)), ErrorCode::limit_exceeded);
  EXPECT_EQ(code_of(uploads().begin("c", 1, "lan", limits)), ErrorCode::limit_exceeded);
}

TEST_F(UploadsTest, AnotherPersonsFileDoesNotExist) {
  const UploadRow begun = value_of(uploads().begin("scan.tif", 5, "lan"));
  EXPECT_EQ(code_of(uploads().upload(begun.id, "hoa")), ErrorCode::not_found);
  EXPECT_EQ(code_of(send(begun.id, 0, "hello", "hoa")), ErrorCode::not_found);
  EXPECT_FALSE(uploads().drop(begun.id, "hoa"));
  EXPECT_TRUE(value_of(uploads().open_of("hoa")).empty());
}

TEST_F(UploadsTest, WhatNobodyTouchedForAWeekIsForgotten) {
  const UploadRow begun = value_of(uploads().begin("scan.tif", 5, "lan"));
  value_of(send(begun.id, 0, "hell"));
  clock_.turn(std::chrono::hours(8 * 24));
  value_of(uploads().begin("other.tif", 5, "hoa"));
  EXPECT_EQ(code_of(uploads().upload(begun.id, "lan")), ErrorCode::not_found);
  EXPECT_FALSE(std::filesystem::exists(uploads().file(begun.id)));
}

TEST_F(UploadsTest, WhatBecameABatchIsNoUploadAnyMore) {
  const UploadRow begun = value_of(uploads().begin("scan.tif", 5, "lan"));
  value_of(send(begun.id, 0, "hello"));
  EXPECT_DONE(uploads().became_batch({begun.id}, 7, "lan"));
  EXPECT_TRUE(value_of(uploads().open_of("lan")).empty());
  EXPECT_FALSE(std::filesystem::exists(uploads().file(begun.id)));
  EXPECT_FALSE(uploads().drop(begun.id, "lan"));
}

}  // namespace
}  // namespace sogoc
