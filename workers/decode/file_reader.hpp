#pragma once

#include <memory>

#include "pipeline/core/ports.hpp"

namespace sogoc {

// One reader for every kind of file: sends PDFs to `pdf_reader` and pictures to ImageFileReader,
// by content. A null `pdf_reader` refuses PDFs with unsupported_input.
[[nodiscard]] std::unique_ptr<FileReader> make_file_reader(std::unique_ptr<FileReader> pdf_reader);

}  // namespace sogoc
