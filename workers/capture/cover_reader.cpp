#include "workers/capture/cover_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include <zbar.h>

#include "pipeline/capture/cover.hpp"
#include "workers/image/small_gray.hpp"

namespace sogoc {
namespace {

constexpr double kReadingDpi = 125;       // about: modules of a cover are at least 0.9 mm, four pixels
constexpr double kNarrowMm = 2.0, kWideMm = 5.0;
constexpr double kPaperMm = 5;            // a place with paper in it, whatever is printed there

struct FreeScanner {
  void operator()(zbar::zbar_image_scanner_t* scanner) const { zbar::zbar_image_scanner_destroy(scanner); }
};
struct FreeImage {
  void operator()(zbar::zbar_image_t* image) const { zbar::zbar_image_destroy(image); }
};

// Looks at every `apart`th line of pixels.
std::string symbol_in(const PageImage& gray, int apart) {
  const std::unique_ptr<zbar::zbar_image_scanner_t, FreeScanner> scanner(zbar::zbar_image_scanner_create());
  zbar::zbar_image_scanner_set_config(scanner.get(), zbar::ZBAR_NONE, zbar::ZBAR_CFG_ENABLE, 0);
  zbar::zbar_image_scanner_set_config(scanner.get(), zbar::ZBAR_QRCODE, zbar::ZBAR_CFG_ENABLE, 1);
  for (const auto lines : {zbar::ZBAR_CFG_X_DENSITY, zbar::ZBAR_CFG_Y_DENSITY})
    zbar::zbar_image_scanner_set_config(scanner.get(), zbar::ZBAR_NONE, lines, apart);
  const std::unique_ptr<zbar::zbar_image_t, FreeImage> image(zbar::zbar_image_create());
  zbar::zbar_image_set_format(image.get(), 0x30303859);  // "Y800": gray
  zbar::zbar_image_set_size(image.get(), static_cast<unsigned>(gray.size().width), static_cast<unsigned>(gray.size().height));
  zbar::zbar_image_set_data(image.get(), gray.pixels().data(), gray.pixels().size(), nullptr);
  if (zbar::zbar_scan_image(scanner.get(), image.get()) <= 0) return "";
  for (const zbar::zbar_symbol_t* symbol = zbar::zbar_image_first_symbol(image.get()); symbol != nullptr; symbol = zbar::zbar_symbol_next(symbol)) {
    const std::string text(zbar::zbar_symbol_get_data(symbol), zbar::zbar_symbol_get_data_length(symbol));
    if (text != kPatchT && cover_in(text)) return text;
  }
  return "";
}

// Narrow, wide, narrow, wide with narrow gaps, in either direction, as one line across the page sees them. A skewed line stretches
// all alike, so only proportions count, within what the real sizes allow.
bool is_patch_t(const int* run, double dpi) {  // dark, light, dark, light, dark, light, dark
  const double px = dpi / 25.4;
  const auto is = [&](int length, double mm) { return length > 0.62 * mm * px && length < 1.5 * mm * px; };
  for (const int gap : {run[1], run[3], run[5]})
    if (!is(gap, kNarrowMm)) return false;
  const bool forward = is(run[0], kNarrowMm) && is(run[2], kWideMm) && is(run[4], kNarrowMm) && is(run[6], kWideMm);
  const bool backward = is(run[0], kWideMm) && is(run[2], kNarrowMm) && is(run[4], kWideMm) && is(run[6], kNarrowMm);
  if (!forward && !backward) return false;
  // Narrow and wide must stand clearly apart from each other.
  const int narrow = std::max(run[forward ? 0 : 2], run[forward ? 4 : 6]), wide = std::min(run[forward ? 2 : 0], run[forward ? 6 : 4]);
  return wide > 1.6 * narrow;
}

// Patterns that one line of pixels holds, by the place of their middle.
template <typename Pixel>
void find_on_line(int length, double dpi, Pixel pixel, std::vector<double>& middles) {
  std::array<int, 7> runs{};
  int run = 0, end = 0;
  bool dark = false;
  const auto close = [&](bool was_dark) {
    std::move(runs.begin() + 1, runs.end(), runs.begin());
    runs[6] = run;
    end += run;
    if (!was_dark || !is_patch_t(runs.data(), dpi)) return;
    int all = 0;
    for (const int one : runs) all += one;
    middles.push_back(end - all / 2.0);
  };
  for (int i = 0; i < length; ++i) {
    if (pixel(i) != dark && run > 0) {
      close(dark);
      run = 0;
    }
    dark = pixel(i);
    ++run;
  }
  close(dark);
}

// Enough lines beside each other that all see the pattern at the same place, moving by no more than the skew.
bool patch_in(const PageImage& gray, double dpi) {
  const std::uint8_t* pixels = gray.pixels().data();
  const std::size_t stride = gray.stride();
  const auto at = [&](int x, int y) { return pixels[static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x)] < 128; };
  const int step = std::max(1, static_cast<int>(dpi / 25.4));       // a line each millimetre
  constexpr int kLines = 18;                                        // of a symbol that is 50 mm long
  for (const bool across : {true, false}) {
    const int lines = across ? gray.size().height : gray.size().width, length = across ? gray.size().width : gray.size().height;
    std::vector<std::pair<double, int>> chains;  // last middle, lines so far
    for (int line = 0; line < lines; line += step) {
      std::vector<double> middles;
      if (across)
        find_on_line(length, dpi, [&](int i) { return at(i, line); }, middles);
      else
        find_on_line(length, dpi, [&](int i) { return at(line, i); }, middles);
      std::vector<std::pair<double, int>> next;
      for (const double middle : middles) {
        int longest = 0;
        for (const auto& [last, count] : chains)
          if (std::abs(last - middle) < step * 0.6 + 1) longest = std::max(longest, count);
        next.emplace_back(middle, longest + 1);
        if (longest + 1 >= kLines) return true;
      }
      // A speck may hide the pattern from a line: a chain survives one gap.
      for (const auto& [last, count] : chains)
        if (count > 1 && std::none_of(next.begin(), next.end(), [&, &last = last](const auto& one) { return std::abs(one.first - last) < step * 0.6 + 1; }))
          next.emplace_back(last, count - 1);
      chains = std::move(next);
    }
  }
  return false;
}

}  // namespace

std::string read_cover(const PageImage& picture) {
  const double stated = picture.resolution().known() ? picture.resolution().x.value : picture.size().width / 8.27;
  const int step = std::max(1, static_cast<int>(std::lround(stated / kReadingDpi)));
  const double dpi = stated / step;
  const PageImage gray = small_gray(picture, step);
  if (gray.size().width < 50 || gray.size().height < 50) return "";
  // A clean symbol shows on every second line: the middle of a finder pattern is three modules high.
  if (std::string text = symbol_in(gray, 2); !text.empty()) return text;
  const PageImage even = evened_gray(gray, std::max(4, static_cast<int>(kPaperMm * dpi / 25.4)));
  if (std::string text = symbol_in(even, 1); !text.empty()) return text;
  return patch_in(gray, dpi) || patch_in(even, dpi) ? std::string(kPatchT) : "";
}

}  // namespace sogoc
