#include "pipeline/records/row_marks.hpp"

#include <gtest/gtest.h>

namespace sogoc {
namespace {

EntryField field(const char* key, const char* value, BoxPx box) {
  EntryField one;
  one.reading.key = key;
  one.reading.value = value;
  one.reading.state = *value == 0 ? ValueState::empty : ValueState::read;
  one.reading.sure = true;
  one.reading.confidence = Confidence::from_fraction(0.9);
  one.reading.box = box;
  one.places = {{1, 0, box}};
  return one;
}

ReadEntry row(int top, int bottom, std::vector<EntryField> fields) {
  ReadEntry entry;
  entry.layout = "ks-table";
  entry.places = {{1, 0, {0, top, 1000, bottom}}};
  entry.fields = std::move(fields);
  return entry;
}

TEST(RowMarks, ACutMakesTwoRowsAndNobodyGuessesWhoseAValueAcrossItIs) {
  const auto rows = apply_row_marks({row(0, 200, {field("so", "1", {0, 10, 50, 40}), field("nksHoTen", "An Bình", {60, 10, 400, 190}), field("ghiChu", "x", {500, 120, 600, 180})})},
                                    {{1, RowMarkKind::cut, 1, 0, 100}});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].places.front().box, (BoxPx{0, 0, 1000, 100}));
  EXPECT_EQ(rows[1].places.front().box, (BoxPx{0, 100, 1000, 200}));
  EXPECT_EQ(rows[0].field("so")->reading.value, "1");
  EXPECT_EQ(rows[1].field("so"), nullptr);
  EXPECT_EQ(rows[1].field("ghiChu")->reading.value, "x");
  for (const ReadEntry& one : rows) {
    EXPECT_EQ(value_of_reading(one.field("nksHoTen")->reading).state, EntryValueState::unread);
    EXPECT_FALSE(one.field("nksHoTen")->reading.sure);
  }
  EXPECT_EQ(rows[0].field("nksHoTen")->places.front().box, (BoxPx{60, 10, 400, 100}));
  EXPECT_EQ(rows[1].field("nksHoTen")->places.front().box, (BoxPx{60, 100, 400, 190}));
}

TEST(RowMarks, AJoinedRowHasBothValuesAndIsNotSure) {
  const auto rows = apply_row_marks({row(0, 100, {field("so", "1", {0, 10, 50, 40}), field("nksHoTen", "Nguyễn", {60, 10, 400, 90}), field("ghiChu", "", {500, 10, 600, 90})}),
                                     row(100, 200, {field("nksHoTen", "Văn An", {60, 110, 400, 190}), field("ghiChu", "cải chính", {500, 110, 600, 190})})},
                                    {{1, RowMarkKind::join, 1, 0, 150}});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].field("nksHoTen")->reading.value, "Nguyễn Văn An");
  EXPECT_FALSE(rows[0].field("nksHoTen")->reading.sure);
  EXPECT_EQ(rows[0].field("ghiChu")->reading.value, "cải chính");
  EXPECT_EQ(rows[0].places.size(), 2u);
}

TEST(RowMarks, HalfAValueIsNone) {
  ReadEntry below = row(100, 200, {field("nksHoTen", "Văn An", {60, 110, 400, 190})});
  below.fields[0].reading.state = ValueState::illegible;
  const auto rows = apply_row_marks({row(0, 100, {field("nksHoTen", "Nguyễn", {60, 10, 400, 90})}), below}, {{1, RowMarkKind::join, 1, 0, 150}});
  EXPECT_EQ(value_of_reading(rows[0].field("nksHoTen")->reading), EntryValue{});
}

TEST(RowMarks, ACutThatIsJoinedAgainIsOneRow) {
  const ReadEntry whole = row(0, 200, {field("so", "1", {0, 10, 50, 40})});
  const auto rows = apply_row_marks({whole}, {{1, RowMarkKind::cut, 1, 0, 100}, {2, RowMarkKind::join, 1, 0, 150}});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].field("so")->reading.value, "1");
}

TEST(RowMarks, WhatFitsNoRowChangesNothing) {
  const std::vector<ReadEntry> rows{row(0, 200, {field("so", "1", {0, 10, 50, 40})})};
  for (const RowMark& mark : {RowMark{1, RowMarkKind::cut, 2, 0, 100}, RowMark{1, RowMarkKind::cut, 1, 0, 2}, RowMark{1, RowMarkKind::cut, 1, 0, 5000}, RowMark{1, RowMarkKind::join, 1, 0, 100}})
    EXPECT_EQ(apply_row_marks(rows, {mark}).size(), 1u);
}

}  // namespace
}  // namespace sogoc
