#pragma once

// Private to the worker loop: one session with the coordinator, seen from a worker. Fetches and
// stores the blobs of the task in hand over the socket, in windows, so that memory stays bounded.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pipeline/core/ports.hpp"
#include "pipeline/flow/messages.hpp"
#include "pipeline/transport/sockets.hpp"

namespace sogoc {

// Received blobs on the worker's scratch disk. The received files of the last two tasks stay, so
// that the pages of one file fetch it once.
//
// Owner: the worker loop; outlives sessions. Thread: the worker's main thread.
class BlobCache {
 public:
  explicit BlobCache(std::filesystem::path folder) : folder_(std::move(folder)) {}
  // Empties the folder: what a dead worker left is not trusted.
  [[nodiscard]] Done clear();
  [[nodiscard]] std::optional<std::filesystem::path> find(const Sha256& digest) const;
  [[nodiscard]] std::filesystem::path path_of(const Sha256& digest) const;
  void add(const Sha256& digest) { here_.insert(digest); }
  // The task is over: everything but the last two received files goes.
  void task_over(const std::optional<Sha256>& file);

 private:
  std::filesystem::path folder_;
  std::set<Sha256> here_;
  std::deque<Sha256> recent_;
};

enum class LinkState : std::uint8_t {
  live,
  stale,      // the task in hand is no longer ours; the session goes on
  lost,       // no answer, or the coordinator does not know us: start a new session
  dismissed,  // the coordinator wants us no more
};

class WorkerLink final : public BlobSource, public BlobSink {
 public:
  WorkerLink(WorkerSocket& socket, BlobCache& cache, std::chrono::milliseconds answer_limit)
      : socket_(socket), cache_(cache), answer_limit_(answer_limit) {}

  // ---- the session
  [[nodiscard]] Result<Welcome> introduce(const Hello& hello, const std::atomic<bool>& give_up);
  // The next task, or nothing within `wait`; look at state() and told_to_stop() then.
  [[nodiscard]] Result<std::optional<Task>> next_task(std::chrono::milliseconds wait);
  [[nodiscard]] LinkState state() const { return state_; }
  [[nodiscard]] const std::string& why() const { return why_; }
  [[nodiscard]] bool told_to_stop() const { return told_to_stop_; }
  void say_bye(const std::string& why);
  // Time of the last word from the coordinator, for whoever watches its silence.
  void on_heard(std::function<void()> heard) { heard_ = std::move(heard); }
  // Asked while waiting for an answer: did somebody else notice that the session is over?
  void ask_if_over(std::function<bool()> is_over) { is_over_ = std::move(is_over); }

  // ---- the task in hand
  void begin_task(const LeaseToken& lease);
  // Sends what came of it and waits until the coordinator has taken it. Fails when it has not.
  [[nodiscard]] Done finish_task(const Result<TaskResult>& result);

  Result<std::filesystem::path> fetch(const Sha256& digest) override;
  Result<Sha256> put(std::span<const std::uint8_t> bytes) override;
  Result<Sha256> put_file(const std::filesystem::path& file) override;

 private:
  using ReadPiece = std::function<Result<std::string>(std::uint64_t offset, std::size_t length)>;

  [[nodiscard]] Done send(const Message& message);
  // Waits for one message and sorts it in. Fails when the coordinator is silent for too long.
  [[nodiscard]] Done hear();
  [[nodiscard]] Done sort_in(Message message);
  [[nodiscard]] Done sort_in_refusal(const Message& message);
  [[nodiscard]] tl::unexpected<Error> lost(std::string why);
  [[nodiscard]] Done still_ours() const;
  [[nodiscard]] Done refusal_of(const Sha256& digest) const;
  [[nodiscard]] Result<Chunk> next_chunk(const Sha256& digest, std::string& body);
  [[nodiscard]] Done fetch_into(const Sha256& digest, int fd);
  [[nodiscard]] Result<Sha256> put_large(const Sha256& digest, std::uint64_t size,
                                         const ReadPiece& read);
  [[nodiscard]] Done wait_until_stored(std::size_t outstanding_at_most);

  WorkerSocket& socket_;
  BlobCache& cache_;
  std::chrono::milliseconds answer_limit_;
  std::function<void()> heard_;
  std::function<bool()> is_over_;

  LinkState state_ = LinkState::live;
  std::string why_;
  bool told_to_stop_ = false;
  std::deque<Task> tasks_;             // sent ahead, by credits
  std::optional<Welcome> welcome_;

  LeaseToken lease_;
  bool task_acked_ = false;
  std::deque<Message> chunks_;
  std::set<Sha256> outstanding_;       // small blobs on their way
  std::set<Sha256> stored_;
  std::map<Sha256, std::uint64_t> received_;  // large blobs: how much has arrived
  std::map<Sha256, Refuse> refused_;
};

}  // namespace sogoc
