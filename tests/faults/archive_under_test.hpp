#pragma once

// A real archive in a temporary folder, files with scripts in it, and coordinators as processes.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/archive.hpp"
#include "tools/sogoc/worker_process.hpp"

namespace sogoc {

class ArchiveUnderTest : public ::testing::Test {
 protected:
  struct Document {
    Sha256 file;
    std::uint32_t pages = 0;
    BatchId batch = 0;
  };

  void SetUp() override;
  void TearDown() override;

  // One batch with one document. `pages` must be what the script says.
  void add_document(std::uint32_t pages, const std::string& more_script,
                    const ReadingSettings& settings = {});
  [[nodiscard]] std::unique_ptr<Archive> open() const;
  [[nodiscard]] ChildProcess start_coordinator(int workers, std::vector<std::string> more = {});
  // Waits for the end of a process; its exit code, or -1 when it was killed.
  static int wait_for(ChildProcess& process, std::chrono::seconds limit);
  // Runs a coordinator until all is done or quarantined; its exit code.
  int run_to_end(int workers, std::vector<std::string> more = {});
  [[nodiscard]] Progress progress() const;
  // Every page of every document exactly once, in order, and the archive sound.
  void expect_every_page_once() const;
  [[nodiscard]] PageRow page(std::size_t document, std::uint32_t index) const;

  std::filesystem::path folder_;    // temporary; the archive is folder_/archive
  std::vector<Document> documents_;
};

[[nodiscard]] std::vector<int> children_of(int pid);

}  // namespace sogoc
