// bench_log [LEAVES]: fills the log of a throw-away archive and times proofs in it.

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <vector>

#include "storage/archive.hpp"
#include "storage/database.hpp"
#include "storage/log_rows.hpp"

namespace {

using namespace sogoc;
using Timer = std::chrono::steady_clock;

double ms_since(Timer::time_point begin) { return std::chrono::duration<double, std::milli>(Timer::now() - begin).count(); }

template <typename T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", to_string(result.error()).c_str());
  std::exit(1);
}

// Of this process: says what a proof costs on a machine that others use too.
double cpu_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void show(const char* what, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  std::printf("%-28s median %.3f ms  p99 %.3f ms  worst %.3f ms\n", what, times[times.size() / 2], times[times.size() * 99 / 100], times.back());
}

}  // namespace

int main(int count, char** arguments) {
  const long leaves = count > 1 ? std::atol(arguments[1]) : 1'000'000;
  if (leaves < 2) return 2;
  const auto folder = std::filesystem::temp_directory_path() / ("sogoc-bench-log-" + std::to_string(::getpid()));
  const auto begin = Timer::now();
  {
    auto archive = must(Archive::create(folder, {}, {.durable = false}));
    auto database = must(Database::open(folder / "catalogue.sqlite", Database::Mode::existing, false));
    const UtcTime now = SystemClock().now();
    for (long done = 0; done < leaves; done += 50'000) {
      const auto kept = database->write([&]() -> Done {
        for (long id = done + 1; id <= std::min(leaves, done + 50'000); ++id)
          append_leaf(*database, now, LogSubject::copy, id, "issued", "{\"copy\":" + std::to_string(id) + "}", KeepPrivate::in_the_log);
        return {};
      });
      if (!kept) return 1;
    }
    std::printf("%ld leaves appended, %.1f us each\n", leaves, ms_since(begin) * 1000 / static_cast<double>(leaves));
  }
  // As a command would: a fresh process's view, nothing cached by us.
  auto archive = must(Archive::open(folder, {.durable = false}));
  CopyStore& store = archive->copies();
  const TreeHead head = must(store.current_head());
  std::mt19937_64 random(1);
  std::vector<double> inclusion, consistency, both, cpu;
  bool hold = true;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t index = random() % head.tree_size;
    const std::uint64_t earlier = 1 + random() % (head.tree_size - 1);
    const double cpu_before = cpu_ms();
    auto start = Timer::now();
    const auto entry = must(store.log_range(index, 1)).front();
    const auto path = must(store.log_inclusion(index, head.tree_size));
    inclusion.push_back(ms_since(start));
    start = Timer::now();
    const auto continued = must(store.log_consistency(earlier, head.tree_size));
    consistency.push_back(ms_since(start));
    both.push_back(inclusion.back() + consistency.back());
    cpu.push_back(cpu_ms() - cpu_before);
    hold = hold && inclusion_holds(merkle_leaf_hash(leaf_text(entry.leaf)), index, head.tree_size, path, head.root) &&
           consistency_holds(earlier, head.tree_size, must(store.log_root(earlier)), head.root, continued);
  }
  show("inclusion proof", inclusion);
  show("consistency proof", consistency);
  show("both", both);
  show("both, CPU time", cpu);
  std::filesystem::remove_all(folder);
  std::printf("every proof %s\n", hold ? "holds" : "DOES NOT HOLD");
  return hold ? 0 : 1;
}
