#include "storage/catalogue_rows.hpp"

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "storage/document_fields.hpp"
#include "storage/job_moves.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

// "" or "AND column IN ('a','b')". The names come from our own tables, never from outside.
template <typename Enum>
std::string in_states(std::string_view column, const std::vector<Enum>& states) {
  if (states.empty()) return "";
  std::string list;
  for (const Enum state : states) {
    if (!list.empty()) list += ", ";
    list += fmt::format("'{}'", name(state));
  }
  return fmt::format(" AND {} IN ({})", column, list);
}

DossierCounts load_dossier_counts(Database& database, std::int64_t dossier) {
  DossierCounts counts;
  auto query = database.query(
      "SELECT what, state, sum(n) FROM counts "
      "WHERE batch IN (SELECT id FROM batches WHERE dossier = ?1) GROUP BY what, state",
      dossier);
  while (query.next()) {
    const std::string what = query.text(0);
    const std::string state = query.text(1);
    const std::int64_t n = query.integer(2);
    if (what == "files" && state == "quarantined") counts.files_quarantined += n;
    if (what == "documents") {
      counts.documents += n;
      if (state == "done") counts.documents_done += n;
    }
    if (what != "pages") continue;
    counts.pages += n;
    if (state == "received" || state == "reading") counts.pages_open += n;
    if (state == "blank") counts.pages_blank += n;
    if (state == "needs_person") counts.pages_need_person += n;
    if (state == "quarantined") counts.pages_quarantined += n;
    if (state == "restricted") counts.pages_restricted += n;
    if (state == "unreadable") counts.pages_unreadable += n;
  }
  return counts;
}

// The columns that page_row reads, and where they come from.
constexpr const char* kPageColumns =
    "SELECT p.id, p.batch, f.first_page, f.ordinal, p.file, f.name, p.idx, p.document, "
    "d.identifier, "
    "(SELECT coalesce(sum(e.page_count), 0) FROM files e "
    " WHERE e.document = p.document AND e.ordinal < f.ordinal), "
    "p.state, p.reasons, p.error, "
    "(SELECT digest FROM uses WHERE role = 'record' AND owner = p.id), "
    "(SELECT digest FROM uses WHERE role = 'thumbnail' AND owner = p.id), "
    "p.decided_by, p.decided_at "
    "FROM pages p JOIN files f ON f.id = p.file JOIN documents d ON d.id = p.document ";

PageRow page_row(const Query& query) {
  PageRow row;
  row.id = query.integer(0);
  row.batch = query.integer(1);
  const auto first = query.null(2) ? std::nullopt : std::optional(query.integer(2));
  row.index = PageIndex(static_cast<std::uint32_t>(query.integer(6)));
  if (first) row.ordinal = *first + query.integer(6);
  row.name = page_name(row.batch, first, query.integer(3), query.integer(6));
  row.file = query.integer(4);
  row.file_name = query.text(5);
  row.document = query.integer(7);
  row.document_identifier = query.text(8);
  row.page_of_document =
      static_cast<int>(query.integer(9)) + static_cast<int>(row.index.page_number());
  row.state = stored_value(kPageStateNames, query.text(10));
  row.reasons = list_from_text(query.text(11));
  row.error = error_or_none(query, 12);
  row.record = query.digest_or_none(13);
  if (row.state != PageState::restricted) row.thumbnail = query.digest_or_none(14);
  row.decided_by = query.text(15);
  row.decided_at = query.time_or_none(16);
  return row;
}

std::string field_column(std::string_view key) {
  return fmt::format(
      "(SELECT coalesce(confirmed_value, machine_value) FROM fields "
      "WHERE document = d.id AND key = '{}')",
      key);
}

std::string document_columns() {
  return "SELECT d.id, d.batch, coalesce(o.code, ''), d.ordinal, d.identifier, "
         "(SELECT name FROM files WHERE document = d.id ORDER BY ordinal LIMIT 1), d.state, "
         "d.error, (SELECT count(*) FROM pages WHERE document = d.id), "
         "(SELECT count(*) FROM pages WHERE document = d.id AND state = 'needs_person'), " +
         field_column("typeName") + ", " + field_column("typeCode") + ", " +
         field_column("codeNumber") + ", " + field_column("codeNotation") + ", " +
         field_column("issuedDate") + ", " + field_column("organName") + ", " +
         field_column("subject") + " FROM documents d LEFT JOIN dossiers o ON o.id = d.dossier ";
}

DocumentRow document_row(const Query& query) {
  DocumentRow row;
  row.id = query.integer(0);
  row.batch = query.integer(1);
  row.dossier = query.text(2);
  row.ordinal = static_cast<int>(query.integer(3));
  row.identifier = query.text(4);
  row.first_file_name = query.text(5);
  row.state = stored_value(kDocumentStateNames, query.text(6));
  row.error = error_or_none(query, 7);
  row.pages = query.integer(8);
  row.pages_need_person = query.integer(9);
  if (row.state == DocumentState::restricted) return row;  // nothing of its text is shown
  row.type_name = query.text(10);
  row.type_code = query.text(11);
  row.number = query.text(12);
  row.notation = query.text(13);
  row.issued_date = query.text(14);
  row.organ_name = query.text(15);
  row.subject = query.text(16);
  return row;
}

std::optional<Sha256> output_of(Database& database, DocumentId document, std::string_view role) {
  auto query =
      database.query("SELECT digest FROM uses WHERE role = ?1 AND owner = ?2", role, document);
  if (!query.next()) return std::nullopt;
  return query.digest(0);
}

}  // namespace

std::vector<Dossier> load_dossiers(Database& database, const std::optional<std::string>& code) {
  std::vector<Dossier> dossiers;
  auto query = database.query(
      "SELECT id, code, title, retention, declared_sheets, note, state, created_at, created_by, "
      "closed_at, closed_by, closing_note FROM dossiers WHERE ?1 IS NULL OR code = ?1 ORDER BY "
      "code",
      code);
  while (query.next()) {
    Dossier dossier;
    dossier.about.code = query.text(1);
    dossier.about.title = query.text(2);
    dossier.about.retention = query.text(3);
    if (!query.null(4)) dossier.about.declared_sheets = static_cast<int>(query.integer(4));
    dossier.about.note = query.text(5);
    dossier.state = stored_value(kDossierStateNames, query.text(6));
    dossier.created_at = query.time(7);
    dossier.created_by = query.text(8);
    dossier.closed_at = query.time_or_none(9);
    dossier.closed_by = query.text(10);
    dossier.closing_note = query.text(11);
    dossier.counts = load_dossier_counts(database, query.integer(0));
    dossiers.push_back(std::move(dossier));
  }
  return dossiers;
}

std::vector<BatchRow> load_batches(Database& database, std::optional<BatchId> id) {
  std::vector<BatchRow> batches;
  auto query = database.query(
      "SELECT b.id, coalesce(o.code, ''), b.operator, b.received_at, b.settings "
      "FROM batches b LEFT JOIN dossiers o ON o.id = b.dossier "
      "WHERE ?1 IS NULL OR b.id = ?1 ORDER BY b.id DESC",
      id);
  while (query.next())
    batches.push_back({query.integer(0), query.text(1), query.text(2), query.time(3),
                       settings_from_text(query.text(4)),
                       load_progress(database, query.integer(0))});
  return batches;
}

std::vector<FileRow> load_files(Database& database, std::string_view where, std::int64_t value) {
  std::vector<FileRow> files;
  auto query = database.query(
      "SELECT id, batch, document, ordinal, name, digest, bytes, state, opened, error FROM files " +
          std::string(where),
      value);
  while (query.next()) {
    FileRow row;
    row.id = query.integer(0);
    row.batch = query.integer(1);
    row.document = query.integer(2);
    row.ordinal = static_cast<int>(query.integer(3));
    row.name = query.text(4);
    row.digest = query.digest(5);
    row.bytes = static_cast<std::uint64_t>(query.integer(6));
    row.state = stored_value(kFileStateNames, query.text(7));
    if (!query.null(8)) {
      auto opened = opened_file_from_json(query.text(8));
      if (!opened) fail_stored("an opened file that cannot be read");
      row.opened = std::move(*opened);
    }
    row.error = error_or_none(query, 9);
    files.push_back(std::move(row));
  }
  return files;
}

std::vector<DocumentRow> load_documents(Database& database, const DocumentFilter& filter) {
  std::vector<DocumentRow> rows;
  auto query = database.query(
      document_columns() + "WHERE (?1 IS NULL OR d.batch = ?1) AND (?2 = '' OR o.code = ?2)" +
          in_states("d.state", filter.states) + " ORDER BY d.batch, d.ordinal LIMIT ?3 OFFSET ?4",
      filter.batch, filter.dossier, filter.limit, filter.offset);
  while (query.next()) rows.push_back(document_row(query));
  return rows;
}

std::vector<PageRow> load_pages(Database& database, const PageFilter& filter) {
  std::vector<PageRow> rows;
  auto query = database.query(
      kPageColumns +
          std::string("LEFT JOIN dossiers o ON o.id = d.dossier "
                      "WHERE (?1 IS NULL OR p.batch = ?1) AND (?2 IS NULL OR p.document = ?2) "
                      "AND (?3 = '' OR o.code = ?3)") +
          in_states("p.state", filter.states) +
          " ORDER BY p.batch, f.ordinal, p.idx LIMIT ?4 OFFSET ?5",
      filter.batch, filter.document, filter.dossier, filter.limit, filter.offset);
  while (query.next()) rows.push_back(page_row(query));
  return rows;
}

std::optional<PageRow> load_page(Database& database, PageId id) {
  auto query = database.query(kPageColumns + std::string("WHERE p.id = ?1"), id);
  if (!query.next()) return std::nullopt;
  return page_row(query);
}

std::optional<DocumentRow> load_document_row(Database& database, DocumentId id) {
  auto query = database.query(document_columns() + "WHERE d.id = ?1", id);
  if (!query.next()) return std::nullopt;
  return document_row(query);
}

std::optional<DocumentDetails> load_document(Database& database, DocumentId id) {
  auto row = load_document_row(database, id);
  if (!row) return std::nullopt;
  DocumentDetails details;
  details.row = std::move(*row);
  details.files = load_files(database, "WHERE document = ?1 ORDER BY ordinal", id);
  const auto record = output_of(database, id, "document_record");
  const auto pdf = output_of(database, id, "pdf");
  const auto text = output_of(database, id, "text");
  const auto alto = output_of(database, id, "alto");
  // What was written before a page was restricted or run again is not the document any more.
  if (details.row.state == DocumentState::done && record && pdf && text && alto)
    details.outputs = DocumentOutputs{*record, *pdf, *text, *alto};
  details.fields = load_fields(database, id);
  load_history(database, id, details.fields);
  auto query = database.query("SELECT doubts, notes FROM documents WHERE id = ?1", id);
  if (query.next()) {
    details.doubts = list_from_text(query.text(0));
    details.notes = list_from_text(query.text(1));
  }
  return details;
}

}  // namespace sogoc
