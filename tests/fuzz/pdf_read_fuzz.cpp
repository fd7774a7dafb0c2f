// Any bytes as a PDF: opening it and decoding its first pages ends in pages or in one sentence,
// within the limits. Pages that need poppler are rendered by it in its own process.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "pipeline/core/digest.hpp"
#include "workers/pdf_read/pdf_file_reader.hpp"

namespace {

class CountingBlobs final : public sogoc::BlobSink {
 public:
  sogoc::Result<sogoc::Sha256> put(std::span<const std::uint8_t> bytes) override {
    return sogoc::sha256_of(std::as_bytes(bytes));
  }
  sogoc::Result<sogoc::Sha256> put_file(const std::filesystem::path&) override {
    return sogoc::Sha256{};
  }
};

std::filesystem::path scratch_file() {
  std::string name = (std::filesystem::temp_directory_path() / "pdf-read-fuzz-XXXXXX").string();
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) std::abort();
  return name;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::filesystem::path file = scratch_file();
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  sogoc::ReadingSettings settings;
  settings.max_pages = 50;
  settings.max_pixels = 4'000'000;
  settings.page_time_limit_s = 10;
  settings.render_dpi = 72;
  const auto reader = sogoc::make_pdf_file_reader();
  CountingBlobs blobs;
  const auto opened = reader->open(file, "fuzz.pdf", settings);
  if (!opened) {
    if (opened.error().message.empty()) std::abort();  // every refusal says something
  } else {
    if (opened->page_count == 0) std::abort();
    for (std::uint32_t page = 0; page < std::min(opened->page_count, 3u); ++page) {
      const auto decoded =
          reader->decode(file, "fuzz.pdf", sogoc::PageIndex(page), settings, blobs);
      if (decoded && decoded->raster.empty()) std::abort();
    }
  }
  std::filesystem::resize_file(file, 0);
  return 0;
}
