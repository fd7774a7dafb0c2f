#pragma once

// What a worker process may still do after it has locked itself in: read programs, fonts and
// models, write its scratch folder, talk to its coordinator. It opens files from strangers.

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/core/log.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

struct SandboxSettings {
  std::filesystem::path scratch;                 // the only place to write
  std::vector<std::filesystem::path> readable;   // models, rules; beside the system's own folders
  std::vector<std::filesystem::path> writable;   // beside scratch; what does not exist is left out
  std::vector<std::filesystem::path> hidden;     // the archive: seen as empty, where the system can
  bool allow_tcp = false;                        // a remote worker's own socket
  bool devices = false;                          // drivers of scanners: /dev and what describes it stay within reach, and so do the
                                                 // groups that own devices (no namespace of its own)
  bool dies_with_parent = true;                  // a local worker
  int memory_limit_mb = 0;                       // backstop behind the coordinator's watch; 0 = none
};

struct SandboxReport {
  std::vector<std::string> active;     // "seccomp", "landlock 6", "own network", ...
  std::vector<std::string> missing;    // "landlock: not in this kernel"
};

// Cannot be undone, holds for child processes too (the poppler tools). Call it as the first thing
// in main of a worker, before any thread is started (ZeroMQ's too). What the system does not
// offer is left out and reported, logged once at info; fails only when a limit that always
// exists cannot be set.
[[nodiscard]] Result<SandboxReport> enter_worker_sandbox(const SandboxSettings& settings,
                                                         const Log& log);

}  // namespace sogoc
