#pragma once

// A folder of its own for each test, a clock that only the test turns, and the few words that
// tests of the archive share.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "pipeline/core/clock.hpp"
#include "storage/archive.hpp"

namespace sogoc {

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sogoc-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class TestClock final : public Clock {
 public:
  [[nodiscard]] UtcTime now() const override { return now_; }
  void turn(std::chrono::milliseconds by) { now_ += by; }

 private:
  UtcTime now_{std::chrono::milliseconds{1'790'000'000'000}};
};

inline Sha256 digest_of(std::string_view text) { return sha256_of(std::as_bytes(std::span(text))); }
inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// EXPECT_DONE(call) and VALUE_OF(call): say why when it fails.
#define EXPECT_DONE(call)                                                   \
  do {                                                                      \
    const auto done_ = (call);                                              \
    EXPECT_TRUE(done_) << (done_ ? "" : ::sogoc::to_string(done_.error())); \
  } while (false)

template <typename T>
T value_of(Result<T> result) {
  EXPECT_TRUE(result) << (result ? "" : to_string(result.error()));
  if (!result) throw std::runtime_error(to_string(result.error()));
  return std::move(*result);
}

inline NewBatch batch_of(std::initializer_list<std::string_view> files, std::string dossier = "") {
  NewBatch batch;
  batch.dossier = std::move(dossier);
  batch.operator_name = "tester";
  for (const std::string_view file : files)
    batch.documents.push_back({{{digest_of(file), std::string(file), file.size()}}});
  return batch;
}

inline PageOutcome page_outcome(std::string_view seed, PageState state = PageState::done) {
  PageOutcome outcome;
  outcome.record = digest_of(std::string(seed) + " record");
  outcome.work_blobs = {digest_of(std::string(seed) + " picture")};
  outcome.state = state;
  if (state == PageState::needs_person) outcome.reasons = {"blurred"};
  if (state == PageState::restricted) outcome.reasons = {"MẬT"};
  return outcome;
}

inline DocumentOutcome document_outcome(std::string_view seed, std::vector<std::string> texts) {
  DocumentOutcome outcome;
  const std::string name(seed);
  outcome.record = digest_of(name + " record");
  outcome.written.pdf = digest_of(name + " pdf");
  outcome.written.text = digest_of(name + " text");
  outcome.written.alto = digest_of(name + " alto");
  outcome.written.pages = static_cast<std::uint32_t>(texts.size());
  outcome.page_texts = std::move(texts);
  return outcome;
}

inline MetadataField read_field(std::string key, std::string value, int page = 1) {
  return {std::move(key),
          std::move(value),
          ValueState::read,
          Confidence::from_fraction(0.9),
          page,
          {1, 2, 30, 40},
          "text"};
}

// An archive in a folder of its own, and one worker that does what it is told.
class ArchiveTest : public ::testing::Test {
 protected:
  ArchiveTest()
      : archive_(
            value_of(Archive::create(folder_.path() / "archive", {"H49.64.33", "UBND xã Thử", true},
                                     {.durable = false, .clock = &clock_}))) {}

  JobStore& jobs() { return archive_->jobs(); }
  Catalogue& catalogue() { return archive_->catalogue(); }

  std::optional<Task> claim(const std::string& worker = "w1") {
    using namespace std::chrono_literals;
    return value_of(jobs().claim(worker, clock_.now(), clock_.now() + 60s));
  }
  // The next job, which must be of this kind.
  Task claim(JobKind kind) {
    auto task = claim();
    EXPECT_TRUE(task.has_value());
    if (!task) throw std::runtime_error("nothing to claim");
    EXPECT_EQ(name(task->kind), name(kind));
    return std::move(*task);
  }
  void open_next(std::uint32_t pages, MediaType type = MediaType::pdf) {
    const Task task = claim(JobKind::open);
    EXPECT_DONE(jobs().finish_open(task.lease, {type, pages, {}, {}}));
  }
  // The next job fails for good.
  Task refuse_next(JobKind kind) {
    Task task = claim(kind);
    const Error error{ErrorCode::invalid_input, Retry::never, "", "the file ends early", {}};
    EXPECT_DONE(jobs().fail_job(task.lease, error, clock_.now()));
    return task;
  }
  void read_next(PageState state = PageState::done) {
    const Task task = claim(JobKind::page);
    EXPECT_DONE(jobs().finish_page(task.lease, page_outcome(task.about, state)));
  }
  void write_next(std::vector<std::string> texts, std::vector<MetadataField> fields = {}) {
    const Task task = claim(JobKind::document);
    auto outcome = document_outcome(task.about, std::move(texts));
    outcome.written.metadata.fields = std::move(fields);
    EXPECT_DONE(jobs().finish_document(task.lease, outcome));
  }
  // A document of these pages, all the way.
  DocumentId add_document(const std::string& name, std::vector<std::string> texts,
                          std::vector<MetadataField> fields = {}, std::string dossier = "") {
    const BatchId batch = value_of(jobs().add_batch(batch_of({name}, std::move(dossier))));
    open_next(static_cast<std::uint32_t>(texts.size()));
    for (std::size_t i = 0; i < texts.size(); ++i) read_next();
    write_next(std::move(texts), std::move(fields));
    return value_of(catalogue().documents({.batch = batch})).front().id;
  }
  Progress progress() { return value_of(jobs().progress(std::nullopt)); }
  std::vector<PageRow> pages_of(BatchId batch) {
    return value_of(catalogue().pages({.batch = batch}));
  }

  TempFolder folder_;
  TestClock clock_;
  std::unique_ptr<Archive> archive_;
};

}  // namespace sogoc
