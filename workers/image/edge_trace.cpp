// Across the guess, contrast between the two sides of every place is a strip; the edge is the path
// along the strip that gathers most contrast and bends least (dynamic programming).

#include "workers/image/edge_trace_private.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <opencv2/imgproc.hpp>

namespace sogoc::image {
namespace {

constexpr int kPlaces = 180;
constexpr int kWindow = 4;            // pixels compared on each side
constexpr double kEnoughContrast = 25;  // Lab units; more does not make an edge truer
constexpr double kBending = 1.5;      // contrast that a step of one pixel costs
constexpr double kNeighbours = 0.10;  // half width of the fit, share of the edge
constexpr int kRounds = 3;            // of taking away what does not fit

cv::Point2d at_share(const std::vector<cv::Point2d>& line, double share) {
  const double at = std::clamp(share, 0.0, 1.0) * double(line.size() - 1);
  const auto i = std::min(static_cast<std::size_t>(at), line.size() - 2);
  return line[i] + (line[i + 1] - line[i]) * (at - double(i));
}

cv::Vec3f colour_at(const cv::Mat& lab, cv::Point2d at) {
  const double x = std::clamp(at.x - 0.5, 0.0, lab.cols - 1.001), y = std::clamp(at.y - 0.5, 0.0, lab.rows - 1.001);
  const int left = static_cast<int>(x), top = static_cast<int>(y);
  const auto s = static_cast<float>(x - left), t = static_cast<float>(y - top);
  const auto* a = lab.ptr<cv::Vec3f>(top) + left;
  const auto* b = lab.ptr<cv::Vec3f>(top + 1) + left;
  return (a[0] * (1 - s) + a[1] * s) * (1 - t) + (b[0] * (1 - s) + b[1] * s) * t;
}

// A quadratic through weighted points, told at `at`.
double fitted(const std::vector<cv::Point2d>& points, const std::vector<double>& trust, double at,
              double reach) {
  double s[5] = {}, r[3] = {};
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double u = (points[i].x - at) / reach;
    if (std::abs(u) >= 1 || trust[i] <= 0) continue;
    const double near = 1 - std::abs(u) * u * u * (u < 0 ? -1 : 1);
    double power = near * near * near * trust[i];
    for (int k = 0; k < 5; ++k) {
      s[k] += power;
      if (k < 3) r[k] += power * points[i].y;
      power *= u;
    }
  }
  const cv::Matx33d normal(s[0], s[1], s[2], s[1], s[2], s[3], s[2], s[3], s[4]);
  if (std::abs(cv::determinant(normal)) > 1e-9) {
    const cv::Vec3d c = normal.solve(cv::Vec3d(r[0], r[1], r[2]), cv::DECOMP_LU);
    return c[0];
  }
  return s[0] > 0 ? r[0] / s[0] : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

TracedEdge trace_edge(const cv::Mat& lab, const std::vector<cv::Point2d>& guess, double reach, double doubt) {
  const int most = std::max(3, static_cast<int>(std::ceil(reach)));
  const int width = 2 * most + 1;
  cv::Mat contrast(kPlaces, width, CV_32F);
  std::vector<cv::Point2d> places(kPlaces), across(kPlaces);
  std::vector<cv::Vec3f> line(static_cast<std::size_t>(width + 2 * kWindow));
  for (int i = 0; i < kPlaces; ++i) {
    const double share = (i + 0.5) / kPlaces;
    places[static_cast<std::size_t>(i)] = at_share(guess, share);
    cv::Point2d along = at_share(guess, share + 0.02) - at_share(guess, share - 0.02);
    along *= 1 / (cv::norm(along) + 1e-9);
    const cv::Point2d normal(-along.y, along.x);
    across[static_cast<std::size_t>(i)] = normal;
    for (int j = 0; j < width + 2 * kWindow; ++j) {
      const cv::Point2d at = places[static_cast<std::size_t>(i)] + normal * (j - most - kWindow + 0.5);
      line[static_cast<std::size_t>(j)] = (colour_at(lab, at - along * 2) + colour_at(lab, at) + colour_at(lab, at + along * 2)) / 3.0f;
    }
    for (int j = 0; j < width; ++j) {
      cv::Vec3f before(0, 0, 0), after(0, 0, 0);
      for (int k = 0; k < kWindow; ++k) {
        before += line[static_cast<std::size_t>(j + k)];
        after += line[static_cast<std::size_t>(j + kWindow + k)];
      }
      contrast.at<float>(i, j) = static_cast<float>(cv::norm(after - before) / kWindow);
    }
  }
  // The best path: from each place back to the one before.
  cv::Mat sum(kPlaces, width, CV_32F), from(kPlaces, width, CV_32S);
  const auto worth = [&](int i, int j) {
    const double contrast_here = std::min<double>(contrast.at<float>(i, j), kEnoughContrast);
    return doubt > 0 ? contrast_here * std::exp(-0.5 * (j - most) * (j - most) / (doubt * doubt)) : contrast_here;
  };
  for (int j = 0; j < width; ++j) sum.at<float>(0, j) = static_cast<float>(worth(0, j));
  for (int i = 1; i < kPlaces; ++i)
    for (int j = 0; j < width; ++j) {
      double best = -1e9;
      for (int step = -3; step <= 3; ++step) {
        if (j + step < 0 || j + step >= width) continue;
        const double value = sum.at<float>(i - 1, j + step) - kBending * step * step;
        if (value > best) best = value, from.at<int>(i, j) = j + step;
      }
      sum.at<float>(i, j) = static_cast<float>(best + worth(i, j));
    }
  TracedEdge edge;
  edge.points.resize(kPlaces);
  edge.clearness.resize(kPlaces);
  cv::Point end;
  cv::minMaxLoc(sum.row(kPlaces - 1), nullptr, nullptr, nullptr, &end);
  int j = end.x;
  for (int i = kPlaces - 1; i >= 0; --i) {
    double offset = j - most;
    if (j > 0 && j + 1 < width) {  // between the pixels: the top of a parabola
      const double a = contrast.at<float>(i, j - 1), b = contrast.at<float>(i, j), c = contrast.at<float>(i, j + 1);
      const double bow = a - 2 * b + c;
      if (bow < -1e-6) offset += std::clamp(0.5 * (a - c) / bow, -0.5, 0.5);
    }
    const auto at = static_cast<std::size_t>(i);
    edge.points[at] = places[at] + across[at] * offset;
    const bool inside = places[at].x >= 0 && places[at].y >= 0 && places[at].x < lab.cols && places[at].y < lab.rows;
    edge.clearness[at] = inside ? contrast.at<float>(i, j) : -1;
    if (i > 0) j = from.at<int>(i, j);
  }
  return edge;
}

std::vector<cv::Point2d> smoothed(const TracedEdge& edge, cv::Point2d from, cv::Point2d to, int count) {
  cv::Point2d along = to - from;
  const double length = cv::norm(along);
  along *= 1 / length;
  const cv::Point2d normal(-along.y, along.x);
  std::vector<cv::Point2d> points;  // share along the chord, pixels beside it
  std::vector<double> trust;
  for (std::size_t i = 0; i < edge.points.size(); ++i) {
    const cv::Point2d d = edge.points[i] - from;
    points.emplace_back(d.dot(along) / length, d.dot(normal));
    // What lies beyond the corners is no edge of this side.
    const bool within = points.back().x > 0.012 && points.back().x < 0.988 && edge.clearness[i] >= 0;
    trust.push_back(within ? std::clamp(edge.clearness[i], 0.1, kEnoughContrast) : 0.0);
  }
  const std::vector<double> first = trust;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> off(points.size());
    for (std::size_t i = 0; i < points.size(); ++i)
      off[i] = std::abs(points[i].y - fitted(points, trust, points[i].x, kNeighbours * (round == 0 ? 2 : 1)));
    std::vector<double> sorted;
    for (std::size_t i = 0; i < off.size(); ++i)
      if (first[i] > 0 && std::isfinite(off[i])) sorted.push_back(off[i]);
    if (sorted.size() < 10) break;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
    const double usual = std::max(0.3, sorted[sorted.size() / 2]);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double u = off[i] / (6 * usual);
      trust[i] = std::isfinite(u) && u < 1 ? first[i] * (1 - u * u) * (1 - u * u) : 0;
    }
  }
  std::vector<cv::Point2d> line;
  for (int i = 0; i < count; ++i) {
    const double share = double(i) / (count - 1);
    // Near the ends only one side has neighbours: reach further in.
    const double rim = std::min(share, 1 - share);
    double beside = fitted(points, trust, share, kNeighbours + std::max(0.0, 0.06 - rim));
    if (!std::isfinite(beside)) beside = fitted(points, trust, share, 0.5);
    if (!std::isfinite(beside)) beside = 0;
    line.push_back(from + along * (share * length) + normal * beside);
  }
  return line;
}

std::vector<cv::Point2d> one_curve(const TracedEdge& edge, cv::Point2d from, cv::Point2d to, int count) {
  constexpr int kTerms = 5, kRefits = 12;
  cv::Point2d along = to - from;
  const double length = cv::norm(along);
  along *= 1 / length;
  const cv::Point2d normal(-along.y, along.x);
  const int n = static_cast<int>(edge.points.size());
  cv::Mat powers(n, kTerms, CV_64F), beside(n, 1, CV_64F), trust(n, 1, CV_64F, cv::Scalar(1)), curve;
  for (int i = 0; i < n; ++i) {
    const cv::Point2d d = edge.points[static_cast<std::size_t>(i)] - from;
    double power = 1;
    for (int k = 0; k < kTerms; ++k, power *= 2 * d.dot(along) / length - 1) powers.at<double>(i, k) = power;
    beside.at<double>(i) = d.dot(normal);
  }
  for (int refit = 0; refit < kRefits; ++refit) {
    cv::Mat weighted = powers.clone();
    for (int i = 0; i < n; ++i) weighted.row(i) *= trust.at<double>(i);
    if (!cv::solve(weighted.t() * powers, weighted.t() * beside, curve, cv::DECOMP_SVD)) break;
    std::vector<double> off;
    for (int i = 0; i < n; ++i) off.push_back(std::abs(beside.at<double>(i) - powers.row(i).dot(curve.t())));
    std::vector<double> sorted = off;
    std::nth_element(sorted.begin(), sorted.begin() + n / 2, sorted.end());
    // From forgiving to strict: bumps lose their say while the curve turns to the rest.
    const double usual = std::max(0.3, sorted[static_cast<std::size_t>(n / 2)]) * (2 + 6.0 * (kRefits - refit) / kRefits);
    for (int i = 0; i < n; ++i) {
      const double u = off[static_cast<std::size_t>(i)] / usual;
      trust.at<double>(i) = u < 1 ? (1 - u * u) * (1 - u * u) : 0;
    }
  }
  std::vector<cv::Point2d> line;
  for (int i = 0; i < count; ++i) {
    const double share = double(i) / (count - 1);
    double value = 0;
    for (int k = kTerms - 1; k >= 0; --k) value = value * (2 * share - 1) + curve.at<double>(k);
    line.push_back(from + along * (share * length) + normal * value);
  }
  return line;
}

}  // namespace sogoc::image
