#pragma once

// The readers of register pages put together: templates, layout, handwriting and print.

#include <filesystem>
#include <memory>
#include <vector>

#include "pipeline/core/ports.hpp"
#include "workers/layout/layout_reader.hpp"

namespace sogoc {

// Loads the templates now, the networks at the first line. Fails with missing_model or corrupt.
[[nodiscard]] Result<std::unique_ptr<layout::LayoutReader>> make_layout_reader();
// The same, templates too, at the first page: most batches hold no book.
[[nodiscard]] std::unique_ptr<RegisterReader> make_register_reader();

// Handwriting first; where its network is unsure, the engine for print. Both are loaded with the first line.
[[nodiscard]] std::unique_ptr<layout::LineReader> make_line_reader();

// What a locked-in process must be able to read for it.
[[nodiscard]] std::vector<std::filesystem::path> register_folders();

}  // namespace sogoc
