#pragma once

// The only code that knows which class stands behind which port of a worker.

#include <filesystem>
#include <memory>

#include "pipeline/core/page_flattener.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/flow/worker_loop.hpp"

namespace sogoc {

// Where rules and language models are: beside the program, in the source tree it was built from,
// or installed. Fails with missing_model, which says the command to run.
[[nodiscard]] Result<std::filesystem::path> find_rules_folder();

// Opens, reads and writes with the real libraries. Loads rules now, the language model at the
// first page. Fails with missing_model or corrupt.
[[nodiscard]] Result<std::unique_ptr<TaskRunner>> make_task_runner();

// Folders that reading pages needs besides the language models; a locked-in reader must be let read them.
[[nodiscard]] std::vector<std::filesystem::path> reading_folders();

// Lays photographed pages flat; their pictures become JPEG.
[[nodiscard]] std::unique_ptr<PageFlattener> make_photograph_flattener();

}  // namespace sogoc
