#include "workers/capture/cover_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include <zbar.h>

#include "pipeline/capture/cover.hpp"

namespace sogoc {
namespace {

constexpr double kReadingDpi = 150;       // modules of a cover are at least 0.9 mm: five pixels
constexpr double kNarrowMm = 2.0, kWideMm = 5.0;

struct Gray {
  int width = 0, height = 0;
  double dpi = kReadingDpi;
  std::vector<std::uint8_t> pixels;
};

// Blocks of the picture averaged to about the reading resolution.
Gray reduced(const PageImage& picture) {
  const double stated = picture.resolution().known() ? picture.resolution().x.value : picture.size().width / 8.27;
  const int step = std::max(1, static_cast<int>(std::lround(stated / kReadingDpi)));
  Gray gray;
  gray.width = picture.size().width / step;
  gray.height = picture.size().height / step;
  gray.dpi = stated / step;
  gray.pixels.resize(static_cast<std::size_t>(std::max(0, gray.width)) * static_cast<std::size_t>(std::max(0, gray.height)));
  std::vector<std::uint32_t> sums(static_cast<std::size_t>(gray.width));
  const auto block = static_cast<std::uint32_t>(step * step);
  for (int y = 0; y < gray.height; ++y) {
    std::fill(sums.begin(), sums.end(), 0);
    for (int dy = 0; dy < step; ++dy) {
      const auto row = picture.row(y * step + dy);
      for (int x = 0; x < gray.width; ++x)
        for (int dx = 0; dx < step; ++dx) {
          const auto at = static_cast<std::size_t>(x * step + dx);
          std::uint32_t value = 0;
          switch (picture.format()) {
            case PixelFormat::bit1: value = (row[at / 8] >> (7 - at % 8)) & 1 ? 0 : 255; break;
            case PixelFormat::gray8: value = row[at]; break;
            case PixelFormat::rgb8: value = (row[at * 3] * 77u + row[at * 3 + 1] * 150u + row[at * 3 + 2] * 29u) >> 8; break;
          }
          sums[static_cast<std::size_t>(x)] += value;
        }
    }
    for (int x = 0; x < gray.width; ++x)
      gray.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(gray.width) + static_cast<std::size_t>(x)] =
          static_cast<std::uint8_t>(sums[static_cast<std::size_t>(x)] / block);
  }
  return gray;
}

// Specks smoothed away, and every place as bright as its own paper: stains and shadows hide no symbol.
Gray evened(const Gray& gray) {
  const int block = std::max(4, static_cast<int>(5 * gray.dpi / 25.4));
  const int across = (gray.width + block - 1) / block, down = (gray.height + block - 1) / block;
  const auto at = [&](int x, int y) {
    return gray.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(gray.width) + static_cast<std::size_t>(x)];
  };
  Gray even = gray;
  for (int y = 1; y + 1 < gray.height; ++y)
    for (int x = 1; x + 1 < gray.width; ++x) {
      int sum = 0;
      for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx) sum += at(x + dx, y + dy);
      even.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(gray.width) + static_cast<std::size_t>(x)] = static_cast<std::uint8_t>(sum / 9);
    }
  std::vector<int> brightest(static_cast<std::size_t>(across) * static_cast<std::size_t>(down), 1);
  const auto paper_of = [&](int x, int y) -> int& {
    return brightest[static_cast<std::size_t>(y) * static_cast<std::size_t>(across) + static_cast<std::size_t>(x)];
  };
  for (int y = 0; y < gray.height; ++y)
    for (int x = 0; x < gray.width; ++x) {
      int& most = paper_of(x / block, y / block);
      most = std::max<int>(most, even.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(gray.width) + static_cast<std::size_t>(x)]);
    }
  for (int y = 0; y < gray.height; ++y)
    for (int x = 0; x < gray.width; ++x) {
      auto& pixel = even.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(gray.width) + static_cast<std::size_t>(x)];
      pixel = static_cast<std::uint8_t>(std::min(255, pixel * 230 / paper_of(x / block, y / block)));
    }
  return even;
}

struct FreeScanner {
  void operator()(zbar::zbar_image_scanner_t* scanner) const { zbar::zbar_image_scanner_destroy(scanner); }
};
struct FreeImage {
  void operator()(zbar::zbar_image_t* image) const { zbar::zbar_image_destroy(image); }
};

std::string symbol_in(const Gray& gray) {
  const std::unique_ptr<zbar::zbar_image_scanner_t, FreeScanner> scanner(zbar::zbar_image_scanner_create());
  zbar::zbar_image_scanner_set_config(scanner.get(), zbar::ZBAR_NONE, zbar::ZBAR_CFG_ENABLE, 0);
  zbar::zbar_image_scanner_set_config(scanner.get(), zbar::ZBAR_QRCODE, zbar::ZBAR_CFG_ENABLE, 1);
  const std::unique_ptr<zbar::zbar_image_t, FreeImage> image(zbar::zbar_image_create());
  zbar::zbar_image_set_format(image.get(), 0x30303859);  // "Y800": gray
  zbar::zbar_image_set_size(image.get(), static_cast<unsigned>(gray.width), static_cast<unsigned>(gray.height));
  zbar::zbar_image_set_data(image.get(), gray.pixels.data(), gray.pixels.size(), nullptr);
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
bool patch_in(const Gray& gray) {
  const auto at = [&](int x, int y) { return gray.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(gray.width) + static_cast<std::size_t>(x)] < 128; };
  const int step = std::max(1, static_cast<int>(gray.dpi / 25.4));  // a line each millimetre
  constexpr int kLines = 18;                                        // of a symbol that is 50 mm long
  for (const bool across : {true, false}) {
    const int lines = across ? gray.height : gray.width, length = across ? gray.width : gray.height;
    std::vector<std::pair<double, int>> chains;  // last middle, lines so far
    for (int line = 0; line < lines; line += step) {
      std::vector<double> middles;
      if (across)
        find_on_line(length, gray.dpi, [&](int i) { return at(i, line); }, middles);
      else
        find_on_line(length, gray.dpi, [&](int i) { return at(line, i); }, middles);
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
  const Gray gray = reduced(picture);
  if (gray.width < 50 || gray.height < 50) return "";
  if (std::string text = symbol_in(gray); !text.empty()) return text;
  const Gray even = evened(gray);
  if (std::string text = symbol_in(even); !text.empty()) return text;
  return patch_in(gray) || patch_in(even) ? std::string(kPatchT) : "";
}

}  // namespace sogoc
