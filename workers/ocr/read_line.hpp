#pragma once

// A recognised line with its ink: what the judges of text, marks and handwriting look at.

#include <vector>

#include "pipeline/core/page.hpp"
#include "workers/ocr/line_finder.hpp"
#include "workers/ocr/line_recogniser.hpp"

namespace sogoc::ocr {

struct SymbolPlace {
  std::string text;
  double left = 0;  // page pixels
  double right = 0;
  std::size_t word = 0;
};

struct ReadLine {
  InkLine ink;
  TextLine text;
  std::vector<std::vector<std::size_t>> word_ink;  // components of each word of `text`
  std::vector<SymbolPlace> symbols;                // of all words, from left to right
  bool form = false;  // a line of the letter head with a gap for a pen: codes, hardly a syllable
};

// Words get the boxes of their ink: the network tells a place to within a letter only.
[[nodiscard]] ReadLine read_line_of(const Ink& ink, const InkLine& line, const LineImage& image,
                                    const std::vector<ReadWord>& words);

[[nodiscard]] Confidence mean_confidence(const TextLine& line);

}  // namespace sogoc::ocr
