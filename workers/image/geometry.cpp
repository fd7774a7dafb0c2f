#include "workers/image/geometry.hpp"

#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

namespace sogoc::image {
namespace {

Affine quarter_turn(SizePx size, int quarter_turns) {
  const double w = size.width, h = size.height;
  switch (quarter_turns) {
    case 1: return {0, -1, h, 1, 0, 0};
    case 2: return {-1, 0, w, 0, -1, h};
    case 3: return {0, 1, 0, -1, 0, w};
    default: return {};
  }
}

Affine shift(double x, double y) { return {1, 0, x, 0, 1, y}; }

bool is_whole(double value) { return std::abs(value - std::round(value)) < 1e-6; }

}  // namespace

Placement cropped(const Placement& placement, const BoxPx& box) {
  return {{box.width(), box.height()}, placement.from_master.then(shift(-box.left, -box.top))};
}

Placement with_square_pixels(const Placement& placement, Resolution resolution) {
  const double finest = std::max(resolution.x.value, resolution.y.value);
  const double stretch_x = finest / resolution.x.value, stretch_y = finest / resolution.y.value;
  const SizePx size{static_cast<int>(std::lround(placement.size.width * stretch_x)),
                    static_cast<int>(std::lround(placement.size.height * stretch_y))};
  // The exact factors of the whole-pixel size, so that the edges meet.
  const Affine stretch{double(size.width) / placement.size.width,   0, 0, 0,
                       double(size.height) / placement.size.height, 0};
  return {size, placement.from_master.then(stretch)};
}

Placement turned(const Placement& placement, int quarter_turns) {
  const SizePx size =
      quarter_turns % 2 == 0 ? placement.size : SizePx{placement.size.height, placement.size.width};
  return {size, placement.from_master.then(quarter_turn(placement.size, quarter_turns))};
}

Placement rotated(const Placement& placement, Degrees clockwise, const BoxPx& content) {
  const double radians = clockwise.clockwise * std::numbers::pi / 180.0;
  const double c = std::cos(radians), s = std::sin(radians);
  const double mid_x = placement.size.width / 2.0, mid_y = placement.size.height / 2.0;
  const Affine about_middle =
      shift(-mid_x, -mid_y).then(Affine{c, -s, 0, s, c, 0}).then(shift(mid_x, mid_y));
  const BoxPx page{0, 0, placement.size.width, placement.size.height};
  BoxPx canvas = content.empty() ? page : united(page, about_middle.apply(content));
  // What a turn pushes out by a hair's breadth stood at the very edge of the paper: no text.
  const int hair = placement.size.width / 200;
  const BoxPx wider{page.left - hair, page.top - hair, page.right + hair, page.bottom + hair};
  if (intersection(canvas, wider) == canvas) canvas = page;
  return {{canvas.width(), canvas.height()},
          placement.from_master.then(about_middle).then(shift(-canvas.left, -canvas.top))};
}

int quarter_turns_of(Degrees clockwise) {
  const auto quarters = static_cast<int>(std::lround(clockwise.clockwise / 90.0)) % 4;
  return quarters < 0 ? quarters + 4 : quarters;
}

bool moves_whole_pixels(const Affine& map) {
  const auto is_unit = [](double value) { return is_whole(value) && std::abs(value) < 1.5; };
  const double det = map.xx * map.yy - map.xy * map.yx;
  return is_unit(map.xx) && is_unit(map.xy) && is_unit(map.yx) && is_unit(map.yy) &&
         std::abs(std::abs(det) - 1) < 1e-6 && is_whole(map.x0) && is_whole(map.y0);
}

cv::Mat laid_out(const cv::Mat& master, const Placement& placement, const cv::Scalar& outside) {
  const Affine& map = placement.from_master;
  if (moves_whole_pixels(map)) {
    const BoxPx part =
        map.inverse().apply(BoxPx{0, 0, placement.size.width, placement.size.height});
    const BoxPx inside = intersection(part, {0, 0, master.cols, master.rows});
    if (part == inside) {
      const cv::Mat pixels = master(rect_of(part));
      cv::Mat turned_pixels;
      if (map.xx > 0.5 && map.yy > 0.5) return pixels;
      if (map.xx < -0.5)
        cv::rotate(pixels, turned_pixels, cv::ROTATE_180);
      else if (map.yx > 0.5)
        cv::rotate(pixels, turned_pixels, cv::ROTATE_90_CLOCKWISE);
      else
        cv::rotate(pixels, turned_pixels, cv::ROTATE_90_COUNTERCLOCKWISE);
      return turned_pixels;
    }
  }
  // OpenCV's pixel i has its middle at i, ours at i + 0.5.
  const Affine middles = shift(0.5, 0.5).then(map).then(shift(-0.5, -0.5));
  const cv::Mat matrix = (cv::Mat_<double>(2, 3) << middles.xx, middles.xy, middles.x0, middles.yx,
                          middles.yy, middles.y0);
  cv::Mat out;
  cv::warpAffine(master, out, matrix, {placement.size.width, placement.size.height},
                 cv::INTER_LINEAR, cv::BORDER_CONSTANT, outside);
  return out;
}

}  // namespace sogoc::image
