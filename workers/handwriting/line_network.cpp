#include "workers/handwriting/line_network.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

namespace sogoc::handwriting {
namespace {

// Widths in few sizes: OpenCV plans its memory anew for each new one.
constexpr int kWidthStep = 64;

}  // namespace

struct LineNetwork::Engine {
  cv::dnn::Net net;
  std::string label;
  int classes = 0;
};

LineNetwork::LineNetwork() : engine_(std::make_unique<Engine>()) {}
LineNetwork::~LineNetwork() = default;

Result<std::unique_ptr<LineNetwork>> LineNetwork::create(const LineModel& model) {
  std::unique_ptr<LineNetwork> network(new LineNetwork());
  Engine& engine = *network->engine_;
  engine.label = model.label();
  engine.classes = static_cast<int>(model.letters.size()) + 1;
  try {
    cv::setNumThreads(1);
    engine.net = cv::dnn::readNetFromONNX(model.file.string());
    engine.net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    engine.net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
  } catch (const cv::Exception&) {
    return fail(ErrorCode::corrupt, Retry::after_operator, model.file.string(),
                "OpenCV cannot take this network; install the shipped one again");
  }
  LinePicture white;
  white.width = kWidthStep;
  white.values.assign(static_cast<std::size_t>(kWidthStep) * LinePicture::height, 1.0f);
  SOGOC_CHECK(network->run(white).map([](const LineScores&) {}));
  return network;
}

Result<LineScores> LineNetwork::run(const LinePicture& picture) {
  const int width = (picture.width + kWidthStep - 1) / kWidthStep * kWidthStep;
  const int sizes[] = {1, 1, LinePicture::height, width};
  LineScores scores;
  try {
    cv::Mat blob(4, sizes, CV_32F, cv::Scalar(1.0));
    for (int y = 0; y < LinePicture::height; ++y)
      std::copy_n(picture.values.begin() + static_cast<std::ptrdiff_t>(y) * picture.width,
                  picture.width, blob.ptr<float>(0, 0, y));
    engine_->net.setInput(blob);
    const cv::Mat out = engine_->net.forward();  // 1 x classes x 1 x steps
    if (out.dims != 4 || out.size[1] != engine_->classes)
      return fail(ErrorCode::corrupt, Retry::after_operator, engine_->label,
                  "the network does not fit its list of letters; install the shipped one again");
    scores.classes = out.size[1];
    const int all_steps = out.size[3];
    scores.steps = std::min(all_steps, std::max(1, picture.width * all_steps / width));
    scores.log_probability.resize(static_cast<std::size_t>(scores.steps) *
                                  static_cast<std::size_t>(scores.classes));
    for (int step = 0; step < scores.steps; ++step) {
      float* row = scores.log_probability.data() +
                   static_cast<std::size_t>(step) * static_cast<std::size_t>(scores.classes);
      float highest = -INFINITY;
      for (int c = 0; c < scores.classes; ++c) {
        row[c] = out.ptr<float>(0, c, 0)[step];
        highest = std::max(highest, row[c]);
      }
      double sum = 0;
      for (int c = 0; c < scores.classes; ++c)
        sum += std::exp(static_cast<double>(row[c] - highest));
      const auto shift = highest + static_cast<float>(std::log(sum));
      for (int c = 0; c < scores.classes; ++c) row[c] -= shift;
    }
  } catch (const cv::Exception&) {
    return fail(ErrorCode::internal, Retry::never, engine_->label,
                "OpenCV could not run the network on this line");
  }
  return scores;
}

}  // namespace sogoc::handwriting
