#pragma once

#include <map>
#include <optional>
#include <string>

#include "pipeline/core/page.hpp"
#include "pipeline/core/ports.hpp"
#include "workers/pdf_write/pdf_file.hpp"

namespace sogoc {

// Puts pictures, soft masks and colour profiles into a PDF file, each once however often a page
// or a spread shows it. Thread: one at a time. Holds a digest and a number for each.
class PicturesOnFile {
 public:
  PicturesOnFile(PdfFile& file, BlobSource& blobs) : file_(file), blobs_(blobs) {}

  // The number of the picture's image object. Fails when a blob is missing or is not what the
  // record claims.
  [[nodiscard]] Result<int> put(const PlacedPicture& placed);

  // What a person should know about the pictures.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  [[nodiscard]] Result<int> put_picture(const Picture& picture, std::optional<int> soft_mask);
  [[nodiscard]] Result<std::optional<int>> profile_for(const Picture& picture);
  [[nodiscard]] Result<int> add_profile(const std::vector<std::uint8_t>& profile, int components);

  PdfFile& file_;
  BlobSource& blobs_;
  std::map<std::string, int> known_;
  std::vector<std::string> notes_;
};

}  // namespace sogoc
