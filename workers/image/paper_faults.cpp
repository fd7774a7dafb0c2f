#include "workers/image/paper_faults.hpp"

#include <algorithm>
#include <cmath>

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

// The corner turned to the top left.
cv::Mat corner_of(const cv::Mat& gray, int size, int corner) {
  const cv::Rect place(corner % 2 == 0 ? 0 : gray.cols - size, corner < 2 ? 0 : gray.rows - size, size, size);
  cv::Mat part = gray(place).clone();
  if (corner % 2 == 1) cv::flip(part, part, 1);
  if (corner >= 2) cv::flip(part, part, 0);
  return part;
}

}  // namespace

bool has_folded_corner(const PageMap& map) {
  if (map.bilevel) return false;
  const int size = std::min({static_cast<int>(map.px(kLargestFoldMm)), map.scanned.cols / 2, map.scanned.rows / 2});
  if (size < map.px(kSmallestFoldMm)) return false;
  for (int corner = 0; corner < 4; ++corner) {
    const cv::Mat part = corner_of(map.scanned, size, corner);
    cv::Mat other = cv::abs(cv::Mat_<float>(part) - map.paper_level) > kNotPaper;
    const int close = std::max(3, static_cast<int>(map.px(0.6))) | 1;
    cv::morphologyEx(other, other, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_RECT, {close, close}));
    // What hangs together with the very corner.
    cv::Mat labels, stats, middles;
    cv::connectedComponentsWithStats(other, labels, stats, middles, 4, CV_32S);
    const int own = labels.at<int>(1, 1);
    if (own == 0) continue;
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
  cv::Mat small, luma, skin;
  const double scale = std::min(1.0, 60.0 / map.map_dpi);
  cv::resize(map.colour, small, {}, scale, scale, cv::INTER_AREA);
  cv::cvtColor(small, luma, cv::COLOR_RGB2YCrCb);
  // Skin of any complexion lies in this band of chroma; yellowed paper and red seals lie beside it.
  cv::inRange(luma, cv::Scalar(50, 137, 80), cv::Scalar(235, 178, 122), skin);
  const double px_mm = map.map_dpi * scale / 25.4;
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
  // Ink is darker than paper, and margins are a fifth of a page or more: a high percentile of a row or column is its paper.
  cv::Mat sorted;
  for (const bool columns : {true, false}) {
    cv::Mat lines;
    cv::resize(map.scanned, lines, columns ? cv::Size(map.scanned.cols, 160) : cv::Size(160, map.scanned.rows), 0, 0, cv::INTER_AREA);
    if (!columns) cv::transpose(lines, lines);
    cv::sort(lines, sorted, cv::SORT_EVERY_COLUMN + cv::SORT_ASCENDING);
    const cv::Mat level = sorted.row(sorted.rows * 92 / 100), low = sorted.row(sorted.rows * 80 / 100);
    const int gap = std::max(2, static_cast<int>(map.px(1.5))), run = std::max(6, static_cast<int>(map.px(8)));
    for (int x = level.cols / 12 + run; x + run + gap < level.cols * 11 / 12; ++x) {
      const cv::Mat before = level.colRange(x - run, x), after = level.colRange(x + gap, x + gap + run);
      double before_least = 0, before_most = 0, after_least = 0, after_most = 0;
      cv::minMaxLoc(before, &before_least, &before_most);
      cv::minMaxLoc(after, &after_least, &after_most);
      // Two even plateaus with a sharp step between them, and as seen by a lower percentile too.
      const bool even = before_most - before_least < kStep * 0.5 && after_most - after_least < kStep * 0.5;
      const double step = std::abs(cv::mean(before)[0] - cv::mean(after)[0]);
      const double low_step = std::abs(cv::mean(low.colRange(x - run, x))[0] - cv::mean(low.colRange(x + gap, x + gap + run))[0]);
      if (even && step > kStep && low_step > kStep * 0.6) return true;
    }
  }
  return false;
}

bool has_colour_cast(const PageMap& map) {
  if (map.colour.empty()) return false;
  cv::Mat small, gray;
  cv::resize(map.colour, small, {160, 220}, 0, 0, cv::INTER_AREA);
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
  const cv::Size size(std::max(a.ink.cols, b.ink.cols), std::max(a.ink.rows, b.ink.rows));
  cv::Mat first = cv::Mat::zeros(size, CV_32F), second = cv::Mat::zeros(size, CV_32F);
  a.ink.convertTo(first(cv::Rect({}, a.ink.size())), CV_32F);
  b.ink.convertTo(second(cv::Rect({}, b.ink.size())), CV_32F);
  cv::GaussianBlur(first, first, {5, 5}, 0);
  cv::GaussianBlur(second, second, {5, 5}, 0);
  const cv::Point2d shift = cv::phaseCorrelate(first, second);
  if (std::hypot(shift.x, shift.y) > 12 * kLookPerMm) return false;
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
