#pragma once

// What is ink in a small picture, and the strokes in it that are no letters. For the files of this folder
// that see OpenCV. Pure.

#include <vector>

#include <opencv2/core.hpp>

#include "pipeline/core/image.hpp"

namespace sogoc::layout {

inline constexpr double kSpeckMm = 0.55;  // smaller marks alone are dust or dots of a leader

// 8 bits, one channel; what is red pales.
[[nodiscard]] cv::Mat gray_cell(const PageImage& cell);

// Ink of a small picture, 255 or 0: against the paper's own brightness, and never mere noise.
[[nodiscard]] cv::Mat ink_of(const cv::Mat& gray);

// Ink that has faded: well above the paper's own noise, below what counts as written elsewhere. Empty where
// the two cannot be told apart.
[[nodiscard]] cv::Mat faint_ink_of(const cv::Mat& gray);

// The pixels of a long level stroke in rows [from, to) that belong to nothing else: where a letter
// crosses it, the letter keeps its ink. `mm` is the pixels a millimetre.
[[nodiscard]] cv::Mat level_stroke(const cv::Mat& ink, int from, int to, double mm);

// Is there a level stroke through the middle of what is written in `box`, much longer than any letter's?
[[nodiscard]] bool has_stroke(const cv::Mat& ink, const cv::Rect& box, double mm);

// A slim piece at the edge of a cut is what is left of a ruling or a label, or a figure one that the cut begins
// with: true when it is as tall as the `writing` that stands close beside it.
[[nodiscard]] bool begins_the_writing(const cv::Rect& edge, const std::vector<cv::Rect>& writing, double mm);

}  // namespace sogoc::layout
