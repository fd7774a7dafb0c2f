#include "workers/handwriting/figure_reader.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/unit/handwriting/drawn_lines.hpp"

namespace sogoc::handwriting {
namespace {

TEST(FigureReaderTest, gives_the_figures_between_label_and_notation) {
  const auto reader = make_figure_reader();
  const auto read =
      reader->read(image_of(written("So 2074 /TTr-UBND", 1.6, 3)), ocr::FigureKind::number_line);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->text, "2074");
  EXPECT_GT(read->confidence, 0.5);
}

TEST(FigureReaderTest, a_line_without_notation_holds_no_number) {
  const auto read = make_figure_reader()->read(image_of(written("2074", 1.6, 3)),
                                               ocr::FigureKind::number_line);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->text, "");
}

TEST(FigureReaderTest, words_are_no_number) {
  const auto read =
      make_figure_reader()->read(image_of(written("KHONG NHO")), ocr::FigureKind::number);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->text, "");
}

TEST(FigureReaderTest, without_a_model_it_reads_nothing_and_fails_nothing) {
  ::setenv("SOGOC_HANDWRITING", "/nonexistent", 1);
  const auto read =
      make_figure_reader()->read(image_of(written("2074")), ocr::FigureKind::number);
  ::unsetenv("SOGOC_HANDWRITING");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->text, "");
}

}  // namespace
}  // namespace sogoc::handwriting
