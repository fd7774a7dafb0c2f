#include <gtest/gtest.h>

#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

class CatalogueTest : public ArchiveTest {};

const FieldDetails& field(const DocumentDetails& document, std::string_view key) {
  for (const FieldDetails& found : document.fields)
    if (found.machine.key == key) return found;
  throw std::runtime_error("no such field");
}

// ---- Dossiers

TEST_F(CatalogueTest, RegistersADossierOnce) {
  const NewDossier dossier{"H49.64.33.2001.160", "Hồ sơ đất đai", "01", 12, "hộp 3"};
  EXPECT_DONE(catalogue().add_dossier(dossier, "văn thư"));
  EXPECT_EQ(catalogue().add_dossier(dossier, "văn thư").error().code, ErrorCode::already_exists);
  const Dossier found = value_of(catalogue().dossier(dossier.code));
  EXPECT_EQ(found.about, dossier);
  EXPECT_EQ(found.state, DossierState::open);
  EXPECT_EQ(found.created_by, "văn thư");
  EXPECT_EQ(value_of(catalogue().dossiers()).size(), 1U);
  EXPECT_EQ(catalogue().dossier("X").error().code, ErrorCode::not_found);
}

TEST_F(CatalogueTest, WantsToKnowWhoDecides) {
  EXPECT_EQ(catalogue().add_dossier({"D", "t", "", {}, ""}, "").error().code, ErrorCode::usage);
  EXPECT_EQ(catalogue().confirm_page(1, PageState::done, "", "").error().code, ErrorCode::usage);
}

TEST_F(CatalogueTest, NumbersDocumentsThroughTheDossierOverBatches) {
  EXPECT_DONE(catalogue().add_dossier({"D.1", "t", "", 3, ""}, "x"));
  (void)value_of(jobs().add_batch(batch_of({"a", "b"}, "D.1")));
  (void)value_of(jobs().add_batch(batch_of({"c"}, "D.1")));
  std::vector<std::string> names;
  for (const DocumentRow& row : value_of(catalogue().documents({.dossier = "D.1"})))
    names.push_back(row.identifier);
  EXPECT_EQ(names, (std::vector<std::string>{"D.1.1", "D.1.2", "D.1.3"}));
  EXPECT_EQ(value_of(catalogue().document_named("D.1.3")).row.first_file_name, "c");
  EXPECT_EQ(catalogue().document_named("D.1.4").error().code, ErrorCode::not_found);
}

TEST_F(CatalogueTest, ClosesADossierOnlyWhenAllOfItIsDone) {
  EXPECT_DONE(catalogue().add_dossier({"D.1", "t", "", 2, ""}, "x"));
  (void)value_of(jobs().add_batch(batch_of({"a"}, "D.1")));
  open_next(2);
  EXPECT_EQ(catalogue().close_dossier("D.1", "x", "never mind").error().code, ErrorCode::conflict);
  read_next();
  read_next(PageState::blank);
  write_next({"a", ""});
  EXPECT_TRUE(value_of(catalogue().compare("D.1")).agrees());
  EXPECT_EQ(value_of(catalogue().close_dossier("D.1", "x", "")).counts.pages_blank, 1);
  EXPECT_EQ(catalogue().close_dossier("D.1", "x", "").error().code, ErrorCode::conflict);
  EXPECT_EQ(jobs().add_batch(batch_of({"b"}, "D.1")).error().code, ErrorCode::conflict);
}

TEST_F(CatalogueTest, ClosesADossierWithADifferenceOnlyWithANote) {
  EXPECT_DONE(catalogue().add_dossier({"D.1", "t", "", 5, ""}, "x"));
  (void)add_document("a", {"one"}, {}, "D.1");
  const auto refused = catalogue().close_dossier("D.1", "x", "");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("5 sheets are declared, but only 1 pages"),
            std::string::npos);
  EXPECT_TRUE(catalogue().close_dossier("D.1", "x", "4 tờ bị mất, có biên bản"));
  EXPECT_EQ(value_of(catalogue().dossier("D.1")).closing_note, "4 tờ bị mất, có biên bản");
}

// ---- Received before

TEST_F(CatalogueTest, RecognisesAFileAndABatchItHasSeen) {
  const BatchId first = value_of(jobs().add_batch(batch_of({"a", "b"})));
  EXPECT_EQ(value_of(catalogue().find_received(digest_of("a"))).front().batch, first);
  EXPECT_TRUE(value_of(catalogue().find_received(digest_of("c"))).empty());

  const auto same = value_of(catalogue().received_before(batch_of({"a", "b"})));
  EXPECT_EQ(same.same_batch, first);
  EXPECT_EQ(same.files.size(), 2U);
  const auto part = value_of(catalogue().received_before(batch_of({"c", "b"})));
  EXPECT_FALSE(part.same_batch.has_value());
  ASSERT_EQ(part.files.size(), 1U);
  EXPECT_EQ(part.files.at(1).name, "b");
  EXPECT_FALSE(value_of(catalogue().received_before(batch_of({"b", "a"}))).same_batch.has_value());
}

// ---- Lists

TEST_F(CatalogueTest, ListsPagesByStateAndPiece) {
  (void)value_of(jobs().add_batch(batch_of({"a", "b"})));
  open_next(3);
  open_next(1);
  read_next();
  read_next(PageState::needs_person);
  read_next(PageState::blank);
  write_next({"x", "y", ""});
  const auto waiting = value_of(catalogue().pages({.states = {PageState::needs_person}}));
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].name, "batch 1 page 2");
  EXPECT_EQ(waiting[0].page_of_document, 2);
  EXPECT_EQ(waiting[0].reasons, std::vector<std::string>{"blurred"});
  EXPECT_TRUE(waiting[0].record.has_value());
  const auto last = value_of(catalogue().pages({.batch = 1, .offset = 3, .limit = 5}));
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].document_identifier, "batch1.2");
  EXPECT_EQ(value_of(catalogue().documents({.states = {DocumentState::done}})).front().pages, 3);
  EXPECT_EQ(value_of(catalogue().batches()).front().progress.pages, 4);
  EXPECT_EQ(value_of(catalogue().pages_finished_since(clock_.now())), 3);
  EXPECT_EQ(catalogue().batch(9).error().code, ErrorCode::not_found);
  EXPECT_EQ(catalogue().page(99).error().code, ErrorCode::not_found);
}

TEST_F(CatalogueTest, TellsWhereTheFilesOfADocumentAre) {
  const DocumentId id = add_document("a", {"text"}, {read_field("subject", "Về việc A")});
  const DocumentDetails document = value_of(catalogue().document(id));
  ASSERT_TRUE(document.outputs.has_value());
  EXPECT_EQ(document.outputs->pdf, digest_of("document batch1.1 pdf"));
  EXPECT_EQ(document.files.front().name, "a");
  EXPECT_EQ(document.row.subject, "Về việc A");
  EXPECT_EQ(field(document, "subject").machine, read_field("subject", "Về việc A"));
}

// ---- Pages and files that nobody could read

TEST_F(CatalogueTest, APersonAcceptsAPageThatCouldNotBeRead) {
  EXPECT_DONE(catalogue().add_dossier({"D.1", "t", "", 2, ""}, "x"));
  const BatchId batch = value_of(jobs().add_batch(batch_of({"a"}, "D.1")));
  open_next(2);
  read_next();
  EXPECT_FALSE(refuse_next(JobKind::page).accepted_unreadable);
  EXPECT_FALSE(claim().has_value());
  EXPECT_EQ(value_of(catalogue().documents({.batch = batch})).front().state, DocumentState::waiting);

  const auto pages = pages_of(batch);
  EXPECT_EQ(catalogue().confirm_page(pages[0].id, PageState::unreadable, "x", "").error().code,
            ErrorCode::conflict);
  EXPECT_DONE(catalogue().confirm_page(pages[1].id, PageState::unreadable, "văn thư", "ố nước"));
  const Task again = claim(JobKind::page);
  EXPECT_TRUE(again.accepted_unreadable);
  EXPECT_EQ(again.tries, 1);
  EXPECT_DONE(jobs().finish_page(again.lease, page_outcome(again.about, PageState::unreadable)));
  write_next({"one", ""});

  const PageRow page = value_of(catalogue().page(pages[1].id));
  EXPECT_EQ(page.state, PageState::unreadable);
  EXPECT_EQ(page.decided_by, "văn thư");
  EXPECT_FALSE(page.error.has_value());
  EXPECT_EQ(value_of(catalogue().documents({.batch = batch})).front().state, DocumentState::done);
  EXPECT_EQ(progress().pages_unreadable, 1);
  EXPECT_EQ(progress().pages_done, 2);
  EXPECT_EQ(progress().pages_failed, 0);
  const DossierCheck check = value_of(catalogue().compare("D.1"));
  EXPECT_TRUE(check.agrees());
  EXPECT_EQ(check.counts.pages_unreadable, 1);
  const Event event = value_of(catalogue().events(0, 100)).back();
  EXPECT_EQ(event.what, "confirm_page");
  EXPECT_EQ(event.subject, "batch 1 page 2");
  EXPECT_EQ(event.note, "unreadable: ố nước");
}

TEST_F(CatalogueTest, WhatWasAcceptedAsUnreadableStaysSoWhenItsDocumentIsWrittenAnew) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  open_next(2);
  (void)refuse_next(JobKind::page);
  read_next();
  EXPECT_DONE(
      catalogue().confirm_page(pages_of(1).front().id, PageState::unreadable, "văn thư", ""));
  read_next(PageState::unreadable);
  write_next({"", "two"});
  EXPECT_DONE(catalogue().restrict_page(pages_of(1).back().id, "x", "nhầm"));
  EXPECT_DONE(
      catalogue().release_restricted(pages_of(1).back().id, "x", RestrictedDecision::release, ""));
  const Task task = claim(JobKind::page);
  EXPECT_TRUE(task.accepted_unreadable);
  EXPECT_DONE(jobs().finish_page(task.lease, page_outcome(task.about, PageState::unreadable)));
  read_next();
  write_next({"", "two"});
  EXPECT_EQ(pages_of(1).front().state, PageState::unreadable);
}

TEST_F(CatalogueTest, OnePageStandsForAFileThatAPersonAcceptsAsUnreadable) {
  const BatchId batch = value_of(jobs().add_batch(batch_of({"a", "b"})));
  (void)refuse_next(JobKind::open);
  EXPECT_EQ(catalogue().accept_unreadable_file(batch, 2, "x", "").error().code,
            ErrorCode::conflict);  // not opened yet
  EXPECT_EQ(catalogue().accept_unreadable_file(batch, 3, "x", "").error().code,
            ErrorCode::not_found);
  EXPECT_EQ(catalogue().accept_unreadable_file(batch, 1, "", "").error().code, ErrorCode::usage);
  open_next(1);
  read_next();
  write_next({"b"});
  EXPECT_EQ(progress().files_failed, 1);

  EXPECT_DONE(catalogue().accept_unreadable_file(batch, 1, "văn thư", "đĩa hỏng"));
  const Task task = claim(JobKind::page);
  EXPECT_TRUE(task.accepted_unreadable);
  EXPECT_EQ(task.file, digest_of("a"));
  EXPECT_EQ(task.index, PageIndex(0));
  EXPECT_DONE(jobs().finish_page(task.lease, page_outcome(task.about, PageState::unreadable)));
  write_next({""});
  EXPECT_FALSE(claim().has_value());
  EXPECT_EQ(progress().files_failed, 0);
  EXPECT_EQ(progress().documents_done, 2);
  EXPECT_EQ(progress().pages_unreadable, 1);
  EXPECT_EQ(value_of(jobs().requeue_quarantined(std::nullopt)), 0);
  EXPECT_EQ(value_of(catalogue().events(0, 100)).back().what, "confirm_file");
}

// ---- Confirmed pages

TEST_F(CatalogueTest, APersonAcceptsAPage) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  open_next(1);
  const PageId page = pages_of(1).front().id;
  EXPECT_EQ(catalogue().confirm_page(page, PageState::done, "x", "").error().code,
            ErrorCode::conflict);
  read_next(PageState::needs_person);
  EXPECT_EQ(progress().pages_need_person, 1);
  EXPECT_DONE(catalogue().confirm_page(page, PageState::blank, "văn thư", "mặt sau"));
  const PageRow row = value_of(catalogue().page(page));
  EXPECT_EQ(row.state, PageState::blank);
  EXPECT_EQ(row.decided_by, "văn thư");
  EXPECT_TRUE(row.decided_at.has_value());
  EXPECT_EQ(progress().pages_need_person, 0);
}

// ---- Confirmed fields

TEST_F(CatalogueTest, KeepsTheMachineValueBesideTheConfirmedOne) {
  const DocumentId id = add_document("a", {"text"}, {read_field("codeNumber", "16")});
  EXPECT_DONE(catalogue().confirm_field(id, "codeNumber", "18", "văn thư"));
  EXPECT_DONE(catalogue().confirm_field(id, "codeNumber", "19", "lãnh đạo"));
  const DocumentDetails document = value_of(catalogue().document(id));
  const FieldDetails& number = field(document, "codeNumber");
  EXPECT_EQ(number.machine.value, "16");
  EXPECT_EQ(number.confirmed, "19");
  EXPECT_EQ(number.effective().value, "19");
  EXPECT_EQ(number.effective().state, ValueState::confirmed);
  EXPECT_EQ(number.effective().box, number.machine.box);
  ASSERT_EQ(number.history.size(), 3U);
  EXPECT_EQ(number.history[0].by, "machine");
  EXPECT_EQ(number.history[1].value, "18");
  EXPECT_EQ(number.history[2].by, "lãnh đạo");
  EXPECT_EQ(document.row.number, "19");
}

TEST_F(CatalogueTest, ARunNeverOverwritesWhatAPersonConfirmed) {
  const DocumentId id =
      add_document("a", {"text"}, {read_field("codeNumber", "16"), read_field("place", "Hà Nội")});
  EXPECT_DONE(catalogue().confirm_field(id, "codeNumber", "18", "văn thư"));
  EXPECT_DONE(catalogue().confirm_field(id, "signerTitle", "CHỦ TỊCH", "văn thư"));
  // The document is read and written again.
  const PageId page = pages_of(1).front().id;
  EXPECT_DONE(catalogue().restrict_page(page, "x", ""));
  EXPECT_DONE(catalogue().release_restricted(page, "x", RestrictedDecision::release, ""));
  read_next();
  const Task task = claim(JobKind::document);
  ASSERT_EQ(task.document.metadata.fields.size(), 2U);
  EXPECT_EQ(task.document.metadata.fields[0].value, "18");
  auto outcome = document_outcome("again", {"text"});
  outcome.written.metadata.fields = {read_field("codeNumber", "99"),
                                     task.document.metadata.fields[1]};
  EXPECT_DONE(jobs().finish_document(task.lease, outcome));

  const DocumentDetails document = value_of(catalogue().document(id));
  EXPECT_EQ(field(document, "codeNumber").confirmed, "18");
  EXPECT_EQ(field(document, "codeNumber").machine.value, "99");
  EXPECT_EQ(field(document, "codeNumber").history.back().value, "99");
  EXPECT_EQ(field(document, "signerTitle").effective().value, "CHỦ TỊCH");
  EXPECT_EQ(field(document, "signerTitle").machine.state, ValueState::empty);
  // What is no longer found is empty, not what was found before.
  EXPECT_EQ(field(document, "place").effective().value, "");
  EXPECT_EQ(field(document, "place").machine.state, ValueState::empty);
}

TEST_F(CatalogueTest, AnEmptyValueCanBeConfirmed) {
  const DocumentId id = add_document("a", {"text"}, {read_field("place", "H4 N0i")});
  EXPECT_DONE(catalogue().confirm_field(id, "place", "", "văn thư"));
  const DocumentDetails document = value_of(catalogue().document(id));
  EXPECT_EQ(field(document, "place").effective().state, ValueState::confirmed);
  EXPECT_EQ(field(document, "place").effective().value, "");
}

TEST_F(CatalogueTest, DecidesOnlyAboutRestrictedPages) {
  (void)add_document("a", {"text"});
  const PageId page = pages_of(1).front().id;
  EXPECT_EQ(catalogue().release_restricted(page, "x", RestrictedDecision::release, "").error().code,
            ErrorCode::conflict);
  EXPECT_EQ(catalogue().release_restricted(99, "x", RestrictedDecision::release, "").error().code,
            ErrorCode::not_found);
}

// ---- Audit

TEST_F(CatalogueTest, LogsWhoDecidedWhat) {
  const DocumentId id = add_document("a", {"text"});
  EXPECT_DONE(catalogue().confirm_field(id, "subject", "bí mật", "văn thư"));
  EXPECT_DONE(catalogue().add_event("văn thư", "export", "document batch1.1", ""));
  const auto events = value_of(catalogue().events(0, 100));
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].what, "ingest");
  EXPECT_EQ(events[1].what, "confirm_field");
  EXPECT_EQ(events[1].by, "văn thư");
  EXPECT_EQ(events[1].subject, "document batch1.1 subject");
  for (const Event& event : events) EXPECT_EQ(event.note.find("bí mật"), std::string::npos);
  EXPECT_EQ(value_of(catalogue().events(events[1].id, 100)).size(), 1U);
}

}  // namespace
}  // namespace sogoc
