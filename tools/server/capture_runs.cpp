#include "tools/server/capture_runs.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "pipeline/core/owned_fd.hpp"
#include "pipeline/core/record_json.hpp"
#include "tools/sogoc/scan_desk.hpp"
#include "tools/sogoc/temporary_folder.hpp"
#include "tools/sogoc/worker_process.hpp"

namespace sogoc::server {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

constexpr std::chrono::seconds kDevicesGood{30};
constexpr std::chrono::seconds kDeviceSearch{40};
constexpr std::chrono::seconds kFarewell{30};      // a slow device may end its sheet
constexpr std::chrono::minutes kLongestStream{15}; // then the browser asks again, and its session is looked at again
constexpr std::chrono::seconds kBeat{15};
constexpr int kLookMs = 100;
constexpr std::size_t kMostKept = 50;
constexpr std::size_t kLongestLine = 1u << 20;

tl::unexpected<Error> no_such(std::int64_t id) { return fail(ErrorCode::not_found, Retry::never, fmt::format("scan {}", id), "does not exist"); }

// A program of ours and what it prints. Its errors come as JSON into a file, for nothing may block it.
struct Talking {
  ChildProcess child;
  OwnedFd output;
};
Result<Talking> start_talking(std::vector<std::string> arguments, const std::filesystem::path& errors) {
  std::array<int, 2> pipe{-1, -1};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return fail(ErrorCode::unavailable, Retry::after_operator, "scan", "cannot be started: too many files are open");
  OwnedFd read(pipe[0]), write(pipe[1]);
  const OwnedFd file(::open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return fail(ErrorCode::no_space, Retry::after_operator, errors.string(), "cannot be written; make room on the disk");
  std::error_code error;
  ProcessStart start;
  start.program = std::filesystem::read_symlink("/proc/self/exe", error);
  start.arguments = std::move(arguments);
  start.output = write.get();
  start.errors = file.get();
  SOGOC_TRY(ChildProcess child, ChildProcess::start(start));
  return Talking{std::move(child), std::move(read)};
}

// False when nothing will come any more.
bool read_some(const OwnedFd& output, std::string& into) {
  pollfd wait{output.get(), POLLIN, 0};
  if (::poll(&wait, 1, kLookMs) <= 0) return true;
  std::array<char, 16384> piece{};
  const ssize_t got = ::read(output.get(), piece.data(), piece.size());
  if (got > 0) into.append(piece.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

Error error_in(const std::filesystem::path& file, int status) {
  std::ifstream in(file);
  std::string line;
  std::optional<Error> told;
  while (std::getline(in, line)) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("error")) continue;
    if (auto error = error_from_json(json.at("error").dump())) told = std::move(*error);
  }
  if (told) return *told;
  return fail(ErrorCode::crashed, Retry::after_operator, "scan", "the process that scans " + ending_in_words(status) + "; nothing that was shown is lost, begin again").value();
}

int wait_for(ChildProcess& child, Clock::time_point until) {
  while (!child.ended() && Clock::now() < until) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (!child.ended()) child.kill_group();
  while (!child.ended()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return *child.ended();
}

// A value of a person never stands alone, where it might be taken for an option.
std::vector<std::string> command_of(const CaptureWish& wish, const std::filesystem::path& archive) {
  std::vector<std::string> words = {"scan", "--archive=" + archive.string(), "--device=" + wish.device, "--mode=" + wish.mode, fmt::format("--dpi={}", wish.dpi), "--by=" + wish.by, "--json", "--no-finish"};
  const auto add = [&](bool when, const char* word) { if (when) words.emplace_back(word); };
  if (!wish.source.empty()) words.push_back("--source=" + wish.source);
  if (wish.width_mm > 0) words.push_back(fmt::format("--width={}", wish.width_mm));
  if (wish.height_mm > 0) words.push_back(fmt::format("--height={}", wish.height_mm));
  if (wish.pages > 0) words.push_back(fmt::format("--pages={}", wish.pages));
  add(wish.returned, "--returned");
  add(wish.anew, "--new");
  if (wish.role == OrderRole::stack) {
    if (!wish.target.book.empty()) words.push_back("--book=" + wish.target.book);
    if (!wish.target.dossier.empty()) words.push_back("--dossier=" + wish.target.dossier);
    if (wish.declared) words.push_back(fmt::format("--sheets={}", *wish.declared));
    add(wish.two_passes, "--two-pass");
  } else if (wish.role == OrderRole::backs) {
    words.push_back(fmt::format("--backs-of={}", wish.session));
  } else {
    words.push_back(fmt::format("--{}={}:{}{}", wish.role == OrderRole::replace ? "replace" : "insert-after", wish.session, wish.sheet, wish.role == OrderRole::replace && wish.back ? ":back" : ""));
    words.push_back("--reason=" + wish.reason);
  }
  return words;
}

}  // namespace

std::string_view name(RunState state) {
  switch (state) {
    case RunState::running: return "running";
    case RunState::done: return "done";
    case RunState::failed: return "failed";
  }
  return "";
}

// ---- Devices ------------------------------------------------------------------------------------

Result<Json> CaptureRuns::ask(const std::vector<std::string>& arguments) {
  SOGOC_TRY(const TemporaryFolder folder, TemporaryFolder::create(scratch_));
  SOGOC_TRY(Talking talking, start_talking(arguments, folder.path() / "errors"));
  const auto until = Clock::now() + kDeviceSearch;
  std::string text;
  while (Clock::now() < until && text.size() < kLongestLine && read_some(talking.output, text)) {
  }
  const int status = wait_for(talking.child, until);
  if (status != 0) return tl::unexpected<Error>(error_in(folder.path() / "errors", status));
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) return fail(ErrorCode::unavailable, Retry::after_operator, "scan", "the drivers gave no answer that can be read");
  return json;
}

Result<std::vector<ScanDevice>> CaptureRuns::devices(bool anew) {
  {
    const std::lock_guard lock(lock_);
    if (!anew && found_at_ && Clock::now() - *found_at_ < kDevicesGood) return found_;
  }
  std::vector<ScanDevice> all;
  for (const std::string& id : named_) all.push_back({id, "", id, "named"});
  SOGOC_TRY(const Json list, ask({"scan", "--list", "--json"}));
  for (const Json& one : list) {
    ScanDevice device{one.value("device", ""), one.value("vendor", ""), one.value("model", ""), one.value("kind", "")};
    if (device.id.starts_with("sim:") && !simulated_) continue;
    if (std::none_of(all.begin(), all.end(), [&](const ScanDevice& other) { return other.id == device.id; })) all.push_back(std::move(device));
  }
  const std::lock_guard lock(lock_);
  found_ = all;
  found_at_ = Clock::now();
  return all;
}

Result<Json> CaptureRuns::offers(const std::string& device) {
  SOGOC_TRY(const auto known, devices());
  if (std::none_of(known.begin(), known.end(), [&](const ScanDevice& one) { return one.id == device; }))
    return fail(ErrorCode::not_found, Retry::after_operator, "scanner", "is not known here; the administrator names it with `sogoc serve --scanner`");
  return ask({"scan", "--list", "--device=" + device, "--json"});
}

// ---- Runs ---------------------------------------------------------------------------------------

Result<CaptureRun> CaptureRuns::start(const CaptureWish& wish) {
  SOGOC_TRY(const auto known, devices());
  if (std::none_of(known.begin(), known.end(), [&](const ScanDevice& one) { return one.id == wish.device; }))
    return fail(ErrorCode::not_found, Retry::after_operator, "scanner", "is not known here; the administrator names it with `sogoc serve --scanner`");
  const std::lock_guard lock(lock_);
  if (stopping_) return fail(ErrorCode::unavailable, Retry::same_step, "scanner", "the server is ending; begin again in a moment");
  for (const auto& other : runs_)
    if (other->about.state == RunState::running && other->about.wish.device == wish.device)
      return fail(ErrorCode::conflict, Retry::same_step, "scanner", "is scanning for somebody else; wait, or choose another");
  // What ended long ago is forgotten.
  for (auto one = runs_.begin(); runs_.size() >= kMostKept && one != runs_.end();) {
    if (!(*one)->over) {
      ++one;
      continue;
    }
    (*one)->thread.join();
    one = runs_.erase(one);
  }
  if (runs_.size() >= kMostKept) return fail(ErrorCode::conflict, Retry::same_step, "scanner", "too many scanners work at once; wait for one of them");
  auto made = std::make_unique<Running>();
  made->about.id = ++last_id_;
  made->about.wish = wish;
  made->about.started_at = SystemClock().now();
  Running& running = *made;
  runs_.push_back(std::move(made));
  running.thread = std::thread([this, &running] {
    work(running);
    running.over = true;
  });
  return running.about;
}

Result<CaptureRun> CaptureRuns::run(std::int64_t id) const {
  const std::lock_guard lock(lock_);
  for (const auto& one : runs_)
    if (one->about.id == id) return one->about;
  return no_such(id);
}

std::vector<CaptureRun> CaptureRuns::runs() const {
  const std::lock_guard lock(lock_);
  std::vector<CaptureRun> all;
  for (auto one = runs_.rbegin(); one != runs_.rend(); ++one) all.push_back((*one)->about);
  return all;
}

Done CaptureRuns::stop(std::int64_t id) {
  const std::lock_guard lock(lock_);
  for (const auto& one : runs_)
    if (one->about.id == id) {
      one->stop = true;
      return {};
    }
  return no_such(id);
}

void CaptureRuns::stop_all() {
  std::vector<std::unique_ptr<Running>> all;
  {
    const std::lock_guard lock(lock_);
    stopping_ = true;
    for (const auto& one : runs_) one->stop = true;
    all.swap(runs_);
  }
  for (const auto& one : all) one->thread.join();
  const std::lock_guard lock(lock_);
  listeners_.clear();
}

// In a thread that lives as long as the child: it dies with the thread that started it.
void CaptureRuns::work(Running& running) {
  CaptureWish wish;
  std::int64_t id = 0;
  {
    const std::lock_guard lock(lock_);
    wish = running.about.wish;
    id = running.about.id;
  }
  const auto end = [&](std::optional<Error> why) {
    {
      const std::lock_guard lock(lock_);
      running.about.state = why ? RunState::failed : RunState::done;
      running.about.why = std::move(why);
    }
    tell(id, "state", {{"run", id}, {"state", name(running.about.state)}}, true);
  };
  const auto folder = TemporaryFolder::create(scratch_);
  if (!folder) return end(folder.error());
  auto talking = start_talking(command_of(wish, archive_), folder->path() / "errors");
  if (!talking) return end(talking.error());
  std::string text;
  auto beaten = Clock::now();
  std::optional<Clock::time_point> asked_to_stop;
  while (read_some(talking->output, text)) {
    for (std::size_t line = text.find('\n'); line != std::string::npos; line = text.find('\n')) {
      said(running, text.substr(0, line));
      text.erase(0, line + 1);
    }
    if (text.size() > kLongestLine) text.clear();
    if (running.stop && !asked_to_stop) {
      ::kill(talking->child.pid(), SIGTERM);
      asked_to_stop = Clock::now();
    }
    if (asked_to_stop && Clock::now() - *asked_to_stop > kFarewell) break;
    if (Clock::now() - beaten > kBeat) {
      beat(id);
      beaten = Clock::now();
    }
  }
  const int status = wait_for(talking->child, Clock::now() + kFarewell);
  const bool good = WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 4);
  if (good) return end(std::nullopt);
  end(error_in(folder->path() / "errors", status));
}

void CaptureRuns::said(Running& running, const std::string& line) {
  if (!line.starts_with("{\"sheet\"")) return;
  Json side = Json::parse(line, nullptr, false);
  if (!side.is_object() || !side.contains("findings")) return;
  std::int64_t id = 0;
  {
    const std::lock_guard lock(lock_);
    running.about.session = side.value("session", "");
    ++running.about.sides;
    id = running.about.id;
  }
  side["run"] = id;
  tell(id, "side", side, false);
}

// ---- Who listens --------------------------------------------------------------------------------

void CaptureRuns::listen(std::int64_t id, std::shared_ptr<web::EventSink> sink, const MessageCatalogue* language) {
  if (sink == nullptr) return;
  const std::lock_guard lock(lock_);
  const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const auto& one) { return one->about.id == id; });
  if (found == runs_.end() || stopping_) return sink->end();
  const bool there = sink->send("event: state\ndata: " + Json{{"run", id}, {"state", name((*found)->about.state)}}.dump() + "\n\n");
  if ((*found)->about.state != RunState::running) return sink->end();
  if (there) listeners_.push_back({id, std::move(sink), language, Clock::now() + kLongestStream});
}

void CaptureRuns::silence() {
  const std::lock_guard lock(lock_);
  stopping_ = true;
  listeners_.clear();
}

void CaptureRuns::tell(std::int64_t run, const std::string& event, const Json& data, bool last) {
  const std::lock_guard lock(lock_);
  const auto now = Clock::now();
  std::erase_if(listeners_, [&](const Listener& listener) {
    if (listener.run != run) return false;
    Json said = data;
    if (event == "side") {
      const SpeakLanguage speak(listener.language);
      for (Json& finding : said["findings"]) finding["text"] = shown_finding(finding_of(finding));
    }
    const bool there = listener.sink->send("event: " + event + "\ndata: " + said.dump() + "\n\n");
    if (last || listener.until <= now) listener.sink->end();
    return !there || last || listener.until <= now;
  });
}

void CaptureRuns::beat(std::int64_t run) {
  const std::lock_guard lock(lock_);
  std::erase_if(listeners_, [&](const Listener& listener) { return listener.run == run && !listener.sink->send(": beat\n\n"); });
}

}  // namespace sogoc::server
