#pragma once

// The recogniser's network, run by OpenCV. The only file pair that knows its API.

#include <memory>

#include "models/line_model.hpp"
#include "workers/handwriting/ctc.hpp"
#include "workers/handwriting/line_picture.hpp"

namespace sogoc::handwriting {

// Owner:  its network, about 6 MB.
// Thread: belongs to the thread that made it; keeps nothing from one line to the next.
class LineNetwork {
 public:
  // Fails with corrupt when OpenCV cannot take the file or it does not fit the letters.
  [[nodiscard]] static Result<std::unique_ptr<LineNetwork>> create(const LineModel& model);
  ~LineNetwork();
  LineNetwork(const LineNetwork&) = delete;
  LineNetwork& operator=(const LineNetwork&) = delete;

  // `picture` is not empty.
  [[nodiscard]] Result<LineScores> run(const LinePicture& picture);

 private:
  LineNetwork();
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace sogoc::handwriting
