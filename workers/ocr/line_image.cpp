#include "workers/ocr/line_image.hpp"

#include <algorithm>
#include <cmath>

namespace sogoc::ocr {
namespace {

// How much each source sample gives to each target sample: a triangle as wide as the step, so that
// scaling down averages and scaling up interpolates, widened by the smoothing.
struct Taps {
  int first = 0;
  std::vector<float> weight;
};

std::vector<Taps> resampling(int source, int target, double offset, double scale,
                             double smoothing) {
  std::vector<Taps> taps(static_cast<std::size_t>(target));
  const double reach = std::max(1.0, 1.0 / scale) + smoothing;
  for (int i = 0; i < target; ++i) {
    const double centre = (i + 0.5) / scale + offset - 0.5;
    const int first = std::max(0, static_cast<int>(std::ceil(centre - reach)));
    const int last = std::min(source - 1, static_cast<int>(std::floor(centre + reach)));
    Taps& t = taps[static_cast<std::size_t>(i)];
    t.first = first;
    // The whole triangle counts, so that what lies outside the source is paper.
    double all = 0;
    for (int s = static_cast<int>(std::ceil(centre - reach)); s <= centre + reach; ++s) {
      all += 1 - std::abs(s - centre) / reach;
    }
    for (int s = first; s <= last; ++s) {
      t.weight.push_back(static_cast<float>((1 - std::abs(s - centre) / reach) / all));
    }
  }
  return taps;
}

}  // namespace

LineImage draw_line(const std::vector<std::uint8_t>& gray, const Ink& ink, const InkLine& line,
                    const LineStyle& style) {
  LineImage image;
  const BoxPx& box = line.box;
  if (box.empty() || box.width() > 40'000) return image;

  // Darkness of the line's own ink with its soft edge, columns shifted so that it runs level.
  constexpr int kEdge = 2;
  const double middle_x = box.width() / 2.0;
  const auto shift = [&](int x) {
    return static_cast<int>(std::lround(line.slope * (x - box.left - middle_x)));
  };
  const int lean = std::abs(shift(box.left)) + std::abs(shift(box.right));
  const int width = box.width() + 2 * kEdge;
  const int tall = box.height() + 2 * kEdge + 2 * lean;
  std::vector<std::uint8_t> own(static_cast<std::size_t>(width) * static_cast<std::size_t>(tall));
  std::vector<std::uint8_t> dark(own.size());
  const auto index = [&](int x, int y) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
           static_cast<std::size_t>(x);
  };
  int top = tall, bottom = 0;
  for (const std::size_t c : line.components) {
    const Component& component = ink.components[c];
    for (std::size_t r = component.first_run; r < component.first_run + component.run_count; ++r) {
      const Run& run = ink.runs[r];
      if (run.y < line.clip_top || run.y >= line.clip_bottom) continue;
      for (int x = run.left; x < run.right; ++x) {
        const int row = run.y - box.top + kEdge + lean - shift(x);
        if (row < kEdge || row >= tall - kEdge) continue;
        top = std::min(top, row), bottom = std::max(bottom, row + 1);
        const int column = x - box.left + kEdge;
        for (int dy = -1; dy <= 1; ++dy) {
          for (int dx = -1; dx <= 1; ++dx) {
            own[index(column + dx, row + dy)] = 1;
          }
        }
      }
    }
  }
  if (top >= bottom) return image;
  for (int y = 0; y < tall; ++y) {
    for (int x = 0; x < width; ++x) {
      if (!own[index(x, y)]) continue;
      const int page_x = x + box.left - kEdge;
      const int page_y = y + box.top - kEdge - lean + shift(page_x);
      if (page_x < 0 || page_y < 0 || page_x >= ink.size.width || page_y >= ink.size.height)
        continue;
      dark[index(x, y)] = static_cast<std::uint8_t>(
          255 - gray[static_cast<std::size_t>(page_y) * static_cast<std::size_t>(ink.size.width) +
                     static_cast<std::size_t>(page_x)]);
    }
  }

  const double margin = style.margin * (bottom - top);
  image.height = style.height;
  const double side = style.side * (bottom - top);
  const double scale_down = style.height / ((bottom - top) + 2 * margin);
  image.scale = scale_down * style.stretch;
  image.width = std::max(3, static_cast<int>(std::ceil((width + 2 * side) * image.scale)));
  image.left = box.left - kEdge - side;
  const auto across = resampling(width, image.width, -side, image.scale, style.smoothing);
  const auto down = resampling(tall, image.height, top - margin, scale_down, style.smoothing);
  std::vector<float> narrow(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(tall));
  for (int y = 0; y < tall; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const Taps& taps = across[static_cast<std::size_t>(x)];
      float sum = 0;
      const std::uint8_t* in = &dark[index(0, y)] + taps.first;
      for (std::size_t k = 0; k < taps.weight.size(); ++k) {
        sum += taps.weight[k] * static_cast<float>(in[k]);
      }
      narrow[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) +
             static_cast<std::size_t>(x)] = sum;
    }
  }
  image.gray.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height));
  std::vector<float> row(static_cast<std::size_t>(image.width));
  for (int y = 0; y < image.height; ++y) {
    const Taps& taps = down[static_cast<std::size_t>(y)];
    std::fill(row.begin(), row.end(), 0.0f);
    for (std::size_t k = 0; k < taps.weight.size(); ++k) {
      const float* in = &narrow[(static_cast<std::size_t>(taps.first) + k) *
                                static_cast<std::size_t>(image.width)];
      for (std::size_t x = 0; x < row.size(); ++x) row[x] += taps.weight[k] * in[x];
    }
    std::uint8_t* out =
        &image.gray[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width)];
    for (std::size_t x = 0; x < row.size(); ++x) {
      out[x] = static_cast<std::uint8_t>(255 - std::clamp(static_cast<int>(row[x] + 0.5f), 0, 255));
    }
  }
  return image;
}

}  // namespace sogoc::ocr
