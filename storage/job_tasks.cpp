#include "storage/job_tasks.hpp"

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "storage/book_rows.hpp"
#include "storage/document_fields.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

constexpr const char* kCreatorTool = "sogoc " SOGOC_VERSION;

void fill_file_task(Database& database, const JobRow& job, Task& task) {
  auto query = database.query("SELECT digest, name, ordinal FROM files WHERE id = ?1", job.subject);
  if (!query.next()) fail_stored("a job of no file");
  task.file = query.digest(0);
  task.file_name = query.text(1);
  task.about = fmt::format("batch {} file {}", job.batch, query.integer(2));
}

void fill_page_task(Database& database, const JobRow& job, Task& task) {
  auto query = database.query(
      "SELECT f.digest, f.name, f.media_type, f.first_page, f.ordinal, p.idx, p.confirmed "
      "FROM pages p JOIN files f ON f.id = p.file WHERE p.id = ?1",
      job.subject);
  if (!query.next()) fail_stored("a job of no page");
  task.file = query.digest(0);
  task.file_name = query.text(1);
  // A file that never opened has none; readers judge by content.
  if (!query.text(2).empty()) task.media_type = stored_value(kMediaTypeNames, query.text(2));
  task.index = PageIndex(static_cast<std::uint32_t>(query.integer(5)));
  const auto first = query.null(3) ? std::nullopt : std::optional(query.integer(3));
  task.about = page_name(job.batch, first, query.integer(4), query.integer(5));
  task.accepted_unreadable = !query.null(6) && query.text(6) == name(PageState::unreadable);
}

void fill_document_task(Database& database, const JobRow& job, UtcTime queued_at, Task& task) {
  DocumentSource& source = task.document;
  {
    auto query = database.query("SELECT identifier FROM documents WHERE id = ?1", job.subject);
    if (!query.next()) fail_stored("a job of no document");
    source.identifier = query.text(0);
  }
  task.about = "document " + source.identifier;
  source.creator_tool = kCreatorTool;
  // The same for every try, so that a second try writes the same bytes.
  source.created_at = iso_time(queued_at);

  auto pages = database.query(
      "SELECT u.digest, f.first_page, f.ordinal, p.idx, p.id "
      "FROM files f JOIN pages p ON p.file = f.id "
      "LEFT JOIN uses u ON u.role = 'record' AND u.owner = p.id "
      "WHERE f.document = ?1 ORDER BY f.ordinal, p.idx",
      job.subject);
  while (pages.next()) {
    const auto first = pages.null(1) ? std::nullopt : std::optional(pages.integer(1));
    for (WordCorrection& word : load_corrections(database, pages.integer(4))) {
      word.page = static_cast<std::uint32_t>(source.page_records.size());
      task.corrections.push_back(std::move(word));
    }
    source.page_records.push_back(pages.digest(0));
    source.page_names.push_back(page_name(job.batch, first, pages.integer(2), pages.integer(3)));
  }
  auto files = database.query(
      "SELECT digest, opened FROM files WHERE document = ?1 ORDER BY ordinal", job.subject);
  while (files.next()) {
    source.derived_from.push_back(files.digest(0));
    if (files.null(1)) continue;
    auto opened = opened_file_from_json(files.text(1));
    if (!opened) fail_stored("an opened file that cannot be read");
    for (SignatureNote& note : opened->signatures) source.signatures.push_back(std::move(note));
  }
  // What a person confirmed already goes into the document.
  for (const FieldDetails& field : load_fields(database, job.subject))
    if (field.confirmed) source.metadata.fields.push_back(field.effective());
}

}  // namespace

Task make_task(Database& database, const JobRow& job, UtcTime queued_at) {
  Task task;
  task.kind = job.kind;
  {
    auto query = database.query("SELECT settings FROM batches WHERE id = ?1", job.batch);
    if (!query.next()) fail_stored("a job of no batch");
    task.settings = settings_from_text(query.text(0));
  }
  switch (job.kind) {
    case JobKind::open: fill_file_task(database, job, task); break;
    case JobKind::page: fill_page_task(database, job, task); break;
    case JobKind::document: fill_document_task(database, job, queued_at, task); break;
  }
  return task;
}

}  // namespace sogoc
