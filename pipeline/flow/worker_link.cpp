#include "pipeline/flow/worker_link.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "pipeline/core/owned_fd.hpp"

namespace sogoc {
namespace {

using std::chrono::milliseconds;
namespace fs = std::filesystem;

constexpr std::size_t kPiece = 512 * 1024;  // of a large blob, both ways
constexpr std::size_t kWindow = 8;          // pieces on their way at once: 4 MiB
constexpr std::size_t kSmallPutsAtOnce = 8;
constexpr milliseconds kSlice{200};         // between two looks at a stop flag

tl::unexpected<Error> disk_failure(const fs::path& file) {
  const int why = errno;
  const bool full = why == ENOSPC || why == EDQUOT;
  return fail(full ? ErrorCode::no_space : ErrorCode::internal,
              full ? Retry::after_operator : Retry::same_step, file.string(),
              full ? "the worker's scratch disk is full: make room"
                   : fmt::format("the worker's scratch disk fails: {}", std::strerror(why)));
}

Done write_all(int fd, std::string_view bytes, const fs::path& file) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return disk_failure(file);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span<const char>(text.data(), text.size()));
}

Error error_of(const Refuse& refuse) {
  const auto error = [&](ErrorCode code, Retry retry) {
    return Error{code, retry, "coordinator", refuse.why, {}, std::source_location::current()};
  };
  switch (refuse.reason) {
    case RefusalReason::no_space:
      return error(ErrorCode::no_space, Retry::after_operator);
    case RefusalReason::too_much:
      return error(ErrorCode::limit_exceeded, Retry::never);
    case RefusalReason::not_yours:
    case RefusalReason::malformed:
      return error(ErrorCode::internal, Retry::never);
    case RefusalReason::stale_lease:
      return error(ErrorCode::conflict, Retry::whole_job);
    case RefusalReason::not_welcome:
      return error(ErrorCode::no_permission, Retry::after_operator);
    case RefusalReason::hello_first:
    case RefusalReason::bad_content:
    case RefusalReason::unavailable:
      break;
  }
  return error(ErrorCode::unavailable, Retry::same_step);
}

}  // namespace

// ---- BlobCache -----------------------------------------------------------------------------

Done BlobCache::clear() {
  std::error_code error;
  fs::remove_all(folder_, error);
  fs::create_directories(folder_, error);
  here_.clear();
  recent_.clear();
  if (error)
    return fail(ErrorCode::no_permission, Retry::after_operator, folder_.string(),
                "the worker's scratch folder cannot be used: " + error.message());
  return {};
}

fs::path BlobCache::path_of(const Sha256& digest) const { return folder_ / to_hex(digest); }

std::optional<fs::path> BlobCache::find(const Sha256& digest) const {
  if (!here_.contains(digest)) return std::nullopt;
  return path_of(digest);
}

void BlobCache::task_over(const std::optional<Sha256>& file) {
  constexpr std::size_t kKept = 2;
  if (file) {
    std::erase(recent_, *file);
    recent_.push_back(*file);
    if (recent_.size() > kKept) recent_.pop_front();
  }
  for (auto it = here_.begin(); it != here_.end();) {
    if (std::find(recent_.begin(), recent_.end(), *it) != recent_.end()) {
      ++it;
      continue;
    }
    std::error_code ignored;
    fs::remove(path_of(*it), ignored);
    it = here_.erase(it);
  }
}

// ---- The session ---------------------------------------------------------------------------

tl::unexpected<Error> WorkerLink::lost(std::string why) {
  if (state_ != LinkState::dismissed) state_ = LinkState::lost;
  why_ = why;
  return fail(ErrorCode::unavailable, Retry::same_step, "coordinator", std::move(why));
}

Done WorkerLink::send(const Message& message) {
  Done sent = socket_.send(message, answer_limit_);
  if (!sent && sent.error().code != ErrorCode::limit_exceeded)
    return lost(sent.error().message);
  return sent;
}

Done WorkerLink::hear() {
  const auto until = std::chrono::steady_clock::now() + answer_limit_;
  while (std::chrono::steady_clock::now() < until) {
    auto heard = socket_.receive(kSlice);
    if (!heard) {
      why_ = heard.error().message;
      state_ = heard.error().code == ErrorCode::no_permission ? LinkState::dismissed
                                                              : LinkState::lost;
      return tl::unexpected<Error>(std::move(heard).error());
    }
    if (*heard) return sort_in(std::move(**heard));
    if (is_over_ && is_over_()) return lost("it does not know this session any more");
  }
  return lost("it does not answer");
}

Done WorkerLink::sort_in_refusal(const Message& message) {
  SOGOC_TRY(Refuse refuse, refuse_in(message));
  switch (refuse.reason) {
    case RefusalReason::hello_first:
      return lost(refuse.why);
    case RefusalReason::not_welcome:
      state_ = LinkState::dismissed;
      why_ = refuse.why;
      return tl::unexpected<Error>(error_of(refuse));
    case RefusalReason::stale_lease:
      // A late word about an earlier task is no news.
      if (refuse.lease && *refuse.lease == lease_ && state_ == LinkState::live) {
        state_ = LinkState::stale;
        why_ = refuse.why;
      }
      return {};
    default:
      if (refuse.digest) {
        outstanding_.erase(*refuse.digest);
        refused_.insert_or_assign(*refuse.digest, std::move(refuse));
        return {};
      }
      return lost(refuse.why);  // a quarrel about form: begin anew
  }
}

Done WorkerLink::sort_in(Message message) {
  if (heard_) heard_();
  switch (message.kind) {
    case MessageKind::welcome: {
      SOGOC_TRY(welcome_, welcome_in(message));
      return {};
    }
    case MessageKind::task: {
      auto task = task_in(message);
      if (!task) return lost("the task makes no sense: " + task.error().message);
      tasks_.push_back(std::move(*task));
      return {};
    }
    case MessageKind::chunk:
      chunks_.push_back(std::move(message));
      return {};
    case MessageKind::stored: {
      SOGOC_TRY(const Stored stored, stored_in(message));
      outstanding_.erase(stored.digest);
      stored_.insert(stored.digest);
      return {};
    }
    case MessageKind::ack: {
      SOGOC_TRY(const Ack ack, ack_in(message));
      if (!(ack.lease == lease_)) return {};
      if (ack.digest)
        received_.insert_or_assign(*ack.digest, ack.received);
      else
        task_acked_ = true;
      return {};
    }
    case MessageKind::refuse:
      return sort_in_refusal(message);
    case MessageKind::stop:
      told_to_stop_ = true;
      return {};
    case MessageKind::bye:
      return lost("it says good-bye");
    default:
      return {};  // beats keep the session alive; nothing else is for us
  }
}

Result<Welcome> WorkerLink::introduce(const Hello& hello, const std::atomic<bool>& give_up) {
  SOGOC_CHECK(send(to_message(hello)));
  const auto until = std::chrono::steady_clock::now() + answer_limit_;
  while (!welcome_) {
    if (give_up.load()) return lost("told to stop");
    if (std::chrono::steady_clock::now() > until) return lost("it does not answer");
    auto heard = socket_.receive(kSlice);
    if (!heard) {
      if (heard.error().code == ErrorCode::no_permission) state_ = LinkState::dismissed;
      why_ = heard.error().message;
      return tl::unexpected<Error>(std::move(heard).error());
    }
    if (*heard) SOGOC_CHECK(sort_in(std::move(**heard)));
  }
  return *welcome_;
}

Result<std::optional<Task>> WorkerLink::next_task(milliseconds wait) {
  if (state_ == LinkState::stale) state_ = LinkState::live;  // only the last task was taken away
  if (tasks_.empty() && state_ == LinkState::live) {
    SOGOC_TRY(auto heard, socket_.receive(wait));
    if (heard) SOGOC_CHECK(sort_in(std::move(*heard)));
  }
  if (tasks_.empty()) return std::nullopt;
  Task task = std::move(tasks_.front());
  tasks_.pop_front();
  return task;
}

void WorkerLink::say_bye(const std::string& why) {
  const Done sent = socket_.send(to_message(Bye{why}), milliseconds(100));
  if (!sent) return;  // it will notice by itself
  // Linger is 0: give the I/O thread a moment, or the word is dropped with the socket.
  const auto heard = socket_.receive(milliseconds(50));
  (void)heard;
}

// ---- The task in hand ----------------------------------------------------------------------

void WorkerLink::begin_task(const LeaseToken& lease) {
  lease_ = lease;
  task_acked_ = false;
  chunks_.clear();
  outstanding_.clear();
  stored_.clear();
  received_.clear();
  refused_.clear();
}

Done WorkerLink::still_ours() const {
  if (state_ == LinkState::live) return {};
  return fail(state_ == LinkState::stale ? ErrorCode::conflict : ErrorCode::unavailable,
              state_ == LinkState::stale ? Retry::whole_job : Retry::same_step, "coordinator",
              why_);
}

Done WorkerLink::refusal_of(const Sha256& digest) const {
  const auto refused = refused_.find(digest);
  if (refused == refused_.end()) return {};
  return tl::unexpected<Error>(error_of(refused->second));
}

Result<Chunk> WorkerLink::next_chunk(const Sha256& digest, std::string& body) {
  while (chunks_.empty()) {
    SOGOC_CHECK(hear());
    SOGOC_CHECK(still_ours());
    SOGOC_CHECK(refusal_of(digest));
  }
  SOGOC_TRY(const Chunk chunk, chunk_in(chunks_.front()));
  body = std::move(chunks_.front().body);
  chunks_.pop_front();
  if (chunk.digest != digest) return lost("it sends another blob than was asked for");
  return chunk;
}

Done WorkerLink::fetch_into(const Sha256& digest, int fd) {
  const auto ask = [&](std::uint64_t offset) {
    return send(to_message(Fetch{lease_, digest, offset, static_cast<std::uint32_t>(kPiece)}));
  };
  Sha256Stream hash;
  std::uint64_t have = 0;
  std::uint64_t asked = kPiece;
  std::optional<std::uint64_t> size;
  SOGOC_CHECK(ask(0));
  while (!size || have < *size) {
    std::string body;
    SOGOC_TRY(const Chunk chunk, next_chunk(digest, body));
    if (chunk.offset != have || (size && chunk.size != *size) ||
        (body.empty() && have < chunk.size))
      return lost("it sends pieces of a blob out of order");
    size = chunk.size;
    have += body.size();
    // Keep the window full before working on what has come.
    while (asked < *size && asked < have + kWindow * kPiece) {
      SOGOC_CHECK(ask(asked));
      asked += kPiece;
    }
    hash.add(as_bytes(body));
    SOGOC_CHECK(write_all(fd, body, cache_.path_of(digest)));
  }
  if (hash.finish() != digest)
    return fail(ErrorCode::corrupt, Retry::same_step, "blob " + to_hex(digest).substr(0, 12),
                "arrived with other bytes than its digest says: run sogoc verify");
  return {};
}

Result<fs::path> WorkerLink::fetch(const Sha256& digest) {
  if (const auto here = cache_.find(digest)) return *here;
  SOGOC_CHECK(still_ours());
  refused_.erase(digest);
  const fs::path file = cache_.path_of(digest);
  const OwnedFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (fd.get() < 0) return disk_failure(file);
  const Done fetched = fetch_into(digest, fd.get());
  if (!fetched) {
    std::error_code ignored;
    fs::remove(file, ignored);
    return tl::unexpected<Error>(fetched.error());
  }
  cache_.add(digest);
  return file;
}

Done WorkerLink::wait_until_stored(std::size_t outstanding_at_most) {
  SOGOC_CHECK(still_ours());
  while (outstanding_.size() > outstanding_at_most) {
    SOGOC_CHECK(hear());
    SOGOC_CHECK(still_ours());
  }
  for (const auto& [digest, refuse] : refused_) return tl::unexpected<Error>(error_of(refuse));
  return {};
}

Result<Sha256> WorkerLink::put(std::span<const std::uint8_t> bytes) {
  const std::string_view view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const Sha256 digest = sha256_of(as_bytes(view));
  SOGOC_CHECK(still_ours());
  if (stored_.contains(digest) || outstanding_.contains(digest)) return digest;
  if (bytes.size() > kPiece)
    return put_large(digest, bytes.size(), [&](std::uint64_t offset, std::size_t length) {
      return Result<std::string>(view.substr(static_cast<std::size_t>(offset), length));
    });
  // Small blobs go ahead without waiting; finish_task() waits until all are durable.
  SOGOC_CHECK(send(to_message(PutBegin{lease_, digest, bytes.size()}, std::string(view))));
  outstanding_.insert(digest);
  SOGOC_CHECK(wait_until_stored(kSmallPutsAtOnce));
  return digest;
}

Result<Sha256> WorkerLink::put_file(const fs::path& file) {
  const OwnedFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts {};
  if (fd.get() < 0 || ::fstat(fd.get(), &facts) != 0) return disk_failure(file);
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  const ReadPiece read = [&](std::uint64_t offset, std::size_t length) -> Result<std::string> {
    std::string piece(length, '\0');
    std::size_t have = 0;
    while (have < length) {
      const ssize_t got = ::pread(fd.get(), piece.data() + have, length - have,
                                  static_cast<off_t>(offset + have));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return disk_failure(file);
      if (got == 0)
        return fail(ErrorCode::internal, Retry::same_step, file.string(),
                    "the file became shorter while it was stored");
      have += static_cast<std::size_t>(got);
    }
    return piece;
  };
  if (size <= kPiece) {
    SOGOC_TRY(const std::string whole, read(0, static_cast<std::size_t>(size)));
    return put({reinterpret_cast<const std::uint8_t*>(whole.data()), whole.size()});
  }
  Sha256Stream hash;
  for (std::uint64_t at = 0; at < size; at += kPiece) {
    SOGOC_TRY(const std::string piece,
              read(at, static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, size - at))));
    hash.add(as_bytes(piece));
  }
  const Sha256 digest = hash.finish();
  SOGOC_CHECK(still_ours());
  if (stored_.contains(digest)) return digest;
  return put_large(digest, size, read);
}

Result<Sha256> WorkerLink::put_large(const Sha256& digest, std::uint64_t size,
                                     const ReadPiece& read) {
  received_.erase(digest);
  SOGOC_CHECK(send(to_message(PutBegin{lease_, digest, size}, {})));
  const auto wait = [&](auto enough) -> Done {
    while (!stored_.contains(digest) && !enough()) {
      SOGOC_CHECK(hear());
      SOGOC_CHECK(still_ours());
      SOGOC_CHECK(refusal_of(digest));
    }
    return {};
  };
  // The coordinator opens a place for it, or has it already.
  SOGOC_CHECK(wait([&] { return received_.contains(digest); }));
  for (std::uint64_t at = 0; at < size && !stored_.contains(digest);) {
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, size - at));
    SOGOC_TRY(std::string piece, read(at, length));
    SOGOC_CHECK(send(to_message(PutChunk{lease_, digest, at}, std::move(piece))));
    at += length;
    SOGOC_CHECK(wait([&] { return at - received_[digest] < kWindow * kPiece; }));
  }
  if (!stored_.contains(digest)) {
    SOGOC_CHECK(send(to_message(PutEnd{lease_, digest})));
    SOGOC_CHECK(wait([] { return false; }));
  }
  return digest;
}

Done WorkerLink::finish_task(const Result<TaskResult>& result) {
  SOGOC_CHECK(still_ours());
  if (result) {
    const Done durable = wait_until_stored(0);
    if (!durable) {
      SOGOC_CHECK(still_ours());
      SOGOC_CHECK(send(failed_message(lease_, durable.error())));
    } else {
      const Done sent = send(result_message(lease_, *result));
      if (!sent) {
        SOGOC_CHECK(still_ours());  // too long to be sent, else the link is lost
        SOGOC_CHECK(send(failed_message(lease_, sent.error())));
      }
    }
  } else {
    SOGOC_CHECK(send(failed_message(lease_, result.error())));
  }
  while (!task_acked_) {
    SOGOC_CHECK(hear());
    SOGOC_CHECK(still_ours());
  }
  return {};
}

}  // namespace sogoc
