// A thousand colour pages: memory must not grow with them.

#include <sys/resource.h>

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "tests/unit/pdf_write/test_document.hpp"
#include "workers/pdf_write/composer.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

constexpr std::size_t kPages = 1000;

// Makes each record and each picture when it is asked for, so that the test itself holds nothing.
class EndlessBlobs final : public BlobSource {
 public:
  EndlessBlobs(std::filesystem::path folder, PageRecord page, std::vector<std::uint8_t> jpeg)
      : folder_(std::move(folder)), page_(std::move(page)), jpeg_(std::move(jpeg)) {}

  // A digest that says which page and which blob of it is meant.
  static Sha256 digest(std::size_t page, std::uint8_t kind) {
    Sha256 digest;
    digest.bytes[0] = kind;
    std::memcpy(digest.bytes.data() + 8, &page, sizeof page);
    return digest;
  }
  Result<std::filesystem::path> fetch(const Sha256& wanted) override {
    const auto path = folder_ / (wanted.bytes[0] == 1 ? "record" : "picture");
    std::ofstream file(path, std::ios::binary);
    if (wanted.bytes[0] == 1) {
      PageRecord page = page_;
      page.pictures[0].picture.data = wanted;
      page.pictures[0].picture.data.bytes[0] = 2;
      file << to_json(page);
    } else {
      file.write(reinterpret_cast<const char*>(jpeg_.data()),
                 static_cast<std::streamsize>(jpeg_.size()));
    }
    return path;
  }

 private:
  std::filesystem::path folder_;
  PageRecord page_;
  std::vector<std::uint8_t> jpeg_;
};

long peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

TEST(LongDocument, OfAThousandColourPagesStaysFarBelowTheWorkersMemory) {
  ScratchFolder scratch;
  FolderBlobs blobs(scratch.folder("blobs"));
  PageText text;
  text.engine = "tesseract";
  std::vector<std::string> lines;
  for (int i = 0; i < 45; ++i)
    lines.push_back(
        fmt::format("{} Ủy ban nhân dân xã cấp bản sao từ sổ gốc theo quy định {}", i, i));
  text.regions = {region_of(RegionKind::text, lines, 100, 100, 24, 45)};
  const SizePx a4_300dpi{2480, 3508};
  PageRecord page =
      page_with(as_jpeg(draw_page(a4_300dpi, text), ColourModel::rgb, blobs), text, 300);
  std::ifstream jpeg(*blobs.fetch(page.pictures[0].picture.data), std::ios::binary);
  EndlessBlobs endless(scratch.folder("endless"), page,
                       std::vector<std::uint8_t>(std::istreambuf_iterator<char>(jpeg), {}));
  DocumentSource source;
  source.identifier = "long";
  for (std::size_t i = 0; i < kPages; ++i)
    source.page_records.push_back(EndlessBlobs::digest(i, 1));

  const long before = peak_megabytes();  // the drawing of the page: most of it
  const auto written = make_pdfa2u_composer()->compose(source, endless, scratch.folder("out"));
  ASSERT_TRUE(written) << to_string(written.error());
  const long peak = peak_megabytes();
  RecordProperty("peak_megabytes", std::to_string(peak));
  std::cout << "peak " << before << " -> " << peak << " MB, "
            << std::filesystem::file_size(written->pdf) / kPages << " bytes a page\n";
  EXPECT_LT(peak - before, 100);
  EXPECT_LT(peak, 400);
  EXPECT_NE(output_of({"pdfinfo", written->pdf.string()}).find("Pages:           1000"),
            std::string::npos);
}

}  // namespace
}  // namespace sogoc
