#include "scanners/hot_folder.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>
#include <set>

#include "pipeline/core/owned_fd.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr const char* kClaimed = ".sogoc-claimed";
constexpr const char* kTaken = "sogoc-taken";
constexpr const char* kRefused = "sogoc-refused";

// Names under which programs write what is not finished.
bool is_unfinished(const std::string& name) {
  if (name.empty() || name.front() == '.' || name.front() == '~') return true;
  for (const char* ending : {".part", ".partial", ".tmp", ".crdownload", ".filepart", "~"})
    if (name.ends_with(ending)) return true;
  return false;
}

struct Seen {
  off_t size = -1;
  std::int64_t changed = 0;  // nanoseconds of mtime
  Steady::time_point since;
};

class Folder final : public HotFolder {
 public:
  Folder(fs::path folder, const HotFolderSettings& settings) : folder_(std::move(folder)), settings_(settings) {}

  Done prepare() {
    for (const char* own : {kClaimed, kTaken, kRefused})
      if (::mkdir((folder_ / own).c_str(), 0700) != 0 && errno != EEXIST)
        return fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::no_permission, Retry::after_operator, folder_.string(),
                    errno == ENOENT ? std::string("is no folder; make it or name another")
                                    : std::string("cannot be written, so that files cannot be claimed in it: ") + std::strerror(errno));
    watch();
    return {};
  }

  Result<std::vector<ClaimedFile>> next(milliseconds wait) override {
    const auto until = Steady::now() + wait;
    while (true) {
      SOGOC_TRY(auto files, look());
      if (!files.empty()) return files;
      const auto left = std::chrono::duration_cast<milliseconds>(until - Steady::now());
      if (left.count() <= 0) return files;
      wait_for_event(std::min(left, pause()));
    }
  }

  Done done(const ClaimedFile& file) override { return put_away(file, kTaken); }
  Done refuse(const ClaimedFile& file) override { return put_away(file, kRefused); }

 private:
  // A watch of a share that vanished is dead; each return of the folder makes a new one.
  void watch() {
    if (!settings_.events) return;
    events_ = OwnedFd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (events_ && ::inotify_add_watch(events_.get(), folder_.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF) < 0)
      events_.reset();  // looking again does it alone
  }

  void wait_for_event(milliseconds most) {
    pollfd waiting{events_.get(), POLLIN, 0};
    ::poll(events_ ? &waiting : nullptr, events_ ? 1 : 0, static_cast<int>(most.count()));
    std::array<char, 4096> ignored{};
    while (events_ && ::read(events_.get(), ignored.data(), ignored.size()) > 0) {
    }
  }

  // Until the next file may have been quiet long enough.
  [[nodiscard]] milliseconds pause() const {
    milliseconds shortest = settings_.look;
    for (const auto& [name, seen] : seen_) {
      const auto left = std::chrono::duration_cast<milliseconds>(seen.since + settings_.quiet - Steady::now());
      shortest = std::clamp(left, milliseconds(20), shortest);
    }
    return shortest;
  }

  tl::unexpected<Error> away() {
    was_away_ = true;
    return fail(ErrorCode::unavailable, Retry::same_step, folder_.string(), "the folder is away; it is taken up again when it comes back");
  }

  Result<std::vector<ClaimedFile>> look() {
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) names.push_back(entry->path().filename().native());
    if (error) return away();
    if (was_away_) {
      SOGOC_CHECK(prepare());
      was_away_ = false;
      seen_.clear();
      handed_out_.clear();  // what was claimed and not put away before it went is handed out again
    }
    std::vector<ClaimedFile> files = left_behind();
    std::sort(names.begin(), names.end());
    std::set<std::string> here;
    for (const std::string& name : names) {
      struct stat facts {};
      if (is_unfinished(name) || ::lstat((folder_ / name).c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) continue;
      here.insert(name);
      Seen& seen = seen_[name];
      const std::int64_t changed = facts.st_mtim.tv_sec * 1'000'000'000LL + facts.st_mtim.tv_nsec;
      if (seen.size != facts.st_size || seen.changed != changed) {
        seen = {facts.st_size, changed, Steady::now()};
        continue;
      }
      if (facts.st_size == 0 || Steady::now() - seen.since < settings_.quiet) continue;
      if (auto claimed = claim(name)) files.push_back(std::move(*claimed));
    }
    std::erase_if(seen_, [&](const auto& one) { return !here.contains(one.first); });
    return files;
  }

  std::optional<ClaimedFile> claim(const std::string& name) {
    seen_.erase(name);
    const fs::path own = folder_ / kClaimed / (std::to_string(::getpid()) + "." + std::to_string(++claims_));
    if (::mkdir(own.c_str(), 0700) != 0 && errno != EEXIST) {
      was_away_ = errno == ENOENT;  // another folder lies here now, a share that came back: it is prepared anew
      return std::nullopt;
    }
    if (::rename((folder_ / name).c_str(), (own / name).c_str()) != 0) {  // somebody else was quicker, or it is held: another time
      ::rmdir(own.c_str());
      return std::nullopt;
    }
    handed_out_.insert((own / name).native());
    return ClaimedFile{own / name, name};
  }

  // Claimed by a process that died before it was safe.
  std::vector<ClaimedFile> left_behind() {
    std::vector<ClaimedFile> files;
    std::error_code error;
    for (fs::directory_iterator claim(folder_ / kClaimed, error), end; !error && claim != end; claim.increment(error)) {
      const std::string folder = claim->path().filename().native();
      const std::string owner = folder.substr(0, folder.find('.'));
      const bool living = owner.find_first_not_of("0123456789") == std::string::npos && fs::exists("/proc/" + owner) && owner != std::to_string(::getpid());
      if (living) continue;
      std::error_code unreadable;
      for (fs::directory_iterator entry(claim->path(), unreadable); !unreadable && entry != fs::directory_iterator(); entry.increment(unreadable))
        if (handed_out_.insert(entry->path().native()).second) files.push_back({entry->path(), entry->path().filename().native()});
    }
    return files;
  }

  Done put_away(const ClaimedFile& file, const char* where) {
    fs::path to = folder_ / where / file.name;
    for (int i = 2; ::access(to.c_str(), F_OK) == 0; ++i) to = folder_ / where / (std::to_string(i) + "-" + file.name);
    if (::rename(file.path.c_str(), to.c_str()) != 0) return away();
    ::rmdir(file.path.parent_path().c_str());
    handed_out_.erase(file.path.native());
    return {};
  }

  fs::path folder_;
  HotFolderSettings settings_;
  OwnedFd events_;
  std::map<std::string, Seen> seen_;
  std::set<std::string> handed_out_;
  int claims_ = 0;
  bool was_away_ = false;
};

}  // namespace

Result<std::unique_ptr<HotFolder>> HotFolder::open(const fs::path& folder, const HotFolderSettings& settings) {
  auto made = std::make_unique<Folder>(folder, settings);
  SOGOC_CHECK(made->prepare());
  return std::unique_ptr<HotFolder>(std::move(made));
}

}  // namespace sogoc
