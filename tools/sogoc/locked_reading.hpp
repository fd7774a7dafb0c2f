#pragma once

// Opens files from strangers in a process that is locked in first. One child answers for all of
// them, one line a file; a file that ends it costs itself only.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct LockedReading {
  std::vector<std::filesystem::path> readable;  // beside the files: models, templates
  int seconds_a_file = 60;
  int memory_limit_mb = 1000;
  std::size_t most_answer_bytes = 1u << 20;     // from a process that we do not trust
};

// What the child does with one file: one line of text without line feeds.
using FileAnswer = std::function<Result<std::string>(const std::filesystem::path& file)>;

// `prepare` runs in the child before it is locked in and loads what all files need; its failure, and
// any answer that is corrupt, missing_model or internal, fails the whole. Everything else is given
// to `take`, once a file, in order; `take` returns false when the answer makes no sense, which
// counts as a crash of the child.
// Starts a process: call it before any thread is started.
[[nodiscard]] Done read_locked_in(
    const std::vector<std::filesystem::path>& files, const LockedReading& settings,
    const std::function<Result<FileAnswer>()>& prepare,
    const std::function<bool(std::size_t index, Result<std::string> answer)>& take);

}  // namespace sogoc
