#pragma once

// From the INPUT arguments of a command to documents: which files, in which order.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct InputDocument {
  std::vector<std::filesystem::path> files;  // in page order; at least one
};

struct Inputs {
  std::vector<InputDocument> documents;
  std::vector<Error> refused;  // inputs that could not be taken; the others go on
};

// "trang 2" before "trang 10": runs of digits compare as numbers, the rest as bytes.
[[nodiscard]] bool natural_less(std::string_view a, std::string_view b);

// A file is a document. The image files of a folder are one document in natural order, each PDF
// in it one of its own; subfolders likewise. Hidden files are left out. `one_document`: all
// inputs are the pages of a single document, in the order given. `-` reads standard input into
// a file in `scratch`. An input that is missing or may not be read is refused, never skipped.
[[nodiscard]] Inputs gather_inputs(const std::vector<std::string>& arguments, bool one_document,
                                   const std::filesystem::path& scratch);

// A file name for people and JSON: bytes that are no UTF-8 are written as \xNN.
[[nodiscard]] std::string shown_name(const std::filesystem::path& file);

}  // namespace sogoc
