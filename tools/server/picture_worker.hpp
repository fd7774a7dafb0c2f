#pragma once

// One task for sogoc-picture-worker: the process that opens pictures, so that this one need not.

#include <chrono>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "pipeline/core/result.hpp"

namespace sogoc::server {

// Its answer; files that it made lie in `folder`, whatever they are. Fails with what it says, limit_exceeded, crashed, no_space. `subject`: what errors
// speak about.
[[nodiscard]] Result<nlohmann::json> ask_picture_worker(const std::filesystem::path& folder, nlohmann::json task, int memory_mb, std::chrono::seconds wall, const std::string& subject);

}  // namespace sogoc::server
