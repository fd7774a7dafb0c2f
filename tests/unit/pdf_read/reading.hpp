#pragma once

// What the tests of this folder share: a folder, a sink for blobs, pictures to put into PDFs.

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/ports.hpp"
#include "tests/support/pdf_builder.hpp"
#include "workers/pdf_read/pdf_file_reader.hpp"

namespace sogoc::test {

class MemoryBlobs final : public BlobSink {
 public:
  Result<Sha256> put(std::span<const std::uint8_t> bytes) override {
    const Sha256 digest = sha256_of(std::as_bytes(bytes));
    blobs_[digest].assign(bytes.begin(), bytes.end());
    return digest;
  }
  Result<Sha256> put_file(const std::filesystem::path&) override {
    return fail(ErrorCode::internal, Retry::never, "test", "not used here");
  }
  [[nodiscard]] const std::vector<std::uint8_t>& at(const Sha256& digest) const {
    return blobs_.at(digest);
  }

 private:
  std::map<Sha256, std::vector<std::uint8_t>> blobs_;
};

class PdfReading : public ::testing::Test {
 protected:
  PdfReading() {
    std::string name = (std::filesystem::temp_directory_path() / "pdf-read-test-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~PdfReading() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::filesystem::path written(const std::string& bytes) {
    const std::filesystem::path file = folder_ / ("file" + std::to_string(++files_) + ".pdf");
    std::ofstream(file, std::ios::binary).write(bytes.data(),
                                                static_cast<std::streamsize>(bytes.size()));
    return file;
  }
  Result<OpenedFile> open(const std::string& bytes) {
    return reader_->open(written(bytes), "test.pdf", settings_);
  }
  Result<DecodedPage> decode(const std::string& bytes, std::uint32_t page = 0) {
    return reader_->decode(written(bytes), "test.pdf", PageIndex(page), settings_, blobs_);
  }

  std::filesystem::path folder_;
  int files_ = 0;
  std::unique_ptr<FileReader> reader_ = make_pdf_file_reader();
  ReadingSettings settings_;
  MemoryBlobs blobs_;
};

// A bilevel picture with no symmetry: a thick L and a dot.
inline PageImage letter_l(int width, int height) {
  const std::size_t stride = PageImage::stride_of(width, PixelFormat::bit1);
  std::vector<std::uint8_t> bits(stride * static_cast<std::size_t>(height));
  const auto set = [&](int x, int y) {
    bits[static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x) / 8] |=
        static_cast<std::uint8_t>(0x80 >> (x % 8));
  };
  for (int y = height / 8; y < height - height / 8; ++y)
    for (int x = width / 8; x < width / 4; ++x) set(x, y);
  for (int y = height - height / 4; y < height - height / 8; ++y)
    for (int x = width / 8; x < width / 2; ++x) set(x, y);
  for (int y = height / 8; y < height / 4; ++y)
    for (int x = width - width / 4; x < width - width / 8; ++x) set(x, y);
  return PageImage::create({width, height}, PixelFormat::bit1, {}, std::move(bits)).value();
}

inline bool is_black(const PageImage& image, int x, int y) {
  const auto row = image.row(y);
  const auto at = static_cast<std::size_t>(x);
  switch (image.format()) {
    case PixelFormat::bit1: return (row[at / 8] >> (7 - at % 8)) & 1;
    case PixelFormat::gray8: return row[at] < 128;
    case PixelFormat::rgb8: return row[3 * at] + row[3 * at + 1] + row[3 * at + 2] < 384;
  }
  return false;
}

// Black pixels that differ, out of all.
inline double difference(const PageImage& a, const PageImage& b) {
  if (a.size() != b.size()) return 1;
  std::int64_t differ = 0;
  for (int y = 0; y < a.size().height; ++y)
    for (int x = 0; x < a.size().width; ++x) differ += is_black(a, x, y) != is_black(b, x, y);
  return static_cast<double>(differ) / (a.size().width * static_cast<double>(a.size().height));
}

inline std::string image_entries(SizePx size, const std::string& more) {
  return "/Type /XObject /Subtype /Image /Width " + std::to_string(size.width) + " /Height " +
         std::to_string(size.height) + " " + more;
}

}  // namespace sogoc::test
