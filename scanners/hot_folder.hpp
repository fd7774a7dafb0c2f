#pragma once

// A folder into which scanners, copiers and people put files. A file is taken when it has stopped growing, by renaming it into a
// folder of ours beside it: only one program can do that. Events of the kernel make it quick, looking again makes it sure: shares of
// other machines have no events.
//
//   FOLDER/scan.pdf ──claim (rename)──> FOLDER/.sogoc-claimed/N/scan.pdf ──done──> FOLDER/sogoc-taken/scan.pdf
//
// What a crash left in .sogoc-claimed is handed out again first.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct HotFolderSettings {
  std::chrono::milliseconds quiet{2'000};  // size and time of a file must stand still so long
  std::chrono::milliseconds look{1'000};   // without events
  bool events = true;                      // false: the kernel is not asked for them, as on a share that has none
};

struct ClaimedFile {
  std::filesystem::path path;  // where it lies now
  std::string name;            // as it was put there: bytes, in whatever encoding
};

// Owner:  the command. Thread: belongs to one.
class HotFolder {
 public:
  // Fails with not_found or no_permission.
  [[nodiscard]] static Result<std::unique_ptr<HotFolder>> open(const std::filesystem::path& folder, const HotFolderSettings& settings);
  virtual ~HotFolder() = default;
  // Files that are whole, in the order of their names; none within `wait`. Fails with unavailable while the folder is away (a share
  // that vanished): ask again, it comes back by itself.
  [[nodiscard]] virtual Result<std::vector<ClaimedFile>> next(std::chrono::milliseconds wait) = 0;
  // It is safe elsewhere.
  [[nodiscard]] virtual Done done(const ClaimedFile& file) = 0;
  // It was refused: FOLDER/sogoc-refused/.
  [[nodiscard]] virtual Done refuse(const ClaimedFile& file) = 0;
};

}  // namespace sogoc
