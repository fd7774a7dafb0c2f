#include <set>

#include <gtest/gtest.h>

#include "pipeline/core/clock.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

using namespace std::chrono_literals;
class SqliteJobStoreTest : public ArchiveTest {};

Error error_with(ErrorCode code, Retry retry) { return {code, retry, "page", "broke", {}, {}}; }

// ---- One document, all the way

TEST_F(SqliteJobStoreTest, TakesADocumentFromFileToDone) {
  const BatchId batch = value_of(jobs().add_batch(batch_of({"scan.pdf"})));
  EXPECT_FALSE(progress().idle());
  open_next(2);
  EXPECT_EQ(progress().pages, 2);
  read_next();
  EXPECT_EQ(value_of(catalogue().documents({})).front().state, DocumentState::reading);
  read_next(PageState::blank);
  EXPECT_EQ(value_of(catalogue().documents({})).front().state, DocumentState::writing);
  write_next({"một", ""});
  EXPECT_EQ(value_of(catalogue().documents({})).front().state, DocumentState::done);
  const Progress end = progress();
  EXPECT_TRUE(end.idle());
  EXPECT_EQ(end.pages_done, 2);
  EXPECT_EQ(end.documents_done, 1);
  EXPECT_FALSE(claim().has_value());
  EXPECT_EQ(pages_of(batch)[1].state, PageState::blank);
}

TEST_F(SqliteJobStoreTest, GivesAWorkerEverythingAboutAPage) {
  NewBatch batch = batch_of({"scan.tif"});
  batch.settings.language = "eng";
  batch.settings.max_pages = 7;
  batch.settings.register_layouts = {"ks-table", "ks-form"};
  (void)value_of(jobs().add_batch(batch));
  const Task open = claim(JobKind::open);
  EXPECT_EQ(open.file, digest_of("scan.tif"));
  EXPECT_EQ(open.file_name, "scan.tif");
  EXPECT_EQ(open.about, "batch 1 file 1");
  EXPECT_EQ(open.settings, batch.settings);
  EXPECT_DONE(jobs().finish_open(open.lease, {MediaType::tiff, 2, {}, {}}));
  (void)claim(JobKind::page);
  const Task page = claim(JobKind::page);
  EXPECT_EQ(page.media_type, MediaType::tiff);
  EXPECT_EQ(page.index.page_number(), 2U);
  EXPECT_EQ(page.about, "batch 1 page 2");
  EXPECT_EQ(page.tries, 1);
  EXPECT_EQ(page.settings, batch.settings);
}

TEST_F(SqliteJobStoreTest, TellsTheDocumentWriterItsPagesInOrder) {
  NewBatch batch;
  batch.documents.push_back({{{digest_of("a"), "a.tif", 1}, {digest_of("b"), "b.tif", 1}}});
  (void)value_of(jobs().add_batch(batch));
  const Task first = claim(JobKind::open);
  const Task second = claim(JobKind::open);
  // The second file is open before the first.
  EXPECT_DONE(
      jobs().finish_open(second.lease, {MediaType::tiff, 1, {{"Signature1", 1, true}}, {}}));
  const Task page_of_second = claim(JobKind::page);
  EXPECT_EQ(page_of_second.about, "batch 1 file 2 page 1");
  EXPECT_DONE(jobs().finish_page(page_of_second.lease, page_outcome("b1")));
  EXPECT_DONE(jobs().finish_open(first.lease, {MediaType::tiff, 2, {}, {}}));
  const Task a1 = claim(JobKind::page);
  EXPECT_EQ(a1.about, "batch 1 page 1");
  EXPECT_DONE(jobs().finish_page(a1.lease, page_outcome("a1")));
  const Task a2 = claim(JobKind::page);
  EXPECT_DONE(jobs().finish_page(a2.lease, page_outcome("a2")));

  const Task document = claim(JobKind::document);
  const DocumentSource& source = document.document;
  EXPECT_EQ(source.page_records,
            (std::vector<Sha256>{page_outcome("a1").record, page_outcome("a2").record,
                                 page_outcome("b1").record}));
  EXPECT_EQ(source.page_names,
            (std::vector<std::string>{"batch 1 page 1", "batch 1 page 2", "batch 1 page 3"}));
  EXPECT_EQ(source.identifier, "batch1.1");
  EXPECT_EQ(source.derived_from, (std::vector<Sha256>{digest_of("a"), digest_of("b")}));
  EXPECT_EQ(source.signatures.size(), 1U);
  EXPECT_EQ(source.created_at, "2026-09-21T14:13:20+00:00");
  EXPECT_EQ(source.creator_tool.substr(0, 6), "sogoc ");
}

TEST_F(SqliteJobStoreTest, WritesADocumentBeforeItReadsTheNextOne) {
  (void)value_of(jobs().add_batch(batch_of({"a", "b"})));
  open_next(1);
  open_next(1);
  read_next();
  EXPECT_EQ(claim(JobKind::document).document.identifier, "batch1.1");
  EXPECT_EQ(claim(JobKind::page).about, "batch 1 page 2");
}

TEST_F(SqliteJobStoreTest, FinishesOlderBatchesFirst) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  open_next(1);
  (void)value_of(jobs().add_batch(batch_of({"b"})));
  EXPECT_EQ(claim(JobKind::page).about, "batch 1 page 1");
  EXPECT_EQ(claim(JobKind::open).about, "batch 2 file 1");
}

TEST_F(SqliteJobStoreTest, RefusesADocumentThatLostAPage) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  open_next(2);
  read_next();
  read_next();
  const Task task = claim(JobKind::document);
  EXPECT_EQ(jobs().finish_document(task.lease, document_outcome("d", {"only one"})).error().code,
            ErrorCode::internal);
  EXPECT_DONE(jobs().finish_document(task.lease, document_outcome("d", {"one", "two"})));
}

TEST_F(SqliteJobStoreTest, RefusesABatchOfNothing) {
  EXPECT_EQ(jobs().add_batch({}).error().code, ErrorCode::usage);
  NewBatch hollow;
  hollow.documents.emplace_back();
  EXPECT_EQ(jobs().add_batch(hollow).error().code, ErrorCode::usage);
  EXPECT_EQ(jobs().add_batch(batch_of({"a"}, "NO.SUCH")).error().code, ErrorCode::not_found);
  EXPECT_EQ(progress().files, 0);
}

TEST_F(SqliteJobStoreTest, KeepsTwoIdenticalFilesAsTwo) {
  const BatchId batch = value_of(jobs().add_batch(batch_of({"blank", "blank"})));
  open_next(1);
  open_next(1);
  const auto pages = pages_of(batch);
  ASSERT_EQ(pages.size(), 2U);
  EXPECT_EQ(pages[0].ordinal, 1);
  EXPECT_EQ(pages[1].ordinal, 2);
}

// ---- Numbers of pages

TEST_F(SqliteJobStoreTest, NumbersPagesInFileOrderWhateverIsOpenedFirst) {
  const BatchId batch = value_of(jobs().add_batch(batch_of({"a", "b", "c"})));
  const Task a = claim(JobKind::open);
  const Task b = claim(JobKind::open);
  const Task c = claim(JobKind::open);
  EXPECT_DONE(jobs().finish_open(c.lease, {MediaType::pdf, 1, {}, {}}));
  EXPECT_FALSE(pages_of(batch).front().ordinal.has_value());
  EXPECT_EQ(pages_of(batch).front().name, "batch 1 file 3 page 1");
  EXPECT_DONE(jobs().finish_open(a.lease, {MediaType::pdf, 2, {}, {}}));
  EXPECT_DONE(jobs().finish_open(b.lease, {MediaType::pdf, 3, {}, {}}));
  const auto pages = pages_of(batch);
  ASSERT_EQ(pages.size(), 6U);
  const char* files[] = {"a", "a", "b", "b", "b", "c"};
  for (std::size_t i = 0; i < pages.size(); ++i) {
    EXPECT_EQ(pages[i].ordinal, static_cast<std::int64_t>(i + 1));
    EXPECT_EQ(pages[i].file_name, files[i]);
    EXPECT_EQ(value_of(catalogue().page_at(batch, static_cast<std::int64_t>(i + 1))).id,
              pages[i].id);
  }
  EXPECT_EQ(catalogue().page_at(batch, 7).error().code, ErrorCode::not_found);
  EXPECT_EQ(catalogue().page_at(batch, 0).error().code, ErrorCode::not_found);
}

TEST_F(SqliteJobStoreTest, PassesOverARefusedFileAndNumbersItLastWhenItOpensLater) {
  const BatchId batch = value_of(jobs().add_batch(batch_of({"a", "b"})));
  const Task a = claim(JobKind::open);
  EXPECT_DONE(
      jobs().fail_job(a.lease, error_with(ErrorCode::invalid_input, Retry::never), clock_.now()));
  open_next(2);
  EXPECT_EQ(pages_of(batch)[0].ordinal, 1);  // of b
  EXPECT_EQ(value_of(jobs().requeue_quarantined(batch)), 1);
  open_next(1);
  std::set<std::int64_t> ordinals;
  for (const PageRow& page : pages_of(batch)) {
    ordinals.insert(page.ordinal.value_or(0));
    EXPECT_EQ(page.ordinal == 3, page.file_name == "a") << page.name;
  }
  EXPECT_EQ(ordinals, (std::set<std::int64_t>{1, 2, 3}));
}

// ---- Leases

TEST_F(SqliteJobStoreTest, RefusesAResultUnderADeadLease) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  const Task first = claim(JobKind::open);
  clock_.turn(2min);
  EXPECT_EQ(value_of(jobs().expire_leases(clock_.now())), 1);
  clock_.turn(1h);
  const Task second = claim(JobKind::open);
  EXPECT_EQ(second.tries, 2);
  EXPECT_EQ(jobs().finish_open(first.lease, {MediaType::pdf, 1, {}, {}}).error().code,
            ErrorCode::conflict);
  EXPECT_EQ(jobs().renew(first.lease, clock_.now() + 1min).error().code, ErrorCode::conflict);
  EXPECT_EQ(jobs()
                .fail_job(first.lease, error_with(ErrorCode::internal, Retry::never), clock_.now())
                .error()
                .code,
            ErrorCode::conflict);
  EXPECT_DONE(jobs().finish_open(second.lease, {MediaType::pdf, 1, {}, {}}));
  EXPECT_EQ(progress().pages, 1);
}

TEST_F(SqliteJobStoreTest, TakesAResultOnlyOnce) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  const Task task = claim(JobKind::open);
  EXPECT_DONE(jobs().finish_open(task.lease, {MediaType::pdf, 2, {}, {}}));
  EXPECT_EQ(jobs().finish_open(task.lease, {MediaType::pdf, 2, {}, {}}).error().code,
            ErrorCode::conflict);
  EXPECT_EQ(progress().pages, 2);
}

TEST_F(SqliteJobStoreTest, LetsARenewedLeaseLive) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  const Task task = claim(JobKind::open);
  EXPECT_DONE(jobs().renew(task.lease, clock_.now() + 10min));
  clock_.turn(5min);
  EXPECT_EQ(value_of(jobs().expire_leases(clock_.now())), 0);
  clock_.turn(6min);
  EXPECT_EQ(value_of(jobs().expire_leases(clock_.now())), 1);
}

TEST_F(SqliteJobStoreTest, GivesTheJobsOfADeadWorkerToOthers) {
  (void)value_of(jobs().add_batch(batch_of({"a", "b", "c"})));
  (void)claim("w1");
  (void)claim("w2");
  (void)claim("w1");
  const Error crash = error_with(ErrorCode::crashed, Retry::same_step);
  EXPECT_EQ(value_of(jobs().release_worker("w1", crash, clock_.now())), 2);
  EXPECT_FALSE(claim("w3").has_value());  // they pause first
  const auto wake = value_of(jobs().next_wake());
  ASSERT_TRUE(wake.has_value());
  EXPECT_EQ(*wake, clock_.now() + 2s);
  clock_.turn(2s);
  EXPECT_EQ(claim("w3")->tries, 2);
  EXPECT_FALSE(value_of(jobs().next_wake()).has_value());
}

TEST_F(SqliteJobStoreTest, ANewCoordinatorTakesAllLeasesBackWithoutCountingATry) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  open_next(2);
  (void)claim(JobKind::page);
  EXPECT_EQ(value_of(jobs().release_all_leases()), 1);
  EXPECT_EQ(progress().jobs_leased, 0);
  EXPECT_EQ(pages_of(1)[0].state, PageState::received);
  EXPECT_EQ(claim(JobKind::page).tries, 1);
}

// ---- Failures

TEST_F(SqliteJobStoreTest, TriesThreeTimesThenQuarantines) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  open_next(1);
  for (int i = 1; i <= 3; ++i) {
    const Task task = claim(JobKind::page);
    EXPECT_EQ(task.tries, i);
    EXPECT_DONE(jobs().fail_job(task.lease, error_with(ErrorCode::crashed, Retry::same_step),
                                clock_.now()));
    clock_.turn(1h);
  }
  EXPECT_FALSE(claim().has_value());
  const PageRow page = pages_of(1).front();
  EXPECT_EQ(page.state, PageState::quarantined);
  EXPECT_EQ(page.error->code, ErrorCode::crashed);
  EXPECT_TRUE(progress().idle());
  EXPECT_EQ(progress().pages_failed, 1);
  EXPECT_EQ(value_of(catalogue().documents({})).front().state, DocumentState::waiting);
}

TEST_F(SqliteJobStoreTest, OneBadFileDisturbsNoOther) {
  (void)value_of(jobs().add_batch(batch_of({"bad", "good"})));
  const Task bad = claim(JobKind::open);
  EXPECT_DONE(jobs().fail_job(
      bad.lease, error_with(ErrorCode::password_required, Retry::after_operator), clock_.now()));
  open_next(1);
  read_next();
  write_next({"text"});
  const auto documents = value_of(catalogue().documents({}));
  EXPECT_EQ(documents[0].state, DocumentState::failed);
  EXPECT_EQ(documents[0].error->code, ErrorCode::password_required);
  EXPECT_EQ(documents[1].state, DocumentState::done);
  EXPECT_EQ(progress().files_failed, 1);
  EXPECT_EQ(value_of(catalogue().files(1))[0].state, FileState::quarantined);
}

TEST_F(SqliteJobStoreTest, RunsQuarantinedWorkAgain) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  open_next(2);
  read_next();
  const Task task = claim(JobKind::page);
  EXPECT_DONE(
      jobs().fail_job(task.lease, error_with(ErrorCode::internal, Retry::never), clock_.now()));
  EXPECT_TRUE(progress().idle());
  EXPECT_EQ(value_of(jobs().requeue_quarantined(std::nullopt)), 1);
  EXPECT_EQ(value_of(catalogue().documents({})).front().state, DocumentState::reading);
  read_next();
  write_next({"a", "b"});
  EXPECT_EQ(progress().documents_done, 1);
  EXPECT_EQ(value_of(jobs().requeue_quarantined(std::nullopt)), 0);
}

TEST_F(SqliteJobStoreTest, RunsAFailedDocumentAgain) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  open_next(1);
  read_next();
  const Task task = claim(JobKind::document);
  EXPECT_DONE(jobs().fail_job(task.lease, error_with(ErrorCode::no_space, Retry::after_operator),
                              clock_.now()));
  const auto failed = value_of(catalogue().documents({})).front();
  EXPECT_EQ(failed.state, DocumentState::failed);
  EXPECT_EQ(failed.error->code, ErrorCode::no_space);
  EXPECT_EQ(progress().documents_failed, 1);
  EXPECT_EQ(value_of(jobs().requeue_quarantined(1)), 1);
  write_next({"text"});
  EXPECT_FALSE(value_of(catalogue().documents({})).front().error.has_value());
}

TEST_F(SqliteJobStoreTest, RefusesAPageThatEndsAsNothing) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  open_next(1);
  const Task task = claim(JobKind::page);
  for (const PageState state : {PageState::received, PageState::reading, PageState::quarantined})
    EXPECT_FALSE(jobs().finish_page(task.lease, page_outcome("x", state)));
  EXPECT_FALSE(jobs().finish_open(task.lease, {MediaType::pdf, 1, {}, {}}));
  EXPECT_DONE(jobs().finish_page(task.lease, page_outcome("x")));
}

// ---- Restricted pages

TEST_F(SqliteJobStoreTest, ADocumentWithASecrecyMarkWaits) {
  (void)value_of(jobs().add_batch(batch_of({"a"})));
  open_next(2);
  read_next();
  read_next(PageState::restricted);
  EXPECT_FALSE(claim().has_value());
  EXPECT_EQ(value_of(catalogue().documents({})).front().state, DocumentState::restricted);
  EXPECT_EQ(progress().documents_waiting, 1);
  const PageRow page = pages_of(1)[1];
  EXPECT_EQ(page.reasons, std::vector<std::string>{"MẬT"});

  EXPECT_DONE(catalogue().release_restricted(page.id, "văn thư", RestrictedDecision::withhold, ""));
  EXPECT_FALSE(claim().has_value());
  EXPECT_DONE(
      catalogue().release_restricted(page.id, "văn thư", RestrictedDecision::release, "giải mật"));
  write_next({"a", "b"});
  EXPECT_EQ(pages_of(1)[1].decided_by, "văn thư");
}

TEST_F(SqliteJobStoreTest, ARestrictedDocumentIsReadAgainWhenItIsReleased) {
  const DocumentId id = add_document("a", {"tài liệu kín"});
  const PageId page = pages_of(1)[0].id;
  ASSERT_EQ(value_of(catalogue().search({.text = "kín"})).total, 1);
  EXPECT_DONE(catalogue().restrict_page(page, "lãnh đạo", "MẬT"));
  EXPECT_EQ(value_of(catalogue().search({.text = "kín"})).total, 0);
  EXPECT_FALSE(value_of(catalogue().document(id)).outputs.has_value());
  (void)value_of(archive_->sweep(false));
  EXPECT_DONE(catalogue().release_restricted(page, "lãnh đạo", RestrictedDecision::release, ""));
  read_next(PageState::restricted);  // the mark is still printed on it, but it was released
  write_next({"tài liệu kín"});
  EXPECT_EQ(value_of(catalogue().search({.text = "kín"})).total, 1);
}

}  // namespace
}  // namespace sogoc
