#include "tools/server/event_streams.hpp"

#include "tools/server/progress_json.hpp"

namespace sogoc::server {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLook{1};
constexpr std::chrono::seconds kBeat{15};  // a proxy does not take silence for the end
constexpr std::chrono::minutes kLongest{15};

}  // namespace

void EventStreams::start() {
  thread_ = std::thread([this] { work(); });
}

void EventStreams::stop() {
  {
    const std::lock_guard lock(lock_);
    stopping_ = true;
    listeners_.clear();
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void EventStreams::add(std::shared_ptr<web::EventSink> sink) {
  {
    const std::lock_guard lock(lock_);
    if (stopping_ || sink == nullptr) return;
    listeners_.push_back({std::move(sink), Clock::now() + kLongest});
  }
  wake_.notify_all();
}

std::size_t EventStreams::listeners() const {
  const std::lock_guard lock(lock_);
  return listeners_.size();
}

void EventStreams::work() {
  const auto archive = Archive::open(archive_);
  if (!archive) return;
  std::string last;
  auto beaten = Clock::now();
  std::unique_lock lock(lock_);
  while (!stopping_) {
    if (listeners_.empty()) {
      wake_.wait(lock, [this] { return stopping_ || !listeners_.empty(); });
      continue;
    }
    lock.unlock();
    const auto progress = (*archive)->jobs().progress(std::nullopt);
    const std::string now = progress ? "event: progress\ndata: " + json_of_progress(*progress).dump() + "\n\n" : last;
    lock.lock();
    const bool beat = Clock::now() - beaten >= kBeat;
    if (beat) beaten = Clock::now();
    tell(now, now != last, beat);
    last = now;
    wake_.wait_for(lock, kLook);
  }
}

void EventStreams::tell(const std::string& progress, bool changed, bool beat) {
  const auto now = Clock::now();
  std::erase_if(listeners_, [&](Listener& listener) {
    if (listener.until <= now) {
      listener.sink->end();
      return true;
    }
    bool there = true;
    if ((changed || listener.fresh) && !progress.empty()) there = listener.sink->send(progress);
    else if (beat) there = listener.sink->send(": beat\n\n");
    listener.fresh = false;
    return !there;
  });
}

}  // namespace sogoc::server
