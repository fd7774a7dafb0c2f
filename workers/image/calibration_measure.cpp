#include "workers/image/calibration_measure.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include <opencv2/imgproc.hpp>

#include "workers/image/colour_difference_private.hpp"
#include "workers/image/opencv_bridge.hpp"
#include "workers/image/slanted_edge_private.hpp"

namespace sogoc {
namespace {

using namespace image;
using namespace calibration;

constexpr double kFindSide = 1400;  // pixels of the copy in which the frames are looked for

tl::unexpected<Error> refused(const std::string& why) { return fail(ErrorCode::invalid_input, Retry::after_operator, "calibration sheet", why); }

struct Frame {
  cv::Point2d middle;
  double area = 0;
  bool spot = false;
};

// Black square frames with a white hole, as they lie in the picture.
std::vector<Frame> frames_in(const cv::Mat& gray) {
  const double scale = std::max(1.0, std::max(gray.cols, gray.rows) / kFindSide);
  cv::Mat small, dark;
  cv::resize(gray, small, {}, 1 / scale, 1 / scale, cv::INTER_AREA);
  cv::adaptiveThreshold(small, dark, 255, cv::ADAPTIVE_THRESH_MEAN_C, cv::THRESH_BINARY_INV, 101, 25);
  std::vector<std::vector<cv::Point>> contours;
  std::vector<cv::Vec4i> tree;  // next, previous, child, parent
  cv::findContours(dark, contours, tree, cv::RETR_TREE, cv::CHAIN_APPROX_NONE);
  const auto is_square = [](const std::vector<cv::Point>& contour) {
    const cv::RotatedRect box = cv::minAreaRect(contour);
    const double shape = std::min(box.size.width, box.size.height) / std::max(1.0f, std::max(box.size.width, box.size.height));
    return shape > 0.8 && cv::contourArea(contour) > 0.75 * box.size.area();
  };
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < contours.size(); ++i) {
    const double area = cv::contourArea(contours[i]);
    if (area < 150 || !is_square(contours[i])) continue;
    for (int child = tree[i][2]; child >= 0; child = tree[static_cast<std::size_t>(child)][0]) {
      const auto& hole = contours[static_cast<std::size_t>(child)];
      const double share = cv::contourArea(hole) / area;
      if (share < 0.2 || share > 0.6 || !is_square(hole)) continue;
      const cv::Moments whole = cv::moments(contours[i]);
      Frame frame{cv::Point2d(whole.m10 / whole.m00 + 0.5, whole.m01 / whole.m00 + 0.5) * scale, area, false};
      for (int spot = tree[static_cast<std::size_t>(child)][2]; spot >= 0; spot = tree[static_cast<std::size_t>(spot)][0])
        if (cv::contourArea(contours[static_cast<std::size_t>(spot)]) > 0.015 * area) frame.spot = true;
      frames.push_back(frame);
    }
  }
  return frames;
}

// Left top of the sheet first, then clockwise.
Result<std::array<cv::Point2d, 4>> corners_of(std::vector<Frame> frames) {
  if (frames.empty()) return refused("is not in the picture; print it with --target and lay it face down on the glass");
  const double usual = std::max_element(frames.begin(), frames.end(), [](const Frame& a, const Frame& b) { return a.area < b.area; })->area;
  std::erase_if(frames, [&](const Frame& frame) { return frame.area < usual / 2; });
  if (frames.size() < 4)
    return refused(fmt::format("is cut: {} of its four corner frames are seen; lay all of it on the glass", frames.size()));
  if (frames.size() > 4) return refused("is not alone in the picture; scan one sheet only");
  cv::Point2d middle(0, 0);
  for (const Frame& frame : frames) middle += frame.middle / 4;
  std::sort(frames.begin(), frames.end(), [&](const Frame& a, const Frame& b) {
    return std::atan2(a.middle.y - middle.y, a.middle.x - middle.x) < std::atan2(b.middle.y - middle.y, b.middle.x - middle.x);
  });
  const auto first = std::find_if(frames.begin(), frames.end(), [](const Frame& frame) { return frame.spot; });
  if (std::count_if(frames.begin(), frames.end(), [](const Frame& frame) { return frame.spot; }) != 1)
    return refused("is not clear enough to tell which way it lies; clean the glass and scan again");
  std::rotate(frames.begin(), first, frames.end());
  return std::array<cv::Point2d, 4>{frames[0].middle, frames[1].middle, frames[2].middle, frames[3].middle};
}

// The middle of what is dark in a window; nothing where the window leaves the picture or is empty.
std::optional<cv::Point2d> dark_middle(const cv::Mat& gray, cv::Point2d about, double half) {
  const cv::Rect window(cv::Point(static_cast<int>(std::floor(about.x - half)), static_cast<int>(std::floor(about.y - half))),
                        cv::Point(static_cast<int>(std::ceil(about.x + half)), static_cast<int>(std::ceil(about.y + half))));
  if ((window & cv::Rect({}, gray.size())) != window) return std::nullopt;
  double low = 0, high = 0;
  cv::minMaxLoc(gray(window), &low, &high);
  if (high - low < 60) return std::nullopt;
  const double from = low + 0.75 * (high - low);  // paper and its grain stay out
  double sum = 0, x_sum = 0, y_sum = 0;
  for (int y = window.y; y < window.br().y; ++y)
    for (int x = window.x; x < window.br().x; ++x) {
      const double weight = std::max(0.0, from - gray.at<std::uint8_t>(y, x));
      sum += weight;
      x_sum += weight * (x + 0.5);
      y_sum += weight * (y + 0.5);
    }
  if (sum <= 0) return std::nullopt;
  return cv::Point2d(x_sum / sum, y_sum / sum);
}

struct Mark {
  cv::Point2d sheet;    // mm
  cv::Point2d picture;  // pixels
};

// The straight map that fits all marks best: pixels from millimetres.
cv::Matx23d fitted(const std::vector<Mark>& marks) {
  cv::Mat left(static_cast<int>(marks.size()), 3, CV_64F), right(static_cast<int>(marks.size()), 2, CV_64F), solution;
  for (int i = 0; i < left.rows; ++i) {
    const Mark& mark = marks[static_cast<std::size_t>(i)];
    left.at<double>(i, 0) = mark.sheet.x;
    left.at<double>(i, 1) = mark.sheet.y;
    left.at<double>(i, 2) = 1;
    right.at<double>(i, 0) = mark.picture.x;
    right.at<double>(i, 1) = mark.picture.y;
  }
  cv::solve(left, right, solution, cv::DECOMP_QR);
  return {solution.at<double>(0, 0), solution.at<double>(1, 0), solution.at<double>(2, 0),
          solution.at<double>(0, 1), solution.at<double>(1, 1), solution.at<double>(2, 1)};
}

class Sheet {
 public:
  Sheet(const cv::Mat& pixels, const cv::Mat& gray, const cv::Matx23d& map) : pixels_(pixels), gray_(gray), map_(map) {}

  [[nodiscard]] cv::Point2d place(double x, double y) const {
    return {map_(0, 0) * x + map_(0, 1) * y + map_(0, 2), map_(1, 0) * x + map_(1, 1) * y + map_(1, 2)};
  }
  [[nodiscard]] double pixels_per_mm() const { return std::sqrt(std::abs(map_(0, 0) * map_(1, 1) - map_(0, 1) * map_(1, 0))); }

  [[nodiscard]] std::array<double, 3> mean_at(double x, double y, double side) const {
    const cv::Point2d middle = place(x, y);
    const double half = side / 2 * pixels_per_mm();
    const cv::Rect window = cv::Rect(cv::Point(middle - cv::Point2d(half, half)), cv::Point(middle + cv::Point2d(half, half))) & cv::Rect({}, pixels_.size());
    const cv::Scalar mean = cv::mean(pixels_(window));
    return pixels_.channels() == 1 ? std::array{mean[0], mean[0], mean[0]} : std::array{mean[0], mean[1], mean[2]};
  }

  // Sharpness across edges that stand (x) and lie (y) in the picture, cycles a pixel.
  [[nodiscard]] std::array<double, 2> sharpness() const {
    std::array<std::vector<double>, 2> found;
    for (const Square& square : kEdges) {
      const double angle = square.tilt * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle), half = square.side / 2;
      const auto corner = [&](double u, double v) { return place(square.x + (u * c - v * s) * half, square.y + (u * s + v * c) * half); };
      // A crop of light around the square.
      const double reach = square.side * 0.8 * pixels_per_mm();
      const cv::Point2d middle = place(square.x, square.y);
      const cv::Rect window = cv::Rect(cv::Point(middle - cv::Point2d(reach, reach)), cv::Point(middle + cv::Point2d(reach, reach))) & cv::Rect({}, gray_.size());
      cv::Mat light(window.size(), CV_32F);
      for (int y = 0; y < light.rows; ++y)
        for (int x = 0; x < light.cols; ++x) light.at<float>(y, x) = static_cast<float>(light_of(gray_.at<std::uint8_t>(window.y + y, window.x + x)));
      const cv::Point2d from(window.tl());
      for (const auto& [a, b] : {std::pair{corner(-1, -0.7), corner(-1, 0.7)}, {corner(1, -0.7), corner(1, 0.7)}, {corner(-0.7, -1), corner(0.7, -1)},
                                 {corner(-0.7, 1), corner(0.7, 1)}}) {
        const bool stands = std::abs(b.y - a.y) > std::abs(b.x - a.x);
        if (const auto value = mtf50_across(light, a - from, b - from, 3 * pixels_per_mm())) found[stands ? 0 : 1].push_back(*value);
      }
    }
    std::array<double, 2> median{};
    for (std::size_t i = 0; i < 2; ++i) {
      if (found[i].empty()) continue;
      std::sort(found[i].begin(), found[i].end());
      median[i] = (found[i][found[i].size() / 2] + found[i][(found[i].size() - 1) / 2]) / 2;
    }
    return median;
  }

 private:
  const cv::Mat& pixels_;
  const cv::Mat& gray_;
  cv::Matx23d map_;
};

double degrees(double radians) { return radians * 180 / std::numbers::pi; }

}  // namespace

Result<CalibrationMeasures> measure_calibration(const PageImage& picture) {
  if (picture.empty()) return refused("is not in the picture: it has no pixels");
  const cv::Mat gray = gray_of(picture, whole(picture));
  SOGOC_TRY(const auto corners, corners_of(frames_in(gray)));
  if (picture.format() == PixelFormat::bit1) return refused("was scanned in black and white; scan it in gray or colour");
  const cv::Mat pixels = view_of(picture);

  // Corner frames tell where every other mark is; then all of them tell the map.
  std::array<cv::Point2f, 4> sheet, seen;
  for (std::size_t i = 0; i < 4; ++i) {
    sheet[i] = {static_cast<float>(kCorners[i].x), static_cast<float>(kCorners[i].y)};
    seen[i] = cv::Point2f(corners[i]);
  }
  const cv::Matx33d rough = cv::getPerspectiveTransform(sheet.data(), seen.data());
  const double per_mm = cv::norm(corners[2] - corners[0]) / std::hypot(170, 257);
  std::vector<Mark> marks;
  for (int row = 0; row < kRows; ++row)
    for (int column = 0; column < kColumns; ++column) {
      const cv::Vec3d at = rough * cv::Vec3d(mark_x(column), mark_y(row), 1);
      const double half = (is_corner(column, row) ? 8.5 : 4.5) * per_mm;
      if (const auto middle = dark_middle(gray, {at[0] / at[2], at[1] / at[2]}, half)) marks.push_back({{mark_x(column), mark_y(row)}, *middle});
    }
  if (marks.size() < kColumns * kRows - 3) return refused("is not whole or not clean: marks of its grid are missing");
  const cv::Matx23d map = fitted(marks);
  const Sheet known(pixels, gray, map);

  CalibrationMeasures m;
  const cv::Matx22d linear(map(0, 0), map(0, 1), map(1, 0), map(1, 1)), back = linear.inv();
  const cv::Vec2d step_x(back(0, 0), back(1, 0)), step_y(back(0, 1), back(1, 1));  // mm on the sheet for a pixel
  m.dpi_x = 25.4 / cv::norm(step_x);
  m.dpi_y = 25.4 / cv::norm(step_y);
  m.scale_difference = 100 * (m.dpi_x / m.dpi_y - 1);
  m.angle_error = degrees(std::acos(std::clamp(step_x.dot(step_y) / (cv::norm(step_x) * cv::norm(step_y)), -1.0, 1.0))) - 90;
  const double lies = degrees(std::atan2(map(1, 0), map(0, 0)));
  m.turned = (static_cast<int>(std::lround(lies / 90)) + 4) % 4;
  m.skew = std::remainder(lies, 90);
  for (const Mark& mark : marks) {
    const cv::Point2d off = mark.picture - known.place(mark.sheet.x, mark.sheet.y);
    m.bow = std::max(m.bow, cv::norm(back * cv::Vec2d(off.x, off.y)));
  }
  if (m.bow > 5) return refused("is bent or seen at an angle: a flat scan is needed, not a photograph");
  const auto sharp = known.sharpness();
  m.mtf50_x = sharp[0] * m.dpi_x / 25.4;
  m.mtf50_y = sharp[1] * m.dpi_y / 25.4;
  double sum = 0;
  for (const Patch& patch : patches()) {
    Lab want = lab_of({double(patch.srgb[0]), double(patch.srgb[1]), double(patch.srgb[2])});
    Lab have = lab_of(known.mean_at(patch.x, patch.y, kPatchSide * 0.6));
    if (pixels.channels() == 1) want[1] = want[2] = have[1] = have[2] = 0;
    const double error = difference(want, have);
    sum += error;
    m.colour_max = std::max(m.colour_max, error);
  }
  m.colour_mean = sum / double(patches().size());
  double darkest = 255, lightest = 1;
  for (const Place& field : fields()) {
    const auto mean = known.mean_at(field.x, field.y, kFieldSide);
    const double level = 0.299 * mean[0] + 0.587 * mean[1] + 0.114 * mean[2];
    darkest = std::min(darkest, level);
    lightest = std::max(lightest, level);
  }
  m.evenness = 100 * darkest / lightest;
  return m;
}

}  // namespace sogoc
