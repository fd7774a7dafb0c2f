// Copied pages: the same bytes, the same picture, at the same size.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include <qpdf/QPDF.hh>

#include "tests/unit/copy_write/test_copies.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

// Raw bytes of every stream of a file, as they are stored.
std::set<std::string> streams_of(const std::filesystem::path& pdf) {
  QPDF file;
  file.processFile(pdf.c_str());
  std::set<std::string> all;
  for (QPDFObjectHandle object : file.getAllObjects())
    if (object.isStream()) {
      const auto bytes = object.getRawStreamData();
      all.emplace(reinterpret_cast<const char*>(bytes->getBuffer()), bytes->getSize());
    }
  return all;
}

// Raw bytes of what one page shows: its content and its pictures.
std::set<std::string> page_streams(const std::filesystem::path& pdf, std::size_t page) {
  QPDF file;
  file.processFile(pdf.c_str());
  QPDFObjectHandle dictionary = file.getAllPages().at(page);
  std::set<std::string> all;
  const auto add = [&](QPDFObjectHandle stream) {
    const auto bytes = stream.getRawStreamData();
    all.emplace(reinterpret_cast<const char*>(bytes->getBuffer()), bytes->getSize());
  };
  add(dictionary.getKey("/Contents"));
  QPDFObjectHandle drawn = dictionary.getKey("/Resources").getKey("/XObject");
  for (const std::string& name : drawn.getKeys()) add(drawn.getKey(name));
  return all;
}

class CopiedPage : public ::testing::Test {
 protected:
  // The copied page's picture inside the copy: where the source's pixels begin, by the least difference.
  static double difference(const GrayPicture& copy, const GrayPicture& source, int left, int top) {
    double sum = 0;
    for (int y = 0; y < source.height; ++y)
      for (int x = 0; x < source.width; ++x) {
        const auto at = static_cast<std::size_t>((y + top) * copy.width + x + left);
        sum += std::abs(int{copy.pixels[at]} - int{source.pixels[static_cast<std::size_t>(y * source.width + x)]});
      }
    return sum / (source.width * source.height);
  }
  CopyBench bench_;
};

TEST_F(CopiedPage, ItsStreamsAreTheSameBytes) {
  CopyDraft draft = bench_.draft("certified_copy");
  draft.images->pages = {1, 2};
  ASSERT_TRUE(bench_.compose(draft));
  const std::set<std::string> copy = streams_of(bench_.pdf());
  for (const std::size_t page : {0u, 1u}) {
    const std::set<std::string> wanted = page_streams(bench_.source_pdf(), page);
    EXPECT_GE(wanted.size(), 2u);
    for (const std::string& stream : wanted)
      EXPECT_TRUE(copy.contains(stream)) << "a stream of " << stream.size() << " bytes of page " << page + 1;
  }
}

TEST_F(CopiedPage, ItLooksAsItDidAtItsFullSizeAndNothingCoversIt) {
  ASSERT_TRUE(bench_.compose(bench_.draft("sao_y")));
  const GrayPicture source = render_page(bench_.source_pdf(), 1, 72);
  const GrayPicture copy = render_page(bench_.pdf(), 1, 72);
  ASSERT_EQ(copy.width, source.width) << "100 %";
  ASSERT_GT(copy.height, source.height) << "room was added around it";
  double least = 255;
  for (int top = 0; top + source.height <= copy.height; ++top)
    least = std::min(least, difference(copy, source, 0, top));
  EXPECT_LT(least, 2.0) << "places are rounded to pixels; ink that is covered would differ by more";
}

TEST_F(CopiedPage, AFrameIsDrawnAroundItsEntryAndSaidToBeOurs) {
  CopyDraft draft = bench_.draft("register_copy");
  draft.marks = {{1, 0.1, 0.6, 0.9, 0.7}};
  ASSERT_TRUE(bench_.compose(draft, "framed"));
  draft.marks = {{1, 0.1, 0.8, 0.9, 0.9}};
  ASSERT_TRUE(bench_.compose(draft, "lower"));
  draft.marks.clear();
  ASSERT_TRUE(bench_.compose(draft, "plain"));
  EXPECT_NE(text_of_pdf(bench_.pdf("framed")).find("Khung màu xanh"), std::string::npos);
  EXPECT_EQ(text_of_pdf(bench_.pdf("plain")).find("Khung màu xanh"), std::string::npos);
  const GrayPicture framed = render_page(bench_.pdf("framed"), 2, 72);
  const GrayPicture lower = render_page(bench_.pdf("lower"), 2, 72);
  ASSERT_EQ(framed.pixels.size(), lower.pixels.size());
  // Only pixels on one of the two frames differ.
  int differ = 0;
  for (int y = 0; y < framed.height; ++y)
    for (int x = 0; x < framed.width; ++x) {
      const auto at = static_cast<std::size_t>(y * framed.width + x);
      if (framed.pixels[at] == lower.pixels[at]) continue;
      ++differ;
      const double across = x / 595.28, down = y / 841.89;
      bool on_frame = false;
      for (const double edge : {0.1, 0.9}) on_frame = on_frame || std::abs(across - edge) < 0.008;
      for (const double edge : {0.6, 0.7, 0.8, 0.9}) on_frame = on_frame || std::abs(down - edge) < 0.006;
      ASSERT_TRUE(on_frame) << "pixel " << x << ", " << y;
    }
  EXPECT_GT(differ, 1500);
}

TEST_F(CopiedPage, AnIssuedCopyCanBePrintedWithItsSignatureBlock) {
  ASSERT_TRUE(bench_.compose(bench_.draft("sao_y"), "issued"));
  std::ifstream in(bench_.pdf("issued"), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const Sha256 digest = sha256_of(std::as_bytes(std::span(bytes.data(), bytes.size())));
  std::filesystem::copy(bench_.pdf("issued"), bench_.source_pdf().parent_path() / to_hex(digest));
  CopyDraft print = bench_.draft("print_form");
  print.images->source = digest;
  ASSERT_TRUE(bench_.compose(print, "print"));
  const std::string text = one_line(text_of_pdf(bench_.pdf("print")));
  EXPECT_NE(text.find("05-09-2026 14:03:22 +07:00"), std::string::npos) << "the block is shown: " << text;
  EXPECT_NE(text.find("chuyển đổi từ thông điệp dữ liệu sang văn bản giấy"), std::string::npos);
  EXPECT_EQ(qpdf_complaints(bench_.pdf("print")), "");
}

}  // namespace
}  // namespace sogoc
