// QR symbols on copies are read back by a stranger (zbar) from paper that was printed, scanned and
// worn.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/unit/copy_write/test_copies.hpp"
#include "tests/unit/copy_write/worn_paper.hpp"
#include "workers/copy_write/qr_symbol.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

// As long as a real one: base45 of what a copy's payload holds, with its signature.
std::string payload(std::size_t letters) {
  constexpr std::string_view kBase45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  std::string text = "SG1:";
  std::uint32_t state = 12345;
  while (text.size() < letters) {
    state = state * 1664525 + 1013904223;
    text += kBase45[(state >> 16) % kBase45.size()];
  }
  text.back() = 'Z';
  return text;
}

class PrintedSymbol : public ::testing::Test {
 protected:
  void print(const std::string& kind, const std::string& text) {
    CopyDraft draft = bench_.draft(kind);
    draft.qr_payload = text_ = text;
    const auto made = bench_.compose(draft);
    ASSERT_TRUE(made) << to_string(made.error());
    page_ = render_page(bench_.pdf(), static_cast<int>(made->pages), 300);
  }
  bool reads(const Wear& wear) {
    return symbols_in(worn(page_, wear)) == std::vector<std::string>{text_};
  }
  // The symbol's place at 300 dpi: everything dark that is not type, found by its corner marks.
  Wear with_stain(Wear wear, double share) {
    const auto symbol = qr_symbol(text_);
    const double module = std::clamp(38.0 / (symbol->modules + 8), 0.5, 0.8) / 25.4 * 300;
    wear.stain_side = module * symbol->modules;
    // The first row of a corner mark: seven dark modules in a line, at the left.
    for (int y = 0; y < page_.height; ++y)
      for (int x = 0; x < page_.width / 2; ++x) {
        int run = 0;
        while (x + run < page_.width && page_.pixels[static_cast<std::size_t>(y * page_.width + x + run)] < 100) ++run;
        if (std::abs(run - 7 * module) < 3 &&
            page_.pixels[static_cast<std::size_t>((y + static_cast<int>(module * 1.5)) * page_.width + x + static_cast<int>(module * 1.5))] > 200) {
          wear.stain_left = x;
          wear.stain_top = y;
          wear.stain_share = share;
          return wear;
        }
        x += run;
      }
    ADD_FAILURE() << "the symbol is not on the page";
    return wear;
  }
  CopyBench bench_;
  std::string text_;
  GrayPicture page_;
};

TEST_F(PrintedSymbol, IsReadInEveryKindThatCarriesOne) {
  for (const char* kind : {"register_copy", "certified_copy", "sao_y", "trich_sao", "reader_copy", "print_form"}) {
    CopyDraft draft = bench_.draft(kind);
    draft.qr_payload = payload(330);
    const auto made = bench_.compose(draft);
    ASSERT_TRUE(made) << to_string(made.error());
    bool found = false;
    for (std::uint32_t page = 1; page <= made->pages; ++page)
      for (const std::string& text : symbols_in(render_page(bench_.pdf(), static_cast<int>(page), 200)))
        found = found || text == draft.qr_payload;
    EXPECT_TRUE(found) << kind;
  }
}

TEST_F(PrintedSymbol, SurvivesPrintingScanningAndWear) {
  print("certified_copy", payload(330));
  for (const double skew : {0.0, 1.0, -3.0, 7.0, 45.0, 90.0, 180.0})
    EXPECT_TRUE(reads({.skew_degrees = skew, .blur_px = 0.7, .noise = 8})) << skew << " degrees";
  EXPECT_TRUE(reads({.contrast = 0.5, .jpeg_quality = 40})) << "half the contrast";
  EXPECT_TRUE(reads({.blur_px = 1.0, .noise = 12, .jpeg_quality = 50})) << "a worn glass";
  EXPECT_TRUE(reads({.dpi = 150, .blur_px = 0.5, .noise = 6})) << "a telephone";
  EXPECT_TRUE(reads({.skew_degrees = 2, .blur_px = 0.8, .noise = 10, .contrast = 0.5, .jpeg_quality = 50})) << "all at once";
  EXPECT_TRUE(reads(with_stain({.blur_px = 0.6, .noise = 6, .jpeg_quality = 60}, 0.06))) << "coffee over 6 %";
}

TEST_F(PrintedSymbol, IsNotReadWrongWhenItIsGone) {
  print("certified_copy", payload(330));
  EXPECT_TRUE(symbols_in(worn(page_, {.blur_px = 4})).empty());
  EXPECT_TRUE(symbols_in(worn(page_, with_stain({}, 0.4))).empty());
}

// Not a promise but a measurement: how far each kind of wear may go, at 200 dpi.
TEST_F(PrintedSymbol, HowFarItMayBeWorn) {
  for (const std::size_t letters : {330u, 600u}) {
    print("certified_copy", payload(letters));
    double blur = 0, noise = 0, stain = 0, contrast = 1, dpi = 300;
    while (blur < 4 && reads({.blur_px = blur + 0.1})) blur += 0.1;
    while (noise < 120 && reads({.blur_px = 0.5, .noise = noise + 4})) noise += 4;
    while (stain < 0.4 && reads(with_stain({}, stain + 0.01))) stain += 0.01;
    while (contrast > 0.05 && reads({.noise = 3, .contrast = contrast - 0.05})) contrast -= 0.05;
    while (dpi > 60 && reads({.dpi = dpi - 10})) dpi -= 10;
    const auto symbol = qr_symbol(text_);
    const std::string line = fmt::format(
        "{} letters, {} modules: blur {:.1f} px, noise {:.0f} levels, stain {:.0f} % of the area, contrast {:.0f} %, {:.0f} dpi",
        letters, symbol->modules, blur, noise, stain * 100, contrast * 100, dpi);
    std::printf("%s\n", line.c_str());
    EXPECT_GT(blur, 0.9) << line;
    EXPECT_GT(noise, 15) << line;
    EXPECT_LT(contrast, 0.5) << line;
    EXPECT_LE(dpi, 150) << line;
  }
}

TEST(QrSymbol, HasTheThreeCornerMarksAndNothingOutside) {
  const auto symbol = qr_symbol(payload(330));
  ASSERT_TRUE(symbol);
  EXPECT_EQ(symbol->modules % 4, 1);
  int corners = 0;
  for (const QrRun& run : symbol->runs) {
    EXPECT_GE(run.column, 0);
    EXPECT_LE(run.column + run.length, symbol->modules);
    if (run.length == 7 && (run.row == 0 || run.row == symbol->modules - 7) && (run.column == 0 || run.column == symbol->modules - 7)) ++corners;
  }
  EXPECT_EQ(corners, 3);
}

TEST(QrSymbol, RefusesWhatCannotBePrintedReadably) {
  EXPECT_FALSE(qr_symbol(""));
  EXPECT_FALSE(qr_symbol(std::string(1201, 'A')));
  EXPECT_FALSE(qr_symbol(std::string("a\0b", 3)));
  EXPECT_FALSE(qr_symbol(std::string(1200, 'a')));  // lower case: too many modules
  EXPECT_TRUE(qr_symbol(payload(900)));
}

}  // namespace
}  // namespace sogoc
