// What a worker may send: the input is a conversation, messages separated by byte 1E, frames by
// byte 1F. It goes through the frames, the readers of every kind, and a whole coordinator.

#include <stdlib.h>

#include <atomic>
#include <filesystem>

#include "pipeline/flow/coordinator.hpp"
#include "pipeline/flow/messages.hpp"
#include "pipeline/transport/frames.hpp"
#include "pipeline/transport/keys.hpp"
#include "tests/unit/flow/memory_stores.hpp"

namespace {

using namespace sogoc;

std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> pieces;
  while (true) {
    const std::size_t end = text.find(mark);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

void read_as_every_kind(Message message) {
  for (std::size_t i = 0; i < kMessageKinds; ++i) {
    message.kind = static_cast<MessageKind>(i);
    (void)hello_in(message).has_value();
    (void)welcome_in(message).has_value();
    (void)beat_in(message).has_value();
    (void)task_in(message).has_value();
    (void)fetch_in(message).has_value();
    (void)chunk_in(message).has_value();
    (void)put_begin_in(message).has_value();
    (void)put_chunk_in(message).has_value();
    (void)put_end_in(message).has_value();
    (void)stored_in(message).has_value();
    (void)ack_in(message).has_value();
    (void)refuse_in(message).has_value();
    (void)lease_in(message).has_value();
    for (const JobKind kind : {JobKind::open, JobKind::page, JobKind::document})
      (void)result_in(message, kind).has_value();
    (void)failure_in(message).has_value();
  }
}

// Says the conversation, then asks the coordinator to stop.
class Script final : public CoordinatorSocket {
 public:
  Script(std::string_view conversation, std::atomic<bool>& stop)
      : messages_(split(conversation, '\x1e')), stop_(stop) {}
  Result<std::optional<Received>> receive(std::chrono::milliseconds) override {
    if (next_ == messages_.size()) {
      stop_ = true;
      return std::nullopt;
    }
    auto message = message_from_frames(split(messages_[next_++], '\x1f'));
    if (message) {
      auto whole = joiner_.add(std::move(*message));
      if (whole && !*whole) return std::nullopt;
      if (whole) return Received{"peer", "", std::move(**whole)};
      return Received{"peer", "", tl::unexpected<Error>(whole.error())};
    }
    return Received{"peer", "", std::move(message)};
  }
  Done send(const std::string&, const Message& message) override {
    if (message.header.size() > kMaxHeaderBytes) ::abort();
    return {};
  }
  void forget(const std::string&) override {}
  std::vector<std::string> addresses() const override { return {}; }

 private:
  std::vector<std::string_view> messages_;
  std::size_t next_ = 0;
  std::atomic<bool>& stop_;
  PartJoiner joiner_;
};

std::filesystem::path blob_folder() {
  static const std::filesystem::path folder = [] {
    std::string name = (std::filesystem::temp_directory_path() / "sogoc-fuzz-XXXXXX").string();
    return std::filesystem::path(::mkdtemp(name.data()));
  }();
  return folder;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  set_log_level(LogLevel::off);
  for (const std::string_view piece : split(text, '\x1e')) {
    const auto frames = split(piece, '\x1f');
    auto message = message_from_frames(frames);
    if (message) read_as_every_kind(std::move(*message));
  }
  (void)parse_allowed_workers(text, "fuzzed").has_value();

  FolderBlobStore blobs(blob_folder());
  MemoryJobStore jobs;
  NewBatch batch;
  batch.documents.push_back({{{Sha256{}, "file", 0}}});
  (void)jobs.add_batch(batch).has_value();
  std::atomic<bool> stop{false};
  Script script(text, stop);
  NoLocalWorkers none;
  const SystemClock clock;
  CoordinatorSettings settings;
  settings.stop_when_idle = false;
  settings.stop_grace = std::chrono::milliseconds(0);
  settings.look_for_jobs_every = std::chrono::milliseconds(0);
  const auto ended = run_coordinator({jobs, blobs, script, none, clock}, settings, stop, nullptr, Log());
  // A worker must not be able to stop the coordinator, but for saying that a disk is full.
  if (!ended && ended.error().code != ErrorCode::no_space &&
      ended.error().code != ErrorCode::missing_model)
    ::abort();
  for (const MemoryJobStore::Job& job : jobs.jobs)
    if (job.state == JobState::leased) ::abort();
  return 0;
}
