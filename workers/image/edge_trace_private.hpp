#pragma once

// The edge of the paper followed from one corner to the next.

#include <vector>

#include <opencv2/core.hpp>

namespace sogoc::image {

// An edge as offsets from a guess, place by place.
struct TracedEdge {
  std::vector<cv::Point2d> points;  // evenly along the guess, its ends left out
  std::vector<double> clearness;    // of the edge at each point: contrast in Lab units; negative
                                    // where the guess runs outside the picture
};

// `lab`: CV_32FC3. `guess`: points from corner to corner, evenly spaced. The edge is looked for
// within `reach` pixels to either side of the guess; it may not jump. `doubt`: how many pixels the
// guess is likely to be off, so that clearer edges farther away do not draw it off; 0 when not known.
[[nodiscard]] TracedEdge trace_edge(const cv::Mat& lab, const std::vector<cv::Point2d>& guess,
                                    double reach, double doubt);

// The points smoothed by quadratics that fit their neighbours (robustly), at `count` even places
// of 0..1 along the chord `from`..`to`; extends straight to both ends.
[[nodiscard]] std::vector<cv::Point2d> smoothed(const TracedEdge& edge, cv::Point2d from,
                                                cv::Point2d to, int count);

// The same, but one smooth curve for all of them, which bumps of a fifth of the edge do not pull off (a polynomial of
// the fourth degree, fitted robustly).
[[nodiscard]] std::vector<cv::Point2d> one_curve(const TracedEdge& edge, cv::Point2d from, cv::Point2d to, int count);

}  // namespace sogoc::image
