// The paper is what floods from the middle of the picture when everything else floods from its
// frame and both rise along the gradient (a watershed): the shore is the clearest closed line
// between them. Writing is taken away first, so that the paper has no lines of its own. Where the
// paper leaves the picture, the frame on that side must not flood: every such guess is a candidate.

#include "workers/image/paper_region_private.hpp"

#include <algorithm>
#include <cmath>
#include <queue>

#include <opencv2/imgproc.hpp>

namespace sogoc::image {
namespace {

constexpr int kWriting = 9;        // pixels of the small picture: wider than strokes of writing
constexpr double kSmallestShare = 0.12;  // of the picture; less is no page but a note on a table
constexpr int kHullPoints = 36;
constexpr double kSteep = 2.5;       // Lab units a pixel: an edge
constexpr std::size_t kMostLines = 28, kMostGuesses = 10;

cv::Mat without_writing(const cv::Mat& small) {
  cv::Mat even;
  const cv::Mat brush = cv::getStructuringElement(cv::MORPH_ELLIPSE, {kWriting, kWriting});
  cv::morphologyEx(small, even, cv::MORPH_CLOSE, brush);
  cv::medianBlur(even, even, 5);
  return even;
}

cv::Mat steepness(const cv::Mat& even) {
  cv::Mat lab;
  even.convertTo(lab, CV_32F, 1 / 255.0);
  cv::cvtColor(lab, lab, cv::COLOR_RGB2Lab);
  cv::Mat dx, dy;
  cv::Scharr(lab, dx, CV_32F, 1, 0, 1 / 16.0);
  cv::Scharr(lab, dy, CV_32F, 0, 1, 1 / 16.0);
  cv::Mat steep(lab.size(), CV_32F);
  for (int y = 0; y < lab.rows; ++y)
    for (int x = 0; x < lab.cols; ++x) {
      const auto& a = dx.at<cv::Vec3f>(y, x);
      const auto& b = dy.at<cv::Vec3f>(y, x);
      steep.at<float>(y, x) = std::sqrt(a.dot(a) + b.dot(b));
    }
  return steep;
}

// 1 = frame, 2 = middle; everything else is flooded from them.
void flood(const cv::Mat& steep, cv::Mat& land) {
  struct Drop {
    float level;
    int order;
    cv::Point at;
    bool operator<(const Drop& other) const {
      return level > other.level || (level == other.level && order > other.order);
    }
  };
  std::priority_queue<Drop> shore;
  int order = 0;
  const cv::Rect all({}, land.size());
  constexpr std::array<std::array<int, 2>, 4> kAround = {{{1, 0}, {-1, 0}, {0, 1}, {0, -1}}};
  const auto spread = [&](cv::Point from, float level) {
    const auto mark = land.at<std::uint8_t>(from);
    for (const auto& [dx, dy] : kAround) {
      const cv::Point to(from.x + dx, from.y + dy);
      if (!all.contains(to) || land.at<std::uint8_t>(to) != 0) continue;
      land.at<std::uint8_t>(to) = mark;
      shore.push({std::max(level, steep.at<float>(to)), order++, to});
    }
  };
  for (int y = 0; y < land.rows; ++y)
    for (int x = 0; x < land.cols; ++x)
      if (land.at<std::uint8_t>(y, x) != 0) shore.push({0, order++, {x, y}});
  while (!shore.empty()) {
    const Drop drop = shore.top();
    shore.pop();
    spread(drop.at, drop.level);
  }
}

// The largest four-cornered figure whose corners are points of the hull.
std::array<cv::Point2f, 4> largest_quad(std::vector<cv::Point> hull) {
  double slack = 0.5;
  while (hull.size() > kHullPoints) {
    std::vector<cv::Point> fewer;
    cv::approxPolyDP(hull, fewer, slack, true);
    hull = std::move(fewer);
    slack *= 1.5;
  }
  const auto n = hull.size();
  const auto twice = [&](std::size_t a, std::size_t b, std::size_t c) {
    return std::abs(cv::Point2d(hull[b] - hull[a]).cross(cv::Point2d(hull[c] - hull[a])));
  };
  std::array<cv::Point2f, 4> best{};
  double best_area = 0;
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t c = a + 2; c < n; ++c) {
      double left = 0, right = 0;
      std::size_t b_at = a, d_at = a;
      for (std::size_t b = a + 1; b < c; ++b)
        if (const double area = twice(a, b, c); area > left) left = area, b_at = b;
      for (std::size_t d = c + 1; d < n + a; ++d)
        if (const double area = twice(a, c, d % n); area > right) right = area, d_at = d % n;
      if (left + right <= best_area) continue;
      best_area = left + right;
      best = {cv::Point2f(hull[a]), cv::Point2f(hull[b_at]), cv::Point2f(hull[c]), cv::Point2f(hull[d_at])};
    }
  return best;
}

// Clockwise from the corner nearest to the picture's left top.
std::array<cv::Point2f, 4> in_order(std::array<cv::Point2f, 4> quad) {
  double area = 0;
  for (std::size_t i = 0; i < 4; ++i) area += quad[i].cross(quad[(i + 1) % 4]);
  if (area < 0) std::swap(quad[1], quad[3]);
  std::size_t first = 0;
  for (std::size_t i = 1; i < 4; ++i)
    if (quad[i].x + quad[i].y < quad[first].x + quad[first].y) first = i;
  std::rotate(quad.begin(), quad.begin() + static_cast<std::ptrdiff_t>(first), quad.end());
  return quad;
}

// A line of the picture: x cos + y sin = rho.
struct Line {
  double rho = 0, angle = 0;
};

std::optional<cv::Point2f> crossing(const Line& a, const Line& b) {
  const double area = std::sin(b.angle - a.angle);
  if (std::abs(area) < 0.5) return std::nullopt;
  return cv::Point2f(static_cast<float>((a.rho * std::sin(b.angle) - b.rho * std::sin(a.angle)) / area),
                     static_cast<float>((b.rho * std::cos(a.angle) - a.rho * std::cos(b.angle)) / area));
}

// The share of a side along which the picture is steep, within a pixel or two: paper may be bent.
double steep_share(const cv::Mat& steep, cv::Point2f from, cv::Point2f to) {
  constexpr int kPlaces = 48;
  const cv::Point2f along = (to - from) * static_cast<float>(1 / (cv::norm(to - from) + 1e-6));
  const cv::Point2f across(-along.y, along.x);
  int found = 0, seen = 0;
  for (int i = 1; i < kPlaces; ++i) {
    const cv::Point2f at = from + (to - from) * (float(i) / kPlaces);
    if (!cv::Rect({}, steep.size()).contains(cv::Point(at))) continue;
    ++seen;
    float most = 0;
    for (int k = -3; k <= 3; ++k) {
      const cv::Point place(at + across * float(k));
      if (cv::Rect({}, steep.size()).contains(place)) most = std::max(most, steep.at<float>(place));
    }
    found += most > kSteep;
  }
  return seen > kPlaces / 2 ? double(found) / seen : 0;
}

}  // namespace

PaperSearch::PaperSearch(const cv::Mat& small) 
    : steep_(steepness(without_writing(small))), steep_as_seen_(steepness(small)) {}

std::optional<PaperRegion> PaperSearch::flooded(std::size_t leaving, bool writing) const {
  const cv::Size size = steep_.size();
  cv::Mat land(size, CV_8U, cv::Scalar(0));
  if (leaving != 0) land.row(0) = 1;
  if (leaving != 1) land.col(size.width - 1) = 1;
  if (leaving != 2) land.row(size.height - 1) = 1;
  if (leaving != 3) land.col(0) = 1;
  cv::ellipse(land, {size.width / 2, size.height / 2}, {size.width / 8, size.height / 8}, 0, 0, 360, 2, -1);
  flood(writing ? steep_as_seen_ : steep_, land);
  cv::Mat paper = land == 2;
  cv::morphologyEx(paper, paper, cv::MORPH_OPEN, cv::getStructuringElement(cv::MORPH_ELLIPSE, {9, 9}));
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(paper, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  const auto largest = std::max_element(contours.begin(), contours.end(), [](const auto& a, const auto& b) {
    return cv::contourArea(a) < cv::contourArea(b);
  });
  if (largest == contours.end() || cv::contourArea(*largest) < kSmallestShare * size.area()) return std::nullopt;
  std::vector<cv::Point> hull;
  cv::convexHull(*largest, hull);
  if (hull.size() < 4) return std::nullopt;
  PaperRegion region;
  region.corners = in_order(largest_quad(hull));
  for (const cv::Point& at : *largest) region.contour.push_back(cv::Point2f(at) + cv::Point2f(0.5f, 0.5f));
  for (cv::Point2f& corner : region.corners) corner += cv::Point2f(0.5f, 0.5f);
  return region;
}

std::vector<PaperRegion> PaperSearch::between_lines() const {
  // Lines that stand out, each once. With the writing: between white and white there may be nothing
  // but a thin shadow, which goes with it.
  const cv::Mat& steep = steep_as_seen_;
  cv::Mat ridge = steep > kSteep, top;
  cv::dilate(steep, top, cv::getStructuringElement(cv::MORPH_RECT, {3, 3}));
  ridge &= steep >= top * 0.9;
  std::vector<cv::Vec2f> found;
  cv::HoughLines(ridge, found, 1, CV_PI / 240, std::min(steep.cols, steep.rows) / 5);
  std::vector<Line> lines;
  for (const cv::Vec2f& one : found) {
    const Line line{one[0], one[1]};
    const bool known = std::any_of(lines.begin(), lines.end(), [&](const Line& other) {
      const double turn = std::abs(std::remainder(line.angle - other.angle, CV_PI));
      const bool flipped = std::cos(line.angle - other.angle) < 0;
      return turn < 0.06 && std::abs((flipped ? -line.rho : line.rho) - other.rho) < 8;
    });
    if (!known) lines.push_back(line);
    if (lines.size() == kMostLines) break;
  }
  struct Guess {
    double worth;
    std::array<cv::Point2f, 4> quad;
  };
  std::vector<Guess> guesses;
  const auto opposite = [](const Line& a, const Line& b) { return std::abs(std::remainder(a.angle - b.angle, CV_PI)) < 0.5; };
  for (std::size_t a = 0; a < lines.size(); ++a)
    for (std::size_t b = a + 1; b < lines.size(); ++b) {
      if (!opposite(lines[a], lines[b])) continue;
      for (std::size_t c = 0; c < lines.size(); ++c)
        for (std::size_t d = c + 1; d < lines.size(); ++d) {
          if (!opposite(lines[c], lines[d])) continue;
          const auto p = crossing(lines[a], lines[c]), q = crossing(lines[c], lines[b]), r = crossing(lines[b], lines[d]),
                     s = crossing(lines[d], lines[a]);
          if (!p || !q || !r || !s) continue;
          const std::array<cv::Point2f, 4> quad{*p, *q, *r, *s};
          const std::vector<cv::Point2f> figure(quad.begin(), quad.end());
          const cv::Point2f middle(static_cast<float>(steep.cols) / 2, static_cast<float>(steep.rows) / 2);
          if (!cv::isContourConvex(figure) || cv::contourArea(figure) < kSmallestShare * double(steep.total()) ||
              cv::pointPolygonTest(figure, middle, false) < 0)
            continue;
          double worth = 1;
          for (std::size_t i = 0; i < 4 && worth > 0.75; ++i)
            worth = std::min(worth, steep_share(steep, quad[i], quad[(i + 1) % 4]));
          if (worth > 0.75) guesses.push_back({worth, in_order(quad)});
        }
    }
  std::stable_sort(guesses.begin(), guesses.end(), [](const Guess& x, const Guess& y) { return x.worth > y.worth; });
  std::vector<PaperRegion> regions;
  for (const Guess& guess : guesses) {
    const bool known = std::any_of(regions.begin(), regions.end(), [&](const PaperRegion& other) {
      double apart = 0;
      for (std::size_t i = 0; i < 4; ++i) apart = std::max(apart, cv::norm(other.corners[i] - guess.quad[i]));
      return apart < 12;
    });
    if (known) continue;
    regions.push_back({{}, guess.quad});
    if (regions.size() == kMostGuesses) break;
  }
  return regions;
}

}  // namespace sogoc::image
