#include "workers/image/paper_network_private.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

namespace sogoc::image {
namespace {

constexpr int kLongSide = 256, kStep = 64;  // pixels; the network halves its picture six times
constexpr int kWindows = 3, kCloser = 3;    // windows each way for the second look; how much finer it tells
constexpr double kWindow = 0.42;            // share of the picture that one shows
constexpr int kSmallest = 64;               // pixels: less shows no page
constexpr int kNotKnown = 128;              // level of the fourth channel, and the middle of all of them
constexpr float kFirstLook = 0.1f;          // its weight beside the second look

cv::Size size_for(cv::Size picture) {
  const double scale = double(kLongSide) / std::max(picture.width, picture.height);
  const auto stepped = [&](int side) {
    return std::clamp(static_cast<int>(std::lround(side * scale / kStep)) * kStep, kStep, kLongSide);
  };
  return {stepped(picture.width), stepped(picture.height)};
}

}  // namespace

struct PaperNetwork::Engine {
  cv::dnn::Net net;
  std::string label;
};

PaperNetwork::PaperNetwork() : engine_(std::make_unique<Engine>()) {}
PaperNetwork::~PaperNetwork() = default;

Result<std::unique_ptr<PaperNetwork>> PaperNetwork::create(const NetworkFile& file) {
  std::unique_ptr<PaperNetwork> network(new PaperNetwork());
  network->engine_->label = file.label();
  try {
    cv::setNumThreads(1);
    cv::dnn::Net& net = network->engine_->net;
    net = cv::dnn::readNetFromONNX(file.file.string());
    net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
  } catch (const cv::Exception&) {
    return fail(ErrorCode::corrupt, Retry::after_operator, file.file.string(),
                "OpenCV cannot take this network; install the shipped one again");
  }
  return network;
}

// One look. `known`: what an earlier one told of this part, 0 to 1; empty = nothing. Throws cv::Exception.
cv::Mat PaperNetwork::seen_in(const cv::Mat& pixels, const cv::Mat& known) {
  cv::Mat small, told(size_for(pixels.size()), CV_8U, cv::Scalar(kNotKnown)), input;
  cv::resize(pixels, small, told.size(), 0, 0, cv::INTER_AREA);
  if (small.channels() == 1) cv::cvtColor(small, small, cv::COLOR_GRAY2RGB);
  if (!known.empty()) {
    cv::resize(known, told, told.size(), 0, 0, cv::INTER_LINEAR);
    told.convertTo(told, CV_8U, 255);
  }
  cv::merge(std::array{small, told}, input);
  engine_->net.setInput(cv::dnn::blobFromImage(input, 1 / 127.5, {}, cv::Scalar::all(kNotKnown)));
  const cv::Mat out = engine_->net.forward();  // logits, 1 x 1 x height x width
  CV_Assert(out.dims == 4 && out.size[1] == 1 && out.size[2] * 2 == small.rows && out.size[3] * 2 == small.cols);
  cv::Mat paper;
  cv::exp(-cv::Mat(out.size[2], out.size[3], CV_32F, const_cast<float*>(out.ptr<float>())), paper);
  return cv::Mat(1 / (1 + paper));
}

Result<cv::Mat> PaperNetwork::paper_in(const cv::Mat& pixels) {
  if (std::min(pixels.cols, pixels.rows) < kSmallest) return cv::Mat(kLongSide, kLongSide, CV_32F, cv::Scalar(0));
  try {
    const cv::Mat first = seen_in(pixels, {});
    cv::Mat sum, weight(first.rows * kCloser, first.cols * kCloser, CV_32F, cv::Scalar(kFirstLook));
    cv::resize(first, sum, weight.size(), 0, 0, cv::INTER_LINEAR);
    cv::Mat edges;  // places whose neighbours say otherwise
    cv::morphologyEx(first, edges, cv::MORPH_GRADIENT, cv::getStructuringElement(cv::MORPH_ELLIPSE, {5, 5}));
    sum *= kFirstLook;
    for (int row = 0; row < kWindows; ++row)
      for (int column = 0; column < kWindows; ++column) {
        const auto part_of = [&](cv::Size whole) {
          const int w = static_cast<int>(kWindow * whole.width), h = static_cast<int>(kWindow * whole.height);
          return cv::Rect(column * (whole.width - w) / (kWindows - 1), row * (whole.height - h) / (kWindows - 1), w, h);
        };
        double most = 0;
        cv::minMaxLoc(edges(part_of(edges.size())), nullptr, &most);
        if (most < 0.3) continue;  // nothing but paper, or none
        const cv::Rect place = part_of(sum.size());
        cv::Mat closer, trust;
        cv::resize(seen_in(pixels(part_of(pixels.size())), first(part_of(first.size()))), closer, place.size(), 0, 0, cv::INTER_LINEAR);
        cv::createHanningWindow(trust, place.size(), CV_32F);  // what lies at a window's rim is seen better in the next one
        sum(place) += closer.mul(trust);
        weight(place) += trust;
      }
    return cv::Mat(sum / weight);
  } catch (const cv::Exception&) {
    return fail(ErrorCode::corrupt, Retry::after_operator, engine_->label,
                "OpenCV could not run the network that finds paper; install the shipped one again");
  }
}

}  // namespace sogoc::image
