#include "workers/layout/sheet_number.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <opencv2/core.hpp>

#include "workers/layout/page_number.hpp"
#include "workers/layout/pixels_bridge.hpp"

namespace sogoc::layout {
namespace {

constexpr double kMarginMm = 25;      // a strip at the upper and at the lower edge
constexpr double kSure = 0.9;         // less is unknown
constexpr double kReadingDpi = 200;   // more shows no more of a number
constexpr int kDark = 150, kFewDark = 12;  // a zone without ink costs nothing

struct Zone {
  const char* place;
  bool top;
  double from, to;  // shares of the width
};
// Stamped and written numbers of sheets stand at the right; printed ones of pages in the middle.
constexpr std::array kZones = {Zone{"top right", true, 0.70, 1}, Zone{"top middle", true, 0.32, 0.68}, Zone{"top left", true, 0, 0.30},
                               Zone{"bottom middle", false, 0.32, 0.68}, Zone{"bottom right", false, 0.70, 1}, Zone{"bottom left", false, 0, 0.30}};

bool has_ink(const cv::Mat& gray) {
  int dark = 0;
  for (int y = 0; y < gray.rows && dark < kFewDark; y += 2)
    for (int x = 0; x < gray.cols && dark < kFewDark; x += 2) dark += gray.at<std::uint8_t>(y, x) < kDark;
  return dark >= kFewDark;
}

}  // namespace

Result<std::optional<SheetNumber>> read_sheet_number(const PageImage& picture, double dpi, LineReader& lines) {
  using Nothing = std::optional<SheetNumber>;
  const SizePx size = picture.size();
  const int height = static_cast<int>(kMarginMm / 25.4 * dpi);
  if (dpi <= 0 || height < 20 || 3 * height > size.height || size.width < 100) return Nothing{};
  const double reduction = std::max(1.0, dpi / kReadingDpi);
  const PageWords no_words{std::vector<PlacedWord>()};
  for (const Zone& zone : kZones) {
    const int left = static_cast<int>(zone.from * size.width), right = static_cast<int>(zone.to * size.width);
    const int top = zone.top ? 0 : size.height - height;
    const PageImage cut = page_image(channels_of(picture, {left, top, right, top + height}), picture.resolution());
    const cv::Mat gray = reduced_gray(cut, reduction);
    if (!has_ink(gray)) continue;
    const PageImage strip = page_image(gray, {});
    const double strip_dpi = dpi / reduction;
    const SizePx at = strip.size();
    // The page proper lies beyond the strip.
    const BoxPx content = zone.top ? BoxPx{0, at.height - 1, at.width, at.height} : BoxPx{0, 0, at.width, 1};
    ValueReader values(strip, no_words, lines, strip_dpi);
    SOGOC_TRY(const FieldReading read, read_page_number(no_words, values, find_rulings(strip, strip_dpi).map, content, at, strip_dpi));
    if (read.state != ValueState::read || read.confidence.fraction() < kSure) continue;
    SheetNumber number{0, zone.place, read.confidence.fraction()};
    const auto parsed = std::from_chars(read.value.data(), read.value.data() + read.value.size(), number.number);
    if (parsed.ec == std::errc() && number.number > 0) return Nothing(number);
  }
  return Nothing{};
}

}  // namespace sogoc::layout
