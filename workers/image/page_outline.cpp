#include "workers/image/page_outline_private.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "workers/image/edge_trace_private.hpp"
#include "workers/image/paper_region_private.hpp"

namespace sogoc::image {
namespace {

constexpr double kFineSide = 1600;  // pixels of the reduced copy
constexpr int kSmallest = 300;           // pixels: nothing could be read on less
constexpr int kPoints = 65;              // of each side
constexpr double kFirstReach = 0.014, kStraightReach = 0.035, kSecondReach = 0.008;  // shares of a side
constexpr double kClear = 2.0;           // Lab units: an edge that the eye sees
constexpr double kLeastSupport = 0.9;    // of the weakest side: less is no outline to lay a page flat by
constexpr double kSeenSupport = 0.7;     // of a side close to the frame: less, and there is none
constexpr double kLeastSeen = 0.4;       // of a side: its rest may lie outside the picture
constexpr double kAtFrame = 0.012;       // share of the picture: the paper goes on beyond it
constexpr double kBeside = 8;            // pixels beside the edge, wider than a ruling
constexpr double kOtherPaper = 2.0;      // Lab units between both sides
constexpr double kCertain = 0.985;       // support from which no other guess is tried
constexpr double kFirstDoubt = 0.004, kSecondDoubt = 0.002;  // shares of a side: so far off a guess is likely to be
constexpr double kLeastAgreement = 0.93;  // with the network: less, and something else was outlined

using Corners = std::array<cv::Point2d, 4>;
using Sides = std::array<std::vector<cv::Point2d>, 4>;

// The corners at which each side begins and ends.
constexpr std::array<std::array<std::size_t, 2>, 4> kEnds = {{{0, 1}, {1, 2}, {3, 2}, {0, 3}}};

// What a side is taken for before its edge is looked for. The network's shore has bumps where something as light as the
// paper touches it: one curve passes them by, but has no fold; a straight line heeds its corners only.
enum class Guess { one_curve, as_seen, straight };

std::vector<cv::Point2d> straight(cv::Point2d from, cv::Point2d to) {
  std::vector<cv::Point2d> line;
  for (int i = 0; i < kPoints; ++i) line.push_back(from + (to - from) * (double(i) / (kPoints - 1)));
  return line;
}

// The shore of the region between two corners as a smooth guess.
std::vector<cv::Point2d> shore(const PaperRegion& region, cv::Point2d from, cv::Point2d to, Guess guess) {
  if (guess == Guess::straight) return straight(from, to);
  const cv::Point2d chord = to - from;
  const double length = cv::norm(chord);
  TracedEdge edge;
  for (const cv::Point2f& at : region.contour) {
    const cv::Point2d d = cv::Point2d(at) - from;
    const double share = d.dot(chord) / (length * length), beside = chord.cross(d) / length;
    if (share < 0.01 || share > 0.99 || std::abs(beside) > 0.09 * length) continue;
    edge.points.push_back(from + d);
    edge.clearness.push_back(1);
  }
  if (edge.points.size() < 20) return straight(from, to);
  return guess == Guess::one_curve ? one_curve(edge, from, to, kPoints) : smoothed(edge, from, to, kPoints);
}

// Where two sides meet: followed straight on from their last pieces.
cv::Point2d meeting(const std::vector<cv::Point2d>& a, bool a_end, const std::vector<cv::Point2d>& b, bool b_end,
                    cv::Point2d otherwise) {
  const auto tail = [](const std::vector<cv::Point2d>& line, bool end) {
    const std::size_t n = line.size();
    return end ? std::pair(line[n - 1], line[n - 1] - line[n - 3]) : std::pair(line[0], line[0] - line[2]);
  };
  const auto [p, d] = tail(a, a_end);
  const auto [q, e] = tail(b, b_end);
  const double area = d.cross(e);
  if (std::abs(area) < 0.2 * cv::norm(d) * cv::norm(e)) return otherwise;
  return p + d * ((q - p).cross(e) / area);
}

class Outliner {
 public:
  Outliner(const cv::Mat& lab, const PaperRegion& region, Guess guess) : lab_(lab) {
    for (std::size_t i = 0; i < 4; ++i) corners_[i] = cv::Point2d(region.corners[i]);
    mark_leaving();
    for (std::size_t s = 0; s < 4; ++s) {
      const auto [a, b] = ends(s);
      sides_[s] = leaves_[s] ? straight(a, b) : shore(region, a, b, guess);
    }
  }

  // One round of following all edges and meeting at their corners.
  void follow(double reach, double doubt) {
    support_ = 1;
    for (std::size_t s = 0; s < 4; ++s) {
      const auto [a, b] = ends(s);
      const TracedEdge edge = trace_edge(lab_, sides_[s], reach * cv::norm(b - a), doubt * cv::norm(b - a));
      const std::vector<cv::Point2d> line = smoothed(edge, a, b, kPoints);
      const double support = share_of_clear(edge, line, a, b);
      // Close to the frame there is an edge, or the paper goes on beyond it.
      if (leaves_[s] && support < kSeenSupport) continue;
      leaves_[s] = false;
      sides_[s] = line;
      support_ = std::min(support_, support);
    }
    const Corners before = corners_;
    corners_[0] = meeting(sides_[kTop], false, sides_[kLeft], false, before[0]);
    corners_[1] = meeting(sides_[kTop], true, sides_[kRight], false, before[1]);
    corners_[2] = meeting(sides_[kBottom], true, sides_[kRight], true, before[2]);
    corners_[3] = meeting(sides_[kBottom], false, sides_[kLeft], true, before[3]);
    for (std::size_t s = 0; s < 4; ++s) {  // each side ends where it meets the others
      const auto [a, b] = ends(s);
      if (leaves_[s]) {
        sides_[s] = straight(a, b);
        continue;
      }
      TracedEdge edge{sides_[s], std::vector<double>(sides_[s].size(), 1)};
      edge.points.front() = a;
      edge.points.back() = b;
      sides_[s] = along(edge.points, a, b);
    }
  }

  [[nodiscard]] PageOutline outline(double scale) const {
    PageOutline found;
    for (std::size_t i = 0; i < 4; ++i) {
      found.corners[i] = corners_[i] * scale;
      for (const cv::Point2d& at : sides_[i]) found.sides[i].push_back(at * scale);
    }
    found.leaves = leaves_;
    for (std::size_t i = 0; i < 4; ++i) {
      const cv::Point2d at = corners_[i];
      found.lost[i] = at.x < 0 || at.y < 0 || at.x > lab_.cols || at.y > lab_.rows;
    }
    found.support = support_;
    return found;
  }
  [[nodiscard]] double support() const { return support_; }
  // On both sides of a printed frame lies the same paper; beside the paper's edge lies something else, if only its shadow.
  [[nodiscard]] bool is_no_frame() const {
    for (std::size_t s = 0; s < 4; ++s) {
      if (leaves_[s]) continue;
      std::vector<double> apart;
      for (std::size_t i = 3; i + 3 < sides_[s].size(); ++i) {
        cv::Point2d along = sides_[s][i + 1] - sides_[s][i - 1];
        along *= kBeside / (cv::norm(along) + 1e-9);
        const cv::Point a(sides_[s][i] + cv::Point2d(-along.y, along.x)), b(sides_[s][i] - cv::Point2d(-along.y, along.x));
        const cv::Rect all({}, lab_.size());
        if (all.contains(a) && all.contains(b)) apart.push_back(cv::norm(lab_.at<cv::Vec3f>(a) - lab_.at<cv::Vec3f>(b)));
      }
      if (apart.size() < 10) continue;
      std::nth_element(apart.begin(), apart.begin() + static_cast<std::ptrdiff_t>(apart.size() / 2), apart.end());
      if (apart[apart.size() / 2] < kOtherPaper) return false;
    }
    return true;
  }
  [[nodiscard]] bool sensible() const {
    double area = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const cv::Point2d a = corners_[(i + 1) % 4] - corners_[i], b = corners_[(i + 2) % 4] - corners_[(i + 1) % 4];
      const double turn = a.cross(b) / (cv::norm(a) * cv::norm(b) + 1e-9);
      if (!(turn > 0.5)) return false;  // a corner below 30 or above 150 degrees
      area += corners_[i].cross(corners_[(i + 1) % 4]) / 2;
    }
    return area > 0.1 * lab_.cols * lab_.rows;
  }
  [[nodiscard]] int leaving() const { return static_cast<int>(std::count(leaves_.begin(), leaves_.end(), true)); }

 private:
  static double share_of_clear(const TracedEdge& edge, const std::vector<cv::Point2d>& line, cv::Point2d a, cv::Point2d b) {
    const double length = cv::norm(b - a);
    int clear = 0, seen = 0;
    for (std::size_t i = 0; i < edge.points.size(); ++i) {
      if (edge.clearness[i] < 0) continue;
      ++seen;
      const auto at = std::clamp<std::ptrdiff_t>(std::lround((edge.points[i] - a).dot(b - a) / (length * length) * (kPoints - 1)), 0, kPoints - 1);
      const double off = cv::norm(line[static_cast<std::size_t>(at)] - edge.points[i]);
      clear += edge.clearness[i] > kClear && off < 0.012 * length;
    }
    return seen > kLeastSeen * double(edge.points.size()) ? double(clear) / seen : 0;
  }
  [[nodiscard]] std::pair<cv::Point2d, cv::Point2d> ends(std::size_t side) const {
    return {corners_[kEnds[side][0]], corners_[kEnds[side][1]]};
  }
  void mark_leaving() {
    const double rim = kAtFrame * std::max(lab_.cols, lab_.rows);
    const auto near = [&](std::size_t side, cv::Point2d at) {
      const double away[] = {at.y, lab_.cols - at.x, lab_.rows - at.y, at.x};
      return away[side] < rim;
    };
    for (std::size_t s = 0; s < 4; ++s) leaves_[s] = near(s, ends(s).first) && near(s, ends(s).second);
  }
  // The same line by even shares of the chord between its new ends.
  static std::vector<cv::Point2d> along(const std::vector<cv::Point2d>& line, cv::Point2d from, cv::Point2d to) {
    const cv::Point2d chord = to - from;
    const double square = chord.dot(chord);
    std::vector<std::pair<double, cv::Point2d>> known{{0, from}};
    for (std::size_t i = 1; i + 1 < line.size(); ++i)
      if (const double share = (line[i] - from).dot(chord) / square; share > known.back().first + 1e-3 && share < 0.997)
        known.emplace_back(share, line[i]);
    known.emplace_back(1, to);
    std::vector<cv::Point2d> even;
    std::size_t k = 0;
    for (int i = 0; i < kPoints; ++i) {
      const double share = double(i) / (kPoints - 1);
      while (k + 2 < known.size() && known[k + 1].first < share) ++k;
      const double t = (share - known[k].first) / (known[k + 1].first - known[k].first);
      even.push_back(known[k].second + (known[k + 1].second - known[k].second) * t);
    }
    return even;
  }

  const cv::Mat& lab_;
  Corners corners_;
  Sides sides_;
  std::array<bool, 4> leaves_{};
  double support_ = 0;
};

// What both take for paper, as a share of what one of them does.
double agreement_of(const PageOutline& outline, const cv::Mat& paper, cv::Size picture) {
  constexpr int kShift = 4;
  std::vector<cv::Point> around;
  const auto add = [&](const cv::Point2d& at) {
    around.emplace_back(static_cast<int>(std::lround(at.x * paper.cols / picture.width * (1 << kShift))),
                        static_cast<int>(std::lround(at.y * paper.rows / picture.height * (1 << kShift))));
  };
  for (const std::size_t side : {kTop, kRight})
    for (const cv::Point2d& at : outline.sides[side]) add(at);
  for (const std::size_t side : {kBottom, kLeft})
    for (auto at = outline.sides[side].rbegin(); at != outline.sides[side].rend(); ++at) add(*at);
  cv::Mat enclosed(paper.size(), CV_8U, cv::Scalar(0));
  cv::fillPoly(enclosed, std::vector<std::vector<cv::Point>>{around}, 255, cv::LINE_AA, kShift);
  enclosed.convertTo(enclosed, CV_32F, 1 / 255.0);
  cv::Mat marked;
  cv::Mat(paper > 0.5).convertTo(marked, CV_32F, 1 / 255.0);
  return cv::sum(cv::min(enclosed, marked))[0] / std::max(1.0, cv::sum(cv::max(enclosed, marked))[0]);
}

}  // namespace

std::optional<PageOutline> find_outline(const cv::Mat& pixels, const cv::Mat& paper) {
  if (std::min(pixels.cols, pixels.rows) < kSmallest) return std::nullopt;
  const double scale = std::max(1.0, double(std::max(pixels.cols, pixels.rows)) / kFineSide);
  cv::Mat fine, lab;
  cv::resize(pixels, fine, {}, 1 / scale, 1 / scale, cv::INTER_AREA);
  const std::vector<PaperRegion> regions = regions_of(paper, fine.size());
  if (regions.empty()) return std::nullopt;
  if (fine.channels() == 1) cv::cvtColor(fine, fine, cv::COLOR_GRAY2RGB);
  fine.convertTo(lab, CV_32F, 1 / 255.0);
  cv::GaussianBlur(lab, lab, {}, 0.8);
  cv::cvtColor(lab, lab, cv::COLOR_RGB2Lab);
  std::optional<PageOutline> best;
  const auto look = [&](const PaperRegion& region, Guess guess) {
    Outliner outliner(lab, region, guess);
    outliner.follow(guess == Guess::straight ? kStraightReach : kFirstReach, guess == Guess::straight ? 0 : kFirstDoubt);
    if (outliner.leaving() > 2 || !outliner.sensible()) return;
    outliner.follow(kSecondReach, kSecondDoubt);
    if (!outliner.sensible() || outliner.support() < kLeastSupport || !outliner.is_no_frame()) return;
    PageOutline found = outliner.outline(scale);
    if (best && found.support <= best->support) return;
    if (agreement_of(found, paper, pixels.size()) >= kLeastAgreement) best = std::move(found);
  };
  for (const PaperRegion& region : regions)
    for (const Guess guess : {Guess::one_curve, Guess::as_seen, Guess::straight})
      if (!best || best->support < kCertain) look(region, guess);
  return best;
}

}  // namespace sogoc::image
