#include "workers/layout/print_strip_private.hpp"

#include <algorithm>
#include <cmath>

#include "workers/layout/line_reader.hpp"
#include "workers/layout/pixels_bridge.hpp"

namespace sogoc::layout {

PrintStrip print_strip(const cv::Mat& gray, int enlarging, Resolution resolution) {
  PrintStrip strip;
  const int m = LineReader::print_margin, inner = LineReader::print_height - 2 * m;
  strip.scale = double(inner) / gray.rows;
  const int width = std::max(4, static_cast<int>(std::lround(gray.cols * strip.scale)));
  cv::Mat sized, framed;
  cv::resize(gray, sized, {width, inner}, 0, 0, strip.scale < 1 ? cv::INTER_AREA : enlarging);
  cv::copyMakeBorder(sized, framed, m, m, m, m, cv::BORDER_CONSTANT, cv::Scalar(255));
  strip.picture = page_image(framed, resolution);
  return strip;
}

}  // namespace sogoc::layout
