#include "workers/pdf_read/scratch_folder.hpp"

#include <cstdlib>
#include <system_error>

namespace sogoc::pdf {

Result<ScratchFolder> ScratchFolder::make() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  std::string name = (parent / "sogoc-pdf-XXXXXX").string();
  if (error || ::mkdtemp(name.data()) == nullptr)
    return fail(ErrorCode::no_permission, Retry::after_operator, parent.string(),
                "no folder can be made there; free space or set TMPDIR");
  return ScratchFolder(name);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace sogoc::pdf
