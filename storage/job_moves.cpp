#include "storage/job_moves.hpp"

#include <fmt/format.h>

#include "storage/log_rows.hpp"
#include "storage/search/search_index.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

constexpr NameTable<JobState, 4> kJobStateNames{{{JobState::queued, "queued"},
                                                 {JobState::leased, "leased"},
                                                 {JobState::done, "done"},
                                                 {JobState::quarantined, "quarantined"}}};

bool exists(Query query) { return query.next(); }

BatchId batch_of(Database& database, DocumentId document) {
  auto query = database.query("SELECT batch FROM documents WHERE id = ?1", document);
  if (!query.next()) fail_stored("a page of no document");
  return query.integer(0);
}

// A document that was written before has no pictures any more: its pages make them anew. What
// persons decided about the pages stays. A done job is over for good, so each page gets a new one.
bool read_again_if_pictures_are_gone(Database& database, DocumentId document, UtcTime now) {
  if (!exists(
          database.query("SELECT 1 FROM documents WHERE id = ?1 AND pictures_gone = 1", document)))
    return false;
  const int page_rank = rank_of(JobKind::page);
  database.run("UPDATE documents SET pictures_gone = 0 WHERE id = ?1", document);
  database.run("UPDATE pages SET state = 'received', finished_at = NULL WHERE document = ?1",
               document);
  database.run(
      "DELETE FROM jobs WHERE kind = ?2 AND subject IN (SELECT id FROM pages WHERE document = ?1)",
      document, page_rank);
  database.run(
      "INSERT INTO jobs (kind, batch, subject, state, queued_at) "
      "SELECT ?2, batch, id, 'queued', ?3 FROM pages WHERE document = ?1 ORDER BY id",
      document, page_rank, now);
  return true;
}

}  // namespace

int rank_of(JobKind kind) {
  switch (kind) {
    case JobKind::open: return 0;
    case JobKind::document: return 1;
    case JobKind::page: return 2;
  }
  return 2;
}

JobKind kind_of_rank(std::int64_t rank) {
  switch (rank) {
    case 0: return JobKind::open;
    case 1: return JobKind::document;
    case 2: return JobKind::page;
    default: fail_stored("a job of an unknown kind");
  }
}

Result<JobRow> live_job(Database& database, const LeaseToken& lease) {
  auto query = database.query(
      "SELECT kind, batch, subject, state, tries, fence FROM jobs WHERE id = ?1", lease.job);
  const std::string subject = fmt::format("job {}", lease.job);
  if (!query.next())
    return fail(ErrorCode::conflict, Retry::never, subject, "is no longer wanted; drop the result");
  const JobRow job{lease.job,
                   kind_of_rank(query.integer(0)),
                   query.integer(1),
                   query.integer(2),
                   stored_value(kJobStateNames, query.text(3)),
                   static_cast<int>(query.integer(4)),
                   query.integer(5)};
  if (job.state != JobState::leased || job.fence != lease.fence)
    return fail(ErrorCode::conflict, Retry::never, subject,
                "its lease is no longer live; drop the result");
  return job;
}

void move_job(Database& database, const JobRow& job, JobState to) {
  if (!may_move(job.state, to))
    throw DatabaseFailure{{ErrorCode::internal,
                           Retry::never,
                           fmt::format("job {}", job.id),
                           fmt::format("may not move from {} to {}", name(job.state), name(to)),
                           {}}};
  database.run("UPDATE jobs SET state = ?2 WHERE id = ?1", job.id, name(to));
}

void queue_job(Database& database, JobKind kind, BatchId batch, std::int64_t subject, UtcTime now) {
  database.run(
      "INSERT INTO jobs (kind, batch, subject, state, queued_at) "
      "VALUES (?1, ?2, ?3, 'queued', ?4)",
      rank_of(kind), batch, subject, now);
}

void run_page_anew(Database& database, BatchId batch, PageId page, UtcTime now) {
  database.run("DELETE FROM jobs WHERE kind = ?1 AND subject = ?2", rank_of(JobKind::page), page);
  database.run("UPDATE pages SET state = 'received', error = NULL, finished_at = NULL WHERE id = ?1",
               page);
  queue_job(database, JobKind::page, batch, page, now);
}

void set_page_state(Database& database, PageId page, PageState state) {
  database.run("UPDATE pages SET state = ?2 WHERE id = ?1", page, name(state));
}

void set_document_state(Database& database, DocumentId document, DocumentState state) {
  database.run("UPDATE documents SET state = ?2 WHERE id = ?1", document, name(state));
}

void number_pages(Database& database, BatchId batch) {
  std::int64_t next_file = 0;
  std::int64_t next_page = 0;
  {
    auto query = database.query("SELECT next_file, next_page FROM batches WHERE id = ?1", batch);
    if (!query.next()) fail_stored("a job of no batch");
    next_file = query.integer(0);
    next_page = query.integer(1);
  }
  const auto give = [&](FileId file, std::int64_t pages) {
    database.run("UPDATE files SET first_page = ?2 WHERE id = ?1", file, next_page);
    next_page += pages;
  };
  while (true) {
    auto query = database.query(
        "SELECT id, state, page_count, first_page FROM files WHERE batch = ?1 AND ordinal = ?2",
        batch, next_file);
    if (!query.next()) break;
    const std::string state = query.text(1);
    if (state == name(FileState::received)) break;  // later files wait for it
    if (state == name(FileState::opened) && query.null(3)) give(query.integer(0), query.integer(2));
    ++next_file;  // a refused file is passed over; opened later, its pages come last
  }
  // Files that were passed over and are open now. Few: only those that a person ran again.
  std::vector<std::pair<FileId, std::int64_t>> late;
  {
    auto query = database.query(
        "SELECT id, page_count FROM files "
        "WHERE batch = ?1 AND ordinal < ?2 AND state = 'opened' AND first_page IS NULL "
        "ORDER BY ordinal",
        batch, next_file);
    while (query.next()) late.emplace_back(query.integer(0), query.integer(1));
  }
  for (const auto& [file, pages] : late) give(file, pages);
  database.run("UPDATE batches SET next_file = ?2, next_page = ?3 WHERE id = ?1", batch, next_file,
               next_page);
}

void settle_document(Database& database, DocumentId document, UtcTime now) {
  const auto any_file = [&](FileState state) {
    return exists(database.query("SELECT 1 FROM files WHERE document = ?1 AND state = ?2 LIMIT 1",
                                 document, name(state)));
  };
  const auto any_page = [&](PageState state) {
    return exists(database.query("SELECT 1 FROM pages WHERE document = ?1 AND state = ?2 LIMIT 1",
                                 document, name(state)));
  };
  DocumentState state = DocumentState::writing;
  if (any_file(FileState::quarantined)) {
    state = DocumentState::failed;
  } else if (any_file(FileState::received) || any_page(PageState::received) ||
             any_page(PageState::reading)) {
    state = DocumentState::reading;
  } else if (any_page(PageState::restricted)) {
    state = DocumentState::restricted;
  } else if (any_page(PageState::quarantined)) {
    state = DocumentState::waiting;
  }
  if (state == DocumentState::writing && read_again_if_pictures_are_gone(database, document, now))
    state = DocumentState::reading;
  database.run("UPDATE documents SET error = NULL WHERE id = ?1 AND error IS NOT NULL", document);
  set_document_state(database, document, state);
  // An earlier job of the document is void: its outcome would be of other pages.
  database.run("DELETE FROM jobs WHERE kind = ?1 AND subject = ?2", rank_of(JobKind::document),
               document);
  // From here on the document is either written anew or not shown.
  if (state != DocumentState::writing) {
    forget_document(database, document);
    return;
  }
  queue_job(database, JobKind::document, batch_of(database, document), document, now);
}

void add_event_row(Database& database, UtcTime at, std::string_view by, std::string_view what,
                   std::string_view subject, std::string_view note) {
  database.run("INSERT INTO events (at, by, what, subject, note) VALUES (?1, ?2, ?3, ?4, ?5)", at,
               by, what, subject, note);
  append_event_leaf(database, {database.last_id(), at, std::string(by), std::string(what), std::string(subject), std::string(note)});
}

std::string page_name(BatchId batch, std::optional<std::int64_t> first_page,
                      std::int64_t file_ordinal, std::int64_t index) {
  if (first_page) return fmt::format("batch {} page {}", batch, *first_page + index);
  return fmt::format("batch {} file {} page {}", batch, file_ordinal,
                     PageIndex(static_cast<std::uint32_t>(index)).page_number());
}

Progress load_progress(Database& database, std::optional<BatchId> batch) {
  Progress progress;
  auto query = database.query(
      "SELECT what, state, sum(n) FROM counts WHERE ?1 IS NULL OR batch = ?1 GROUP BY what, state",
      batch);
  while (query.next()) {
    const std::string what = query.text(0);
    const std::string state = query.text(1);
    const std::int64_t n = query.integer(2);
    if (what == "files") {
      progress.files += n;
      if (state == "quarantined") progress.files_failed += n;
    } else if (what == "documents") {
      progress.documents += n;
      if (state == "done") progress.documents_done += n;
      if (state == "waiting" || state == "restricted") progress.documents_waiting += n;
      if (state == "failed") progress.documents_failed += n;
    } else if (what == "pages") {
      progress.pages += n;
      if (state == "quarantined") progress.pages_failed += n;
      if (state == "needs_person") progress.pages_need_person += n;
      if (state == "unreadable") progress.pages_unreadable += n;
      if (state == "done" || state == "blank" || state == "needs_person" ||
          state == "restricted" || state == "unreadable")
        progress.pages_done += n;
    } else if (what == "jobs") {
      if (state == "queued") progress.jobs_queued += n;
      if (state == "leased") progress.jobs_leased += n;
    }
  }
  return progress;
}

void add_use(Database& database, const Sha256& digest, std::string_view role, std::int64_t owner) {
  database.run("INSERT OR IGNORE INTO uses VALUES (?1, ?2, ?3)", digest, role, owner);
}

void discard_uses(Database& database, std::string_view role, std::int64_t owner) {
  database.run(
      "INSERT OR IGNORE INTO discards SELECT digest FROM uses WHERE role = ?1 AND owner = ?2", role,
      owner);
  database.run("DELETE FROM uses WHERE role = ?1 AND owner = ?2", role, owner);
}

}  // namespace sogoc
