#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "workers/handwriting/ctc.hpp"

namespace sogoc::handwriting {
namespace {

constexpr std::u32string_view kLetters = U"ab 1";

// Rows of probabilities: nothing, a, b, space, 1.
LineScores scores_of(const std::vector<std::array<double, 5>>& rows) {
  LineScores scores;
  scores.steps = static_cast<int>(rows.size());
  scores.classes = 5;
  for (const auto& row : rows)
    for (const double p : row) scores.log_probability.push_back(static_cast<float>(std::log(p)));
  return scores;
}

TEST(Ctc, repeats_need_nothing_between_them) {
  const auto once = scores_of({{.02, .92, .02, .02, .02}, {.02, .92, .02, .02, .02}});
  EXPECT_EQ(search(once, kLetters, {}).front().text, U"a");
  const auto twice =
      scores_of({{.02, .92, .02, .02, .02}, {.92, .02, .02, .02, .02}, {.02, .92, .02, .02, .02}});
  EXPECT_EQ(search(twice, kLetters, {}).front().text, U"aa");
}

TEST(Ctc, the_sum_over_alignments_beats_the_best_single_alignment) {
  // Best path is nothing, nothing (0.36); a has 0.4 * 0.6 * 2 + 0.4 * 0.4 = 0.64.
  const auto scores =
      scores_of({{.6, .3997, .0001, .0001, .0001}, {.6, .3997, .0001, .0001, .0001}});
  const auto found = search(scores, kLetters, {});
  EXPECT_EQ(found.front().text, U"a");
  EXPECT_NEAR(std::exp(found.front().ink), 0.64, 0.01);
}

TEST(Ctc, the_probability_of_a_text_is_what_the_search_found) {
  const auto scores = scores_of({{.3, .3, .2, .1, .1}, {.2, .2, .4, .1, .1}, {.5, .1, .1, .1, .2}});
  for (const Candidate& candidate : search(scores, kLetters, {}, 2000, 50)) {
    if (candidate.text.empty() || candidate.text.back() == U' ') continue;
    // A text and the same with a space behind it are one text to the search.
    const double exact = log_probability(scores, kLetters, candidate.text);
    const double spaced = log_probability(scores, kLetters, candidate.text + U" ");
    EXPECT_TRUE(std::abs(candidate.ink - exact) < 1e-4 || std::abs(candidate.ink - spaced) < 1e-4);
  }
}

TEST(Ctc, a_letter_it_does_not_know_is_impossible) {
  const auto scores = scores_of({{.2, .2, .2, .2, .2}});
  EXPECT_TRUE(std::isinf(log_probability(scores, kLetters, U"z")));
  EXPECT_TRUE(std::isinf(log_probability(scores, kLetters, U"aab")));
  EXPECT_TRUE(align(scores, kLetters, U"z").empty());
}

TEST(Ctc, a_judge_forbids_and_favours) {
  const auto scores = scores_of({{.02, .5, .4, .02, .06}});
  Judge only_figures;
  only_figures.may_begin = [](std::u32string_view text) {
    return text.find_first_not_of(U"1") == std::u32string_view::npos;
  };
  only_figures.finished = [](std::u32string_view text) { return text.empty() ? -INFINITY : 0.0; };
  EXPECT_EQ(search(scores, kLetters, only_figures).front().text, U"1");
  Judge likes_b;
  likes_b.word = [](std::u32string_view, std::u32string_view word) { return word == U"b" ? 0.0 : -1.0; };
  EXPECT_EQ(search(scores, kLetters, likes_b).front().text, U"b");
  EXPECT_EQ(search(scores, kLetters, {}).front().text, U"a");
}

TEST(Ctc, a_judge_that_forbids_everything_leaves_nothing) {
  Judge strict;
  strict.finished = [](std::u32string_view) { return -INFINITY; };
  EXPECT_TRUE(search(scores_of({{.2, .2, .2, .2, .2}}), kLetters, strict).empty());
}

TEST(Ctc, characters_stand_where_the_network_saw_them) {
  const auto scores = scores_of({{.9, .04, .02, .02, .02},
                                 {.02, .92, .02, .02, .02},
                                 {.9, .04, .02, .02, .02},
                                 {.04, .02, .8, .1, .04}});
  const auto places = align(scores, kLetters, U"ab");
  ASSERT_EQ(places.size(), 2u);
  EXPECT_EQ(places[0].first, 1);
  EXPECT_EQ(places[1].first, 3);
  EXPECT_NEAR(places[0].probability, 0.92, 1e-5);
  EXPECT_NEAR(places[1].probability, 0.8, 1e-5);
}

TEST(Ctc, two_spaces_in_a_row_are_never_read) {
  const auto scores = scores_of({{.02, .92, .02, .02, .02},
                                 {.05, .02, .02, .89, .02},
                                 {.8, .02, .02, .14, .02},
                                 {.05, .02, .02, .89, .02},
                                 {.02, .02, .92, .02, .02}});
  for (const Candidate& candidate : search(scores, kLetters, {}, 100, 50))
    EXPECT_EQ(candidate.text.find(U"  "), std::u32string::npos);
}

}  // namespace
}  // namespace sogoc::handwriting
