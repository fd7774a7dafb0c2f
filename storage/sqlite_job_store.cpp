#include "storage/sqlite_job_store.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "pipeline/records/page_rules.hpp"
#include "storage/batch_rows.hpp"
#include "storage/book_rows.hpp"
#include "storage/document_fields.hpp"
#include "storage/job_moves.hpp"
#include "storage/job_tasks.hpp"
#include "storage/search/search_index.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

// ---- Ends of a try ------------------------------------------------------------------------------

// The subject goes back to where it was before the claim.
void put_back(Database& database, const JobRow& job) {
  if (job.kind == JobKind::page) set_page_state(database, job.subject, PageState::received);
}

void quarantine(Database& database, const JobRow& job, const std::string& error, UtcTime now) {
  const auto document_of = [&](const char* sql) {
    auto query = database.query(sql, job.subject);
    if (!query.next()) fail_stored("a job without its subject");
    return query.integer(0);
  };
  switch (job.kind) {
    case JobKind::open: {
      database.run("UPDATE files SET state = 'quarantined', error = ?2 WHERE id = ?1", job.subject,
                   error);
      number_pages(database, job.batch);
      const DocumentId document = document_of("SELECT document FROM files WHERE id = ?1");
      settle_document(database, document, now);
      database.run("UPDATE documents SET error = ?2 WHERE id = ?1", document, error);
      break;
    }
    case JobKind::page:
      database.run(
          "UPDATE pages SET state = 'quarantined', error = ?2, finished_at = ?3 WHERE id = ?1",
          job.subject, error, now);
      settle_document(database, document_of("SELECT document FROM pages WHERE id = ?1"), now);
      break;
    case JobKind::document:
      set_document_state(database, job.subject, DocumentState::failed);
      database.run("UPDATE documents SET error = ?2 WHERE id = ?1", job.subject, error);
      break;
  }
}

void end_failed_try(Database& database, const JobRow& job, const Error& error, UtcTime now,
                    const RetryPolicy& policy) {
  const auto pause = pause_before_retry(error, job.tries, policy);
  const std::string stored = to_json(error);
  move_job(database, job, pause ? JobState::queued : JobState::quarantined);
  database.run(
      "UPDATE jobs SET error = ?2, not_before = ?3, worker = '', lease_until = NULL WHERE id = ?1",
      job.id, stored, pause ? std::optional((now + *pause).time_since_epoch().count()) : 0);
  if (pause)
    put_back(database, job);
  else
    quarantine(database, job, stored, now);
}

std::vector<JobRow> jobs_where(Query query) {
  std::vector<JobRow> jobs;
  while (query.next())
    jobs.push_back({query.integer(0), kind_of_rank(query.integer(1)), query.integer(2),
                    query.integer(3), JobState::leased, static_cast<int>(query.integer(4)),
                    query.integer(5)});
  return jobs;
}

void finish_job(Database& database, const JobRow& job) {
  move_job(database, job, JobState::done);
  database.run("UPDATE jobs SET error = NULL, worker = '', lease_until = NULL WHERE id = ?1",
               job.id);
}

Done wrong_kind(const JobRow& job, JobKind wanted) {
  return fail(ErrorCode::internal, Retry::never, fmt::format("job {}", job.id),
              fmt::format("is a job of kind {}, not {}", name(job.kind), name(wanted)));
}

}  // namespace

SqliteJobStore::SqliteJobStore(Database& database, const Clock& clock, RetryPolicy policy)
    : database_(database), clock_(clock), policy_(policy) {}

// ---- In -----------------------------------------------------------------------------------------

Result<BatchId> SqliteJobStore::add_batch(const NewBatch& batch) {
  return database_.write([&]() -> Result<BatchId> { return insert_batch(database_, batch, clock_.now()); });
}

// ---- Leases -------------------------------------------------------------------------------------

Result<std::optional<Task>> SqliteJobStore::claim(const std::string& worker, UtcTime now,
                                                  UtcTime lease_until) {
  return database_.write([&]() -> Result<std::optional<Task>> {
    // Pauses that are over. Each job comes by here once a pause, so it costs nothing in sum.
    database_.run(
        "UPDATE jobs SET not_before = 0 "
        "WHERE state = 'queued' AND not_before > 0 AND not_before <= ?1",
        now);
    JobRow job;
    UtcTime queued_at;
    {
      auto query = database_.query(
          "SELECT id, kind, batch, subject, tries, fence, queued_at FROM jobs "
          "WHERE state = 'queued' AND not_before = 0 ORDER BY batch, kind, id LIMIT 1");
      if (!query.next()) return std::nullopt;
      job = {
          query.integer(0), kind_of_rank(query.integer(1)),     query.integer(2), query.integer(3),
          JobState::queued, static_cast<int>(query.integer(4)), query.integer(5)};
      queued_at = query.time(6);
    }
    move_job(database_, job, JobState::leased);
    gave_leases_ = true;
    database_.run(
        "UPDATE jobs SET tries = tries + 1, fence = fence + 1, worker = ?2, lease_until = ?3 "
        "WHERE id = ?1",
        job.id, worker, lease_until);

    if (job.kind == JobKind::page) set_page_state(database_, job.subject, PageState::reading);
    Task task = make_task(database_, job, queued_at);
    task.lease = {job.id, job.fence + 1};
    task.tries = job.tries + 1;
    return task;
  });
}

Done SqliteJobStore::renew(const LeaseToken& lease, UtcTime lease_until) {
  return database_.write([&]() -> Done {
    SOGOC_TRY(const JobRow job, live_job(database_, lease));
    database_.run("UPDATE jobs SET lease_until = ?2 WHERE id = ?1", job.id, lease_until);
    return {};
  });
}

Result<int> SqliteJobStore::expire_leases(UtcTime now) {
  return database_.write([&]() -> Result<int> {
    const auto expired =
        jobs_where(database_.query("SELECT id, kind, batch, subject, tries, fence FROM jobs "
                                   "WHERE state = 'leased' AND lease_until <= ?1",
                                   now));
    const Error error{ErrorCode::timeout,
                      Retry::same_step,
                      "",
                      "the worker gave no sign of life until its lease ran out",
                      {}};
    for (const JobRow& job : expired) end_failed_try(database_, job, error, now, policy_);
    return static_cast<int>(expired.size());
  });
}

Result<int> SqliteJobStore::release_worker(const std::string& worker, const Error& why,
                                           UtcTime now) {
  return database_.write([&]() -> Result<int> {
    const auto left =
        jobs_where(database_.query("SELECT id, kind, batch, subject, tries, fence FROM jobs "
                                   "WHERE state = 'leased' AND worker = ?1",
                                   worker));
    for (const JobRow& job : left) end_failed_try(database_, job, why, now, policy_);
    return static_cast<int>(left.size());
  });
}

Result<int> SqliteJobStore::release_all_leases() {
  return database_.write([&]() -> Result<int> {
    const auto orphans = jobs_where(database_.query(
        "SELECT id, kind, batch, subject, tries, fence FROM jobs WHERE state = 'leased'"));
    for (const JobRow& job : orphans) {
      move_job(database_, job, JobState::queued);
      database_.run(
          "UPDATE jobs SET tries = tries - 1, not_before = 0, worker = '', lease_until = NULL "
          "WHERE id = ?1",
          job.id);
      put_back(database_, job);
    }
    return static_cast<int>(orphans.size());
  });
}

// ---- Results ------------------------------------------------------------------------------------

Done SqliteJobStore::finish_open(const LeaseToken& lease, const OpenedFile& opened) {
  return database_.write([&]() -> Done {
    SOGOC_TRY(const JobRow job, live_job(database_, lease));
    if (job.kind != JobKind::open) return wrong_kind(job, JobKind::open);
    if (opened.page_count == 0)
      return fail(ErrorCode::invalid_input, Retry::never, fmt::format("file {}", job.subject),
                  "has no pages");
    const UtcTime now = clock_.now();
    database_.run(
        "UPDATE files SET state = 'opened', opened = ?2, error = NULL, media_type = ?3, "
        "page_count = ?4 WHERE id = ?1",
        job.subject, to_json(opened), name(opened.media_type), opened.page_count);
    DocumentId document = 0;
    {
      auto query = database_.query("SELECT document FROM files WHERE id = ?1", job.subject);
      if (!query.next()) fail_stored("a job of no file");
      document = query.integer(0);
    }
    for (std::uint32_t index = 0; index < opened.page_count; ++index) {
      database_.run(
          "INSERT INTO pages (batch, file, document, idx, state) "
          "VALUES (?1, ?2, ?3, ?4, 'received')",
          job.batch, job.subject, document, index);
      queue_job(database_, JobKind::page, job.batch, database_.last_id(), now);
    }
    finish_job(database_, job);
    number_pages(database_, job.batch);
    settle_document(database_, document, now);
    return {};
  });
}

Done SqliteJobStore::finish_page(const LeaseToken& lease, const PageOutcome& outcome) {
  if (outcome.state != PageState::restricted && !may_be_written(outcome.state))
    return fail(ErrorCode::internal, Retry::never, fmt::format("job {}", lease.job),
                fmt::format("a page cannot end as {}", name(outcome.state)));
  return database_.write([&]() -> Done {
    SOGOC_TRY(const JobRow job, live_job(database_, lease));
    if (job.kind != JobKind::page) return wrong_kind(job, JobKind::page);
    const UtcTime now = clock_.now();
    DocumentId document = 0;
    PageDecisions person;
    {
      auto query = database_.query("SELECT document, confirmed, released FROM pages WHERE id = ?1",
                                   job.subject);
      if (!query.next()) fail_stored("a job of no page");
      document = query.integer(0);
      if (!query.null(1)) person.confirmed = stored_value(kPageStateNames, query.text(1));
      person.released = query.integer(2) != 0;
    }
    for (const char* role : {"record", "thumbnail", "work"})
      discard_uses(database_, role, job.subject);
    add_use(database_, outcome.record, "record", job.subject);
    if (outcome.thumbnail) add_use(database_, *outcome.thumbnail, "thumbnail", job.subject);
    for (const Sha256& blob : outcome.work_blobs) add_use(database_, blob, "work", job.subject);

    database_.run(
        "UPDATE pages SET state = ?2, reasons = ?3, error = NULL, finished_at = ?4 WHERE id = ?1",
        job.subject, name(state_after_run(outcome.state, person)), list_to_text(outcome.reasons),
        now);
    finish_job(database_, job);
    settle_document(database_, document, now);
    return {};
  });
}

Done SqliteJobStore::finish_document(const LeaseToken& lease, const DocumentOutcome& outcome) {
  return database_.write([&]() -> Done {
    SOGOC_TRY(const JobRow job, live_job(database_, lease));
    if (job.kind != JobKind::document) return wrong_kind(job, JobKind::document);
    const UtcTime now = clock_.now();
    std::int64_t pages = 0;
    {
      auto query = database_.query("SELECT count(*) FROM pages WHERE document = ?1", job.subject);
      if (query.next()) pages = query.integer(0);
    }
    // A document that lost a page on its way must never look finished.
    if (static_cast<std::int64_t>(outcome.page_texts.size()) != pages)
      return fail(
          ErrorCode::internal, Retry::never, fmt::format("document {}", job.subject),
          fmt::format("has {} pages, but text came for {}", pages, outcome.page_texts.size()));

    const DocumentRecord& written = outcome.written;
    const std::pair<const char*, Sha256> outputs[] = {{"document_record", outcome.record},
                                                      {"pdf", written.pdf},
                                                      {"text", written.text},
                                                      {"alto", written.alto}};
    for (const auto& [role, digest] : outputs) {
      discard_uses(database_, role, job.subject);
      add_use(database_, digest, role, job.subject);
    }
    // The pictures are in the PDF now.
    database_.run(
        "INSERT OR IGNORE INTO discards SELECT u.digest FROM pages p "
        "JOIN uses u ON u.role = 'work' AND u.owner = p.id WHERE p.document = ?1",
        job.subject);
    database_.run(
        "DELETE FROM uses WHERE role = 'work' AND owner IN (SELECT id FROM pages WHERE document = "
        "?1)",
        job.subject);

    save_machine_fields(database_, job.subject, written.metadata, now);
    database_.run(
        "UPDATE documents SET state = 'done', error = NULL, doubts = ?2, notes = ?3, "
        "pictures_gone = 1 WHERE id = ?1",
        job.subject, list_to_text(written.metadata.doubts), list_to_text(written.notes));
    index_document(database_, job.subject, outcome.page_texts);
    finish_job(database_, job);
    return {};
  });
}

Done SqliteJobStore::fail_job(const LeaseToken& lease, const Error& error, UtcTime now) {
  return database_.write([&]() -> Done {
    SOGOC_TRY(const JobRow job, live_job(database_, lease));
    end_failed_try(database_, job, error, now, policy_);
    return {};
  });
}

// ---- Again --------------------------------------------------------------------------------------

Result<int> SqliteJobStore::requeue_quarantined(std::optional<BatchId> batch) {
  return database_.write([&]() -> Result<int> {
    const UtcTime now = clock_.now();
    auto jobs = jobs_where(
        database_.query("SELECT id, kind, batch, subject, tries, fence FROM jobs "
                        "WHERE state = 'quarantined' AND (?1 IS NULL OR batch = ?1) ORDER BY id",
                        batch));
    for (JobRow& job : jobs) {
      job.state = JobState::quarantined;
      move_job(database_, job, JobState::queued);
      database_.run("UPDATE jobs SET tries = 0, not_before = 0, error = NULL WHERE id = ?1",
                    job.id);
      switch (job.kind) {
        case JobKind::open:
          database_.run("UPDATE files SET state = 'received', error = NULL WHERE id = ?1",
                        job.subject);
          settle_document(database_,
                          first_integer("SELECT document FROM files WHERE id = ?1", job.subject),
                          now);
          break;
        case JobKind::page:
          database_.run(
              "UPDATE pages SET state = 'received', error = NULL, finished_at = NULL WHERE id = ?1",
              job.subject);
          settle_document(database_,
                          first_integer("SELECT document FROM pages WHERE id = ?1", job.subject),
                          now);
          break;
        case JobKind::document:
          database_.run("UPDATE documents SET state = 'writing', error = NULL WHERE id = ?1",
                        job.subject);
          break;
      }
    }
    if (!jobs.empty())
      add_event_row(database_, now, "sogoc", "run_again",
                    batch ? fmt::format("batch {}", *batch) : std::string("all batches"),
                    fmt::format("{} jobs", jobs.size()));
    return static_cast<int>(jobs.size());
  });
}

std::int64_t SqliteJobStore::first_integer(const char* sql, std::int64_t id) {
  auto query = database_.query(sql, id);
  if (!query.next()) fail_stored("a job without its subject");
  return query.integer(0);
}

Result<std::optional<UtcTime>> SqliteJobStore::next_wake() {
  return database_.read([&]() -> Result<std::optional<UtcTime>> {
    auto query = database_.query(
        "SELECT not_before FROM jobs WHERE state = 'queued' AND not_before > 0 "
        "ORDER BY not_before LIMIT 1");
    if (!query.next()) return std::nullopt;
    return query.time(0);
  });
}

Result<Progress> SqliteJobStore::progress(std::optional<BatchId> batch) {
  return database_.read([&]() -> Result<Progress> { return load_progress(database_, batch); });
}

}  // namespace sogoc
