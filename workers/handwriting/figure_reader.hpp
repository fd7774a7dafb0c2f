#pragma once

// The handwriting network as the page reader's reader of figures (workers/ocr/figure_reader.hpp).

#include <memory>

#include "workers/ocr/figure_reader.hpp"

namespace sogoc::handwriting {

// Loads the model that find_line_model() finds at the first question, and keeps it (about 30 MB).
[[nodiscard]] std::unique_ptr<ocr::FigureReader> make_figure_reader();

}  // namespace sogoc::handwriting
