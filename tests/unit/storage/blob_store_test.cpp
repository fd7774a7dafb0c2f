#include <atomic>
#include <fstream>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>

#include <gtest/gtest.h>

#include "storage/durable_file.hpp"
#include "storage/file_blob_store.hpp"
#include "storage/file_names.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

// A disk with so much room, then full; or one whose sync or rename fails.
class FailingDisk final : public Disk {
 public:
  // Set by the test, before any thread; counted by all of them.
  std::atomic<std::int64_t> room = 1 << 30;
  int fail_sync = 0;
  int fail_rename = 0;
  std::atomic<int> syncs = 0;

  ssize_t write(int fd, const void* bytes, std::size_t count) override {
    if (room <= 0) {
      errno = ENOSPC;
      return -1;
    }
    const auto some = std::min<std::size_t>(count, static_cast<std::size_t>(room.load()));
    room -= static_cast<std::int64_t>(some);
    return Disk::write(fd, bytes, some);
  }
  int sync(int fd) override {
    ++syncs;
    if (fail_sync != 0) {
      errno = fail_sync;
      return -1;
    }
    return Disk::sync(fd);
  }
  int rename(const char* from, const char* to) override {
    if (fail_rename != 0) {
      errno = fail_rename;
      return -1;
    }
    return Disk::rename(from, to);
  }
};

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t files_in(const std::filesystem::path& folder) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    files += entry.is_regular_file() ? 1 : 0;
  return files;
}

class FileBlobStoreTest : public ::testing::Test {
 protected:
  FileBlobStoreTest()
      : store_(value_of(FileBlobStore::open(root(), {.durable = true, .disk = &disk_}))) {}
  [[nodiscard]] std::filesystem::path root() const { return folder_.path() / "objects"; }

  TempFolder folder_;
  FailingDisk disk_;
  std::unique_ptr<FileBlobStore> store_;
};

TEST_F(FileBlobStoreTest, GivesBackWhatWasPut) {
  const Sha256 digest = value_of(store_->put(bytes_of("hello")));
  EXPECT_EQ(digest, digest_of("hello"));
  EXPECT_EQ(value_of(store_->load(digest)), "hello");
  EXPECT_EQ(content_of(value_of(store_->find(digest))), "hello");
}

TEST_F(FileBlobStoreTest, KeepsAnEmptyBlob) {
  EXPECT_EQ(value_of(store_->load(value_of(store_->put({})))), "");
}

TEST_F(FileBlobStoreTest, StoresTheSameBytesOnce) {
  (void)value_of(store_->put(bytes_of("hello")));
  (void)value_of(store_->put(bytes_of("hello")));
  std::ofstream(folder_.path() / "hello") << "hello";
  EXPECT_EQ(value_of(store_->put_file(folder_.path() / "hello")), digest_of("hello"));
  EXPECT_EQ(files_in(root()), 1U);
}

TEST_F(FileBlobStoreTest, MakesBlobsReadOnly) {
  struct stat about {};
  const auto path = value_of(store_->find(value_of(store_->put(bytes_of("x")))));
  ASSERT_EQ(::stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0444U);
}

TEST_F(FileBlobStoreTest, TakesABlobInPieces) {
  auto writer = value_of(store_->begin());
  EXPECT_DONE(writer->append(bytes_of("hel")));
  EXPECT_FALSE(store_->find(digest_of("hel")));
  EXPECT_DONE(writer->append(bytes_of("lo")));
  const Sha256 expected = digest_of("hello");
  EXPECT_EQ(value_of(writer->commit(&expected)), expected);
  EXPECT_FALSE(writer->append(bytes_of("!")));
  EXPECT_FALSE(writer->commit(nullptr));
}

TEST_F(FileBlobStoreTest, ADroppedWriterLeavesNoTrace) {
  {
    auto writer = value_of(store_->begin());
    EXPECT_DONE(writer->append(bytes_of("half")));
  }
  EXPECT_EQ(files_in(root()), 0U);
}

TEST_F(FileBlobStoreTest, RefusesBytesThatAreNotWhatWasAnnounced) {
  auto writer = value_of(store_->begin());
  EXPECT_DONE(writer->append(bytes_of("hello")));
  const Sha256 announced = digest_of("goodbye");
  EXPECT_EQ(writer->commit(&announced).error().code, ErrorCode::invalid_input);
  writer.reset();
  EXPECT_EQ(files_in(root()), 0U);
}

TEST_F(FileBlobStoreTest, SaysWhatIsAbsentAndWhatIsDamaged) {
  EXPECT_EQ(store_->find(digest_of("x")).error().code, ErrorCode::not_found);
  EXPECT_EQ(store_->load(digest_of("x")).error().code, ErrorCode::not_found);
  const Sha256 digest = value_of(store_->put(bytes_of("hello")));
  const auto path = value_of(store_->find(digest));
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  std::ofstream(path) << "hallo";
  EXPECT_EQ(store_->load(digest).error().code, ErrorCode::corrupt);
}

TEST_F(FileBlobStoreTest, PuttingACutOffBlobAgainHealsIt) {
  const Sha256 digest = value_of(store_->put(bytes_of("hello")));
  const auto path = value_of(store_->find(digest));
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  std::ofstream(path) << "he";
  (void)value_of(store_->put(bytes_of("hello")));
  EXPECT_EQ(value_of(store_->load(digest)), "hello");
}

TEST_F(FileBlobStoreTest, RemovesWhatIsThereAndWhatIsNot) {
  const Sha256 digest = value_of(store_->put(bytes_of("hello")));
  EXPECT_DONE(store_->remove(digest));
  EXPECT_DONE(store_->remove(digest));
  EXPECT_FALSE(store_->find(digest));
}

TEST_F(FileBlobStoreTest, KeepsABlobThatWasPutAgain) {
  const Sha256 digest = value_of(store_->put(bytes_of("hello")));
  const auto path = value_of(store_->find(digest));
  const auto long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(5);
  std::filesystem::last_write_time(path, long_ago);
  (void)value_of(store_->put(bytes_of("hello")));
  const auto an_hour_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  EXPECT_FALSE(value_of(store_->remove_unless_put_since(digest, an_hour_ago)).has_value());
  std::filesystem::last_write_time(path, long_ago);
  EXPECT_EQ(value_of(store_->remove_unless_put_since(digest, an_hour_ago)), 5U);
}

TEST_F(FileBlobStoreTest, SaysWhatToDoWhenTheDiskIsFull) {
  disk_.room = 3;
  const auto full = store_->put(bytes_of("hello"));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::no_space);
  EXPECT_EQ(full.error().retry, Retry::after_operator);
  EXPECT_NE(full.error().message.find("free some space"), std::string::npos);
  EXPECT_EQ(files_in(root()), 0U);
  disk_.room = 1000;
  EXPECT_TRUE(store_->put(bytes_of("hello")));
}

TEST_F(FileBlobStoreTest, StoresNothingThatItCouldNotSync) {
  disk_.fail_sync = EIO;
  EXPECT_EQ(store_->put(bytes_of("hello")).error().code, ErrorCode::unavailable);
  EXPECT_FALSE(store_->find(digest_of("hello")));
  disk_.fail_sync = 0;
  disk_.fail_rename = EROFS;
  EXPECT_EQ(store_->put(bytes_of("hello")).error().code, ErrorCode::no_permission);
  EXPECT_EQ(files_in(root()), 0U);
}

TEST_F(FileBlobStoreTest, SyncsOnlyWhenItShallLast) {
  const int before = disk_.syncs;
  (void)value_of(store_->put(bytes_of("hello")));
  EXPECT_GE(disk_.syncs - before, 2);  // file and folder
  FailingDisk quick;
  auto throw_away =
      value_of(FileBlobStore::open(folder_.path() / "quick", {.durable = false, .disk = &quick}));
  (void)value_of(throw_away->put(bytes_of("hello")));
  EXPECT_EQ(quick.syncs, 0);
}

TEST_F(FileBlobStoreTest, NamesTheFileItCannotRead) {
  const auto absent = store_->put_file(folder_.path() / "absent.tif");
  EXPECT_EQ(absent.error().code, ErrorCode::not_found);
  EXPECT_NE(absent.error().subject.find("absent.tif"), std::string::npos);
  EXPECT_EQ(store_->put_file(folder_.path()).error().code, ErrorCode::usage);
}

TEST_F(FileBlobStoreTest, ServesManyThreadsAtOnce) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) (void)store_->put(bytes_of("blob " + std::to_string(i)));
    });
  threads.clear();
  EXPECT_EQ(files_in(root()), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(store_->load(digest_of("blob " + std::to_string(i))));
}

// ---- Files outside the store

TEST(DurableFile, ReplacesTheOldFileAtOnce) {
  const TempFolder folder;
  const auto out = folder.path() / "out.pdf";
  EXPECT_DONE(write_file_durably(out, "old"));
  EXPECT_DONE(write_file_durably(out, "new"));
  EXPECT_EQ(content_of(out), "new");
  EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(DurableFile, KeepsTheOldFileWhenTheNewOneFails) {
  const TempFolder folder;
  const auto out = folder.path() / "out.pdf";
  EXPECT_DONE(write_file_durably(out, "old"));
  FailingDisk disk;
  disk.room = 2;
  EXPECT_EQ(write_file_durably(out, "new text", disk).error().code, ErrorCode::no_space);
  disk.room = 1000;
  disk.fail_sync = EIO;
  EXPECT_FALSE(write_file_durably(out, "new text", disk));
  disk.fail_sync = 0;
  disk.fail_rename = EACCES;
  EXPECT_FALSE(write_file_durably(out, "new text", disk));
  EXPECT_EQ(content_of(out), "old");
  EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(DurableFile, CopiesAFileAndKeepsRightsOfTheOldOne) {
  const TempFolder folder;
  EXPECT_DONE(write_file_durably(folder.path() / "from", std::string(3'000'000, 'x')));
  EXPECT_DONE(write_file_durably(folder.path() / "to", "old"));
  ASSERT_EQ(::chmod((folder.path() / "to").c_str(), 0640), 0);
  EXPECT_DONE(copy_file_durably(folder.path() / "from", folder.path() / "to"));
  EXPECT_EQ(content_of(folder.path() / "to").size(), 3'000'000U);
  struct stat about {};
  ASSERT_EQ(::stat((folder.path() / "to").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0640U);
  EXPECT_EQ(copy_file_durably(folder.path() / "absent", folder.path() / "to").error().code,
            ErrorCode::not_found);
}

TEST(DurableFile, FollowsALinkAndWritesToADevice) {
  const TempFolder folder;
  EXPECT_DONE(write_file_durably(folder.path() / "real", "old"));
  std::filesystem::create_symlink(folder.path() / "real", folder.path() / "link");
  EXPECT_DONE(write_file_durably(folder.path() / "link", "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "link"));
  EXPECT_EQ(content_of(folder.path() / "real"), "new");
  EXPECT_DONE(write_file_durably("/dev/null", "nothing"));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_EQ(write_file_durably(folder.path(), "x").error().code, ErrorCode::usage);
  EXPECT_EQ(write_file_durably(folder.path() / "no" / "such", "x").error().code,
            ErrorCode::not_found);
}

}  // namespace
}  // namespace sogoc
