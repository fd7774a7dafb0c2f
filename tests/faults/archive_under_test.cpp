#include "tests/faults/archive_under_test.hpp"

#include <stdlib.h>
#include <sys/wait.h>

#include <fstream>
#include <set>
#include <thread>

#include "tests/faults/hash_runner.hpp"

namespace sogoc {

namespace fs = std::filesystem;

void ArchiveUnderTest::SetUp() {
  std::string name = (fs::temp_directory_path() / "sogoc-faults-XXXXXX").string();
  folder_ = ::mkdtemp(name.data());
  fs::create_directories(folder_ / "tmp");
  set_log_level(LogLevel::off);
  ArchiveOptions options;
  options.durable = false;
  const auto made = Archive::create(folder_ / "archive", {"", "fault tests", true}, options);
  ASSERT_TRUE(made) << to_string(made.error());
  fs::permissions(folder_ / "archive", fs::perms::owner_all);
}

void ArchiveUnderTest::TearDown() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::unique_ptr<Archive> ArchiveUnderTest::open() const {
  ArchiveOptions options;
  options.durable = false;
  auto archive = Archive::open(folder_ / "archive", options);
  if (!archive) throw std::runtime_error(to_string(archive.error()));
  return std::move(*archive);
}

void ArchiveUnderTest::add_document(std::uint32_t pages, const std::string& more_script,
                                    const ReadingSettings& settings) {
  const std::string script = "pages " + std::to_string(pages) + "\n" + more_script + "\n# " +
                             std::to_string(documents_.size()) + "\n";
  const auto archive = open();
  const auto digest = archive->blobs().put(
      {reinterpret_cast<const std::uint8_t*>(script.data()), script.size()});
  ASSERT_TRUE(digest) << to_string(digest.error());
  NewBatch batch;
  batch.settings = settings;
  batch.operator_name = "test";
  batch.documents.push_back({{{*digest, "script.txt", script.size()}}});
  const auto id = archive->jobs().add_batch(batch);
  ASSERT_TRUE(id) << to_string(id.error());
  documents_.push_back({*digest, pages, *id});
}

ChildProcess ArchiveUnderTest::start_coordinator(int workers, std::vector<std::string> more) {
  ProcessStart start;
  start.program = SOGOC_FAULT_WORKER;
  start.arguments = {"run", (folder_ / "archive").string(), std::to_string(workers)};
  start.arguments.insert(start.arguments.end(), more.begin(), more.end());
  start.environment = {"TMPDIR=" + (folder_ / "tmp").string()};
  auto process = ChildProcess::start(start);
  if (!process) throw std::runtime_error(to_string(process.error()));
  return std::move(*process);
}

int ArchiveUnderTest::wait_for(ChildProcess& process, std::chrono::seconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < until) {
    if (const auto status = process.ended())
      return WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ADD_FAILURE() << "the process does not end";
  process.kill_group();
  return -1;
}

int ArchiveUnderTest::run_to_end(int workers, std::vector<std::string> more) {
  ChildProcess coordinator = start_coordinator(workers, std::move(more));
  return wait_for(coordinator, std::chrono::seconds(120));
}

Progress ArchiveUnderTest::progress() const { return open()->jobs().progress(std::nullopt).value(); }

void ArchiveUnderTest::expect_every_page_once() const {
  const auto archive = open();
  std::set<std::pair<FileId, PageIndex>> seen;
  for (const Document& document : documents_) {
    const auto rows = archive->catalogue().documents({.batch = document.batch});
    ASSERT_TRUE(rows && rows->size() == 1);
    const auto details = archive->catalogue().document(rows->front().id);
    ASSERT_TRUE(details && details->outputs) << "batch " << document.batch << " is not written";
    std::string expected;
    for (std::uint32_t i = 0; i < document.pages; ++i)
      expected += text_of_page(document.file, PageIndex(i)) + "\n\n";
    EXPECT_EQ(archive->blobs().load(details->outputs->text).value(), expected);

    const auto pages = archive->catalogue().pages({.batch = document.batch, .limit = 100'000});
    ASSERT_TRUE(pages);
    EXPECT_EQ(pages->size(), document.pages);
    for (const PageRow& page : *pages) {
      EXPECT_EQ(page.state, PageState::done);
      EXPECT_TRUE(seen.insert({page.file, page.index}).second) << page.name << " is there twice";
    }
  }
  const auto report = archive->verify({});
  ASSERT_TRUE(report);
  for (const VerifyProblem& problem : report->problems)
    ADD_FAILURE() << problem.path << ": " << problem.reason;
}

PageRow ArchiveUnderTest::page(std::size_t document, std::uint32_t index) const {
  const auto pages =
      open()->catalogue().pages({.batch = documents_.at(document).batch, .limit = 100'000}).value();
  for (const PageRow& row : pages)
    if (row.index == PageIndex(index)) return row;
  throw std::logic_error("no such page");
}

std::vector<int> children_of(int pid) {
  const std::string self = std::to_string(pid);
  std::ifstream file("/proc/" + self + "/task/" + self + "/children");
  std::vector<int> children;
  int child = 0;
  while (file >> child) children.push_back(child);
  return children;
}

}  // namespace sogoc
