#include "workers/image/flattener.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/page_painter.hpp"
#include "tests/support/photographed_page.hpp"
#include "tests/support/turned_page.hpp"
#include "tests/unit/image/straightened.hpp"
#include "workers/image/opencv_bridge.hpp"
#include "workers/image/paper_network_private.hpp"
#include "workers/image/photograph_private.hpp"

namespace sogoc::test {
namespace {

class Blobs final : public BlobSink {
 public:
  Result<Sha256> put(std::span<const std::uint8_t>) override {
    ++count;
    return Sha256{};
  }
  Result<Sha256> put_file(const std::filesystem::path&) override { return Sha256{}; }
  int count = 0;
};

std::optional<PhotographedPage> flattened(const PageImage& picture, const std::string& profile = "standard") {
  Blobs blobs;
  ReadingSettings settings;
  settings.profile = profile;
  const auto flattener = make_flattener([](const PageImage&) -> Result<std::vector<std::uint8_t>> { return std::vector<std::uint8_t>{1}; },
                                         [] { return find_network_file(kPaperNetwork); });
  auto answer = flattener->flatten(decoded(picture), settings, blobs).value();
  EXPECT_EQ(blobs.count, answer && answer->flat ? 1 : 0);
  return answer;
}

PageImage printed_page() {
  auto page = PagePainter::a4(150);
  return page.text(page.inside_margins()).colour();
}

double worst_corner(const PhotographedPage& page, const Photographed& photo) {
  const Flattening& flat = *page.flattening;
  const double w = flat.size.width, h = flat.size.height;
  const std::array<PointPx, 4> places{PointPx{0, 0}, {w, 0}, {w, h}, {0, h}};
  double side = 1e9, worst = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const PointPx a = photo.corners[i], b = photo.corners[(i + 1) % 4];
    side = std::min(side, std::hypot(a.x - b.x, a.y - b.y));
    const PointPx found = flat.on_master(places[i]);
    worst = std::max(worst, std::hypot(found.x - a.x, found.y - a.y));
  }
  return 100 * worst / side;
}

// How far places of the page lie from where the map says, in % of its width.
double worst_place(const PhotographedPage& page, const Photographed& photo) {
  const Flattening& flat = *page.flattening;
  double worst = 0;
  for (std::size_t row = 0; row < 5; ++row)
    for (std::size_t column = 0; column < 5; ++column) {
      const PointPx found = flat.on_flat(photo.places[row][column]);
      const double dx = found.x - flat.size.width * double(column) / 4, dy = found.y - flat.size.height * double(row) / 4;
      worst = std::max(worst, std::hypot(dx, dy) / flat.size.width * 100);
    }
  return worst;
}

bool has(const std::vector<std::string>& list, const std::string& word) { return std::count(list.begin(), list.end(), word) > 0; }

TEST(Flattener, FindsTheCornersOfATiltedPageWithinOneHundredthOfItsSide) {
  for (const double towards : {20.0, 110.0, 200.0, 290.0}) {
    Shot shot;
    shot.tilt_towards = towards;
    const Photographed photo = photographed(printed_page(), 150, shot);
    const auto page = flattened(photo.picture);
    ASSERT_TRUE(page && page->flattening) << towards;
    EXPECT_LT(worst_corner(*page, photo), 1.0) << towards;
    EXPECT_LT(worst_place(*page, photo), 0.6) << towards;
    EXPECT_TRUE(has(page->findings, "photograph"));
    EXPECT_TRUE(page->doubts.empty());
    // A4: as 1 to the root of 2.
    EXPECT_NEAR(double(page->flat->raster.size().height) / page->flat->raster.size().width, std::sqrt(2.0), 0.003);
  }
}

TEST(Flattener, LaysABentPageFlatOverItsWholeArea) {
  for (const double bend : {6.0, 14.0}) {
    Shot shot;
    shot.bend_mm = bend;
    const Photographed photo = photographed(printed_page(), 150, shot);
    const auto page = flattened(photo.picture);
    ASSERT_TRUE(page && page->flattening) << bend;
    EXPECT_LT(worst_corner(*page, photo), 1.0) << bend;
    EXPECT_LT(worst_place(*page, photo), 1.0) << bend;
  }
}

TEST(Flattener, FindsWhitePaperOnATableThatIsNearlyAsLight) {
  Shot shot;
  shot.table = 185;
  const Photographed photo = photographed(printed_page(), 150, shot);
  const auto page = flattened(photo.picture);
  ASSERT_TRUE(page && page->flattening);
  EXPECT_LT(worst_corner(*page, photo), 1.0);
}

TEST(Flattener, SaysThatAPageLeavesThePictureAndOnWhichSide) {
  Shot shot;
  shot.fill = 0.85;
  shot.tilt_degrees = 10;
  shot.tilt_towards = 0;  // both lower corners are lost, the sides lean
  shot.roll_degrees = 1;
  shot.shift_y = 0.17;
  const Photographed photo = photographed(printed_page(), 150, shot);
  ASSERT_GT(photo.corners[2].y, 2000);
  ASSERT_GT(photo.corners[3].y, 2000);
  const auto page = flattened(photo.picture);
  ASSERT_TRUE(page && page->flattening);
  EXPECT_TRUE(has(page->findings, "cut_bottom"));
  EXPECT_TRUE(has(page->doubts, "the page is not wholly in the photograph"));
  const PointPx corner = page->flattening->on_master(PointPx{0, 0});
  EXPECT_LT(std::hypot(corner.x - photo.corners[0].x, corner.y - photo.corners[0].y), 15);
}

TEST(Flattener, ReportsGlareWhereItIs) {
  Shot shot;
  shot.glare = true;
  const Photographed photo = photographed(printed_page(), 150, shot);
  const auto page = flattened(photo.picture);
  ASSERT_TRUE(page);
  ASSERT_TRUE(has(page->findings, "glare"));
  const PointPx middle = photo.places[2][2];
  EXPECT_TRUE(std::any_of(page->places.begin(), page->places.end(), [&](const QualityPlace& place) {
    return place.finding == "glare" && place.box.left < middle.x && middle.x < place.box.right && place.box.top < middle.y && middle.y < place.box.bottom;
  }));
  const auto without = flattened(photographed(printed_page(), 150, {}).picture);
  EXPECT_FALSE(has(without->findings, "glare"));
  EXPECT_FALSE(has(without->findings, "shadow"));
}

TEST(Flattener, LeavesScansAlone) {
  auto yellow = PagePainter::a4(150, {225, 205, 160});
  yellow.text(yellow.inside_margins());
  auto sealed = PagePainter::a4(150);
  sealed.text(sealed.inside_margins()).seal({600, 1200});
  auto framed = PagePainter::a4(150);  // a form with a frame, which is no edge of paper
  framed.rectangle({100, 100, 1140, 104}).rectangle({100, 1640, 1140, 1644}).rectangle({100, 100, 104, 1644}).rectangle({1136, 100, 1140, 1644});
  auto fold = PagePainter::a4(150);
  fold.text(fold.inside_margins()).fold(0, 120, 0.5);
  for (const PageImage& scan : {printed_page(), yellow.colour(), sealed.colour(), framed.colour(), fold.gray(), fold.bilevel()})
    EXPECT_FALSE(flattened(scan));
}

TEST(Flattener, LeavesAScanOnABlackLidAloneHoweverItLies) {
  auto lid = PagePainter({1600, 2100}, 150, {238, 236, 230});  // the painter only darkens: the lid is drawn around the page
  constexpr Colour kLid{12, 12, 12};
  lid.rectangle({0, 0, 1600, 170}, kLid).rectangle({0, 1924, 1600, 2100}, kLid);
  lid.rectangle({0, 0, 180, 2100}, kLid).rectangle({1420, 0, 1600, 2100}, kLid);
  lid.text({300, 300, 1300, 1800});
  for (const double turn : {0.0, 2.0, 6.5}) EXPECT_FALSE(flattened(turned_page(lid.colour(), Degrees{turn}))) << turn;
}

TEST(Flattener, SaysWhenItWasAskedForAPageThatIsNotThere) {
  auto empty = PagePainter({900, 1200}, 100, {128, 120, 110});
  empty.specks(900);
  EXPECT_FALSE(flattened(empty.colour()));
  const auto page = flattened(empty.colour(), "photo");
  ASSERT_TRUE(page);
  EXPECT_FALSE(page->flat);
  EXPECT_TRUE(has(page->findings, "page_not_found"));
  EXPECT_FALSE(page->doubts.empty());
}

TEST(Flattener, SaysUnaskedWhenNoPageIsFoundAmongThePatternsOfATableCloth) {
  auto cloth = PagePainter({1500, 2000}, 150, {236, 233, 228});
  for (int y = 0; y < 2000; y += 160)
    for (int x = y / 160 % 2 * 80; x < 1500; x += 160) cloth.rectangle({x, y, std::min(1500, x + 80), std::min(2000, y + 80)}, {96, 130, 88});
  const auto page = flattened(cloth.colour());
  ASSERT_TRUE(page);
  EXPECT_FALSE(page->flat) << "nothing is cut off";
  EXPECT_TRUE(has(page->findings, "page_not_found"));
  EXPECT_FALSE(page->doubts.empty());
}

// The middle of a picture, in light that falls off as a camera sees it.
PageImage close_look(const PageImage& picture, SizePx size) {
  const int left = (picture.size().width - size.width) / 2, top = (picture.size().height - size.height) / 2;
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width * 3; ++x)
      pixels.push_back(static_cast<std::uint8_t>(picture.row(top + y)[static_cast<std::size_t>(left * 3 + x)] * (1 - 0.25 * y / size.height)));
  return PageImage::create(size, PixelFormat::rgb8, {}, std::move(pixels)).value();
}

// A camera so close that the paper's edge is nowhere in its picture: the frame of a form is no edge of it, and what lies outside of the
// frame must not be cut off.
TEST(Flattener, RefusesAPrintedFrameAsTheEdgeOfThePaper) {
  for (const int thick : {3, 8})
    for (const double turn : {0.0, 3.0, -8.0}) {
      auto form = PagePainter({2600, 3200}, 150, {226, 222, 212});
      const BoxPx frame{760, 820, 1840, 2380};
      form.text({820, 900, 1780, 2300});
      form.rectangle({frame.left, frame.top, frame.right, frame.top + thick}).rectangle({frame.left, frame.bottom - thick, frame.right, frame.bottom});
      form.rectangle({frame.left, frame.top, frame.left + thick, frame.bottom}).rectangle({frame.right - thick, frame.top, frame.right, frame.bottom});
      const PageImage whole_form = form.colour();
      const auto page = flattened(close_look(turn == 0.0 ? whole_form : turned_page(whole_form, Degrees{turn}), {1500, 2000}), "photo");
      ASSERT_TRUE(page);
      EXPECT_FALSE(page->flat) << thick << " " << turn;
      EXPECT_TRUE(has(page->findings, "page_not_found")) << "and it is said";
    }
}

TEST(Flattener, StandsTinyAndStrangePictures) {
  for (const SizePx size : {SizePx{1, 1}, {2, 3000}, {3000, 2}, {17, 19}, {401, 401}}) {
    for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::rgb8}) {
      std::vector<std::uint8_t> pixels(PageImage::stride_of(size.width, format) * static_cast<std::size_t>(size.height));
      for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 2654435761u >> 24);
      const PageImage picture = PageImage::create(size, format, {}, std::move(pixels)).value();
      for (const char* profile : {"standard", "photo"}) (void)flattened(picture, profile);
    }
  }
}

// A folder with a manifest that names a network and its digest truly, whatever the network is.
NetworkFile network_of(const std::string& bytes) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / ("sogoc-paper-" + std::to_string(::getpid()) + ".onnx");
  std::ofstream(file) << bytes;
  return {"paper", "test", file};
}

TEST(Flattener, WithoutItsNetworkReadsScansAndRefusesPhotographsWithASentence) {
  Blobs blobs;
  const auto flattener = make_flattener([](const PageImage&) -> Result<std::vector<std::uint8_t>> { return std::vector<std::uint8_t>{1}; },
                                        [] { return load_network_file("/nonexistent", kPaperNetwork); });
  EXPECT_TRUE(flattener->flatten(decoded(printed_page()), {}, blobs)) << "a flat scan does not ask for it";
  const auto refused = flattener->flatten(decoded(photographed(printed_page(), 150, {}).picture), {}, blobs);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::missing_model);
  EXPECT_NE(refused.error().message.find("SOGOC_PAPER"), std::string::npos);
}

TEST(Flattener, RefusesANetworkThatOpencvCannotTake) {
  const auto refused = image::PaperNetwork::create(network_of("no network"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
}

TEST(Photograph, IsDeniedForAFlatScanAtAGlance) {
  auto page = PagePainter::a4(300);
  const PageImage scan = page.text(page.inside_margins()).colour();
  const std::clock_t start = std::clock();
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(image::may_be_photograph(image::view_of(scan)));
  const double ms = 100.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  EXPECT_LT(ms, 10);
}

}  // namespace
}  // namespace sogoc::test
