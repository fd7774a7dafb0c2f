#include <qpdf/QPDF.hh>

#include "tests/unit/pdf_read/reading.hpp"
#include "workers/decode/codecs.hpp"

namespace sogoc::test {
namespace {

const std::filesystem::path kFolder = SOGOC_SOURCE_DIR "/../shared/samples/documents";

class SampleDocuments : public PdfReading {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kFolder)) GTEST_SKIP() << "the sample documents are not here";
  }
  Result<DecodedPage> page_of(const std::string& name, std::uint32_t page) {
    return reader_->decode(kFolder / name, name, PageIndex(page), settings_, blobs_);
  }
  // The bytes of the one picture of a page's own content, as they stand in the file.
  static std::vector<std::uint8_t> embedded(const std::string& name, std::size_t page) {
    QPDF pdf;
    pdf.processFile((kFolder / name).c_str());
    QPDFObjectHandle leaf = pdf.getAllPages().at(page);
    QPDFObjectHandle pictures = leaf.getKey("/Resources").getKey("/XObject");
    const auto buffer = pictures.getKey(*pictures.getKeys().begin()).getRawStreamData();
    return {buffer->getBuffer(), buffer->getBuffer() + buffer->getSize()};
  }
};

struct Sample {
  const char* name;
  std::uint32_t pages;
  std::size_t signatures;
  PictureCoding coding;
  double dpi;
};
const Sample kSamples[] = {{"doc-1.pdf", 10, 2, PictureCoding::ccitt_g4, 300},
                           {"doc-2.pdf", 4, 2, PictureCoding::jpeg, 300},
                           {"doc-3.pdf", 3, 1, PictureCoding::ccitt_g4, 200},
                           {"doc-4.pdf", 4, 1, PictureCoding::jbig2, 200}};

TEST_F(SampleDocuments, HaveTheirPagesAndSignatures) {
  for (const Sample& sample : kSamples) {
    const auto opened = reader_->open(kFolder / sample.name, sample.name, settings_);
    ASSERT_TRUE(opened) << to_string(opened.error());
    EXPECT_EQ(opened->page_count, sample.pages) << sample.name;
    EXPECT_EQ(opened->signatures.size(), sample.signatures) << sample.name;
    for (const SignatureNote& signature : opened->signatures) {
      EXPECT_EQ(signature.page, 1) << sample.name;
      EXPECT_TRUE(signature.visible) << sample.name;
    }
  }
}

TEST_F(SampleDocuments, GiveTheirScansByteByByte) {
  for (const Sample& sample : kSamples) {
    for (std::uint32_t p = 0; p < sample.pages; ++p) {
      const auto page = page_of(sample.name, p);
      ASSERT_TRUE(page) << to_string(page.error());
      EXPECT_EQ(page->origin, PageOrigin::scan);
      ASSERT_FALSE(page->pictures.empty());
      const PlacedPicture& base = page->pictures[0];
      EXPECT_EQ(base.role, PictureRole::base);
      const bool colour_page = std::string(sample.name) == "doc-1.pdf" && p == 9;
      EXPECT_EQ(base.picture.coding, colour_page ? PictureCoding::jpeg : sample.coding);
      EXPECT_EQ(blobs_.at(base.picture.data), embedded(sample.name, p)) << sample.name << p;
      EXPECT_EQ(base.picture.size, page->raster.size());
      EXPECT_NEAR(page->raster.resolution().x.value, sample.dpi, 1) << sample.name << p;
      EXPECT_NEAR(page->raster.resolution().y.value, sample.dpi, 1) << sample.name << p;
      EXPECT_EQ(page->jbig2_lossy, sample.coding == PictureCoding::jbig2);
      const SizePx size = page->raster.size();
      EXPECT_EQ(page->crop, (BoxPx{0, 0, size.width, size.height})) << sample.name << p;
    }
  }
}

TEST_F(SampleDocuments, ShowTheMarksOfTheirSignaturesApart) {
  for (const Sample& sample : kSamples) {
    const auto page = page_of(sample.name, 0);
    ASSERT_TRUE(page) << to_string(page.error());
    ASSERT_EQ(page->pictures.size(), 1 + sample.signatures) << sample.name;
    EXPECT_EQ(page->own_text.size(), sample.signatures) << sample.name;
    for (std::size_t i = 1; i < page->pictures.size(); ++i) {
      EXPECT_EQ(page->pictures[i].role, PictureRole::signature_appearance);
      EXPECT_TRUE(page->pictures[i].soft_mask.has_value());
    }
    std::size_t with_text = 0;
    for (const Region& region : page->own_text) {
      EXPECT_EQ(region.kind, RegionKind::signature_overlay);
      EXPECT_EQ(region.source, "pdf");
      EXPECT_FALSE(region.box.empty());
      EXPECT_NE(region.illegible, !region.lines.empty());
      with_text += !region.lines.empty();
    }
    EXPECT_GE(with_text, 1u) << sample.name;
  }
}

}  // namespace
}  // namespace sogoc::test
