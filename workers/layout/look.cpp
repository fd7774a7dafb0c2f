#include "workers/layout/look.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace sogoc::layout {

std::string look_of(const RidgeMap& map, const BoxPx& box) {
  if (map.width < 32 || map.height < 32) return {};
  const double r = map.reduction;
  const cv::Rect frame(0, 0, map.width, map.height);
  cv::Rect at(static_cast<int>(box.left / r), static_cast<int>(box.top / r),
              static_cast<int>(box.width() / r), static_cast<int>(box.height() / r));
  at &= frame;
  if (at.width < 32 || at.height < 32) at = frame;
  cv::Mat written(at.size(), CV_32F);
  for (int y = 0; y < at.height; ++y) {
    const std::size_t row =
        static_cast<std::size_t>(at.y + y) * static_cast<std::size_t>(map.width) +
        static_cast<std::size_t>(at.x);
    float* out = written.ptr<float>(y);
    for (int x = 0; x < at.width; ++x) {
      const std::size_t i = row + static_cast<std::size_t>(x);
      out[x] = map.ink[i] != 0 && map.ruled[i] == 0 ? 1.0F : 0.0F;
    }
  }
  if (cv::countNonZero(written) < 40) return {};
  // Densities on a coarse net, softened so that a small shift changes little.
  cv::Mat net, waves;
  cv::resize(written, net, {32, 32}, 0, 0, cv::INTER_AREA);
  cv::GaussianBlur(net, net, {3, 3}, 0.9);
  cv::dct(net, waves);
  std::array<float, 64> low{};
  for (int v = 0; v < 8; ++v)
    for (int u = 0; u < 8; ++u)
      low[static_cast<std::size_t>(v * 8 + u)] = waves.at<float>(v + 1, u + 1);
  std::array<float, 64> sorted = low;
  std::nth_element(sorted.begin(), sorted.begin() + 32, sorted.end());
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 64; ++i) bits |= std::uint64_t{low[i] > sorted[32] ? 1u : 0u} << i;
  return fmt::format("{:016x}", bits);
}

}  // namespace sogoc::layout
