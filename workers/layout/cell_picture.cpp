#include "workers/layout/cell_picture.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "workers/layout/pixels_bridge.hpp"

namespace sogoc::layout {
namespace {

double length(const PointPx& a, const PointPx& b) { return std::hypot(a.x - b.x, a.y - b.y); }

}  // namespace

PageImage cell_picture(const PageImage& page, const std::array<PointPx, 4>& corners, double inset) {
  const double width = std::max(length(corners[0], corners[1]), length(corners[3], corners[2]));
  const double height = std::max(length(corners[0], corners[3]), length(corners[1], corners[2]));
  const int w = static_cast<int>(width - 2 * inset), h = static_cast<int>(height - 2 * inset);
  if (w < 6 || h < 6 || w > 20'000 || h > 20'000) return {};
  double left = corners[0].x, top = corners[0].y, right = left, bottom = top;
  for (const PointPx& p : corners) {
    left = std::min(left, p.x);
    right = std::max(right, p.x);
    top = std::min(top, p.y);
    bottom = std::max(bottom, p.y);
  }
  const BoxPx around = intersection(
      {static_cast<int>(left) - 2, static_cast<int>(top) - 2, static_cast<int>(right) + 3,
       static_cast<int>(bottom) + 3},
      {0, 0, page.size().width, page.size().height});
  if (around.empty()) return {};
  const cv::Mat from = channels_of(page, around);
  const auto shifted = [&](const PointPx& p) {
    return cv::Point2f(static_cast<float>(p.x - around.left), static_cast<float>(p.y - around.top));
  };
  const auto i = static_cast<float>(inset);
  const cv::Point2f source[] = {shifted(corners[0]), shifted(corners[1]), shifted(corners[2]),
                                shifted(corners[3])};
  const auto fw = static_cast<float>(w), fh = static_cast<float>(h);
  const cv::Point2f target[] = {{-i, -i}, {fw + i, -i}, {fw + i, fh + i}, {-i, fh + i}};
  cv::Mat cut;
  cv::warpPerspective(from, cut, cv::getPerspectiveTransform(source, target), {w, h},
                      cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return page_image(cut, page.resolution());
}

PageImage cell_picture(const PageImage& page, const BoxPx& box) {
  const BoxPx inside = intersection(box, {0, 0, page.size().width, page.size().height});
  if (inside.width() < 6 || inside.height() < 6) return {};
  return page_image(channels_of(page, inside), page.resolution());
}

}  // namespace sogoc::layout
