#pragma once

#include <memory>

#include "pipeline/core/ports.hpp"

namespace sogoc {

// Reads foreign PDFs: pages, signatures, pictures at native resolution, own text. Runs only in a
// worker process; rendering happens in further processes with limits of their own.
//
// Owner:  keeps the last file open between calls, by name, size and time of change.
// Thread: belongs to the thread that made it.
// Units:  master pixels: the scan's own, or those of a rendering in displayed orientation.
[[nodiscard]] std::unique_ptr<FileReader> make_pdf_file_reader();

}  // namespace sogoc
