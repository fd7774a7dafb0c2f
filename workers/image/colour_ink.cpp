#include "workers/image/colour_ink.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

namespace sogoc::image {
namespace {

constexpr int kStrong = 60;  // channel difference of real ink
constexpr int kPale = 20;    // and of what shines through or fades out
constexpr double kSmallestSealMm = 18, kLargestSealMm = 60;
constexpr double kRing = 0.5;    // of the circle on which a seal's rim must stand
constexpr double kFrame = 0.85;  // of each side of a stamp's frame; a circle has 0.75
constexpr double kShowThroughGapMm = 5;
constexpr double kPartOfRing = 0.3;    // of a rim that shines through in part
constexpr double kPaleShare = 0.7;     // a seal of this side has a larger share of strong ink
constexpr double kStrongShare = 0.45;  // of a seal's ink that must be strong

// Strong and pale pixels of one ink.
struct InkMasks {
  cv::Mat strong;
  cv::Mat pale;  // strong ones too
};

// What white paper is in each channel: yellowed paper must not count as red.
std::array<double, 3> paper_colour(const cv::Mat& rgb) {
  std::array<std::array<int, 256>, 3> counts{};
  int total = 0;
  for (int y = 0; y < rgb.rows; y += 4) {
    const auto* row = rgb.ptr<cv::Vec3b>(y);
    for (int x = 0; x < rgb.cols; x += 4, ++total)
      for (std::size_t c = 0; c < 3; ++c) ++counts[c][row[x][static_cast<int>(c)]];
  }
  std::array<double, 3> paper{};
  for (std::size_t c = 0; c < 3; ++c) {
    int seen = 0, level = 0;
    while (level < 255 && (seen += counts[c][static_cast<std::size_t>(level)]) < total * 7 / 10)
      ++level;
    paper[c] = std::max(64, level);
  }
  return paper;
}

struct Inks {
  InkMasks red;
  InkMasks blue;
};

Inks separate(const cv::Mat& rgb) {
  const auto paper = paper_colour(rgb);
  std::array<std::array<std::uint8_t, 256>, 3> balanced{};
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t v = 0; v < 256; ++v)
      balanced[c][v] = static_cast<std::uint8_t>(std::min(255.0, double(v) * 255.0 / paper[c]));
  Inks inks;
  for (InkMasks* masks : {&inks.red, &inks.blue}) {
    masks->strong = cv::Mat::zeros(rgb.size(), CV_8UC1);
    masks->pale = cv::Mat::zeros(rgb.size(), CV_8UC1);
  }
  for (int y = 0; y < rgb.rows; ++y) {
    const auto* row = rgb.ptr<cv::Vec3b>(y);
    std::uint8_t* red_strong = inks.red.strong.ptr(y);
    std::uint8_t* red_pale = inks.red.pale.ptr(y);
    std::uint8_t* blue_strong = inks.blue.strong.ptr(y);
    std::uint8_t* blue_pale = inks.blue.pale.ptr(y);
    for (int x = 0; x < rgb.cols; ++x) {
      const int r = balanced[0][row[x][0]], g = balanced[1][row[x][1]], b = balanced[2][row[x][2]];
      // Gray and yellow: paper and print, nearly all of a page.
      if (r - std::max(g, b) < kPale && b - r < kPale) continue;
      const int redness = r - std::max(g, b);
      const int blueness = std::min(b - r, b - g + kStrong / 2);
      if (redness >= kPale) red_pale[x] = 255;
      if (redness >= kStrong) red_strong[x] = 255;
      if (blueness >= kPale) blue_pale[x] = 255;
      if (blueness >= kStrong) blue_strong[x] = 255;
    }
  }
  return inks;
}

// Boxes of ink that stands together: marks closer than `gap` are one.
std::vector<cv::Rect> clusters(const cv::Mat& mask, double gap) {
  const int size = std::max(3, static_cast<int>(gap)) | 1;
  // Most pages have hardly any colour: only where it is there is something to join.
  const cv::Rect coloured = cv::boundingRect(mask);
  if (coloured.empty()) return {};
  const cv::Rect reach = cv::Rect(coloured.x - size, coloured.y - size, coloured.width + 2 * size, coloured.height + 2 * size) &
                         cv::Rect({}, mask.size());
  const cv::Mat part = mask(reach);
  cv::Mat closed, labels, stats, middles;
  cv::dilate(part, closed, cv::getStructuringElement(cv::MORPH_RECT, {size, size}));
  const int count = cv::connectedComponentsWithStats(closed, labels, stats, middles, 8, CV_32S);
  std::vector<cv::Rect> boxes;
  for (int i = 1; i < count; ++i) {
    const int* row = stats.ptr<int>(i);
    const cv::Rect grown(row[cv::CC_STAT_LEFT], row[cv::CC_STAT_TOP], row[cv::CC_STAT_WIDTH],
                         row[cv::CC_STAT_HEIGHT]);
    const cv::Mat own = (labels(grown) == i) & part(grown);
    const cv::Rect inked = cv::boundingRect(own);
    if (!inked.empty()) boxes.push_back(inked + grown.tl() + reach.tl());
  }
  return boxes;
}

// The share of directions in which the mask has ink near the rim of the ellipse in `box`.
double ring_share(const cv::Mat& mask, const cv::Rect& box) {
  constexpr int kDirections = 90;
  const double mid_x = box.x + box.width / 2.0, mid_y = box.y + box.height / 2.0;
  int seen = 0;
  for (int i = 0; i < kDirections; ++i) {
    const double angle = 2 * std::numbers::pi * i / kDirections;
    bool found = false;
    for (double r = 0.84; r <= 1.0 && !found; r += 0.01) {
      const int x = static_cast<int>(mid_x + r * box.width / 2 * std::cos(angle));
      const int y = static_cast<int>(mid_y + r * box.height / 2 * std::sin(angle));
      found =
          x >= 0 && y >= 0 && x < mask.cols && y < mask.rows && mask.at<std::uint8_t>(y, x) != 0;
    }
    seen += found;
  }
  return double(seen) / kDirections;
}

// The share of a frame's four sides that is inked; each side must be there on its own.
double frame_share(const cv::Mat& mask, const cv::Rect& box) {
  // Stamps are set by hand and stand a little askew.
  const int depth =
      std::max(2, std::min(box.width, box.height) / 8 + std::max(box.width, box.height) / 25);
  const auto side = [&](const cv::Rect& strip, int along) {
    cv::Mat line;
    cv::reduce(mask(strip), line, along, cv::REDUCE_MAX);
    return double(cv::countNonZero(line)) / static_cast<double>(line.total());
  };
  const double sides[] = {side({box.x, box.y, box.width, depth}, 0),
                          side({box.x, box.y + box.height - depth, box.width, depth}, 0),
                          side({box.x, box.y, depth, box.height}, 1),
                          side({box.x + box.width - depth, box.y, depth, box.height}, 1)};
  return *std::min_element(std::begin(sides), std::end(sides));
}

// The level that nine tenths of the ink reach in its own channel.
double channel_level(const cv::Mat& rgb, const cv::Mat& mask, const cv::Rect& box, int channel) {
  std::array<int, 256> counts{};
  int total = 0;
  for (int y = box.y; y < box.y + box.height; ++y)
    for (int x = box.x; x < box.x + box.width; ++x)
      if (mask.at<std::uint8_t>(y, x) != 0) {
        ++counts[rgb.at<cv::Vec3b>(y, x)[channel]];
        ++total;
      }
  int seen = 0, level = 0;
  while (level < 255 && (seen += counts[static_cast<std::size_t>(level)]) < total / 4) ++level;
  return std::max(96, level);
}

bool is_seal_sized(const cv::Rect& box, const PageMap& map) {
  const double width = map.mm(box.width), height = map.mm(box.height);
  return std::min(width, height) >= kSmallestSealMm && std::max(width, height) <= kLargestSealMm &&
         std::max(width, height) <= 1.45 * std::min(width, height);
}

bool is_stamp_sized(const cv::Rect& box, const PageMap& map) {
  const double width = map.mm(box.width), height = map.mm(box.height);
  return width >= 10 && height >= 5 && width <= 110 && height <= 70;
}

// Strokes as large as a signature's: print has no blue letter this high.
bool has_large_strokes(const cv::Mat& strong, const cv::Rect& box, const PageMap& map) {
  cv::Mat labels, stats, middles;
  const int count =
      cv::connectedComponentsWithStats(strong(box), labels, stats, middles, 8, CV_32S);
  for (int i = 1; i < count; ++i) {
    const int* row = stats.ptr<int>(i);
    const double width = map.mm(row[cv::CC_STAT_WIDTH]), height = map.mm(row[cv::CC_STAT_HEIGHT]);
    const double fill =
        double(row[cv::CC_STAT_AREA]) / (row[cv::CC_STAT_WIDTH] * row[cv::CC_STAT_HEIGHT]);
    if (height >= 7 && width >= 4 && fill < 0.4) return true;
  }
  return false;
}

void find_places(const PageMap& map, const InkMasks& ink, bool red, ColouredInk& found) {
  const int channel = red ? 0 : 2;
  for (const cv::Rect& box : clusters(ink.pale, map.px(2.0))) {
    const int strong = cv::countNonZero(ink.strong(box)), pale = cv::countNonZero(ink.pale(box));
    const double strong_share = double(strong) / std::max(1, pale);
    InkPlace place;
    place.box = box;
    place.red = red;
    const double ring = is_seal_sized(box, map) ? ring_share(ink.strong, box) : 0;
    if (ring >= kRing && strong_share >= kStrongShare) {
      place.kind = RegionKind::seal;
      place.confidence = std::min(1.0, ring);
      place.lift = true;
      found.red_seal = found.red_seal || red;
    } else if (is_stamp_sized(box, map) && frame_share(ink.strong, box) > kFrame) {
      place.kind = RegionKind::stamp;  // its text must be read: secrecy marks are such stamps
      place.confidence = 0.7;
    } else if (!red && has_large_strokes(ink.strong, box, map)) {
      place.kind = RegionKind::handwriting;
      place.confidence = 0.6;
      place.lift = true;
    } else {
      continue;
    }
    place.channel_level = channel_level(map.colour, ink.strong, box, channel);
    found.places.push_back(place);
  }
}

// A seal of the other side: a circle of mostly pale ink, most of its rim missing. Its marks stand
// far apart, so they are gathered over a wider gap than those of a seal.
void find_show_through(const PageMap& map, const InkMasks& red, ColouredInk& found) {
  cv::Mat pale = red.pale.clone();
  for (const InkPlace& place : found.places) pale(place.box).setTo(0);
  for (const cv::Rect& box : clusters(pale, map.px(kShowThroughGapMm))) {
    if (!is_seal_sized(box, map)) continue;
    const int strong = cv::countNonZero(red.strong(box)), all = cv::countNonZero(pale(box));
    if (strong > kPaleShare * all || ring_share(red.strong, box) >= kRing) continue;
    if (ring_share(pale, box) < kPartOfRing || frame_share(pale, box) >= kFrame) continue;
    found.show_through = true;
    if (found.show_through_ink.empty())
      found.show_through_ink = cv::Mat::zeros(pale.size(), CV_8UC1);
    pale(box).copyTo(found.show_through_ink(box));
  }
}

}  // namespace

ColouredInk find_coloured_ink(const PageMap& map, const std::vector<cv::Rect>& ignored) {
  ColouredInk found;
  if (map.colour.empty()) return found;
  Inks inks = separate(map.colour);
  for (const cv::Rect& box : ignored) {
    const cv::Rect inside = box & map.frame();
    if (inside.empty()) continue;
    for (const InkMasks* masks : {&inks.red, &inks.blue}) {
      masks->strong(inside).setTo(0);
      masks->pale(inside).setTo(0);
    }
  }
  find_places(map, inks.red, true, found);
  find_places(map, inks.blue, false, found);
  find_show_through(map, inks.red, found);
  return found;
}

}  // namespace sogoc::image
