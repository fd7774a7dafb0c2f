#pragma once

// Layout of pictures from strangers: decode, straighten, read, find tables and forms, all in a
// process that is locked in.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct LayoutReadingSettings {
  std::vector<std::string> layouts;  // ids of templates allowed; empty = any
  int seconds_a_file = 180;
  int memory_limit_mb = 2000;
};

// Calls `take` once a file, in order, with the layout as people and scripts read it (workers/layout/
// README.md). Fails, before any call, with missing_model or corrupt; a file's own failure is given to
// `take`. Starts a process: call it before any thread is started.
[[nodiscard]] Done read_layouts(
    const std::vector<std::filesystem::path>& files, const LayoutReadingSettings& settings,
    const std::function<void(std::size_t index, Result<nlohmann::ordered_json> layout)>& take);

}  // namespace sogoc
