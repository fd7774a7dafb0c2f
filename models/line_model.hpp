#pragma once

// The network that reads handwritten lines: where it is, which letters it knows, and whether it is
// the shipped one. models/handwriting/README.md says how it was made.

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct LineModel {
  std::string name;  // "lines-vi"
  std::string version;
  std::filesystem::path file;   // ONNX
  std::u32string letters;       // class i of the network is letters[i - 1]
  double evenness = 1;          // exponent that makes its confidence true on unseen handwriting
  std::filesystem::path words;  // a frequent word a line; may be missing
  [[nodiscard]] std::string label() const { return name + "/" + version; }
};

// Where the model is looked for, best first. A locked-in worker must be let read them.
[[nodiscard]] std::vector<std::filesystem::path> line_model_folders();

// $SOGOC_HANDWRITING and nothing else when it is set; else beside the program, the installed
// folder, the source tree. Reads the file and compares its digest with the manifest, so call once
// a process. Fails with missing_model or corrupt, which say what to do.
[[nodiscard]] Result<LineModel> find_line_model();
// The same in one folder.
[[nodiscard]] Result<LineModel> load_line_model(const std::filesystem::path& folder);

}  // namespace sogoc
