#include "workers/image/light_faults_private.hpp"

#include <algorithm>

#include <opencv2/imgproc.hpp>

namespace sogoc::image {
namespace {

constexpr double kSide = 400;          // pixels of the reduced copy
constexpr int kWriting = 13;           // wider than its strokes
constexpr double kBlinding = 249;      // a camera's white: nothing can be told apart above
constexpr double kPaperBelow = 238;    // of the page as a whole: else it is white paper, well lit
constexpr double kGlareShare = 0.002;  // of the page
constexpr double kDark = 0.62;         // of the lightest paper: writing grows hard to read
constexpr double kShadowShare = 0.01;
constexpr std::size_t kMost = 4;

void add(const cv::Mat& mask, double least_share, LightFault::Kind kind, std::vector<LightFault>& faults) {
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(mask, labels, stats, centres);
  std::vector<int> order;
  for (int i = 1; i < count; ++i)
    if (stats.at<int>(i, cv::CC_STAT_AREA) >= least_share * static_cast<double>(mask.total())) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    return stats.at<int>(a, cv::CC_STAT_AREA) > stats.at<int>(b, cv::CC_STAT_AREA);
  });
  if (order.size() > kMost) order.resize(kMost);
  for (const int i : order) {
    const auto part = [&](int column, int whole) { return double(stats.at<int>(i, column)) / whole; };
    faults.push_back({kind, cv::Rect2d(part(cv::CC_STAT_LEFT, mask.cols), part(cv::CC_STAT_TOP, mask.rows),
                                       part(cv::CC_STAT_WIDTH, mask.cols), part(cv::CC_STAT_HEIGHT, mask.rows))});
  }
}

double level_at(const cv::Mat& gray, double share) {
  std::vector<std::uint8_t> all(gray.begin<std::uint8_t>(), gray.end<std::uint8_t>());
  const auto at = all.begin() + static_cast<std::ptrdiff_t>(share * double(all.size() - 1));
  std::nth_element(all.begin(), at, all.end());
  return *at;
}

}  // namespace

std::vector<LightFault> find_light_faults(const cv::Mat& flat) {
  const double scale = std::min(1.0, kSide / std::max(flat.cols, flat.rows));
  cv::Mat small, paper;
  cv::resize(flat, small, {}, scale, scale, cv::INTER_AREA);
  if (small.channels() == 3) cv::cvtColor(small, small, cv::COLOR_RGB2GRAY);
  cv::morphologyEx(small, paper, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_ELLIPSE, {kWriting, kWriting}));
  cv::GaussianBlur(paper, paper, {}, 3);
  std::vector<LightFault> faults;
  const double usual = level_at(paper, 0.5);
  if (usual < kPaperBelow) add(paper > std::max(kBlinding, usual), kGlareShare, LightFault::glare, faults);
  const double light = level_at(paper, 0.9);
  cv::Mat inner = paper < kDark * light;
  const int rim = std::max(2, paper.cols / 60);  // the last of the table is no shadow
  cv::rectangle(inner, {0, 0, inner.cols, inner.rows}, 0, rim);
  add(inner, kShadowShare, LightFault::shadow, faults);
  return faults;
}

}  // namespace sogoc::image
