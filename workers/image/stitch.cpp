#include "workers/image/stitch.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/calib3d.hpp>
#include <opencv2/features2d.hpp>
#include <opencv2/imgproc.hpp>

#include "workers/image/opencv_bridge.hpp"

namespace sogoc {
namespace {

using namespace image;

constexpr double kSide = 1600;        // pixels of the copies in which details are compared
constexpr int kDetails = 6000;
constexpr float kDistinct = 0.75f;    // the best match must be so much nearer than the next
constexpr int kFewestAgreeing = 40;
constexpr double kLeastAgreeing = 0.08;  // of all matches: forms repeat their words
constexpr double kLeastLikeness = 0.5;   // correlation of both where they overlap
constexpr double kLeastOverlap = 0.06;   // of the second shot
constexpr double kLargestScale = 1.6;    // between the shots
constexpr double kMostPixels = 150e6;
constexpr int kFeather = 12;          // pixels over which one shot becomes the other

tl::unexpected<Error> refused(const char* why) { return fail(ErrorCode::invalid_input, Retry::after_operator, "shots", why); }

struct Details {
  double scale = 1;
  std::vector<cv::KeyPoint> points;
  cv::Mat descriptors;
};

Details details_of(const cv::Mat& gray) {
  Details details;
  details.scale = std::max(1.0, std::max(gray.cols, gray.rows) / kSide);
  cv::Mat small;
  cv::resize(gray, small, {}, 1 / details.scale, 1 / details.scale, cv::INTER_AREA);
  cv::SIFT::create(kDetails)->detectAndCompute(small, {}, details.points, details.descriptors);
  return details;
}

struct Fit {
  cv::Matx33d first_from_second;
  int agreeing = 0;
};

Result<Fit> fit(const cv::Mat& first, const cv::Mat& second) {
  constexpr const char* kNotEnough = "do not overlap enough: take them so that a fifth of the page is on both";
  const Details a = details_of(first), b = details_of(second);
  if (a.descriptors.rows < kFewestAgreeing || b.descriptors.rows < kFewestAgreeing) return refused(kNotEnough);
  std::vector<std::vector<cv::DMatch>> pairs;
  cv::BFMatcher(cv::NORM_L2).knnMatch(b.descriptors, a.descriptors, pairs, 2);
  std::vector<cv::Point2f> from, to;
  for (const auto& pair : pairs) {
    if (pair.size() < 2 || pair[0].distance > kDistinct * pair[1].distance) continue;
    from.push_back(b.points[static_cast<std::size_t>(pair[0].queryIdx)].pt * b.scale);
    to.push_back(a.points[static_cast<std::size_t>(pair[0].trainIdx)].pt * a.scale);
  }
  if (from.size() < kFewestAgreeing) return refused(kNotEnough);
  cv::setRNGSeed(1);  // the same shots give the same page
  std::vector<std::uint8_t> inliers;
  const cv::Mat found = cv::findHomography(from, to, cv::RANSAC, 3 * std::max(a.scale, b.scale), inliers, 4000, 0.999);
  if (found.empty()) return refused(kNotEnough);
  Fit result{cv::Matx33d(found), static_cast<int>(std::count(inliers.begin(), inliers.end(), 1))};
  if (result.agreeing < kFewestAgreeing || result.agreeing < kLeastAgreeing * static_cast<double>(from.size())) return refused(kNotEnough);
  return result;
}

cv::Point2d mapped(const cv::Matx33d& map, double x, double y) {
  const cv::Vec3d at = map * cv::Vec3d(x, y, 1);
  return {at[0] / at[2], at[1] / at[2]};
}

// How alike both are where both are seen: the correlation of reduced copies, -1..1.
double likeness(const cv::Mat& first, const cv::Mat& second, const cv::Mat& both) {
  const double scale = std::max(1.0, std::max(first.cols, first.rows) / 1200.0);
  const auto small = [&](const cv::Mat& picture, int how) {
    cv::Mat copy;
    cv::resize(picture, copy, {}, 1 / scale, 1 / scale, how);
    if (copy.channels() == 3) cv::cvtColor(copy, copy, cv::COLOR_RGB2GRAY);
    return copy;
  };
  cv::Mat a = small(first, cv::INTER_AREA), b = small(second, cv::INTER_AREA);
  const cv::Mat seen = small(both, cv::INTER_NEAREST);
  for (cv::Mat* one : {&a, &b}) cv::GaussianBlur(*one, *one, {}, 1.5);
  double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (int y = 0; y < a.rows; ++y)
    for (int x = 0; x < a.cols; ++x) {
      if (seen.at<std::uint8_t>(y, x) == 0) continue;
      const double p = a.at<std::uint8_t>(y, x), q = b.at<std::uint8_t>(y, x);
      n += 1, sa += p, sb += q, saa += p * p, sbb += q * q, sab += p * q;
    }
  const double below = std::sqrt(std::max(0.0, (n * saa - sa * sa) * (n * sbb - sb * sb)));
  return below > 0 ? (n * sab - sa * sb) / below : 0;
}

// 255 where the second shot is shown. Both are seen where `both` is set; the seam crosses that from end
// to end where the shots differ least (a path, place by place), and parts the two where they are alone.
cv::Mat seam_mask(const cv::Mat& first, const cv::Mat& second, const cv::Mat& first_seen, const cv::Mat& second_seen, bool side_by_side) {
  const double scale = std::max(1.0, std::max(first.cols, first.rows) / 800.0);
  const auto small = [&](const cv::Mat& picture, int how) {
    cv::Mat copy;
    cv::resize(picture, copy, {}, 1 / scale, 1 / scale, how);
    return side_by_side ? copy : cv::Mat(copy.t());
  };
  cv::Mat difference, a = small(first, cv::INTER_AREA), b = small(second, cv::INTER_AREA);
  cv::absdiff(a, b, difference);
  if (difference.channels() == 3) cv::cvtColor(difference, difference, cv::COLOR_RGB2GRAY);
  const cv::Mat only_a = small(first_seen, cv::INTER_NEAREST), only_b = small(second_seen, cv::INTER_NEAREST);
  const int rows = a.rows, columns = a.cols;
  constexpr float kNever = 1e6f;
  cv::Mat cost(rows, columns, CV_32F), sum(rows, columns, CV_32F), from(rows, columns, CV_32S);
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      const bool both = only_a.at<std::uint8_t>(y, x) != 0 && only_b.at<std::uint8_t>(y, x) != 0;
      // The paths may run outside of what either shows, dearly, to reach the ends.
      const bool none = only_a.at<std::uint8_t>(y, x) == 0 && only_b.at<std::uint8_t>(y, x) == 0;
      cost.at<float>(y, x) = both ? 1.0f + static_cast<float>(difference.at<std::uint8_t>(y, x)) : none ? 300.0f : kNever;
    }
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      float best = y == 0 ? 0 : 1e30f;
      for (int step = -1; y > 0 && step <= 1; ++step)
        if (x + step >= 0 && x + step < columns && sum.at<float>(y - 1, x + step) < best) {
          best = sum.at<float>(y - 1, x + step);
          from.at<int>(y, x) = x + step;
        }
      sum.at<float>(y, x) = best + cost.at<float>(y, x);
    }
  cv::Point end;
  cv::minMaxLoc(sum.row(rows - 1), nullptr, nullptr, &end);
  // On which side of the seam the second shot lies.
  const cv::Moments weight_a = cv::moments(only_a, true), weight_b = cv::moments(only_b, true);
  const bool second_behind = weight_b.m10 / std::max(1.0, weight_b.m00) > weight_a.m10 / std::max(1.0, weight_a.m00);
  cv::Mat mask(rows, columns, CV_8U, cv::Scalar(0));
  for (int y = rows - 1, x = end.x; y >= 0; x = from.at<int>(y, x), --y)
    for (int k = 0; k < columns; ++k) {
      const bool a_here = only_a.at<std::uint8_t>(y, k) != 0, b_here = only_b.at<std::uint8_t>(y, k) != 0;
      mask.at<std::uint8_t>(y, k) = (b_here && (!a_here || (k > x) == second_behind)) ? 255 : 0;
    }
  if (!side_by_side) mask = cv::Mat(mask.t());
  cv::Mat large;
  cv::resize(mask, large, first.size(), 0, 0, cv::INTER_LINEAR);
  cv::GaussianBlur(large, large, {}, kFeather / 2.0);
  large.setTo(0, second_seen == 0);
  large.setTo(255, (first_seen == 0) & (second_seen != 0));
  return large;
}

}  // namespace

Result<StitchedPage> stitch_shots(const PageImage& one, const PageImage& two) {
  if (one.empty() || two.empty()) return refused("have no pixels");
  const cv::Mat first_gray = gray_of(one, whole(one)), second_gray = gray_of(two, whole(two));
  SOGOC_TRY(const Fit found, fit(first_gray, second_gray));

  // Where the second lies on the first, and the canvas that holds both.
  const cv::Matx33d& map = found.first_from_second;
  const double w = second_gray.cols, h = second_gray.rows;
  std::vector<cv::Point2f> corners;
  for (const auto& [x, y] : {std::pair{0.0, 0.0}, {w, 0.0}, {w, h}, {0.0, h}}) {
    if (cv::Vec3d(map * cv::Vec3d(x, y, 1))[2] <= 0) return refused("do not fit together: take both from the same height");
    corners.emplace_back(mapped(map, x, y));
  }
  const double area = cv::contourArea(corners), scale = std::sqrt(area / (w * h));
  if (!cv::isContourConvex(corners) || scale > kLargestScale || scale < 1 / kLargestScale)
    return refused("do not fit together: take both from the same height");
  const std::vector<cv::Point2f> frame{{0, 0}, {float(first_gray.cols), 0}, {float(first_gray.cols), float(first_gray.rows)}, {0, float(first_gray.rows)}};
  std::vector<cv::Point2f> shared;
  StitchedPage page;
  page.agreeing = found.agreeing;
  page.overlap = cv::intersectConvexConvex(corners, frame, shared) / area;
  if (page.overlap < kLeastOverlap) return refused("do not overlap enough: take them so that a fifth of the page is on both");
  cv::Rect canvas({}, first_gray.size());
  canvas |= cv::boundingRect(corners);
  if (static_cast<double>(canvas.width) * canvas.height > kMostPixels) return refused("make a page that is too large");

  // Both on the canvas, the second as light as the first where they overlap.
  const bool colour = one.format() == PixelFormat::rgb8 && two.format() == PixelFormat::rgb8;
  const cv::Mat first = colour ? view_of(one) : first_gray, second = colour ? view_of(two) : second_gray;
  const cv::Rect place(-canvas.tl(), first.size());
  cv::Mat base(canvas.size(), first.type(), cv::Scalar::all(255)), first_seen(canvas.size(), CV_8U, cv::Scalar(0));
  first.copyTo(base(place));
  first_seen(place) = 255;
  const cv::Matx33d shifted = cv::Matx33d(1, 0, -canvas.x, 0, 1, -canvas.y, 0, 0, 1) * map;
  cv::Mat over, second_seen;
  cv::warpPerspective(second, over, shifted, canvas.size(), cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  cv::warpPerspective(cv::Mat(second.size(), CV_8U, cv::Scalar(255)), second_seen, shifted, canvas.size(), cv::INTER_NEAREST);
  const cv::Mat both = first_seen & second_seen;
  // By pixels: OpenCV's intersection of figures is wrong where their sides lie on each other.
  const double of_first = cv::countNonZero(first_seen), of_second = cv::countNonZero(second_seen), shown_twice = cv::countNonZero(both);
  page.overlap = shown_twice / std::max(1.0, of_second);
  page.gained = (of_first + of_second - shown_twice) / std::max({1.0, of_first, of_second}) - 1;
  if (likeness(base, over, both) < kLeastLikeness) return refused("do not show the same where they overlap: take both again without moving the page");
  const cv::Scalar light_one = cv::mean(base, both), light_two = cv::mean(over, both);
  cv::Scalar gain;
  for (int c = 0; c < 4; ++c) gain[c] = light_two[c] > 1 ? std::clamp(light_one[c] / light_two[c], 0.7, 1.4) : 1;
  cv::multiply(over, gain, over);

  const cv::Point2f middle = (corners[0] + corners[1] + corners[2] + corners[3]) * 0.25f;
  const bool side_by_side = std::abs(middle.x - static_cast<float>(first.cols) / 2) > std::abs(middle.y - static_cast<float>(first.rows) / 2);
  const cv::Mat mask = seam_mask(base, over, first_seen, second_seen, side_by_side);
  for (int y = 0; y < base.rows; ++y)
    for (int x = 0; x < base.cols; ++x) {
      const int share = mask.at<std::uint8_t>(y, x);
      if (share == 0) continue;
      std::uint8_t* to = base.ptr(y) + x * base.channels();
      const std::uint8_t* from = over.ptr(y) + x * base.channels();
      for (int c = 0; c < base.channels(); ++c) to[c] = static_cast<std::uint8_t>((to[c] * (255 - share) + from[c] * share + 127) / 255);
    }
  page.picture = page_image(base, one.resolution());
  return page;
}

}  // namespace sogoc
