#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "pipeline/core/page.hpp"
#include "pipeline/core/ports.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// One ALTO 4.4 file with every page of a document, written while pages arrive.
//
// Units:  pixels of the master, so that a box can be found on the scan itself. A part that was
//         turned says so in ROTATION; both halves of a spread have the number of their scan in
//         PHYSICAL_IMG_NR.
// Thread: belongs to one thread at a time.
class AltoWriter {
 public:
  // `engine` is what read the text ("tesseract 5.3.0 ..."), "" when nothing did.
  [[nodiscard]] static Result<AltoWriter> create(const std::filesystem::path& path,
                                                 const DocumentSource& source,
                                                 const std::string& engine);

  // The parts of a checked page, in reading order. `scan_number` counts from 1.
  void add(const PageRecord& page, std::size_t scan_number);
  [[nodiscard]] Done finish();

 private:
  AltoWriter(std::filesystem::path path, std::ofstream file)
      : path_(std::move(path)), file_(std::move(file)) {}
  void add_part(const PageRecord& page, const PagePart& part, std::size_t scan_number,
                const std::string& position);

  std::filesystem::path path_;
  std::ofstream file_;
  std::size_t parts_ = 0;
};

}  // namespace sogoc
