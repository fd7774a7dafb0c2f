#include "workers/image/paper_faults.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace sogoc::image {
namespace {

constexpr double kSmallestFoldMm = 8, kLargestFoldMm = 70;
constexpr int kNotPaper = 40;          // levels below the paper
constexpr double kFingerMm2 = 60;      // of skin, at the edge
constexpr double kStep = 7;            // levels, of the edge of a second sheet
constexpr double kLookPerMm = 2.4;     // about 60 dpi
constexpr double kSameMm = 0.5;        // what a second feeding moves a letter after it was laid straight
constexpr double kSameShare = 0.92;
constexpr double kRuleMm = 12;         // no stroke of writing is as long
constexpr int kLeastInk = 400;
constexpr double kFarthestMm = 12;     // a sheet laid down again comes to lie
constexpr double kAlike = 0.6;         // of the ink's spread over rows and columns; a page laid down again had 0.99

// The corner turned to the top left.
cv::Mat corner_of(const cv::Mat& gray, int size, int corner) {
  const cv::Rect place(corner % 2 == 0 ? 0 : gray.cols - size, corner < 2 ? 0 : gray.rows - size, size, size);
  cv::Mat part = gray(place).clone();
  if (corner % 2 == 1) cv::flip(part, part, 1);
  if (corner >= 2) cv::flip(part, part, 0);
  return part;
}

// Whole blocks: many times quicker than the exact size.
cv::Mat smaller(const cv::Mat& picture, int reduction) {
  if (reduction == 1 || picture.cols < reduction || picture.rows < reduction) return picture;
  const cv::Size size(picture.cols / reduction, picture.rows / reduction);
  cv::Mat small;
  cv::resize(picture({0, 0, size.width * reduction, size.height * reduction}), small, size, 0, 0, cv::INTER_AREA);
  return small;
}

// How bright a row's paper is: levels that 92 % and 80 % of its pixels do not pass. Ink is darker than paper, and margins are a fifth of
// a page or more.
struct PaperLevels {
  std::vector<int> most, many;
};
PaperLevels levels_of_rows(const cv::Mat& rows) {
  PaperLevels levels;
  std::vector<std::uint8_t> row;
  for (int y = 0; y < rows.rows; ++y) {
    row.assign(rows.ptr(y), rows.ptr(y) + rows.cols);
    const auto most = row.begin() + rows.cols * 92 / 100, many = row.begin() + rows.cols * 80 / 100;
    std::nth_element(row.begin(), most, row.end());
    levels.most.push_back(*most);
    std::nth_element(row.begin(), many, most);
    levels.many.push_back(*many);
  }
  return levels;
}

double mean_of(const std::vector<int>& values, int from, int count) {
  return std::accumulate(values.begin() + from, values.begin() + from + count, 0.0) / count;
}

bool is_even(const std::vector<int>& values, int from, int count) {
  const auto [least, most] = std::minmax_element(values.begin() + from, values.begin() + from + count);
  return *most - *least < kStep * 0.5;
}

// How alike two profiles are where they fit best, -1..1; moved by no more than `reach`.
double likeness(const cv::Mat& a, const cv::Mat& b, int reach) {
  const int length = std::min(a.cols, b.cols) - 2 * reach;
  if (length < reach) return 1;  // too small to tell
  cv::Mat match;
  cv::matchTemplate(b.colRange(0, length + 2 * reach), a.colRange(reach, reach + length), match, cv::TM_CCOEFF_NORMED);
  double best = 0;
  cv::minMaxLoc(match, nullptr, &best);
  return best;
}

// Two pages that are clearly other ones differ in how ink lies on their rows and columns already.
bool spread_alike(const PageLook& a, const PageLook& b) {
  const int reach = static_cast<int>(kFarthestMm * kLookPerMm);
  for (const int across : {0, 1}) {
    cv::Mat first, second;
    cv::reduce(a.ink, first, across, cv::REDUCE_AVG, CV_32F);
    cv::reduce(b.ink, second, across, cv::REDUCE_AVG, CV_32F);
    first = first.reshape(1, 1);
    second = second.reshape(1, 1);
    // Softened: what is left of a tilt smears a profile.
    cv::GaussianBlur(first, first, {9, 1}, 0);
    cv::GaussianBlur(second, second, {9, 1}, 0);
    if (likeness(first, second, reach) < kAlike) return false;
  }
  return true;
}

}  // namespace

bool has_folded_corner(const PageMap& map) {
  if (map.bilevel) return false;
  const int size = std::min({static_cast<int>(map.px(kLargestFoldMm)), map.scanned.cols / 2, map.scanned.rows / 2});
  if (size < map.px(kSmallestFoldMm)) return false;
  for (int corner = 0; corner < 4; ++corner) {
    const cv::Mat part = corner_of(map.scanned, size, corner);
    cv::Mat other;
    cv::inRange(part, cv::Scalar(map.paper_level - kNotPaper), cv::Scalar(map.paper_level + kNotPaper), other);
    cv::bitwise_not(other, other);
    const int close = std::max(3, static_cast<int>(map.px(0.6))) | 1;
    cv::morphologyEx(other, other, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_RECT, {close, close}));
    // What hangs together with the very corner.
    if (other.at<std::uint8_t>(1, 1) == 0) continue;
    cv::Mat labels, stats, middles;
    cv::connectedComponentsWithStats(other, labels, stats, middles, 4, CV_32S);
    const int own = labels.at<int>(1, 1);
    const int width = stats.at<int>(own, cv::CC_STAT_WIDTH), height = stats.at<int>(own, cv::CC_STAT_HEIGHT);
    const double fill = double(stats.at<int>(own, cv::CC_STAT_AREA)) / (double(width) * height);
    if (std::min(width, height) < map.px(kSmallestFoldMm) || std::max(width, height) >= size || width > 4 * height || height > 4 * width) continue;
    if (fill < 0.35 || fill > 0.68) continue;
    // A triangle: nearly all of it on the corner's side of its diagonal, nearly nothing beyond.
    int inside = 0, inside_all = 0, beyond = 0, beyond_all = 0;
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const double at = double(x) / width + double(y) / height;
        if (at < 0.92) {
          ++inside_all;
          inside += labels.at<int>(y, x) == own;
        } else if (at > 1.12) {
          ++beyond_all;
          beyond += labels.at<int>(y, x) == own;
        }
      }
    if (inside > 0.85 * inside_all && beyond < 0.12 * beyond_all) return true;
  }
  return false;
}

bool has_finger(const PageMap& map) {
  if (map.colour.empty()) return false;
  cv::Mat luma, skin;
  const int reduction = std::max(1, static_cast<int>(map.map_dpi / 60));
  const cv::Mat small = smaller(map.colour, reduction);
  const double scale = 1.0 / reduction;
  cv::cvtColor(small, luma, cv::COLOR_RGB2YCrCb);
  // Skin of any complexion lies in this band of chroma; yellowed paper and red seals lie beside it.
  cv::inRange(luma, cv::Scalar(50, 137, 80), cv::Scalar(235, 178, 122), skin);
  const double px_mm = map.map_dpi * scale / 25.4;
  if (cv::countNonZero(skin) <= kFingerMm2 * px_mm * px_mm) return false;
  const int open = std::max(3, static_cast<int>(4 * px_mm)) | 1;  // no line of print or pen is as thick
  cv::morphologyEx(skin, skin, cv::MORPH_OPEN, cv::getStructuringElement(cv::MORPH_ELLIPSE, {open, open}));
  cv::Mat labels, stats, middles;
  const int count = cv::connectedComponentsWithStats(skin, labels, stats, middles, 8, CV_32S);
  // Old paper as a whole may be as brown as skin: then nothing can be said.
  if (cv::countNonZero(skin) > 0.35 * double(skin.total())) return false;
  for (int i = 1; i < count; ++i) {
    const int left = stats.at<int>(i, cv::CC_STAT_LEFT), top = stats.at<int>(i, cv::CC_STAT_TOP);
    const int right = left + stats.at<int>(i, cv::CC_STAT_WIDTH), bottom = top + stats.at<int>(i, cv::CC_STAT_HEIGHT);
    const bool at_edge = left <= 1 || top <= 1 || right >= skin.cols - 1 || bottom >= skin.rows - 1;
    const double area = stats.at<int>(i, cv::CC_STAT_AREA) / (px_mm * px_mm);
    const bool compact = std::max(right - left, bottom - top) < 6 * std::min(right - left, bottom - top);
    if (at_edge && compact && area > kFingerMm2) return true;
  }
  return false;
}

bool has_inner_edge(const PageMap& map) {
  if (map.bilevel) return false;
  for (const bool columns : {true, false}) {
    cv::Mat lines;
    cv::resize(map.scanned, lines, columns ? cv::Size(map.scanned.cols, 160) : cv::Size(160, map.scanned.rows), 0, 0, cv::INTER_AREA);
    if (columns) cv::transpose(lines, lines);
    const PaperLevels levels = levels_of_rows(lines);
    const int gap = std::max(2, static_cast<int>(map.px(1.5))), run = std::max(6, static_cast<int>(map.px(8)));
    for (int x = lines.rows / 12 + run; x + run + gap < lines.rows * 11 / 12; ++x) {
      const int before = x - run, after = x + gap;
      // Two even plateaus with a sharp step between them, and as seen by a lower percentile too.
      if (std::abs(mean_of(levels.most, before, run) - mean_of(levels.most, after, run)) > kStep && is_even(levels.most, before, run) &&
          is_even(levels.most, after, run) && std::abs(mean_of(levels.many, before, run) - mean_of(levels.many, after, run)) > kStep * 0.6)
        return true;
    }
  }
  return false;
}

bool has_colour_cast(const PageMap& map) {
  if (map.colour.empty()) return false;
  cv::Mat small, gray;
  cv::resize(smaller(map.colour, std::max(1, static_cast<int>(map.map_dpi / 60))), small, {160, 220}, 0, 0, cv::INTER_AREA);
  cv::cvtColor(small, gray, cv::COLOR_RGB2GRAY);
  const cv::Scalar paper = cv::mean(small, gray > map.paper_level * 0.92);
  const double red = paper[0], green = paper[1], blue = paper[2];
  // Paper ages towards yellow and brown: red >= green >= blue. Anything else is the device's.
  constexpr double kTint = 12;
  return green > red + kTint || blue > red + kTint || blue > green + kTint || red > green + 40;
}

PageLook look_of(const PageMap& map, double tilt) {
  PageLook look;
  look.per_mm = kLookPerMm;
  const double scale = kLookPerMm * 25.4 / map.map_dpi;
  cv::Mat small;
  cv::resize(map.ink, small, {}, scale, scale, cv::INTER_AREA);
  if (std::abs(tilt) > 0.05) {
    const cv::Mat turn = cv::getRotationMatrix2D({float(small.cols) / 2, float(small.rows) / 2}, tilt, 1);
    cv::warpAffine(small, small, turn, small.size(), cv::INTER_LINEAR);
  }
  look.ink = small > 70;
  // Rules of a printed form are on all its pages: what was written tells them apart.
  const int rule = static_cast<int>(kRuleMm * kLookPerMm);
  cv::Mat rules, upright;
  cv::morphologyEx(look.ink, rules, cv::MORPH_OPEN, cv::getStructuringElement(cv::MORPH_RECT, {rule, 1}));
  cv::morphologyEx(look.ink, upright, cv::MORPH_OPEN, cv::getStructuringElement(cv::MORPH_RECT, {1, rule}));
  look.ink.setTo(0, rules | upright);
  look.ink_pixels = cv::countNonZero(look.ink);
  return look;
}

bool same_look(const PageLook& a, const PageLook& b) {
  if (a.ink_pixels < kLeastInk || b.ink_pixels < kLeastInk) return false;
  if (std::abs(a.ink_pixels - b.ink_pixels) > 0.25 * std::max(a.ink_pixels, b.ink_pixels)) return false;
  if (std::abs(a.ink.cols - b.ink.cols) > 0.04 * a.ink.cols || std::abs(a.ink.rows - b.ink.rows) > 0.04 * a.ink.rows) return false;
  if (!spread_alike(a, b)) return false;
  const cv::Size size(std::max(a.ink.cols, b.ink.cols), std::max(a.ink.rows, b.ink.rows));
  cv::Mat first = cv::Mat::zeros(size, CV_32F), second = cv::Mat::zeros(size, CV_32F);
  a.ink.convertTo(first(cv::Rect({}, a.ink.size())), CV_32F);
  b.ink.convertTo(second(cv::Rect({}, b.ink.size())), CV_32F);
  cv::GaussianBlur(first, first, {5, 5}, 0);
  cv::GaussianBlur(second, second, {5, 5}, 0);
  const cv::Point2d shift = cv::phaseCorrelate(first, second);
  if (std::hypot(shift.x, shift.y) > kFarthestMm * kLookPerMm) return false;
  const cv::Mat move = (cv::Mat_<double>(2, 3) << 1, 0, shift.x, 0, 1, shift.y);
  cv::Mat moved, other = cv::Mat::zeros(size, CV_8U), own = cv::Mat::zeros(size, CV_8U);
  a.ink.copyTo(own(cv::Rect({}, a.ink.size())));
  b.ink.copyTo(other(cv::Rect({}, b.ink.size())));
  cv::warpAffine(own, moved, move, size, cv::INTER_NEAREST);
  const int reach = 2 * static_cast<int>(std::lround(kSameMm * kLookPerMm)) + 1;
  const cv::Mat square = cv::getStructuringElement(cv::MORPH_ELLIPSE, {reach, reach});
  cv::Mat wide;
  const auto covered = [&](const cv::Mat& ink, const cv::Mat& by) {
    cv::dilate(by, wide, square);
    return double(cv::countNonZero(ink & wide)) / std::max(1, cv::countNonZero(ink));
  };
  return covered(moved, other) > kSameShare && covered(other, moved) > kSameShare;
}

}  // namespace sogoc::image
