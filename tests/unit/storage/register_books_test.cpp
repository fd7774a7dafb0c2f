#include "storage/register_books.hpp"

#include <gtest/gtest.h>

#include "pipeline/core/record_json.hpp"
#include "storage/database.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

FieldReading reading(std::string key, std::string value, double confidence = 0.9) {
  FieldReading field;
  field.key = std::move(key);
  field.value = std::move(value);
  field.state = field.value.empty() ? ValueState::empty : ValueState::read;
  field.confidence = Confidence::from_fraction(confidence);
  field.box = {10, 10, 50, 20};
  field.source = "handwriting";
  return field;
}

EntryReading entry(int row, const std::string& number, const std::string& name) {
  EntryReading one;
  one.box = {0, 100 * row, 1000, 100 * row + 100};
  one.fields = {reading("so", number), reading("nksHoTen", name)};
  return one;
}

RegisterPage page_of(std::vector<EntryReading> entries) {
  RegisterPage page;
  page.layout = "ks-table";
  page.entries = std::move(entries);
  page.look = "00ff00ff00ff00ff";
  return page;
}

class RegisterBooksTest : public ArchiveTest {
 protected:
  RegisterBooksTest() {
    NewRegisterBook book;
    book.code = "KS.2005.01";
    book.kind = "KS";
    book.year_from = book.year_to = 2005;
    EXPECT_DONE(books().add(book, "lan"));
  }
  RegisterBooks& books() { return archive_->books(); }

  Sha256 record_of(const RegisterPage& page) {
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
    record.register_page = page;
    return value_of(archive_->blobs().put(bytes_of(to_json(record))));
  }
  // A batch of the book with these pages, read.
  BatchId read_pages(const std::string& name, const std::vector<RegisterPage>& pages) {
    NewBatch batch = batch_of({name});
    batch.book = "KS.2005.01";
    const BatchId id = value_of(jobs().add_batch(batch));
    open_next(static_cast<std::uint32_t>(pages.size()));
    for (const RegisterPage& page : pages) {
      const Task task = claim(JobKind::page);
      PageOutcome outcome = page_outcome(task.about);
      outcome.record = record_of(page);
      EXPECT_DONE(jobs().finish_page(task.lease, outcome));
    }
    write_next(std::vector<std::string>(pages.size(), "text"));
    return id;
  }
  // The same page, read again with another result.
  void read_again(PageId page, const RegisterPage& anew) {
    const Sha256 record = record_of(anew);
    auto database = value_of(Database::open(archive_->folder() / "catalogue.sqlite", Database::Mode::existing, false));
    EXPECT_DONE(database->write([&]() -> Done {
      database->run("UPDATE uses SET digest = ?2 WHERE role = 'record' AND owner = ?1", page, record);
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
};

TEST_F(RegisterBooksTest, PagesOfABookBecomeItsEntriesOnce) {
  read_pages("a", {page_of({entry(0, "01/2005", "Nguyễn Văn A"), entry(1, "02/2005", "Trần Thị B")}), page_of({entry(0, "03/2005", "Lê Văn C")})});
  ASSERT_EQ(taken().size(), 3u);
  EXPECT_EQ(value(taken()[2], "nksHoTen"), "Lê Văn C");
  EXPECT_EQ(taken()[2].row.number, "03/2005");
  EXPECT_EQ(taken()[2].row.page_name, "batch 1 page 2");
  EXPECT_EQ(value_of(books().history(taken()[0].row.id)).size(), 2u);  // taking again changes nothing
}

TEST_F(RegisterBooksTest, AnEntryThatGoesOnIsOneEntryOnTwoPages) {
  EntryReading rest;
  rest.box = {0, 0, 1000, 40};
  rest.continues_previous = true;
  rest.fields = {reading("nksHoTen", "Văn A"), reading("ghiChu", "cải chính")};
  read_pages("a", {page_of({entry(0, "01/2005", "Nguyễn")}), page_of({rest, entry(1, "02/2005", "Trần Thị B")})});
  const auto entries = taken();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(value(entries[0], "nksHoTen"), "Nguyễn Văn A");
  EXPECT_FALSE(entries[0].field("nksHoTen")->machine.reading.sure);
  EXPECT_EQ(entries[0].row.places.size(), 2u);
  EXPECT_EQ(value(entries[0], "ghiChu"), "cải chính");
}

TEST_F(RegisterBooksTest, WhatAPersonDecidedStandsWhenThePageIsReadAnew) {
  const BatchId batch = read_pages("a", {page_of({entry(0, "01/2005", "Nguyen Van A"), entry(1, "02/2005", "B")})});
  const EntryId id = taken()[0].row.id;
  EXPECT_DONE(books().decide(id, {{"nksHoTen", written_value("Nguyễn Văn A")}}, "lan", "set"));
  read_again(pages_of(batch)[0].id, page_of({entry(0, "01/2005", "Nguyễn Vân A"), entry(1, "02/2005", "B")}));
  const auto entries = taken();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].row.id, id);
  EXPECT_EQ(value(entries[0], "nksHoTen"), "Nguyễn Văn A");
  EXPECT_EQ(entries[0].field("nksHoTen")->machine.reading.value, "Nguyễn Vân A");
  const auto history = value_of(books().history(id));
  EXPECT_EQ(history.back().by, "machine");
  EXPECT_EQ(history.back().value.text, "Nguyễn Vân A");
}

TEST_F(RegisterBooksTest, AnEntryThatIsNoLongerSeenStaysOnlyWhenAPersonDecidedOnIt) {
  const BatchId batch = read_pages("a", {page_of({entry(0, "01/2005", "A"), entry(1, "02/2005", "B"), entry(2, "03/2005", "C")})});
  EXPECT_DONE(books().decide(taken()[1].row.id, {{"nksHoTen", written_value("B")}}, "lan", "confirm"));
  read_again(pages_of(batch)[0].id, page_of({entry(0, "01/2005", "A")}));
  const auto entries = taken();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[1].row.number, "02/2005");
  EXPECT_FALSE(entries[1].row.seen);
}

TEST_F(RegisterBooksTest, AMissingPageThatIsScannedLaterGoesToItsPlace) {
  read_pages("a", {page_of({entry(0, "01/2005", "A")}), page_of({entry(0, "03/2005", "C")})});
  const BatchId late = read_pages("b", {page_of({entry(0, "02/2005", "B")})});
  EXPECT_EQ(taken()[2].row.number, "02/2005");
  const auto pages = value_of(books().pages("KS.2005.01"));
  EXPECT_DONE(books().move_page("KS.2005.01", pages_of(late)[0].id, pages[0].page, "lan"));
  EXPECT_EQ(taken()[1].row.number, "02/2005");
}

TEST_F(RegisterBooksTest, ASecondScanGivesNoEntriesAndAPersonsWordStandsAgainstChecks) {
  read_pages("a", {page_of({entry(0, "01/2005", "A")}), page_of({entry(0, "01/2005", "A")})});
  const auto pages = value_of(books().pages("KS.2005.01"));
  EXPECT_DONE(books().set_role("KS.2005.01", pages[1].page, BookPageRole::evidence, pages[0].page, ""));
  EXPECT_EQ(taken().size(), 1u);
  EXPECT_DONE(books().set_role("KS.2005.01", pages[1].page, BookPageRole::page, 0, "lan"));
  EXPECT_DONE(books().set_role("KS.2005.01", pages[1].page, BookPageRole::evidence, pages[0].page, ""));
  EXPECT_EQ(taken().size(), 2u);
}

TEST_F(RegisterBooksTest, UnknownEmptyAndIllegibleAreThreeThings) {
  read_pages("a", {page_of({entry(0, "01/2005", "A")})});
  const EntryId id = taken()[0].row.id;
  for (const EntryValue& given : {EntryValue{EntryValueState::unknown, ""}, EntryValue{EntryValueState::empty, ""},
                                  EntryValue{EntryValueState::illegible, ""}}) {
    EXPECT_DONE(books().decide(id, {{"nksHoTen", given}}, "lan", "set"));
    EXPECT_EQ(value_of(books().entry(id)).field("nksHoTen")->effective().state, given.state);
  }
  EXPECT_FALSE(books().decide(id, {{"nksHoTen", EntryValue{}}}, "lan", "set"));
}

TEST_F(RegisterBooksTest, ValuesAreKeptInNfc) {
  read_pages("a", {page_of({entry(0, "01/2005", "A")})});
  const EntryId id = taken()[0].row.id;
  EXPECT_DONE(books().decide(id, {{"nksHoTen", written_value(" Nguye\u0302\u0303n ")}}, "lan", "set"));
  EXPECT_EQ(value(value_of(books().entry(id)), "nksHoTen"), "Nguy\u1EC5n");
}

TEST_F(RegisterBooksTest, StagesFollowEachOtherByDifferentPersonsAndKeepSnapshots) {
  read_pages("a", {page_of({entry(0, "01/2005", "A")})});
  const EntryId id = taken()[0].row.id;
  EXPECT_DONE(books().decide(id, {{"so", written_value("01/2005")}, {"nksHoTen", written_value("A")}}, "lan", "confirm"));
  EXPECT_FALSE(books().move_stage(id, EntryStage::check_1, "lan", 0));   // the one who keyed it
  EXPECT_FALSE(books().move_stage(id, EntryStage::check_1, "minh", 1));  // something is not reviewed
  EXPECT_FALSE(books().move_stage(id, EntryStage::final_, "minh", 0));   // skipped
  EXPECT_DONE(books().move_stage(id, EntryStage::check_1, "minh", 0));
  EXPECT_FALSE(books().move_stage(id, EntryStage::check_2, "minh", 0));
  EXPECT_DONE(books().move_stage(id, EntryStage::check_2, "hoa", 0));
  EXPECT_DONE(books().move_stage(id, EntryStage::final_, "hoa", 0));
  ASSERT_EQ(value_of(books().snapshots(id)).size(), 3u);
  EXPECT_EQ(value_of(books().snapshots(id))[0].values[1].second.text, "A");
  EXPECT_DONE(books().decide(id, {{"nksHoTen", written_value("B")}}, "hoa", "set"));
  EXPECT_EQ(name(value_of(books().entry(id)).row.stage), "entry");  // a changed value is checked anew
}

TEST_F(RegisterBooksTest, NobodyKeysAFieldTwice) {
  read_pages("a", {page_of({entry(0, "01/2005", "A")})});
  const EntryId id = taken()[0].row.id;
  EXPECT_DONE(books().key(id, "nksHoTen", written_value("Hoa"), "lan"));
  EXPECT_FALSE(books().key(id, "nksHoTen", written_value("Hóa"), "lan"));
  EXPECT_DONE(books().key(id, "nksHoTen", written_value("Hóa"), "minh"));
  EXPECT_EQ(value_of(books().keyings(id, "nksHoTen")).size(), 2u);
  EXPECT_EQ(value_of(books().history(id)).size(), 2u);  // what was keyed is nobody's to see
}

TEST_F(RegisterBooksTest, AFindingStaysOpenUntilItIsSettledOrHoldsNoMore) {
  const NewTicket gap{"missing_pages", "12", "pages 12 are not there", {1}};
  EXPECT_DONE(books().keep_findings("KS.2005.01", {"missing_pages"}, {gap}));
  EXPECT_DONE(books().keep_findings("KS.2005.01", {"missing_pages"}, {gap}));
  ASSERT_EQ(value_of(books().tickets("KS.2005.01", true)).size(), 1u);
  EXPECT_DONE(books().keep_findings("KS.2005.01", {"missing_pages"}, {}));
  EXPECT_TRUE(value_of(books().tickets("KS.2005.01", true)).empty());
  EXPECT_DONE(books().keep_findings("KS.2005.01", {"missing_pages"}, {gap}));
  const TicketId id = value_of(books().tickets("KS.2005.01", true)).front().id;
  EXPECT_FALSE(books().resolve(id, "lan", ""));
  EXPECT_DONE(books().resolve(id, "lan", "the sheet was torn out before 1990"));
  EXPECT_DONE(books().keep_findings("KS.2005.01", {"missing_pages"}, {gap}));
  EXPECT_TRUE(value_of(books().tickets("KS.2005.01", true)).empty());
}

TEST_F(RegisterBooksTest, AClosedBookTakesNoPagesAndNoValues) {
  read_pages("a", {page_of({entry(0, "01/2005", "A")})});
  const EntryId id = taken()[0].row.id;
  BookCheck check;
  check.open_tickets = 1;
  EXPECT_FALSE(books().close("KS.2005.01", check, "lan", ""));
  EXPECT_DONE(books().close("KS.2005.01", check, "lan", "accepted by the office"));
  EXPECT_FALSE(books().decide(id, {{"nksHoTen", written_value("B")}}, "lan", "set"));
  NewBatch batch = batch_of({"b"});
  batch.book = "KS.2005.01";
  EXPECT_FALSE(jobs().add_batch(batch));
}

TEST_F(RegisterBooksTest, ABookNeedsACodeThatCanBeAFileNameAndYears) {
  NewRegisterBook book;
  book.kind = "KS";
  book.year_from = book.year_to = 2005;
  for (const char* code : {"", "a/b", "..", "Sổ 1"}) {
    book.code = code;
    EXPECT_FALSE(books().add(book, "lan")) << code;
  }
  book.code = "K";
  book.year_to = 1999;
  EXPECT_FALSE(books().add(book, "lan"));
}

}  // namespace
}  // namespace sogoc
