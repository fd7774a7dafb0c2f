#include "pipeline/copies/issue_book.hpp"

#include "tests/unit/copies/copies_fixture.hpp"

namespace sogoc {
namespace {

using namespace std::chrono;

// The books of one series, as the store would keep them.
class Books : public ::testing::Test {
 protected:
  Result<IssueBook> open(int year, bool carry = false) {
    auto made = next_book(books, "certified", year, carry);
    if (!made) return made;
    made->id = static_cast<std::int64_t>(books.size()) + 1;
    books.push_back(*made);
    return made;
  }
  void give(int numbers) { books.back().last_number += numbers; }
  Done close(bool year_end, Day today) {
    if (auto may = check_close(books.back(), year_end, today); !may) return may;
    books.back().state = BookState::closed;
    books.back().year_closed = year_end;
    return {};
  }
  std::vector<IssueBook> books;
};

constexpr Day kLastDay{year{2026}, December, day{31}};
constexpr Day kSummer{year{2026}, July, day{1}};

TEST_F(Books, BeginWith01AndASecondBookOfTheYearContinues) {
  EXPECT_EQ(value_of(open(2026)).first_number, 1);
  give(120);
  EXPECT_FALSE(open(2026));  // the first is still open
  ASSERT_TRUE(close(false, kSummer));
  const IssueBook second = value_of(open(2026));
  EXPECT_EQ(second.book, 2);
  EXPECT_EQ(second.first_number, 121);
}

TEST_F(Books, AnEmptyBookThatWasClosedLeavesNoGap) {
  (void)open(2026);
  give(5);
  ASSERT_TRUE(close(false, kSummer));
  (void)open(2026);
  ASSERT_TRUE(close(false, kSummer));  // no number was given
  EXPECT_EQ(value_of(open(2026)).first_number, 6);
}

TEST_F(Books, RestartAt01InTheNextYear) {
  (void)open(2026);
  give(7);
  ASSERT_TRUE(close(true, kLastDay));
  const IssueBook next = value_of(open(2027));
  EXPECT_EQ(next.book, 1);
  EXPECT_EQ(next.first_number, 1);
}

TEST_F(Books, CarriedIntoTheNextYearKeepsItsBookNumberAndRestartsAt01) {
  (void)open(2026);
  give(3);
  ASSERT_TRUE(close(false, kSummer));
  (void)open(2026);
  give(4);
  ASSERT_TRUE(close(true, kLastDay));
  const IssueBook carried = value_of(open(2027, true));
  EXPECT_EQ(carried.book, 2);
  EXPECT_EQ(carried.first_number, 1);
  EXPECT_EQ(carried.carried_from, 2);
  give(9);
  ASSERT_TRUE(close(false, Day(year{2027}, July, day{1})));
  EXPECT_FALSE(open(2027, true));  // only the first book of a year
  const IssueBook next = value_of(open(2027));
  EXPECT_EQ(next.book, 3);
  EXPECT_EQ(next.first_number, 10);
}

TEST_F(Books, GiveNoNumberOfAYearThatIsOver) {
  (void)open(2026);
  EXPECT_EQ(value_of(book_for(books, "certified", 2026)).book, 1);
  const auto late = book_for(books, "certified", 2027);
  EXPECT_EQ(late.error().code, ErrorCode::conflict);
  EXPECT_NE(late.error().message.find("--year-end"), std::string::npos);
  ASSERT_TRUE(close(true, kLastDay));
  EXPECT_EQ(book_for(books, "certified", 2026).error().code, ErrorCode::not_found);
}

TEST_F(Books, AYearThatWasClosedStaysClosed) {
  (void)open(2026);
  ASSERT_TRUE(close(true, kLastDay));
  EXPECT_EQ(open(2026).error().code, ErrorCode::conflict);
}

TEST_F(Books, ANewYearWaitsUntilTheOldOneIsClosed) {
  (void)open(2026);
  ASSERT_TRUE(close(false, kSummer));
  EXPECT_NE(open(2027).error().message.find("was not closed"), std::string::npos);
}

TEST_F(Books, AreClosedForTheYearOnItsLastDayAtTheEarliest) {
  (void)open(2026);
  EXPECT_FALSE(close(true, Day(year{2026}, December, day{30})));
  EXPECT_FALSE(close(false, Day(year{2027}, January, day{2})));  // its year is over: only for good
  EXPECT_TRUE(close(true, Day(year{2027}, January, day{2})));
}

TEST_F(Books, AreNotClosedOverUnfinishedCopies) {
  (void)open(2026);
  books.back().totals.unfinished = 1;
  EXPECT_EQ(close(true, kLastDay).error().code, ErrorCode::conflict);
}

TEST(NumberText, IsFilledByTheTemplate) {
  const NumberParts parts{5, 2, 2026, "SCT/BS", "UBND"};
  EXPECT_EQ(value_of(number_text("{number:02}/{year}-{symbol}", parts)), "05/2026-SCT/BS");
  EXPECT_EQ(value_of(number_text("{number:02}/SY-{organ}", parts)), "05/SY-UBND");
  EXPECT_EQ(value_of(number_text("{number}.{book:02}", {1234, 2, 2026, "", ""})), "1234.02");
  for (const char* wrong : {"{year}", "{number", "number}", "{numbers}", "{number:}", "{number:x}", "{number:0}", "{year:02}{number}",
                            "{number:99}", "{}{number}"})
    EXPECT_FALSE(number_text(wrong, parts)) << wrong;
}

TEST(BookSeriesOfAKind, IsTheOneInForceThatDay) {
  std::vector<BookSeries> all(2);
  all[0] = {"sao", "", "{number}", {{CopyKind::sao_y, "SY"}}, "", "UBND", Day(year{2020}, March, day{5}), "C2"};
  all[1] = {"sao", "", "{number:02}", {{CopyKind::sao_y, "SYB"}}, "", "UBND", Day(year{2027}, January, day{1}), "P"};
  EXPECT_EQ(value_of(series_of(all, CopyKind::sao_y, kSummer)).symbol_of(CopyKind::sao_y), "SY");
  EXPECT_EQ(value_of(series_of(all, CopyKind::sao_y, Day(year{2027}, January, day{1}))).symbol_of(CopyKind::sao_y), "SYB");
  EXPECT_FALSE(series_of(all, CopyKind::sao_y, Day(year{2019}, January, day{1})));
  EXPECT_FALSE(series_of(all, CopyKind::sao_luc, kSummer));
  EXPECT_TRUE(series_named(all, "sao", kSummer));
  EXPECT_FALSE(series_named(all, "x", kSummer));
}

}  // namespace
}  // namespace sogoc
