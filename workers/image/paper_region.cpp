// The network's paper as a region with four corners.

#include "workers/image/paper_region_private.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

namespace sogoc::image {
namespace {

constexpr double kSmallestShare = 0.12;  // of the picture; less is no page but a note on a table
constexpr int kSpur = 5;                // places of `paper`: narrower is no paper but something light that touches it
constexpr std::size_t kMostPoints = 20;  // of a contour, between which figures are tried
constexpr double kNearlyAsGood = 0.05;   // share of the region that may lie outside of a second figure
constexpr std::size_t kMostQuads = 4;
constexpr double kApart = 3;             // pixels of the glance between figures that are two
constexpr double kGlance = 128;          // pixels of the picture on which figures are compared

using Quad = std::array<cv::Point2f, 4>;

// The four-cornered figures between points of the contour that cover the region best, the best first: what touches the
// paper and was taken for a piece of it lies outside of one of them. `region`: 255 = in it; `scale`: its pixels a contour's.
std::vector<Quad> best_quads(const std::vector<cv::Point>& contour, const cv::Mat& region, double scale) {
  std::vector<cv::Point> points;
  for (double slack = 2; points.empty() || points.size() > kMostPoints; slack *= 1.3) cv::approxPolyDP(contour, points, slack, true);
  const auto n = points.size();
  const double all = cv::countNonZero(region);
  constexpr int kShift = 4;
  cv::Mat figure(region.size(), CV_8U), both;
  std::vector<std::pair<double, Quad>> found;
  double best = 0;
  for (std::size_t a = 0; a + 3 < n; ++a)
    for (std::size_t b = a + 1; b + 2 < n; ++b)
      for (std::size_t c = b + 1; c + 1 < n; ++c)
        for (std::size_t d = c + 1; d < n; ++d) {
          const std::vector<cv::Point> quad{points[a], points[b], points[c], points[d]};
          const double area = cv::contourArea(quad) * scale * scale;
          if (std::min(area, all) / std::max(area, all) <= best - kNearlyAsGood || !cv::isContourConvex(quad)) continue;
          std::vector<cv::Point> small;
          for (const cv::Point& at : quad) small.emplace_back(cv::Point2d(at) * scale * (1 << kShift));
          figure = 0;
          cv::fillConvexPoly(figure, small, 255, cv::LINE_8, kShift);
          cv::bitwise_and(figure, region, both);
          const double covered = cv::countNonZero(both), share = covered / (all + cv::countNonZero(figure) - covered);
          best = std::max(best, share);
          if (share > best - kNearlyAsGood)
            found.emplace_back(share, Quad{cv::Point2f(quad[0]), cv::Point2f(quad[1]), cv::Point2f(quad[2]), cv::Point2f(quad[3])});
        }
  std::stable_sort(found.begin(), found.end(), [](const auto& x, const auto& y) { return x.first > y.first; });
  std::vector<Quad> quads;
  for (const auto& [share, quad] : found) {
    if (share < best - kNearlyAsGood || quads.size() == kMostQuads) break;
    const bool known = std::any_of(quads.begin(), quads.end(), [&](const Quad& other) {
      double apart = 0;
      for (std::size_t i = 0; i < 4; ++i) apart = std::max(apart, cv::norm(quad[i] - other[i]));
      return apart * scale < kApart;
    });
    if (!known) quads.push_back(quad);
  }
  return quads;
}

// Clockwise from the corner nearest to the picture's left top.
Quad in_order(Quad quad) {
  double area = 0;
  for (std::size_t i = 0; i < 4; ++i) area += quad[i].cross(quad[(i + 1) % 4]);
  if (area < 0) std::swap(quad[1], quad[3]);
  std::size_t first = 0;
  for (std::size_t i = 1; i < 4; ++i)
    if (quad[i].x + quad[i].y < quad[first].x + quad[first].y) first = i;
  std::rotate(quad.begin(), quad.begin() + static_cast<std::ptrdiff_t>(first), quad.end());
  return quad;
}

}  // namespace

std::vector<PaperRegion> regions_of(const cv::Mat& paper, cv::Size size) {
  cv::Mat without_spurs, large;
  cv::morphologyEx(paper, without_spurs, cv::MORPH_OPEN, cv::getStructuringElement(cv::MORPH_ELLIPSE, {kSpur, kSpur}));
  cv::resize(without_spurs, large, size, 0, 0, cv::INTER_LINEAR);
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(large > 0.5, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  const auto largest = std::max_element(contours.begin(), contours.end(), [](const auto& a, const auto& b) {
    return cv::contourArea(a) < cv::contourArea(b);
  });
  if (largest == contours.end() || cv::contourArea(*largest) < kSmallestShare * double(size.area())) return {};
  const double scale = kGlance / std::max(size.width, size.height);
  cv::Mat glance(cv::Size(static_cast<int>(size.width * scale) + 1, static_cast<int>(size.height * scale) + 1), CV_8U, cv::Scalar(0));
  std::vector<cv::Point> small;
  for (const cv::Point& at : *largest) small.emplace_back(cv::Point2d(at) * scale);
  cv::fillPoly(glance, std::vector<std::vector<cv::Point>>{small}, 255);
  PaperRegion region;
  for (const cv::Point& at : *largest) region.contour.push_back(cv::Point2f(at) + cv::Point2f(0.5f, 0.5f));
  std::vector<PaperRegion> regions;
  for (const Quad& quad : best_quads(*largest, glance, scale)) {
    region.corners = in_order(quad);
    for (cv::Point2f& corner : region.corners) corner += cv::Point2f(0.5f, 0.5f);
    regions.push_back(region);
  }
  return regions;
}

}  // namespace sogoc::image
