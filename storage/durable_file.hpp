#pragma once

// A file is there whole, or the old one is still there. Used for every file outside the blob
// store, also for what a command writes for its user.

#include <filesystem>
#include <span>
#include <string_view>

#include "pipeline/core/result.hpp"
#include "storage/disk.hpp"

namespace sogoc {

// Writes beside the target, syncs, renames over it, syncs the folder. A symbolic link is
// followed; a target that is no regular file (a pipe, /dev/stdout) is simply written to.
[[nodiscard]] Done write_file_durably(const std::filesystem::path& path, std::string_view content,
                                      Disk& disk = Disk::real());
[[nodiscard]] Done copy_file_durably(const std::filesystem::path& from,
                                     const std::filesystem::path& to, Disk& disk = Disk::real());

}  // namespace sogoc
