#pragma once

#include "pipeline/core/ports.hpp"

namespace sogoc {

// TIFF, JPEG, PNG, JPEG 2000, WebP, BMP and PNM files to page rasters and to pictures that a PDF
// can hold, without a needless re-encode.
//
// Owner:  holds nothing; each call opens the file anew.
// Thread: one instance a thread.
// Units:  pixels of the file as stored; orientation marks become known_turn.
class ImageFileReader final : public FileReader {
 public:
  [[nodiscard]] Result<OpenedFile> open(const std::filesystem::path& file,
                                        const std::string& shown_name,
                                        const ReadingSettings& settings) override;
  [[nodiscard]] Result<DecodedPage> decode(const std::filesystem::path& file,
                                           const std::string& shown_name, PageIndex index,
                                           const ReadingSettings& settings,
                                           BlobSink& blobs) override;
};

}  // namespace sogoc
