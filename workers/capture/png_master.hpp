#pragma once

// The master of a scanned side: lines as they come from the device, lossless, as PNG of any depth, written while the sheet still
// moves. Beside it the picture is kept for judging when it is not too large.

#include <filesystem>
#include <memory>
#include <optional>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/image.hpp"
#include "scanners/scanner.hpp"

namespace sogoc {

struct MasterFile {
  Sha256 digest;
  std::uint64_t bytes = 0;
  SizePx size;
  Resolution resolution;
  std::optional<PageImage> picture;  // 8 bits a sample; absent above the limit of pixels
};

// Owner: the station, one for each side. Thread: the feeding one.
// Dropping it before finish() removes the file.
class PngMaster final : public LineSink {
 public:
  // `file` must not exist. Pictures of more than `most_kept` pixels are written but not kept in memory.
  [[nodiscard]] static Result<std::unique_ptr<PngMaster>> create(const std::filesystem::path& file, std::int64_t most_kept);
  ~PngMaster() override;
  Done begin(const LineFormat& format) override;
  Done line(std::span<const std::uint8_t> row) override;
  Done end() override;  // complete and synced; the folder is the caller's to sync
  [[nodiscard]] Result<MasterFile> finish();

 private:
  class Writer;
  explicit PngMaster(std::unique_ptr<Writer> writer);
  std::unique_ptr<Writer> writer_;
};

}  // namespace sogoc
