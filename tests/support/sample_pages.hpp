#pragma once

// The scans of the sample documents beside the project, taken out of their PDFs by `pdfimages`.
// Nothing where the samples or the tool are absent; tests then skip themselves with a clear word.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

#include "pipeline/core/image.hpp"
#include "tests/support/pnm.hpp"

namespace sogoc::test {

struct SamplePage {
  std::string name;  // "doc-1 page 2"
  PageImage image;
};

[[nodiscard]] inline std::filesystem::path sample_documents(const std::filesystem::path& source) {
  return source / ".." / "shared" / "samples" / "documents";
}

// The scans of one document in page order: small pictures are overlays and are left out.
[[nodiscard]] inline std::vector<SamplePage> sample_pages(const std::filesystem::path& pdf,
                                                          Resolution resolution) {
  namespace fs = std::filesystem;
  std::vector<SamplePage> pages;
  if (!fs::exists(pdf)) return pages;
  const fs::path folder =
      fs::temp_directory_path() / ("sogoc-samples-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const std::string command =
      "pdfimages '" + pdf.string() + "' '" + (folder / "page").string() + "' 2>/dev/null";
  if (std::system(command.c_str()) == 0) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      auto image = read_pnm(file, resolution);
      if (!image || image->size().width < 1500 || image->size().height < 1500) continue;
      pages.push_back({pdf.stem().string() + " page " + std::to_string(pages.size() + 1), *image});
    }
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  return pages;
}

}  // namespace sogoc::test
