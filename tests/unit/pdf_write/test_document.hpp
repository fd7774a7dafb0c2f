#pragma once

// Page records and pictures made by hand, for the tests of the composer.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pipeline/core/page.hpp"
#include "pipeline/core/ports.hpp"
#include "tests/support/pdf_checks.hpp"

namespace sogoc::test {

// A folder that is gone when the test ends.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // A new empty folder in it.
  [[nodiscard]] std::filesystem::path folder(const std::string& name) const;

 private:
  std::filesystem::path path_;
};

// Blobs as files named by their digests.
class FolderBlobs final : public BlobSource {
 public:
  explicit FolderBlobs(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Sha256 put(const std::vector<std::uint8_t>& bytes);
  Sha256 put(const std::string& text);
  [[nodiscard]] Result<std::filesystem::path> fetch(const Sha256& digest) override;

 private:
  std::filesystem::path folder_;
};

// A drawn page: gray, or gray three times over for colour, with bars where words are.
struct Drawing {
  SizePx size;
  std::vector<std::uint8_t> gray;
  [[nodiscard]] GrayPicture picture() const { return {size.width, size.height, gray}; }
};
[[nodiscard]] Drawing draw_page(SizePx size, const PageText& text, bool black_and_white = false);
// The drawing turned clockwise by 90 degrees.
[[nodiscard]] Drawing turned(const Drawing& drawing);

// Pictures of every coding, their bytes put into `blobs`.
[[nodiscard]] Picture as_jpeg(const Drawing& drawing, ColourModel colour, FolderBlobs& blobs);
[[nodiscard]] Picture as_flate(const Drawing& drawing, ColourModel colour, FolderBlobs& blobs);
[[nodiscard]] Picture as_g4(const Drawing& drawing, FolderBlobs& blobs, bool black_is_1 = false);
[[nodiscard]] Picture as_jbig2(const Drawing& drawing, FolderBlobs& blobs, bool with_globals);
[[nodiscard]] Picture as_jpx(const Drawing& drawing, ColourModel colour, FolderBlobs& blobs);

// Lines of text laid out on a page, each word in a box of its own.
[[nodiscard]] Region region_of(RegionKind kind, const std::vector<std::string>& lines, int left,
                               int top, int letter_width, int line_height);
[[nodiscard]] PageText text_of_lines(const std::vector<std::string>& lines);

// A4 at 150 dpi unless said otherwise: one upright part as large as the master.
inline constexpr SizePx kA4{1240, 1754};
[[nodiscard]] PageRecord page_with(const Picture& picture, const PageText& text, double dpi = 150);

// A document of these pages; the records are put into `blobs`.
[[nodiscard]] DocumentSource document_of(const std::vector<PageRecord>& pages, FolderBlobs& blobs);

// Every Vietnamese letter with every tone mark, both cases: 12 vowels x 6 tones, and consonants.
[[nodiscard]] std::vector<std::string> every_vietnamese_letter();

}  // namespace sogoc::test
