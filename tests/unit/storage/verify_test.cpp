#include <algorithm>
#include <fstream>

#include <sys/stat.h>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "storage/durable_file.hpp"
#include "storage/file_names.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

// An archive with one document, all of whose blobs are there.
class Verify : public ArchiveTest {
 protected:
  Verify() {
    put("a.pdf");
    (void)value_of(jobs().add_batch(batch_of({"a.pdf"})));
    open_next(1);
    put("batch 1 page 1 record");
    put("batch 1 page 1 picture");
    read_next();
    for (const char* part : {"record", "pdf", "text", "alto"})
      put("document batch1.1 " + std::string(part));
    write_next({"text"}, {read_field("subject", "Về việc A")});
    (void)value_of(archive_->sweep(true));
  }
  void put(const std::string& text) { (void)value_of(archive_->blobs().put(bytes_of(text))); }
  [[nodiscard]] std::filesystem::path path_of(std::string_view text) const {
    return archive_->folder() / object_name(digest_of(text));
  }
  VerifyReport verify() { return value_of(archive_->verify({})); }
  VerifyProblem only_problem() {
    VerifyReport report = verify();
    EXPECT_EQ(report.problems.size(), 1U);
    if (report.problems.empty()) throw std::runtime_error("nothing found");
    return std::move(report.problems.front());
  }
  void run_sql(const char* sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((archive_->folder() / "catalogue.sqlite").c_str(), &database),
              SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
};

TEST_F(Verify, SaysThatAWholeArchiveHolds) {
  std::uint64_t last = 0, all = 0;
  const auto report = value_of(archive_->verify([&](std::uint64_t done, std::uint64_t total) {
    EXPECT_GE(done, last);
    last = done;
    all = total;
  }));
  EXPECT_TRUE(report.holds());
  EXPECT_EQ(report.blobs, 6);
  EXPECT_EQ(report.masters, 1);
  EXPECT_EQ(report.records, 1);
  EXPECT_EQ(report.outputs, 4);
  EXPECT_EQ(report.work, 0);
  EXPECT_EQ(report.orphans, 0);
  EXPECT_EQ(last, all);
  EXPECT_EQ(report.bytes, all);
}

TEST_F(Verify, FindsEveryFlippedByte) {
  for (const char* blob : {"a.pdf", "batch 1 page 1 record", "document batch1.1 alto"}) {
    const auto path = path_of(blob);
    ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
    const std::string whole(blob);
    for (std::size_t i = 0; i < whole.size(); ++i) {
      std::string flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ 1);
      std::ofstream(path, std::ios::binary) << flipped;
      EXPECT_EQ(only_problem().kind, VerifyKind::damaged) << blob << " byte " << i;
    }
    std::ofstream(path, std::ios::binary) << whole;
    EXPECT_TRUE(verify().holds());
  }
}

TEST_F(Verify, SaysWhoNeedsWhatIsMissing) {
  std::filesystem::remove(path_of("a.pdf"));
  const VerifyProblem problem = only_problem();
  EXPECT_EQ(problem.kind, VerifyKind::missing);
  EXPECT_EQ(problem.needed_by, std::vector<std::string>{"master of a.pdf (batch 1)"});
  EXPECT_EQ(problem.path, object_name(digest_of("a.pdf")));
}

TEST_F(Verify, FindsACutOffBlob) {
  ASSERT_EQ(::truncate(path_of("a.pdf").c_str(), 2), 0);
  EXPECT_EQ(only_problem().kind, VerifyKind::damaged);
}

TEST_F(Verify, FindsForeignFilesAndFolders) {
  const auto root = archive_->folder();
  std::ofstream(root / "notes.txt") << "x";
  std::ofstream(root / "objects" / "stray") << "x";
  std::filesystem::create_directory(root / "objects" / "zz");
  std::filesystem::create_directory(root / "backup");
  std::ofstream(root / "backup" / "inside") << "x";
  std::filesystem::create_symlink("/etc/passwd", root / "objects" / "incoming" / "1-1.partial");
  std::vector<std::string> paths;
  for (const VerifyProblem& problem : verify().problems) {
    EXPECT_EQ(problem.kind, VerifyKind::foreign);
    paths.push_back(problem.path);
  }
  std::sort(paths.begin(), paths.end());
  EXPECT_EQ(paths, (std::vector<std::string>{"backup", "notes.txt", "objects/incoming/1-1.partial",
                                             "objects/stray", "objects/zz"}));
}

TEST_F(Verify, ListsOrphansOfInterruptedWorkApart) {
  put("put, but never committed");
  std::ofstream(archive_->folder() / "objects" / "incoming" / "12-34.partial") << "half";
  const VerifyReport report = verify();
  EXPECT_TRUE(report.holds());
  EXPECT_EQ(report.orphans, 2);
  EXPECT_EQ(report.orphan_paths.size(), 2U);
  EXPECT_EQ(report.orphan_bytes, 24U + 4U);
}

TEST_F(Verify, ADamagedOrphanIsStillDamage) {
  put("orphan");
  ASSERT_EQ(::chmod(path_of("orphan").c_str(), 0644), 0);
  std::ofstream(path_of("orphan")) << "0rphan";
  EXPECT_EQ(only_problem().kind, VerifyKind::damaged);
}

TEST_F(Verify, FindsADatabaseRowThatRefersToNothing) {
  run_sql("PRAGMA foreign_keys = OFF; UPDATE pages SET document = 77;");
  bool found = false;
  for (const VerifyProblem& problem : verify().problems)
    found = found || problem.reason.find("refers to nothing in documents") != std::string::npos;
  EXPECT_TRUE(found);
}

TEST_F(Verify, FindsWrongCounts) {
  run_sql("UPDATE counts SET n = n + 1 WHERE what = 'pages' AND state = 'done'");
  EXPECT_EQ(only_problem().reason, "the counts of pages are wrong");
}

TEST_F(Verify, FindsAnotherIdentity) {
  const auto folder = archive_->folder();
  archive_.reset();
  EXPECT_DONE(write_file_durably(folder / "archive.json",
                                 "{\"format\":\"sogoc-archive\",\"version\":1,\"agency_code\":"
                                 "\"H49.64.33\",\"agency_name\":\"UBND xã Thử\",\"trial\":false}"));
  archive_ = value_of(Archive::open(folder, {.durable = false}));
  EXPECT_EQ(only_problem().kind, VerifyKind::identity);
}

TEST_F(Verify, TheLogCannotBeChanged) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((archive_->folder() / "catalogue.sqlite").c_str(), &database), SQLITE_OK);
  for (const char* sql : {"DELETE FROM events", "UPDATE events SET by = 'x'",
                          "DELETE FROM field_history", "UPDATE field_history SET by = 'x'"})
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_CONSTRAINT) << sql;
  sqlite3_close(database);
}

}  // namespace
}  // namespace sogoc
