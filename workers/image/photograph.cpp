#include "workers/image/photograph_private.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace sogoc::image {
namespace {

constexpr int kGlance = 192;            // pixels looked at along the longer side
constexpr int kBlocks = 8;
constexpr double kLikePaper = 0.12;     // of the paper's level: how far paper may differ from it
constexpr double kPaperSide = 0.65;     // share of a side's pixels that makes it paper
constexpr double kUneven = 0.15;        // of the level: more is no scanner's lamp
constexpr double kSlant = 1.2;          // degrees: more is no rectangle
constexpr double kBow = 0.006;          // of a side: more is no straight line
constexpr double kPatterned = 18;       // gray levels along each side of the frame: more is neither paper nor a lid
constexpr double kTextured = 14;        // gray levels: more is no lid
constexpr double kSomePaper = 0.12;     // of the picture: less is no page
constexpr double kPaperAtFrame = 0.35;  // of the frame: more, and the page is not among other things but goes on

// Some pixels of the picture, as they are: no mean, which would cost a walk over all of them.
cv::Mat glance_of(const cv::Mat& pixels) {
  const int step = std::max(1, std::max(pixels.cols, pixels.rows) / kGlance);
  cv::Mat glance(pixels.rows / step, pixels.cols / step, CV_8UC3);
  for (int y = 0; y < glance.rows; ++y)
    for (int x = 0; x < glance.cols; ++x) {
      const std::uint8_t* at = pixels.ptr(y * step + step / 2) + (x * step + step / 2) * pixels.channels();
      glance.at<cv::Vec3b>(y, x) = pixels.channels() == 1 ? cv::Vec3b(at[0], at[0], at[0]) : cv::Vec3b(at[0], at[1], at[2]);
    }
  return glance;
}

int level(const cv::Vec3b& pixel) { return (pixel[0] + 2 * pixel[1] + pixel[2]) / 4; }

// The pixel that is lighter than most of a block: its paper.
cv::Vec3b paper_in(const cv::Mat& block) {
  std::vector<cv::Vec3b> all;
  for (int y = 0; y < block.rows; ++y)
    for (int x = 0; x < block.cols; ++x) all.push_back(block.at<cv::Vec3b>(y, x));
  const auto high = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 4 / 5);
  std::nth_element(all.begin(), high, all.end(), [](const auto& a, const auto& b) { return level(a) < level(b); });
  return *high;
}

// Whether what lies around the paper is no scanner's lid; a rim beside the paper is left out.
bool is_textured(const cv::Mat& glance, cv::Mat around) {
  cv::erode(around, around, cv::getStructuringElement(cv::MORPH_RECT, {5, 5}), {-1, -1}, 1, cv::BORDER_CONSTANT, 255);
  if (cv::countNonZero(around) < 200) return false;
  cv::Scalar mean, deviation;
  cv::meanStdDev(glance, mean, deviation, around);
  return std::max({deviation[0], deviation[1], deviation[2]}) > kTextured;
}

}  // namespace

bool may_be_photograph(const cv::Mat& pixels) {
  if (pixels.cols < 400 || pixels.rows < 400) return false;
  const cv::Mat glance = glance_of(pixels);
  std::vector<cv::Vec3b> papers;
  std::vector<int> middle;
  for (int row = 0; row < kBlocks; ++row)
    for (int column = 0; column < kBlocks; ++column) {
      const cv::Rect block(cv::Point(column * glance.cols / kBlocks, row * glance.rows / kBlocks),
                           cv::Point((column + 1) * glance.cols / kBlocks, (row + 1) * glance.rows / kBlocks));
      papers.push_back(paper_in(glance(block)));
      const bool inner = row >= 2 && row < 6 && column >= 2 && column < 6;
      if (inner) middle.push_back(static_cast<int>(papers.size()) - 1);
    }
  std::nth_element(middle.begin(), middle.begin() + static_cast<std::ptrdiff_t>(middle.size() / 2), middle.end(), [&](int a, int b) {
    return level(papers[static_cast<std::size_t>(a)]) < level(papers[static_cast<std::size_t>(b)]);
  });
  const cv::Vec3b paper = papers[static_cast<std::size_t>(middle[middle.size() / 2])];
  const double allowed = kLikePaper * std::max(40, level(paper));
  const auto like_paper = [&](const cv::Vec3b& pixel) {
    return std::max({std::abs(pixel[0] - paper[0]), std::abs(pixel[1] - paper[1]), std::abs(pixel[2] - paper[2])}) <= allowed;
  };
  int paper_sides = 0;
  for (const cv::Mat& side : {glance.rowRange(0, 2), glance.rowRange(glance.rows - 2, glance.rows),
                              glance.colRange(0, 2), glance.colRange(glance.cols - 2, glance.cols)}) {
    int like = 0;
    for (int y = 0; y < side.rows; ++y)
      for (int x = 0; x < side.cols; ++x) like += like_paper(side.at<cv::Vec3b>(y, x));
    paper_sides += like >= kPaperSide * static_cast<double>(side.total());
  }
  if (paper_sides <= 2) return true;
  int darkest = 255, lightest = 0;
  for (const cv::Vec3b& block : papers) {
    if (level(block) < level(paper) / 2) continue;  // a picture, a black border
    darkest = std::min(darkest, level(block));
    lightest = std::max(lightest, level(block));
  }
  return lightest - darkest > kUneven * lightest;
}

bool lies_among_other_things(const cv::Mat& pixels, const cv::Mat& paper) {
  const cv::Mat glance = glance_of(pixels);
  cv::Mat is_paper = paper > 0.5;
  if (cv::countNonZero(is_paper) > kSomePaper * double(is_paper.total())) {
    const int band = std::max(1, std::max(is_paper.cols, is_paper.rows) / 64);
    cv::Mat ring = is_paper.clone();
    ring(cv::Rect(band, band, ring.cols - 2 * band, ring.rows - 2 * band)) = 0;
    const double frame = double(is_paper.total()) - double(is_paper.cols - 2 * band) * (is_paper.rows - 2 * band);
    if (cv::countNonZero(ring) > kPaperAtFrame * frame) return false;
    cv::resize(is_paper, is_paper, glance.size(), 0, 0, cv::INTER_NEAREST);
    return is_textured(glance, ~is_paper);
  }
  cv::Mat even;  // writing that reaches the frame is taken away
  cv::morphologyEx(glance, even, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_RECT, {5, 5}));
  constexpr int kBand = 8;
  for (const cv::Mat& side : {even.rowRange(0, kBand), even.rowRange(even.rows - kBand, even.rows), even.colRange(0, kBand), even.colRange(even.cols - kBand, even.cols)}) {
    cv::Scalar mean, deviation;
    cv::meanStdDev(side, mean, deviation);
    if (std::max({deviation[0], deviation[1], deviation[2]}) < kPatterned) return false;
  }
  return true;
}

bool is_photograph(const cv::Mat& pixels, const PageOutline& outline, const FlatPaper& paper) {
  if (paper.slant > kSlant || paper.bow > kBow) return true;
  // What lies around the page.
  const cv::Mat glance = glance_of(pixels);
  const double scale = double(pixels.cols) / glance.cols;
  cv::Mat around(glance.size(), CV_8U, cv::Scalar(255));
  std::vector<cv::Point> corners;
  for (const cv::Point2d& corner : outline.corners) corners.emplace_back(cv::Point(corner / scale));
  cv::fillConvexPoly(around, corners, 0);
  return is_textured(glance, around);
}

}  // namespace sogoc::image
