#pragma once

#include <filesystem>

#include "pipeline/core/copy.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

struct CopyFolders {
  std::filesystem::path files;      // holds the archived PDF under its digest's 64 hex digits
  std::filesystem::path templates;  // models/copies
  std::filesystem::path fonts;      // Tinos-*.ttf
};

// Composes a copy as PDF/A-2u with all its signature fields and the first hole. Never opens
// anything but the files of these folders; takes no clock time but the draft's.
//
// Thread: keeps nothing; free-standing.
// Output: the same draft, files and fonts give the same bytes. On failure `out` does not exist.
// Fails:  usage (what the draft lacks, all at once), corrupt, not_found, missing_model,
//         unsupported_input (a letter that the font lacks), limit_exceeded, no_space.
[[nodiscard]] Result<PreparedCopy> compose_copy(const CopyDraft& draft, const CopyFolders& folders,
                                                const std::filesystem::path& out);

}  // namespace sogoc
