#include "tools/sogoc/worker_pool.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "tools/sogoc/worker_process.hpp"

namespace sogoc {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr milliseconds kLookAtMemoryEvery{100};
constexpr std::uint64_t kMegabyte = 1024 * 1024;

// The place of one worker; processes come and go in it.
struct Slot {
  int number = 0;
  std::optional<ChildProcess> process;
  std::string id;
  fs::path scratch;
  bool has_joined = false;
  int tasks = 0;                    // given to this process
  int memory_limit_mb = 0;          // of its task; 0 = none
  std::optional<Error> killed_for;
  Steady::time_point start_at{};
  milliseconds pause{0};
};

class WorkerPool final : public WorkerSupervisor {
 public:
  WorkerPool(const WorkerPoolSettings& settings, const Log& log)
      : settings_(settings), log_(log), slots_(static_cast<std::size_t>(std::max(0, settings.workers))) {
    for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i].number = static_cast<int>(i) + 1;
  }
  ~WorkerPool() override { stop_all(milliseconds(0)); }

  Result<std::vector<Death>> tend() override {
    std::vector<Death> deaths;
    const auto now = Steady::now();
    const bool look_at_memory = now >= look_at_memory_at_;
    if (look_at_memory) look_at_memory_at_ = now + kLookAtMemoryEvery;
    for (Slot& slot : slots_) {
      if (slot.process && look_at_memory) watch_memory(slot);
      if (slot.process) {
        if (const auto status = slot.process->ended()) deaths.push_back(bury(slot, *status));
      }
      if (!slot.process && !stopped_ && now >= slot.start_at) SOGOC_CHECK(start(slot));
    }
    // Deaths are told first; the verdict comes with the next turn.
    if (deaths.empty()) SOGOC_CHECK(still_hopeful());
    return deaths;
  }

  void joined(const std::string& worker) override {
    if (Slot* slot = slot_of(worker)) slot->has_joined = true;
  }

  [[nodiscard]] bool knows(const std::string& worker) const override {
    return std::any_of(slots_.begin(), slots_.end(), [&](const Slot& slot) {
      return slot.process && slot.id == worker;
    });
  }

  void assigned(const std::string& worker, int memory_limit_mb) override {
    Slot* slot = slot_of(worker);
    if (!slot) return;
    if (slot->tasks++ > 0) deaths_in_a_row_ = early_deaths_in_a_row_ = 0;  // one was done
    slot->memory_limit_mb = memory_limit_mb;
    if (settings_.memory_limit_mb > 0)
      slot->memory_limit_mb = memory_limit_mb > 0
                                  ? std::min(memory_limit_mb, settings_.memory_limit_mb)
                                  : settings_.memory_limit_mb;
  }

  void kill(const std::string& worker, const Error& why) override {
    Slot* slot = slot_of(worker);
    if (!slot || slot->killed_for) return;
    slot->killed_for = why;
    slot->process->kill_group();
  }

  void stop_all(milliseconds grace) override {
    stopped_ = true;
    const auto until = Steady::now() + grace;
    const auto all_ended = [&] {
      return std::all_of(slots_.begin(), slots_.end(),
                         [](Slot& slot) { return !slot.process || slot.process->ended(); });
    };
    while (!all_ended() && Steady::now() < until) std::this_thread::sleep_for(milliseconds(5));
    for (Slot& slot : slots_) {
      slot.process.reset();
      remove_scratch(slot);
    }
  }

 private:
  Slot* slot_of(const std::string& worker) {
    for (Slot& slot : slots_)
      if (slot.process && slot.id == worker) return &slot;
    return nullptr;
  }

  static void remove_scratch(const Slot& slot) {
    std::error_code ignored;
    if (!slot.scratch.empty()) fs::remove_all(slot.scratch, ignored);
  }

  Done start(Slot& slot) {
    slot.id = fmt::format("local-{}-{}.{}", ::getpid(), slot.number, ++starts_);
    slot.scratch = settings_.scratch_root / slot.id;
    std::error_code error;
    fs::create_directories(slot.scratch / "tmp", error);
    if (!error) fs::permissions(slot.scratch, fs::perms::owner_all, error);
    if (error)
      return fail(ErrorCode::no_permission, Retry::after_operator, slot.scratch.string(),
                  "the scratch folder cannot be made: " + error.message());
    ProcessStart how;
    how.program = settings_.program;
    how.arguments = settings_.arguments;
    for (const std::string& argument :
         {std::string("--connect"), settings_.endpoint, std::string("--id"), slot.id,
          std::string("--scratch"), slot.scratch.string()})
      how.arguments.push_back(argument);
    // One thread a worker: N workers use N cores. Few arenas: memory goes back.
    how.environment = {"OMP_THREAD_LIMIT=1",       "OMP_NUM_THREADS=1",
                       "OPENBLAS_NUM_THREADS=1",   "MALLOC_ARENA_MAX=2",
                       "HOME=" + slot.scratch.string(),
                       "TMPDIR=" + (slot.scratch / "tmp").string()};
    how.niceness = settings_.niceness;
    SOGOC_TRY(slot.process, ChildProcess::start(how));
    slot.has_joined = false;
    slot.tasks = 0;
    slot.memory_limit_mb = settings_.memory_limit_mb;
    slot.killed_for.reset();
    log_.debug("started worker {} as process {}", slot.id, slot.process->pid());
    return {};
  }

  void watch_memory(Slot& slot) {
    if (slot.memory_limit_mb <= 0 || slot.killed_for) return;
    const std::uint64_t used = slot.process->memory_bytes() / kMegabyte;
    if (used <= static_cast<std::uint64_t>(slot.memory_limit_mb)) return;
    slot.killed_for = Error{ErrorCode::out_of_memory, Retry::same_step, slot.id,
                            fmt::format("took {} MB of memory, its limit is {} MB", used,
                                        slot.memory_limit_mb),
                            {}, std::source_location::current()};
    slot.process->kill_group();
  }

  Death bury(Slot& slot, int status) {
    Death death{slot.id,
                slot.killed_for ? *slot.killed_for
                                : Error{ErrorCode::crashed, Retry::same_step, slot.id,
                                        "the worker process " + ending_in_words(status),
                                        {}, std::source_location::current()}};
    last_death_ = death.why.message;
    ++deaths_in_a_row_;
    const bool early = slot.tasks == 0 && !slot.killed_for;
    if (early) ++early_deaths_in_a_row_;
    slot.pause = early ? std::clamp(slot.pause * 2, settings_.first_pause, settings_.longest_pause)
                       : milliseconds(0);
    slot.start_at = Steady::now() + slot.pause;
    slot.process.reset();
    remove_scratch(slot);
    return death;
  }

  [[nodiscard]] Done still_hopeful() const {
    if (early_deaths_in_a_row_ < settings_.most_early_deaths &&
        deaths_in_a_row_ < settings_.most_deaths)
      return {};
    return fail(ErrorCode::internal, Retry::after_operator, "workers",
                fmt::format("{} worker processes died one after the other without finishing a task "
                            "(the last: {}); start one by hand to see why: sogoc worker --help",
                            deaths_in_a_row_, last_death_));
  }

  const WorkerPoolSettings settings_;
  Log log_;
  std::vector<Slot> slots_;
  Steady::time_point look_at_memory_at_{};
  int starts_ = 0;
  int deaths_in_a_row_ = 0;
  int early_deaths_in_a_row_ = 0;
  std::string last_death_;
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<WorkerSupervisor> make_worker_pool(const WorkerPoolSettings& settings,
                                                   const Log& log) {
  return std::make_unique<WorkerPool>(settings, log);
}

}  // namespace sogoc
