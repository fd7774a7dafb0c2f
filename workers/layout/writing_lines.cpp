#include "workers/layout/writing_lines.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <opencv2/imgproc.hpp>

namespace sogoc::layout {
namespace {

constexpr double kDotMm = 0.8;         // larger is no dot of a leader
constexpr double kDotStepMm = 3.0;     // from one dot to the next
constexpr std::size_t kFewestDots = 4;
constexpr double kRuleMm = 3.0;        // shorter level strokes are letters
constexpr double kLeastMm = 11;        // of leader that makes a line
constexpr double kLeastShare = 0.13;   // of its extent
constexpr double kFarthestMm = 90;     // between two stretches of one line: writing or a label

// A stretch of leader, in pixels of the map.
struct Run {
  std::vector<PointPx> points;
  std::vector<cv::Rect> dots;
  [[nodiscard]] double left() const { return points.front().x; }
  [[nodiscard]] double right() const { return points.back().x; }
  [[nodiscard]] double length() const { return right() - left(); }
};

cv::Mat mat_of(const std::vector<std::uint8_t>& bytes, const RidgeMap& map, std::uint8_t bit) {
  cv::Mat mat(map.height, map.width, CV_8U);
  for (int y = 0; y < map.height; ++y) {
    std::uint8_t* row = mat.ptr(y);
    const std::size_t at = static_cast<std::size_t>(y) * static_cast<std::size_t>(map.width);
    for (int x = 0; x < map.width; ++x)
      row[x] = (bytes[at + static_cast<std::size_t>(x)] & bit) != 0 ? 255 : 0;
  }
  return mat;
}

// Dots that follow one another at one height.
std::vector<Run> dotted_runs(const cv::Mat& ink, double mm) {
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(ink, labels, stats, centres, 8, CV_32S);
  std::vector<cv::Rect> dots;
  const int largest = std::max(2, static_cast<int>(kDotMm * mm));
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    if (box.width <= largest && box.height <= largest) dots.push_back(box);
  }
  const auto middle = [](const cv::Rect& box) {
    return PointPx{box.x + box.width / 2.0, box.y + box.height / 2.0};
  };
  std::sort(dots.begin(), dots.end(), [](const cv::Rect& a, const cv::Rect& b) { return a.x < b.x; });
  std::vector<int> next(dots.size(), -1);
  std::vector<std::uint8_t> taken(dots.size(), 0);
  const double step = kDotStepMm * mm, drift = std::max(1.6, 0.3 * mm);
  for (std::size_t i = 0; i < dots.size(); ++i) {
    const PointPx from = middle(dots[i]);
    for (std::size_t j = i + 1; j < dots.size() && dots[j].x - from.x <= step; ++j) {
      const PointPx to = middle(dots[j]);
      if (taken[j] != 0 || to.x - from.x < 0.3 * mm || std::abs(to.y - from.y) > drift) continue;
      next[i] = static_cast<int>(j);
      taken[j] = 1;
      break;
    }
  }
  std::vector<Run> runs;
  for (std::size_t i = 0; i < dots.size(); ++i) {
    if (taken[i] != 0) continue;
    Run run;
    for (int k = static_cast<int>(i); k >= 0; k = next[static_cast<std::size_t>(k)]) {
      run.dots.push_back(dots[static_cast<std::size_t>(k)]);
      run.points.push_back(middle(run.dots.back()));
    }
    if (run.points.size() >= kFewestDots) runs.push_back(std::move(run));
  }
  return runs;
}

// Level strokes longer than letters make.
std::vector<Run> ruled_runs(const cv::Mat& level, double mm) {
  cv::Mat wide, long_ones;
  cv::dilate(level, wide, cv::getStructuringElement(cv::MORPH_RECT, {1, 3}));
  cv::morphologyEx(wide, long_ones, cv::MORPH_OPEN,
                   cv::getStructuringElement(cv::MORPH_RECT, {static_cast<int>(kRuleMm * mm), 1}));
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(long_ones, labels, stats, centres, 8, CV_32S);
  const int bin = std::max(4, static_cast<int>(3 * mm));
  struct Sums {
    std::vector<double> y, n;
    int left = 0;
  };
  std::vector<Sums> sums(static_cast<std::size_t>(count));
  for (int i = 1; i < count; ++i) {
    if (stats.at<int>(i, cv::CC_STAT_HEIGHT) > 0.06 * stats.at<int>(i, cv::CC_STAT_WIDTH) + 1.2 * mm)
      continue;
    Sums& s = sums[static_cast<std::size_t>(i)];
    s.left = stats.at<int>(i, cv::CC_STAT_LEFT);
    const auto bins = static_cast<std::size_t>(stats.at<int>(i, cv::CC_STAT_WIDTH) / bin + 1);
    s.y.assign(bins, 0);
    s.n.assign(bins, 0);
  }
  for (int y = 0; y < labels.rows; ++y) {
    const int* row = labels.ptr<int>(y);
    for (int x = 0; x < labels.cols; ++x) {
      if (row[x] == 0) continue;
      Sums& s = sums[static_cast<std::size_t>(row[x])];
      if (s.y.empty()) continue;
      const auto at = static_cast<std::size_t>((x - s.left) / bin);
      s.y[at] += y;
      s.n[at] += 1;
    }
  }
  std::vector<Run> runs;
  for (int i = 1; i < count; ++i) {
    const Sums& s = sums[static_cast<std::size_t>(i)];
    if (s.y.empty()) continue;
    const double right = s.left + stats.at<int>(i, cv::CC_STAT_WIDTH);
    Run run;
    for (std::size_t k = 0; k < s.y.size(); ++k)
      if (s.n[k] > 0)
        run.points.push_back({std::min(right, s.left + (double(k) + 0.5) * bin), s.y[k] / s.n[k] + 0.5});
    if (run.points.empty()) continue;
    run.points.insert(run.points.begin(), {double(s.left), run.points.front().y});
    run.points.push_back({right, run.points.back().y});
    runs.push_back(std::move(run));
  }
  return runs;
}

// The tilt that most leaders have.
double tilt_of(const std::vector<Run>& runs, double mm) {
  std::vector<double> slopes;
  for (const Run& run : runs)
    if (run.length() > 10 * mm)
      slopes.push_back((run.points.back().y - run.points.front().y) / run.length());
  if (slopes.size() < 3) return 0;
  std::nth_element(slopes.begin(), slopes.begin() + static_cast<std::ptrdiff_t>(slopes.size() / 2),
                   slopes.end());
  return std::clamp(slopes[slopes.size() / 2], -0.06, 0.06);
}

struct Line {
  std::vector<const Run*> runs;  // left to right by their beginning
  double drawn = 0;
  [[nodiscard]] const PointPx& nearest_to(double x) const {
    const PointPx* best = &runs.front()->points.front();
    for (const Run* run : runs)
      for (const PointPx& point : run->points)
        if (std::abs(point.x - x) < std::abs(best->x - x)) best = &point;
    return *best;
  }
};

std::vector<Line> joined(const std::vector<Run>& runs, double slope, double mm) {
  std::vector<const Run*> order;
  for (const Run& run : runs) order.push_back(&run);
  std::sort(order.begin(), order.end(),
            [](const Run* a, const Run* b) { return a->left() < b->left(); });
  std::vector<Line> lines;
  for (const Run* run : order) {
    Line* home = nullptr;
    double least = 1e9;
    for (Line& line : lines) {
      const PointPx& end = line.nearest_to(run->left());
      const double gap = run->left() - end.x;
      if (gap > kFarthestMm * mm) continue;
      const double off = std::abs(end.y + slope * gap - run->points.front().y);
      if (off < 0.5 * mm + 0.012 * std::abs(gap) && off < least) least = off, home = &line;
    }
    if (home == nullptr) {
      lines.emplace_back();
      home = &lines.back();
    }
    home->drawn += run->length();
    home->runs.push_back(run);
  }
  std::erase_if(lines, [&](const Line& line) {
    const double extent = line.nearest_to(1e6).x - line.nearest_to(-1e6).x;
    return line.drawn < kLeastMm * mm || line.drawn < kLeastShare * extent;
  });
  return lines;
}

// Stretches of one line that lay too far apart are joined; strokes of one hand lie on one height too,
// but a line half way between two better ones is none.
void drop_weak(std::vector<Line>& lines) {
  const auto middle = [](const Line& line) {
    return (line.nearest_to(-1e6).y + line.nearest_to(1e6).y) / 2;
  };
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.drawn > b.drawn; });
  std::vector<double> heights, gaps;
  for (std::size_t i = 0; i < (lines.size() * 2 + 2) / 3; ++i) heights.push_back(middle(lines[i]));
  std::sort(heights.begin(), heights.end());
  for (std::size_t i = 1; i < heights.size(); ++i) gaps.push_back(heights[i] - heights[i - 1]);
  if (gaps.size() < 3) return;
  std::nth_element(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2), gaps.end());
  const double pitch = gaps[gaps.size() / 2];
  std::vector<Line> kept;
  for (Line& line : lines) {
    bool weak = false;
    Line* same = nullptr;
    for (Line& better : kept) {
      const PointPx& here = line.runs.front()->points.front();
      const PointPx& there = better.nearest_to(here.x);
      if (std::abs(there.x - here.x) > 20 * pitch) continue;
      const double apart = std::abs(there.y - here.y);
      if (apart < 0.25 * pitch) same = &better;
      weak = weak || (apart < 0.62 * pitch && line.drawn < 0.5 * better.drawn);
    }
    if (same != nullptr) {
      same->runs.insert(same->runs.end(), line.runs.begin(), line.runs.end());
      same->drawn += line.drawn;
    } else if (!weak) {
      kept.push_back(std::move(line));
    }
  }
  lines = std::move(kept);
}

// The upper or lower side of a frame: a rule that meets an upright one at both ends.
bool is_frame(const Line& line, const cv::Mat& upright, double mm) {
  const PointPx first = line.nearest_to(-1e6), last = line.nearest_to(1e6);
  const int side = static_cast<int>(1.2 * mm), reach = static_cast<int>(4 * mm);
  const auto meets = [&](const PointPx& p) {
    const cv::Rect around =
        cv::Rect(static_cast<int>(p.x) - side, static_cast<int>(p.y) - reach, 2 * side + 1, 2 * reach + 1) &
        cv::Rect(0, 0, upright.cols, upright.rows);
    if (around.empty()) return false;
    cv::Mat rows;
    cv::reduce(upright(around), rows, 1, cv::REDUCE_MAX);
    return cv::countNonZero(rows) > 0.8 * reach;
  };
  return meets(first) && meets(last);
}

// Lines that hold a head and no leader: where two lines stand as far apart as three or four should.
void add_bare_lines(std::vector<WritingLine>& lines, double mm) {
  const auto middle = [](const WritingLine& line) { return line.at((line.left() + line.right()) / 2); };
  std::vector<double> gaps;
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (const double gap = middle(lines[i]) - middle(lines[i - 1]); gap > 4 * mm) gaps.push_back(gap);
  if (gaps.size() < 4) return;
  std::nth_element(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2), gaps.end());
  const double pitch = gaps[gaps.size() / 2];
  std::vector<WritingLine> bare;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const double times = (middle(lines[i]) - middle(lines[i - 1])) / pitch;
    const int whole = static_cast<int>(std::lround(times));
    if (whole < 2 || whole > 3 || std::abs(times - whole) > 0.25) continue;
    for (int k = 1; k < whole; ++k) {
      WritingLine between = lines[i];
      between.leaders.clear();
      between.dots.clear();
      for (PointPx& p : between.points) p.y -= (middle(lines[i]) - middle(lines[i - 1])) * k / whole;
      bare.push_back(std::move(between));
    }
  }
  std::move(bare.begin(), bare.end(), std::back_inserter(lines));
}

}  // namespace

double WritingLine::at(double x) const {
  if (x <= left()) return points.front().y + slope * (x - left());
  if (x >= right()) return points.back().y + slope * (x - right());
  const auto after = std::lower_bound(points.begin(), points.end(), x,
                                      [](const PointPx& p, double v) { return p.x < v; });
  if (after == points.begin()) return after->y;
  const PointPx& before = *std::prev(after);
  const double share = (x - before.x) / std::max(1e-9, after->x - before.x);
  return before.y * (1 - share) + after->y * share;
}

double WritingLine::drawn(double from, double to) const {
  double sum = 0;
  for (const Stretch& leader : leaders)
    sum += std::max(0.0, std::min(to, leader.right) - std::max(from, leader.left));
  return to > from ? std::min(1.0, sum / (to - from)) : 0;
}

std::vector<WritingLine> find_writing_lines(const RidgeMap& map, double dpi) {
  std::vector<WritingLine> found;
  if (map.width == 0) return found;
  const double mm = dpi / map.reduction / 25.4;
  std::vector<Run> runs = dotted_runs(mat_of(map.ink, map, 1), mm);
  for (Run& run : ruled_runs(mat_of(map.across, map, 1), mm)) runs.push_back(std::move(run));
  const double slope = tilt_of(runs, mm);
  const double r = map.reduction;
  const cv::Mat upright = mat_of(map.across, map, 2);
  std::vector<Line> lines = joined(runs, slope, mm);
  std::erase_if(lines, [&](const Line& line) { return is_frame(line, upright, mm); });
  drop_weak(lines);
  for (const Line& line : lines) {
    WritingLine made;
    made.slope = slope;
    for (const Run* run : line.runs) {
      for (const PointPx& p : run->points) made.points.push_back({p.x * r, p.y * r});
      for (const cv::Rect& dot : run->dots)
        made.dots.push_back({static_cast<int>(dot.x * r) - 1, static_cast<int>(dot.y * r) - 1,
                             static_cast<int>((dot.x + dot.width) * r) + 2,
                             static_cast<int>((dot.y + dot.height) * r) + 2});
      made.leaders.push_back({run->left() * r, run->right() * r});
    }
    std::sort(made.points.begin(), made.points.end(),
              [](const PointPx& a, const PointPx& b) { return a.x < b.x; });
    found.push_back(std::move(made));
  }
  const auto by_height = [](const WritingLine& a, const WritingLine& b) {
    return a.at((a.left() + a.right()) / 2) < b.at((b.left() + b.right()) / 2);
  };
  std::sort(found.begin(), found.end(), by_height);
  add_bare_lines(found, dpi / 25.4);
  std::sort(found.begin(), found.end(), by_height);
  return found;
}

}  // namespace sogoc::layout
