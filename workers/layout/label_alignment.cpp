#include "workers/layout/label_alignment.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <opencv2/calib3d.hpp>

namespace sogoc::layout {
namespace {

constexpr double kNearMm = 3.5;       // a label this near to its place is right
constexpr double kWrongMm = 12;       // and this far away it is another one
constexpr int kEnough = 4;            // labels that agree

const FormLabel* label_of(const std::vector<FormLabel>& labels, int entry, int field) {
  const auto found = std::find_if(labels.begin(), labels.end(), [&](const FormLabel& label) {
    return label.entry == entry && label.field == field && label.score > 0;
  });
  return found == labels.end() ? nullptr : &*found;
}

cv::Point2f corner(const FormLabel& label) {
  return {static_cast<float>(label.box.left), static_cast<float>(label.baseline)};
}

std::optional<cv::Matx33d> map_between(const std::vector<cv::Point2f>& from,
                                       const std::vector<cv::Point2f>& to, double near) {
  if (from.size() < kEnough) return std::nullopt;
  cv::setRNGSeed(1);  // the same page gives the same map
  std::vector<std::uint8_t> good;
  if (from.size() >= 8) {
    const cv::Mat h = cv::findHomography(from, to, cv::RANSAC, near, good);
    const auto inliers = std::count(good.begin(), good.end(), std::uint8_t{1});
    if (!h.empty() && inliers * 10 >= static_cast<std::ptrdiff_t>(from.size()) * 7)
      return cv::Matx33d(h);
  }
  const cv::Mat a = cv::estimateAffinePartial2D(from, to, good, cv::RANSAC, near);
  const auto inliers = std::count(good.begin(), good.end(), std::uint8_t{1});
  if (a.empty() || inliers < kEnough || inliers * 10 < static_cast<std::ptrdiff_t>(from.size()) * 6)
    return std::nullopt;
  const double scale = std::hypot(a.at<double>(0, 0), a.at<double>(1, 0));
  if (scale < 0.8 || scale > 1.25) return std::nullopt;  // two prints of one block
  return cv::Matx33d(a.at<double>(0, 0), a.at<double>(0, 1), a.at<double>(0, 2),
                     a.at<double>(1, 0), a.at<double>(1, 1), a.at<double>(1, 2), 0, 0, 1);
}

cv::Point2d mapped(const cv::Matx33d& map, const cv::Point2f& p) {
  const cv::Vec3d v = map * cv::Vec3d(p.x, p.y, 1);
  return std::abs(v[2]) < 1e-9 ? cv::Point2d(-1, -1) : cv::Point2d(v[0] / v[2], v[1] / v[2]);
}

}  // namespace

void align_entries(std::vector<FormLabel>& labels, int entries, SizePx page, double dpi) {
  if (entries < 2) return;
  std::vector<int> counts(static_cast<std::size_t>(entries), 0);
  for (const FormLabel& label : labels) ++counts[static_cast<std::size_t>(label.entry)];
  const int model = static_cast<int>(std::max_element(counts.begin(), counts.end()) - counts.begin());
  const double mm = dpi / 25.4;
  std::vector<FormLabel> told;
  for (int entry = 0; entry < entries; ++entry) {
    if (entry == model) continue;
    std::vector<cv::Point2f> from, to;
    for (const FormLabel& label : labels) {
      if (label.entry != model) continue;
      if (const FormLabel* same = label_of(labels, entry, label.field)) {
        from.push_back(corner(label));
        to.push_back(corner(*same));
      }
    }
    const auto map = map_between(from, to, kNearMm * mm);
    if (!map) continue;
    for (const FormLabel& label : labels) {
      if (label.entry != model) continue;
      const cv::Point2d place = mapped(*map, corner(label));
      const FormLabel* same = label_of(labels, entry, label.field);
      const bool wrong = same != nullptr && std::hypot(same->box.left - place.x,
                                                       same->baseline - place.y) > kWrongMm * mm;
      if (same != nullptr && !wrong) continue;
      FormLabel made = label;
      made.entry = entry;
      made.score = 0;
      const int dx = static_cast<int>(std::lround(place.x - label.box.left));
      const int dy = static_cast<int>(std::lround(place.y - label.baseline));
      made.box = {label.box.left + dx, label.box.top + dy, label.box.right + dx, label.box.bottom + dy};
      made.baseline = place.y;
      if (intersection(made.box, {0, 0, page.width, page.height}) != made.box) continue;
      if (wrong)
        std::erase_if(told, [&](const FormLabel& t) {
          return t.entry == entry && t.field == label.field;
        });
      told.push_back(made);
    }
  }
  for (const FormLabel& made : told) {
    std::erase_if(labels, [&](const FormLabel& label) {
      return label.entry == made.entry && label.field == made.field;
    });
    labels.push_back(made);
  }
  std::stable_sort(labels.begin(), labels.end(), [](const FormLabel& a, const FormLabel& b) {
    if (a.entry != b.entry) return a.entry < b.entry;
    const double half = std::max(6, a.box.height()) / 2.0;
    if (std::abs(a.baseline - b.baseline) > half) return a.baseline < b.baseline;
    return a.box.left < b.box.left;
  });
}

}  // namespace sogoc::layout
