#include <fstream>

#include <gtest/gtest.h>

#include "storage/durable_file.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

const ArchiveOptions kQuick{.durable = false};
const ArchiveIdentity kIdentity{"H49.64.33", "UBND xã Thử \"A\"", true};

TEST(Archive, IsOpenedAsItWasMade) {
  const TempFolder folder;
  { (void)value_of(Archive::create(folder.path() / "a", kIdentity)); }
  const auto archive = value_of(Archive::open(folder.path() / "a"));
  EXPECT_EQ(archive->identity(), kIdentity);
  EXPECT_TRUE(value_of(archive->verify({})).holds());
}

// A disk that is not mounted must not get an archive on the disk below it.
TEST(Archive, IsNotMadeBelowAFolderThatIsNotThere) {
  const TempFolder folder;
  const auto made = Archive::create(folder.path() / "a" / "b", kIdentity, kQuick);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::not_found);
  EXPECT_EQ(made.error().subject, (folder.path() / "a").string());
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "a"));
}

TEST(Archive, IsMadeOnlyInAFolderOfItsOwn) {
  const TempFolder folder;
  EXPECT_TRUE(Archive::create(folder.path(), kIdentity, kQuick));
  EXPECT_EQ(Archive::create(folder.path(), kIdentity, kQuick).error().code,
            ErrorCode::already_exists);
  std::filesystem::create_directory(folder.path() / "full");
  EXPECT_DONE(write_file_durably(folder.path() / "full" / "x", "x"));
  EXPECT_EQ(Archive::create(folder.path() / "full", kIdentity, kQuick).error().code,
            ErrorCode::already_exists);
  EXPECT_EQ(Archive::create(folder.path() / "full" / "x", kIdentity, kQuick).error().code,
            ErrorCode::already_exists);
}

TEST(Archive, SaysWhatIsWrongWithAFolderThatIsNone) {
  const TempFolder folder;
  EXPECT_EQ(Archive::open(folder.path()).error().code, ErrorCode::not_found);
  EXPECT_NE(Archive::open(folder.path()).error().message.find("sogoc init"), std::string::npos);
  EXPECT_EQ(Archive::open(folder.path() / "absent").error().code, ErrorCode::not_found);
  for (const char* bad : {"", "{", "[]", "{}", "{\"format\":\"other\",\"version\":1}",
                          "{\"format\":\"sogoc-archive\",\"version\":\"1\"}",
                          "{\"format\":\"sogoc-archive\",\"version\":1}",
                          "{\"format\":\"sogoc-archive\",\"version\":1,\"agency_code\":3,"
                          "\"agency_name\":\"\",\"trial\":true}"}) {
    EXPECT_DONE(write_file_durably(folder.path() / "archive.json", bad));
    EXPECT_EQ(Archive::open(folder.path()).error().code, ErrorCode::corrupt) << bad;
  }
}

TEST(Archive, RefusesWhatANewerVersionMade) {
  const TempFolder folder;
  EXPECT_DONE(write_file_durably(folder.path() / "archive.json",
                                 "{\"format\":\"sogoc-archive\",\"version\":99}"));
  const auto refused = Archive::open(folder.path());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported_input);
  EXPECT_NE(refused.error().message.find("newer version"), std::string::npos);
}

TEST(Archive, RefusesADatabaseThatIsNone) {
  const TempFolder folder;
  { (void)value_of(Archive::create(folder.path(), kIdentity, kQuick)); }
  EXPECT_DONE(write_file_durably(folder.path() / "catalogue.sqlite", std::string(8192, 'x')));
  EXPECT_EQ(Archive::open(folder.path()).error().code, ErrorCode::corrupt);
  std::filesystem::remove(folder.path() / "catalogue.sqlite");
  EXPECT_FALSE(Archive::open(folder.path()));
}

TEST(Archive, LetsOneCoordinatorRunAndCommandsBesideIt) {
  const TempFolder folder;
  const auto runner = value_of(Archive::create(folder.path(), kIdentity, kQuick));
  const auto other = value_of(Archive::open(folder.path(), kQuick));
  {
    const RunLock lock = value_of(runner->lock_for_run());
    const auto refused = other->lock_for_run();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_NE(refused.error().message.find(std::to_string(::getpid())), std::string::npos);
    EXPECT_TRUE(other->jobs().add_batch(batch_of({"a"})));
    EXPECT_TRUE(value_of(runner->jobs().claim("w", UtcTime{}, UtcTime{})).has_value());
  }
  EXPECT_TRUE(other->lock_for_run());
}

// ---- Sweep

class Sweep : public ArchiveTest {
 protected:
  Sha256 put(std::string_view text) { return value_of(archive_->blobs().put(bytes_of(text))); }
  bool is_there(const Sha256& digest) { return archive_->blobs().find(digest).has_value(); }
};

TEST_F(Sweep, TakesPicturesOnlyWhenTheDocumentIsWritten) {
  (void)put("a");  // the master
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  open_next(1);
  const Task page = claim(JobKind::page);
  const PageOutcome outcome = page_outcome(page.about);
  const Sha256 picture = put(page.about + " picture");
  const Sha256 record = put(page.about + " record");
  EXPECT_DONE(jobs().finish_page(page.lease, outcome));
  (void)value_of(archive_->sweep(true));
  EXPECT_TRUE(is_there(picture));
  for (const char* part : {"record", "pdf", "text", "alto"})
    (void)put("document batch1.1 " + std::string(part));
  write_next({"text"});
  const Swept swept = value_of(archive_->sweep(false));
  EXPECT_EQ(swept.work_blobs, 1);
  EXPECT_EQ(swept.bytes, (page.about + " picture").size());
  EXPECT_FALSE(is_there(picture));
  EXPECT_TRUE(is_there(record));
  EXPECT_TRUE(is_there(digest_of("a")));
  EXPECT_TRUE(is_there(digest_of("document batch1.1 pdf")));
  EXPECT_TRUE(value_of(archive_->verify({})).holds());
}

TEST_F(Sweep, KeepsAPictureThatAnotherPageNeeds) {
  (void)value_of(jobs().add_batch(batch_of({"a", "b"})));
  open_next(1);
  open_next(1);
  const Sha256 shared = put("blank picture");
  const Task pages[] = {claim(JobKind::page), claim(JobKind::page)};
  for (const Task& page : pages) {
    PageOutcome outcome = page_outcome(page.about);
    outcome.work_blobs = {shared};
    EXPECT_DONE(jobs().finish_page(page.lease, outcome));
  }
  write_next({""});
  (void)value_of(archive_->sweep(true));
  EXPECT_TRUE(is_there(shared));
  write_next({""});
  (void)value_of(archive_->sweep(false));
  EXPECT_FALSE(is_there(shared));
}

TEST_F(Sweep, TakesOrphansOfInterruptedWork) {
  const Sha256 orphan = put("nobody's");
  { const auto writer = value_of(archive_->blobs().begin()); }
  EXPECT_EQ(value_of(archive_->verify({})).orphans, 1);
  EXPECT_TRUE(value_of(archive_->verify({})).holds());
  EXPECT_EQ(value_of(archive_->sweep(true)).orphans, 1);
  EXPECT_FALSE(is_there(orphan));
  EXPECT_EQ(value_of(archive_->verify({})).orphans, 0);
}

TEST_F(Sweep, WaitsWhileAnotherProcessHasTheArchiveOpen) {
  const Sha256 just_put = put("being ingested");
  {
    const auto ingest = value_of(Archive::open(archive_->folder(), {.durable = false}));
    EXPECT_TRUE(value_of(archive_->sweep(true)).skipped);
    EXPECT_TRUE(is_there(just_put));
  }
  EXPECT_EQ(value_of(archive_->sweep(true)).orphans, 1);
}

TEST_F(Sweep, LeavesWhatAWorkerJustBrought) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  open_next(1);
  const Task page = claim(JobKind::page);
  const Sha256 picture = put(page.about + " picture");
  EXPECT_EQ(value_of(archive_->sweep(true)).orphans, 0);
  EXPECT_TRUE(is_there(picture));
  EXPECT_DONE(jobs().finish_page(page.lease, page_outcome(page.about)));
  EXPECT_TRUE(is_there(picture));
}

TEST_F(Sweep, TakesWhatAWorkerOfADeadCoordinatorBrought) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  open_next(1);
  const Task page = claim(JobKind::page);
  const Sha256 picture = put(page.about + " picture");
  const auto folder = archive_->folder();
  archive_.reset();
  archive_ = value_of(Archive::open(folder, {.durable = false}));
  EXPECT_EQ(value_of(archive_->sweep(true)).orphans, 1);
  EXPECT_FALSE(is_there(picture));
}

}  // namespace
}  // namespace sogoc
