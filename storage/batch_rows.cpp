#include "storage/batch_rows.hpp"

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "pipeline/records/document_names.hpp"
#include "storage/batch_fingerprint.hpp"
#include "storage/book_rows.hpp"
#include "storage/job_moves.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {

Result<BatchId> insert_batch(Database& database, const NewBatch& batch, UtcTime now) {
  const auto refuse = [](std::string why) {
    return fail(ErrorCode::usage, Retry::never, "batch", std::move(why));
  };
  if (batch.documents.empty()) return refuse("has no documents; give at least one file");
  for (const NewDocument& document : batch.documents)
    if (document.files.empty()) return refuse("has a document without files");

  std::optional<std::int64_t> dossier;
  int next_ordinal = 1;
  if (!batch.dossier.empty()) {
    auto query = database.query("SELECT id, state, next_ordinal FROM dossiers WHERE code = ?1",
                                 batch.dossier);
    if (!query.next())
      return fail(ErrorCode::not_found, Retry::never, "dossier " + batch.dossier,
                  "does not exist; create it first");
    if (query.text(1) != name(DossierState::open))
      return fail(ErrorCode::conflict, Retry::after_operator, "dossier " + batch.dossier,
                  "is closed; nothing can be added to it");
    dossier = query.integer(0);
    next_ordinal = static_cast<int>(query.integer(2));
  }
  std::optional<std::int64_t> book;
  if (!batch.book.empty()) {
    SOGOC_TRY(book, open_register_book(database, batch.book));
  }
  database.run(
      "INSERT INTO batches (dossier, settings, operator, received_at, fingerprint) "
      "VALUES (?1, ?2, ?3, ?4, ?5)",
      dossier, settings_to_text(batch.settings), batch.operator_name, now,
      batch_fingerprint(batch));
  const BatchId id = database.last_id();
  if (book) database.run("INSERT INTO register_batches (batch, book) VALUES (?1, ?2)", id, *book);

  int file_ordinal = 0;
  for (const NewDocument& document : batch.documents) {
    const int ordinal = next_ordinal++;
    std::string identifier = document_name_in_batch(id, ordinal);
    if (dossier) {
      SOGOC_TRY(identifier, document_name(kDefaultNameTemplate, batch.dossier, ordinal));
    }
    database.run(
        "INSERT INTO documents (batch, dossier, ordinal, identifier, state) "
        "VALUES (?1, ?2, ?3, ?4, 'reading')",
        id, dossier, ordinal, identifier);
    const DocumentId document_id = database.last_id();
    for (const NewFile& file : document.files) {
      database.run(
          "INSERT INTO files (batch, document, ordinal, name, digest, bytes, state) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'received')",
          id, document_id, ++file_ordinal, file.name, file.digest, file.bytes);
      queue_job(database, JobKind::open, id, database.last_id(), now);
    }
  }
  if (dossier)
    database.run("UPDATE dossiers SET next_ordinal = ?2 WHERE id = ?1", *dossier, next_ordinal);
  add_event_row(database, now, batch.operator_name.empty() ? "sogoc" : batch.operator_name,
                "ingest", fmt::format("batch {}", id), fmt::format("{} files", file_ordinal));
  return id;
}

}  // namespace sogoc
