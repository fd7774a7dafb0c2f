#include <cmath>

#include <gtest/gtest.h>

#include "workers/ocr/line_finder.hpp"
#include "workers/ocr/line_image.hpp"
#include "workers/ocr/page_marks.hpp"
#include "workers/ocr/text_normalizer.hpp"

namespace sogoc::ocr {
namespace {

constexpr int kWidth = 1200, kHeight = 800;

struct Drawing {
  std::vector<std::uint8_t> gray = std::vector<std::uint8_t>(kWidth * kHeight, 250);
  void box(int left, int top, int right, int bottom) {
    for (int y = top; y < bottom; ++y) {
      for (int x = left; x < right; ++x) gray[static_cast<std::size_t>(y * kWidth + x)] = 10;
    }
  }
  void text(int left, int baseline, int letters) {
    for (int i = 0; i < letters; ++i)
      box(left + 30 * i, baseline - 26, left + 30 * i + 20, baseline);
  }
  [[nodiscard]] PageImage page() const {
    return *PageImage::create({kWidth, kHeight}, PixelFormat::gray8, {}, gray);
  }
};

TEST(Ink, OfAnEmptyImageIsNothing) { EXPECT_TRUE(find_ink(PageImage(), 300).components.empty()); }

TEST(Ink, AWhitePageHasNone) { EXPECT_TRUE(find_ink(Drawing().page(), 300).components.empty()); }

TEST(Ink, RuledLinesAreNoComponents) {
  Drawing drawing;
  drawing.text(100, 200, 10);
  drawing.box(100, 230, 700, 233);
  const Ink ink = find_ink(drawing.page(), 300);
  EXPECT_EQ(ink.components.size(), 10u);
  ASSERT_EQ(ink.rules.size(), 1u);
  EXPECT_TRUE(ink.rules[0].horizontal);
}

TEST(Ink, OfTheCrossingsOfAGridIsNone) {
  Drawing drawing;
  for (int x : {100, 400, 700}) drawing.box(x, 100, x + 4, 404);
  for (int y : {100, 250, 400}) drawing.box(100, y, 704, y + 4);
  const Ink ink = find_ink(drawing.page(), 300);
  EXPECT_TRUE(ink.components.empty());
  ASSERT_EQ(ink.rules.size(), 6u);  // whole ones, though each is crossed
  for (const Rule& rule : ink.rules)
    EXPECT_GE(rule.horizontal ? rule.box.width() : rule.box.height(), 290);
  EXPECT_EQ(find_marks(ink, find_lines(ink)).tables.size(), 1u);
}

TEST(Ink, LighterThanPrintLeavesThePrintAlone) {
  Drawing drawing;
  drawing.text(100, 200, 12);
  Drawing sealed = drawing;  // a grey ring, 320 pixels wide, over the last letters
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const double r = std::hypot(x - 480, y - 200);
      std::uint8_t& pixel = sealed.gray[static_cast<std::size_t>(y * kWidth + x)];
      if (r < 160 && r > 148 && pixel > 100) pixel = 110;
    }
  const Ink ink = find_ink(sealed.page(), 300);
  EXPECT_EQ(ink.components.size(), 12u);
  for (const Component& c : ink.components) EXPECT_LT(c.box.width(), 32);
  EXPECT_FALSE(ink.faint.empty());
  EXPECT_TRUE(find_ink(drawing.page(), 300).faint.empty());
}

TEST(LineFinder, KeepsColumnsApartAndMarksWithTheirLetters) {
  Drawing drawing;
  drawing.text(100, 200, 8);
  drawing.text(700, 200, 10);
  drawing.text(100, 280, 8);
  drawing.text(700, 280, 10);
  drawing.box(104, 162, 116, 169);  // over the first letter of the first line
  const PageLines found = find_lines(find_ink(drawing.page(), 300));
  ASSERT_EQ(found.lines.size(), 4u);
  std::size_t marks = 0;
  for (const InkLine& line : found.lines) {
    marks += line.components.size() - line.letters;
    EXPECT_LT(line.core.width(), 320);
  }
  EXPECT_EQ(marks, 1u);
}

TEST(LineFinder, ANearlyBlankPageHasNoLines) {
  EXPECT_TRUE(find_lines(find_ink(Drawing().page(), 300)).lines.empty());
}

TEST(LineImage, HasTheNetworksHeightAndMapsBack) {
  Drawing drawing;
  drawing.text(100, 200, 12);
  const PageImage page = drawing.page();
  const Ink ink = find_ink(page, 300);
  const PageLines found = find_lines(ink);
  ASSERT_EQ(found.lines.size(), 1u);
  const LineImage image = draw_line(gray_pixels(page), ink, found.lines[0], {});
  EXPECT_EQ(image.height, 36);
  EXPECT_EQ(image.gray.size(), static_cast<std::size_t>(image.width) * 36);
  EXPECT_NEAR(image.page_x(image.width / 2.0), 275, 6);
}

TEST(PageMarks, AFrameIsAStampAndARingIsASeal) {
  Drawing drawing;
  drawing.text(300, 100, 20);
  for (int i = 0; i < 2; ++i) {
    drawing.box(100, 200 + i * 150, 500, 203 + i * 150);
    drawing.box(100 + i * 397, 200, 103 + i * 397, 353);
  }
  drawing.text(150, 280, 6);
  for (int y = 350; y < 770; ++y) {
    for (int x = 700; x < 1120; ++x) {
      const int d = (x - 910) * (x - 910) + (y - 560) * (y - 560);
      if (d < 205 * 205 && d > 190 * 190) drawing.box(x, y, x + 1, y + 1);
    }
  }
  const Ink ink = find_ink(drawing.page(), 300);
  const PageMarks marks = find_marks(ink, find_lines(ink));
  EXPECT_EQ(marks.frames.size(), 1u);
  EXPECT_EQ(marks.seals.size(), 1u);
}

TEST(TextNormalizer, ComposesAndNeverFails) {
  EXPECT_EQ(to_nfc("quye\xCC\x82\xCC\x81t"), "quyết");
  EXPECT_EQ(to_nfc(""), "");
  EXPECT_FALSE(to_nfc("\xFFx").empty());
}

}  // namespace
}  // namespace sogoc::ocr
