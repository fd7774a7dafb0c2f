#include "storage/review_store.hpp"

#include <gtest/gtest.h>

#include "pipeline/core/record_json.hpp"
#include "storage/database.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

FieldReading reading(std::string key, std::string value, BoxPx box) {
  FieldReading field;
  field.key = std::move(key);
  field.value = std::move(value);
  field.state = field.value.empty() ? ValueState::empty : ValueState::read;
  field.confidence = Confidence::from_fraction(0.9);
  field.box = box;
  return field;
}

EntryReading row(int at, const std::string& number, const std::string& person) {
  EntryReading one;
  one.box = {0, 100 * at, 1000, 100 * at + 100};
  one.fields = {reading("so", number, {0, 100 * at + 10, 90, 100 * at + 45}), reading("nksHoTen", person, {100, 100 * at + 10, 900, 100 * at + 45})};
  return one;
}

class ReviewStoreTest : public ArchiveTest {
 protected:
  ReviewStoreTest() {
    NewRegisterBook book;
    book.code = "KS.2005.01";
    book.kind = "KS";
    book.year_from = book.year_to = 2005;
    EXPECT_DONE(books().add(book, "lan"));
    NewBatch batch = batch_of({"a"});
    batch.book = "KS.2005.01";
    batch_ = value_of(jobs().add_batch(batch));
    open_next(1);
    const Task task = claim(JobKind::page);
    PageOutcome outcome = page_outcome(task.about);
    outcome.record = record_of({row(0, "01/2005", "Nguyễn Văn"), row(1, "", "An"), row(2, "02/2005", "Trần Thị B")});
    EXPECT_DONE(jobs().finish_page(task.lease, outcome));
    write_next({"text"});
    page_ = pages_of(batch_).front().id;
  }
  RegisterBooks& books() { return archive_->books(); }
  ReviewStore& review() { return archive_->review(); }

  Sha256 record_of(std::vector<EntryReading> entries) {
    PageRecord record;
    record.file = digest_of("scan");
    record.master_size = {1000, 1400};
    record.master_resolution = {{300}, {300}};
    record.quality.effective = {{300}, {300}};
    PagePart part;
    part.size = record.master_size;
    part.resolution = record.master_resolution;
    part.kept = {0, 0, 1000, 1400};
    record.parts = {part};
    record.register_page.emplace();
    record.register_page->layout = "ks-table";
    record.register_page->entries = std::move(entries);
    record.register_page->look = "00ff00ff00ff00ff";
    return value_of(archive_->blobs().put(bytes_of(to_json(record))));
  }
  // The page is read anew, with another result.
  void read_again(std::vector<EntryReading> entries) {
    const Sha256 record = record_of(std::move(entries));
    auto database = value_of(Database::open(archive_->folder() / "catalogue.sqlite", Database::Mode::existing, false));
    EXPECT_DONE(database->write([&]() -> Done {
      database->run("UPDATE uses SET digest = ?2 WHERE role = 'record' AND owner = ?1", page_, record);
      return {};
    }));
  }
  std::vector<EntryDetails> taken() {
    value_of(books().take("KS.2005.01"));
    return value_of(books().entries("KS.2005.01", {}));
  }
  static std::string value(const EntryDetails& entry, const char* key) {
    return entry.field(key) == nullptr ? "?" : entry.field(key)->effective().text;
  }

  BatchId batch_ = 0;
  PageId page_ = 0;
};

TEST_F(ReviewStoreTest, AJoinedRowStaysJoinedWhenThePageIsReadAnew) {
  auto rows = taken();
  ASSERT_EQ(rows.size(), 3u);
  value_of(review().merge_entry(rows[1].row.id, "lan", rows[1].row.revision));
  rows = taken();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(value(rows[0], "nksHoTen"), "Nguyễn Văn An");
  read_again({row(0, "01/2005", "Nguyễn Vân"), row(1, "", "An"), row(2, "02/2005", "Trần Thị B")});
  rows = taken();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(value(rows[0], "nksHoTen"), "Nguyễn Vân An");
}

TEST_F(ReviewStoreTest, WhatAPersonDecidedAboutAJoinedRowGoesAlong) {
  auto rows = taken();
  EXPECT_DONE(books().decide(rows[1].row.id, {{"ghiChu", written_value("cải chính")}}, "hoa", "set"));
  rows = taken();
  value_of(review().merge_entry(rows[1].row.id, "lan", rows[1].row.revision));
  rows = taken();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(value(rows[0], "ghiChu"), "cải chính");
  EXPECT_EQ(rows[0].field("ghiChu")->decided_by, "hoa");
}

TEST_F(ReviewStoreTest, TwoValuesOfOneFieldAreForAPersonToDecide) {
  auto rows = taken();
  EXPECT_DONE(books().decide(rows[1].row.id, {{"nksHoTen", written_value("An")}}, "hoa", "set"));
  rows = taken();
  const auto refused = review().merge_entry(rows[1].row.id, "lan", rows[1].row.revision);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_EQ(refused.error().subject, "nksHoTen");
  EXPECT_EQ(taken().size(), 3u);
}

TEST_F(ReviewStoreTest, AMergeIsTakenBackWithTheSameEntry) {
  auto rows = taken();
  const EntryId second = rows[1].row.id;
  const std::int64_t mark = value_of(review().merge_entry(second, "lan", rows[1].row.revision));
  EXPECT_EQ(taken().size(), 2u);
  EXPECT_DONE(review().undo_row_mark("KS.2005.01", mark, "lan"));
  rows = taken();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1].row.id, second);
  EXPECT_EQ(value(rows[0], "nksHoTen"), "Nguyễn Văn");
  EXPECT_FALSE(review().undo_row_mark("KS.2005.01", mark, "lan"));
}

TEST_F(ReviewStoreTest, ASplitRowIsTwoEntriesAndIsTakenBackWhereverItWasCut) {
  const EntryId first = taken()[0].row.id;
  for (const int y : {20, 50, 80}) {
    auto rows = taken();
    const std::int64_t mark = value_of(review().split_entry(first, page_, y, "lan", rows[0].row.revision));
    rows = taken();
    ASSERT_EQ(rows.size(), 4u);
    EXPECT_EQ(rows[0].row.id, first) << y;
    EXPECT_EQ(rows[1].row.places.front().box, (BoxPx{0, y, 1000, 100}));
    EXPECT_DONE(review().undo_row_mark("KS.2005.01", mark, "lan"));
    rows = taken();
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].row.id, first) << y;
    EXPECT_EQ(rows[0].row.places.front().box, (BoxPx{0, 0, 1000, 100}));
  }
}

TEST_F(ReviewStoreTest, ASplitIsNotTakenBackUnderAPersonsDecision) {
  auto rows = taken();
  const std::int64_t mark = value_of(review().split_entry(rows[0].row.id, page_, 50, "lan", rows[0].row.revision));
  rows = taken();
  EXPECT_DONE(books().decide(rows[1].row.id, {{"nksHoTen", written_value("Lê Thị C")}}, "hoa", "set"));
  const auto refused = review().undo_row_mark("KS.2005.01", mark, "lan");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_EQ(taken().size(), 4u);
}

TEST_F(ReviewStoreTest, RowsAreChangedOnlyAsTheyWereSeenAndWhereTheyStand) {
  auto rows = taken();
  const EntryRow& first = rows[0].row;
  EXPECT_EQ(review().split_entry(first.id, page_, 50, "lan", first.revision - 1).error().code, ErrorCode::conflict);
  for (const int y : {-5, 2, 98, 150, 5000}) EXPECT_EQ(review().split_entry(first.id, page_, y, "lan", first.revision).error().code, ErrorCode::usage) << y;
  EXPECT_EQ(review().split_entry(first.id, page_ + 1, 50, "lan", first.revision).error().code, ErrorCode::usage);
  EXPECT_EQ(review().merge_entry(first.id, "lan", first.revision).error().code, ErrorCode::conflict);
  EXPECT_EQ(review().merge_entry(99, "lan", 1).error().code, ErrorCode::not_found);
  EXPECT_EQ(taken().size(), 3u);
}

TEST_F(ReviewStoreTest, NotesStayInTheirOrderAndSayWhose) {
  const EntryId id = taken()[0].row.id;
  EXPECT_DONE(review().add_note(id, " hỏi lại cán bộ hộ tịch ", "lan"));
  EXPECT_DONE(review().add_note(id, "đã hỏi", "hoa"));
  EXPECT_FALSE(review().add_note(id, "  ", "lan"));
  EXPECT_FALSE(review().add_note(99, "x", "lan"));
  const auto notes = value_of(review().notes(id));
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes[0].text, "hỏi lại cán bộ hộ tịch");
  EXPECT_EQ(notes[1].by, "hoa");
}

TEST_F(ReviewStoreTest, ACorrectedWordGoesToTheNextWriterOfItsDocument) {
  EXPECT_DONE(review().correct_words(page_, {{{1, 2, 30, 40}, "Van", "Vân"}}, "lan"));
  EXPECT_DONE(review().correct_words(page_, {{{1, 2, 30, 40}, "Vân", "Văn"}, {{50, 2, 90, 40}, "x", ""}}, "lan"));
  const Task page = claim(JobKind::page);  // its picture was swept: it is made anew
  PageOutcome outcome = page_outcome(page.about);
  outcome.record = record_of({});
  EXPECT_DONE(jobs().finish_page(page.lease, outcome));
  const Task task = claim(JobKind::document);
  ASSERT_EQ(task.corrections.size(), 2u);
  EXPECT_EQ(task.corrections[0], (WordCorrection{0, {1, 2, 30, 40}, "Văn"}));
  EXPECT_EQ(task.corrections[1].text, "");
  EXPECT_FALSE(review().correct_words(page_, {{{1, 2, 30, 40}, "Văn", "hai từ"}}, "lan"));
  EXPECT_FALSE(review().correct_words(page_ + 7, {{{1, 2, 30, 40}, "a", "b"}}, "lan"));
}

TEST_F(ReviewStoreTest, TheReportCountsWhatOthersCorrected) {
  const EntryId id = taken()[0].row.id;
  EXPECT_DONE(books().decide(id, {{"nksHoTen", written_value("Nguyễn Văn")}}, "lan", "confirm"));
  clock_.turn(std::chrono::minutes(5));
  EXPECT_DONE(books().decide(id, {{"so", written_value("01/2005")}}, "lan", "confirm"));
  EXPECT_DONE(books().decide(id, {{"nksHoTen", written_value("Nguyễn Vân")}}, "hoa", "set"));
  const WorkReport report = value_of(review().report());
  ASSERT_EQ(report.books.size(), 1u);
  EXPECT_EQ(report.books[0].fields, 2);
  EXPECT_EQ(report.books[0].machine_wrong, 1);
  EXPECT_EQ(report.books[0].corrected, 1);
  EXPECT_EQ(report.books[0].pages, 1);
  ASSERT_EQ(report.persons.size(), 3u);  // hoa, lan, tester who took the batch in
  EXPECT_EQ(report.persons[1].name, "lan");
  EXPECT_EQ(report.persons[1].fields, 2);
  EXPECT_EQ(report.persons[1].corrected, 1);
  EXPECT_NEAR(report.persons[1].hours, 5.0 / 60, 1e-6);
}

}  // namespace
}  // namespace sogoc
