#pragma once

#include <filesystem>
#include <vector>

#include "pipeline/core/result.hpp"
#include "workers/exchange/table.hpp"

namespace sogoc {

// The rows of an .xlsx, .csv or .jsonl from outside, parsed by a child process that has given up its rights and has
// limits on memory and time. Call it before the archive is opened and any thread is started.
[[nodiscard]] Result<std::vector<TableRow>> read_foreign_table(const std::filesystem::path& file);

}  // namespace sogoc
