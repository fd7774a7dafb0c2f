#pragma once

// From a network's scores a step to texts: prefix beam search with a judge of what may be written,
// the probability of one text, and which steps its characters stand on. Pure.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sogoc::handwriting {

// What the network says: natural logarithms of probabilities, step by step. Class 0 is "nothing
// new here"; class i is letters[i - 1].
struct LineScores {
  int steps = 0;
  int classes = 0;
  std::vector<float> log_probability;  // steps x classes
  [[nodiscard]] const float* at(int step) const {
    return log_probability.data() +
           static_cast<std::size_t>(step) * static_cast<std::size_t>(classes);
  }
};

struct Candidate {
  std::u32string text;
  double ink = 0;    // log probability of the text given the picture, over all alignments found
  double total = 0;  // with what the judge added
};

// Thread: called from the searching thread only.
struct Judge {
  // May a text begin with `prefix`? Empty: anything may.
  std::function<bool(std::u32string_view prefix)> may_begin;
  // What a finished text gains or loses, in natural logarithms, for being likely; -infinity
  // forbids it. Empty: nothing.
  std::function<double(std::u32string_view text)> finished;
  // The same for a finished word after the one before it ("": none); the search adds it as soon as the
  // word ends.
  std::function<double(std::u32string_view before, std::u32string_view word)> word;
};

// Best first, at most `keep`; never empty unless the judge forbids everything.
[[nodiscard]] std::vector<Candidate> search(const LineScores& scores, std::u32string_view letters,
                                            const Judge& judge, int beam = 16, int keep = 6);

// log P(text | picture), all alignments; -infinity when a letter is unknown or steps do not
// suffice.
[[nodiscard]] double log_probability(const LineScores& scores, std::u32string_view letters,
                                     std::u32string_view text);

struct CharacterPlace {
  int first = 0;  // steps, half open
  int last = 0;
  double probability = 0;  // the highest the network gave it there
};
// Along the best alignment, one a character; empty when there is none.
[[nodiscard]] std::vector<CharacterPlace> align(const LineScores& scores,
                                                std::u32string_view letters,
                                                std::u32string_view text);

}  // namespace sogoc::handwriting
