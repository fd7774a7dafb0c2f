#pragma once

#include <filesystem>
#include <optional>

#include "storage/archive.hpp"

namespace sogoc {

// One HTML file that stands alone: figures of the batch (or of everything), what needs a person
// and why, each document with the thumbnails of its pages. Restricted pages have no thumbnail.
[[nodiscard]] Done write_report(Archive& archive, std::optional<BatchId> batch,
                                const std::filesystem::path& file);

}  // namespace sogoc
