#pragma once

// The network that tells paper from what it lies on, run by OpenCV. models/paper/README.md says how it was made.

#include <memory>

#include <opencv2/core.hpp>

#include "models/network_file.hpp"

namespace sogoc::image {

// Owner:  its network, about 10 MB while it runs.
// Thread: belongs to the thread that made it; keeps nothing from one picture to the next.
class PaperNetwork {
 public:
  // Fails with corrupt when OpenCV cannot take the file.
  [[nodiscard]] static Result<std::unique_ptr<PaperNetwork>> create(const NetworkFile& file);
  ~PaperNetwork();
  PaperNetwork(const PaperNetwork&) = delete;
  PaperNetwork& operator=(const PaperNetwork&) = delete;

  // `pixels`: gray8 or rgb8. How surely each place of the picture is paper, 0 to 1: CV_32F, 384 values along the longer
  // side, stretched to cover all of it. Looks at the whole, then closer wherever an edge of the paper lies.
  [[nodiscard]] Result<cv::Mat> paper_in(const cv::Mat& pixels);

 private:
  PaperNetwork();
  [[nodiscard]] cv::Mat seen_in(const cv::Mat& pixels, const cv::Mat& known);
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace sogoc::image
