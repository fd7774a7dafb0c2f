#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "pipeline/core/result.hpp"

namespace sogoc {

// A private folder (mode 0700) that goes away with its owner.
class TemporaryFolder {
 public:
  // Under $TMPDIR, or in `parent` when given. Fails with no_space or no_permission.
  [[nodiscard]] static Result<TemporaryFolder> create(std::filesystem::path parent = {}) {
    std::error_code error;
    if (parent.empty()) parent = std::filesystem::temp_directory_path(error);
    std::string name = (parent / "sogoc-XXXXXX").string();
    if (error || mkdtemp(name.data()) == nullptr)
      return fail(ErrorCode::no_permission, Retry::after_operator, parent.string(),
                  "no folder can be made there; set TMPDIR to one that can be written");
    TemporaryFolder folder;
    folder.path_ = name;
    return folder;
  }
  TemporaryFolder() = default;
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace sogoc
