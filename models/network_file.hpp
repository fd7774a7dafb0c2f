#pragma once

// A network that is shipped with the program: a folder with manifest.toml (name, version, file, SHA-256)
// and an ONNX file.

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

// Where one of them is looked for, best first: $variable and nothing else when it is set; beside the
// program, the installed folder, the source tree.
struct NetworkPlace {
  const char* variable;  // "SOGOC_PAPER"
  const char* folder;    // "paper", in share/sogoc and models
  const char* what;      // "the network that finds paper", for errors
};

inline constexpr NetworkPlace kPaperNetwork{"SOGOC_PAPER", "paper", "the network that finds paper in photographs"};

struct NetworkFile {
  std::string name;  // "paper"
  std::string version;
  std::filesystem::path file;
  [[nodiscard]] std::string label() const { return name + "/" + version; }
};

// A locked-in worker must be let read these.
[[nodiscard]] std::vector<std::filesystem::path> network_folders(const NetworkPlace& place);
// The first of them that has a manifest. Fails with missing_model, which says what to do.
[[nodiscard]] Result<std::filesystem::path> find_network_folder(const NetworkPlace& place);
// Reads the file and compares its digest with the manifest, so call once a process. Fails with
// missing_model or corrupt.
[[nodiscard]] Result<NetworkFile> load_network_file(const std::filesystem::path& folder, const NetworkPlace& place);
[[nodiscard]] Result<NetworkFile> find_network_file(const NetworkPlace& place);

}  // namespace sogoc
