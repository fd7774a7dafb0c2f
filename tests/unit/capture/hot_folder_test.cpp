// Files are taken out of a folder when they are whole, once, whatever their names and whatever happens to the folder.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "scanners/hot_folder.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// Each with the kernel's events and without, as on a share of another machine.
class Hot : public ::testing::TestWithParam<bool> {
 protected:
  Hot() : folder_(fs::temp_directory_path() / ("sogoc-hot-" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Hot() override { fs::remove_all(folder_); }
  std::unique_ptr<HotFolder> open() { return HotFolder::open(folder_, {milliseconds(150), milliseconds(60), GetParam()}).value(); }
  static std::vector<ClaimedFile> come(HotFolder& hot, int wait_ms) { return hot.next(milliseconds(wait_ms)).value(); }
  void put(const std::string& name, const std::string& content = "whole") { std::ofstream(folder_ / name, std::ios::binary) << content; }
  fs::path folder_;
};

TEST_P(Hot, AFileIsTakenOnceAndPutAwayWhenItIsSafe) {
  const auto hot = open();
  put("b.pdf");
  put("a.pdf");
  std::vector<ClaimedFile> files;
  for (int i = 0; i < 10 && files.size() < 2; ++i)
    for (const ClaimedFile& file : come(*hot, 1000)) files.push_back(file);
  ASSERT_EQ(files.size(), 2u);
  EXPECT_FALSE(fs::exists(folder_ / "a.pdf"));
  ASSERT_TRUE(hot->done(files[0]));
  EXPECT_TRUE(fs::exists(folder_ / "sogoc-taken" / files[0].name));
  EXPECT_TRUE(hot->next(milliseconds(400)).value().empty());
}

TEST_P(Hot, AFileStillBeingWrittenIsLeftAlone) {
  const auto hot = open();
  std::ofstream slow(folder_ / "slow.tif", std::ios::binary);
  for (int i = 0; i < 8; ++i) {
    slow << std::string(1000, 'x') << std::flush;
    EXPECT_TRUE(hot->next(milliseconds(60)).value().empty()) << i;
  }
  slow.close();
  const auto files = hot->next(milliseconds(2000)).value();
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(fs::file_size(files[0].path), 8000u);
}

TEST_P(Hot, UnfinishedHiddenAndEmptyFilesAndFoldersStay) {
  const auto hot = open();
  for (const char* name : {".hidden", "x.part", "y.tmp", "~lock", "z.crdownload"}) put(name);
  put("empty.pdf", "");
  fs::create_directory(folder_ / "folder");
  EXPECT_TRUE(hot->next(milliseconds(600)).value().empty());
}

TEST_P(Hot, NamesInAnyEncodingComeThroughByteForByte) {
  const auto hot = open();
  const std::vector<std::string> names = {"S\xE1\xBB\x95 g\xE1\xBB\x91" "c.pdf", "TCVN3-\xB8\xD5.jpg", "a b\n\"c\".png", "-rf.pdf"};
  for (const std::string& name : names) put(name);
  std::set<std::string> taken;
  for (int i = 0; i < 10 && taken.size() < names.size(); ++i)
    for (const ClaimedFile& file : come(*hot, 500)) {
      taken.insert(file.name);
      EXPECT_TRUE(hot->done(file));
    }
  EXPECT_EQ(taken, std::set<std::string>(names.begin(), names.end()));
}

TEST_P(Hot, AVanishedShareIsToldAndTakenUpAgain) {
  const auto hot = open();
  const fs::path elsewhere = folder_.string() + "-away";
  fs::remove_all(elsewhere);
  fs::rename(folder_, elsewhere);
  const auto away = hot->next(milliseconds(200));
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().code, ErrorCode::unavailable);
  fs::rename(elsewhere, folder_);
  put("late.pdf");
  EXPECT_EQ(hot->next(milliseconds(2000)).value().size(), 1u);
}

TEST_P(Hot, WhatWasClaimedWhenTheShareVanishedIsHandedOutAgain) {
  const auto hot = open();
  put("a.pdf");
  const auto files = hot->next(milliseconds(2000)).value();
  ASSERT_EQ(files.size(), 1u);
  const fs::path elsewhere = folder_.string() + "-away";
  fs::remove_all(elsewhere);
  fs::rename(folder_, elsewhere);
  const Done put_away = hot->done(files[0]);
  ASSERT_FALSE(put_away);
  EXPECT_EQ(put_away.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(hot->next(milliseconds(100)));
  fs::rename(elsewhere, folder_);
  const auto again = hot->next(milliseconds(2000)).value();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].name, "a.pdf");
  EXPECT_TRUE(hot->done(again[0]));
  EXPECT_TRUE(fs::exists(folder_ / "sogoc-taken/a.pdf"));
}

TEST_P(Hot, AShareThatCameBackEmptyIsPreparedAnew) {
  const auto hot = open();
  fs::remove_all(folder_);  // nobody looks while it is away
  fs::create_directories(folder_);
  put("new.pdf");
  std::vector<ClaimedFile> files;
  for (int i = 0; i < 10 && files.empty(); ++i) files = come(*hot, 500);
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].name, "new.pdf");
}

TEST_P(Hot, WhatACrashLeftClaimedComesFirstAndWhatALivingProcessHoldsDoesNot) {
  fs::create_directories(folder_ / ".sogoc-claimed/999999999.1");
  fs::create_directories(folder_ / ".sogoc-claimed/1.1");
  put(".sogoc-claimed/999999999.1/lost.pdf");
  put(".sogoc-claimed/1.1/held.pdf");  // process 1 lives
  const auto files = open()->next(milliseconds(500)).value();
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].name, "lost.pdf");
}

TEST_P(Hot, TwoProgramsNeverGetTheSameFile) {
  const auto one = open(), two = open();
  for (int i = 0; i < 40; ++i) put("f" + std::to_string(i));
  std::map<std::string, int> taken;
  for (int i = 0; i < 10; ++i)
    for (HotFolder* hot : {one.get(), two.get()})
      for (const ClaimedFile& file : come(*hot, 100)) {
        ++taken[file.name];
        EXPECT_TRUE(hot->done(file));
      }
  EXPECT_EQ(taken.size(), 40u);
  for (const auto& [name, times] : taken) EXPECT_EQ(times, 1) << name;
}

TEST_P(Hot, AFolderThatIsNotThereIsNamed) {
  const auto hot = HotFolder::open("/nonexistent/folder", {});
  ASSERT_FALSE(hot);
  EXPECT_EQ(hot.error().code, ErrorCode::not_found);
}

std::string kernel_says(const ::testing::TestParamInfo<bool>& of) { return of.param ? "WithEvents" : "WithoutEvents"; }
INSTANTIATE_TEST_SUITE_P(Folders, Hot, ::testing::Bool(), kernel_says);

}  // namespace
}  // namespace sogoc
