#include "storage/catalogue.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "pipeline/records/page_rules.hpp"
#include "storage/batch_fingerprint.hpp"
#include "storage/capture_counts.hpp"
#include "storage/catalogue_rows.hpp"
#include "storage/copy_rows.hpp"
#include "storage/document_fields.hpp"
#include "storage/job_moves.hpp"
#include "storage/search/search_index.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

Done needs_name(const std::string& by) {
  if (!by.empty()) return {};
  return fail(ErrorCode::usage, Retry::never, "who", "say who decides this");
}

std::string decision_note(PageState state, const std::string& note) {
  return std::string(name(state)) + (note.empty() ? "" : ": " + note);
}

auto no_such(std::string what) {
  return fail(ErrorCode::not_found, Retry::never, std::move(what), "does not exist");
}

}  // namespace

Catalogue::Catalogue(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

// ---- Dossiers -----------------------------------------------------------------------------------

Done Catalogue::add_dossier(const NewDossier& dossier, const std::string& by) {
  SOGOC_CHECK(needs_name(by));
  SOGOC_CHECK(check_dossier(dossier));
  return database_.write([&]() -> Done {
    {
      auto known = database_.query("SELECT 1 FROM dossiers WHERE code = ?1", dossier.code);
      if (known.next())
        return fail(ErrorCode::already_exists, Retry::never, "dossier " + dossier.code,
                    "exists already");
    }
    const UtcTime now = clock_.now();
    database_.run(
        "INSERT INTO dossiers (code, title, retention, declared_sheets, note, state, created_at, "
        "created_by) VALUES (?1, ?2, ?3, ?4, ?5, 'open', ?6, ?7)",
        dossier.code, dossier.title, dossier.retention, dossier.declared_sheets, dossier.note, now,
        by);
    add_event_row(database_, now, by, "create_dossier", "dossier " + dossier.code, "");
    return {};
  });
}

Result<std::vector<Dossier>> Catalogue::dossiers() {
  return database_.read(
      [&]() -> Result<std::vector<Dossier>> { return load_dossiers(database_, std::nullopt); });
}

Result<Dossier> Catalogue::dossier(const std::string& code) {
  return database_.read([&]() -> Result<Dossier> {
    auto found = load_dossiers(database_, code);
    if (found.empty()) return no_such("dossier " + code);
    return std::move(found.front());
  });
}

Result<DossierCheck> Catalogue::compare(const std::string& code) {
  return database_.read([&]() -> Result<DossierCheck> {
    const auto found = load_dossiers(database_, code);
    if (found.empty()) return no_such("dossier " + code);
    DossierCheck check = compare_dossier(found.front().about.declared_sheets, found.front().counts);
    compare_captured_sheets(database_, code, check);
    return check;
  });
}

Result<DossierCheck> Catalogue::close_dossier(const std::string& code, const std::string& by,
                                              const std::string& accept_note) {
  SOGOC_CHECK(needs_name(by));
  return database_.write([&]() -> Result<DossierCheck> {
    const auto found = load_dossiers(database_, code);
    const std::string subject = "dossier " + code;
    if (found.empty()) return no_such(subject);
    const Dossier& dossier = found.front();
    if (dossier.state == DossierState::closed)
      return fail(ErrorCode::conflict, Retry::never, subject, "is closed already");
    DossierCheck check = compare_dossier(dossier.about.declared_sheets, dossier.counts);
    compare_captured_sheets(database_, code, check);
    const auto refuse = [&](const std::vector<std::string>& why, const char* what_to_do) {
      return fail(ErrorCode::conflict, Retry::after_operator, subject,
                  fmt::format("cannot be closed: {}{}", fmt::join(why, "; "), what_to_do));
    };
    if (!check.unfinished.empty()) return refuse(check.unfinished, "");
    if (!check.differences.empty() && accept_note.empty())
      return refuse(check.differences,
                    "; find the difference, or close it with a note that says why");
    const UtcTime now = clock_.now();
    database_.run(
        "UPDATE dossiers SET state = 'closed', closed_at = ?2, closed_by = ?3, closing_note = ?4 "
        "WHERE code = ?1",
        code, now, by, accept_note);
    add_event_row(database_, now, by, "close_dossier", subject, accept_note);
    return check;
  });
}

// ---- Lists and details --------------------------------------------------------------------------

Result<std::vector<BatchRow>> Catalogue::batches() {
  return database_.read(
      [&]() -> Result<std::vector<BatchRow>> { return load_batches(database_, std::nullopt); });
}

Result<BatchRow> Catalogue::batch(BatchId id) {
  return database_.read([&]() -> Result<BatchRow> {
    auto found = load_batches(database_, id);
    if (found.empty()) return no_such(fmt::format("batch {}", id));
    return std::move(found.front());
  });
}

Result<std::vector<FileRow>> Catalogue::files(BatchId batch) {
  return database_.read([&]() -> Result<std::vector<FileRow>> {
    return load_files(database_, "WHERE batch = ?1 ORDER BY ordinal", batch);
  });
}

Result<std::vector<DocumentRow>> Catalogue::documents(const DocumentFilter& filter) {
  return database_.read(
      [&]() -> Result<std::vector<DocumentRow>> { return load_documents(database_, filter); });
}

Result<std::vector<PageRow>> Catalogue::pages(const PageFilter& filter) {
  return database_.read(
      [&]() -> Result<std::vector<PageRow>> { return load_pages(database_, filter); });
}

Result<PageRow> Catalogue::page(PageId id) {
  return database_.read([&]() -> Result<PageRow> {
    auto found = load_page(database_, id);
    if (!found) return no_such(fmt::format("page with id {}", id));
    return std::move(*found);
  });
}

Result<PageRow> Catalogue::page_at(BatchId batch, std::int64_t ordinal) {
  return database_.read([&]() -> Result<PageRow> {
    std::optional<PageId> id;
    {
      // The last file that starts at or before this number.
      auto query = database_.query(
          "SELECT p.id FROM (SELECT id, first_page FROM files WHERE batch = ?1 AND first_page <= "
          "?2 "
          "ORDER BY first_page DESC LIMIT 1) f JOIN pages p ON p.file = f.id "
          "WHERE p.idx = ?2 - f.first_page",
          batch, ordinal);
      if (query.next()) id = query.integer(0);
    }
    if (id)
      if (auto found = load_page(database_, *id)) return std::move(*found);
    return no_such(fmt::format("batch {} page {}", batch, ordinal));
  });
}

Result<DocumentDetails> Catalogue::document(DocumentId id) {
  return database_.read([&]() -> Result<DocumentDetails> {
    auto found = load_document(database_, id);
    if (!found) return no_such(fmt::format("document with id {}", id));
    return std::move(*found);
  });
}

Result<DocumentDetails> Catalogue::document_named(const std::string& identifier) {
  return database_.read([&]() -> Result<DocumentDetails> {
    std::optional<DocumentId> id;
    {
      auto query = database_.query("SELECT id FROM documents WHERE identifier = ?1", identifier);
      if (query.next()) id = query.integer(0);
    }
    if (id)
      if (auto found = load_document(database_, *id)) return std::move(*found);
    return no_such("document " + identifier);
  });
}

Result<std::int64_t> Catalogue::pages_finished_since(UtcTime since) {
  return database_.read([&]() -> Result<std::int64_t> {
    auto query = database_.query("SELECT count(*) FROM pages WHERE finished_at >= ?1", since);
    return query.next() ? query.integer(0) : 0;
  });
}

// ---- Received before ----------------------------------------------------------------------------

Result<std::vector<ReceivedFile>> Catalogue::find_received(const Sha256& digest) {
  return database_.read([&]() -> Result<std::vector<ReceivedFile>> {
    std::vector<ReceivedFile> found;
    auto query = database_.query(
        "SELECT f.id, f.batch, f.name, b.received_at FROM files f JOIN batches b ON b.id = f.batch "
        "WHERE f.digest = ?1 ORDER BY f.id",
        digest);
    while (query.next())
      found.push_back({query.integer(0), query.integer(1), query.text(2), query.time(3)});
    return found;
  });
}

Result<ReceivedBefore> Catalogue::received_before(const NewBatch& batch) {
  ReceivedBefore before;
  {
    auto same = database_.read([&]() -> Result<std::optional<BatchId>> {
      auto query =
          database_.query("SELECT id FROM batches WHERE fingerprint = ?1 ORDER BY id DESC LIMIT 1",
                          batch_fingerprint(batch));
      if (!query.next()) return std::nullopt;
      return query.integer(0);
    });
    SOGOC_TRY(before.same_batch, std::move(same));
  }
  std::size_t position = 0;
  for (const NewDocument& document : batch.documents)
    for (const NewFile& file : document.files) {
      SOGOC_TRY(auto found, find_received(file.digest));
      if (!found.empty()) before.files.emplace(position, std::move(found.back()));
      ++position;
    }
  return before;
}

// ---- What a person decides ----------------------------------------------------------------------

Done Catalogue::confirm_page(PageId page, PageState state, const std::string& by,
                             const std::string& note) {
  SOGOC_CHECK(needs_name(by));
  return database_.write([&]() -> Done {
    const auto found = load_page(database_, page);
    if (!found) return no_such(fmt::format("page with id {}", page));
    SOGOC_CHECK(check_confirm(found->name, found->state, state));
    const UtcTime now = clock_.now();
    database_.run(
        "UPDATE pages SET state = ?2, confirmed = ?2, decided_by = ?3, decided_at = ?4 WHERE id = "
        "?1",
        page, name(state), by, now);
    if (state == PageState::unreadable) {
      // Its picture goes into the document, or a page that says there is none.
      run_page_anew(database_, found->batch, page, now);
      settle_document(database_, found->document, now);
    }
    add_event_row(database_, now, by, "confirm_page", found->name, decision_note(state, note));
    return {};
  });
}

Done Catalogue::accept_unreadable_file(BatchId batch, std::int64_t ordinal, const std::string& by,
                                       const std::string& note) {
  SOGOC_CHECK(needs_name(by));
  return database_.write([&]() -> Done {
    const std::string subject = fmt::format("batch {} file {}", batch, ordinal);
    std::optional<FileId> id;
    {
      auto query = database_.query("SELECT id FROM files WHERE batch = ?1 AND ordinal = ?2", batch,
                                   ordinal);
      if (query.next()) id = query.integer(0);
    }
    if (!id) return no_such(subject);
    const FileRow file = load_files(database_, "WHERE id = ?1", *id).front();
    if (file.state != FileState::quarantined)
      return fail(ErrorCode::conflict, Retry::after_operator, subject,
                  "is not quarantined; only a file that could not be opened is accepted as "
                  "unreadable");
    const UtcTime now = clock_.now();
    // How many pages it has nobody knows: one stands for all of them.
    database_.run(
        "UPDATE files SET state = 'opened', error = NULL, page_count = 1 WHERE id = ?1", file.id);
    database_.run(
        "INSERT INTO pages (batch, file, document, idx, state, confirmed, decided_by, decided_at) "
        "VALUES (?1, ?2, ?3, 0, 'received', ?4, ?5, ?6)",
        batch, file.id, file.document, name(PageState::unreadable), by, now);
    const PageId page = database_.last_id();
    database_.run("DELETE FROM jobs WHERE kind = ?1 AND subject = ?2", rank_of(JobKind::open),
                  file.id);
    run_page_anew(database_, batch, page, now);
    number_pages(database_, batch);
    settle_document(database_, file.document, now);
    add_event_row(database_, now, by, "confirm_file", subject,
                  decision_note(PageState::unreadable, note));
    return {};
  });
}

Done Catalogue::confirm_field(DocumentId document, const std::string& key, const std::string& value,
                              const std::string& by) {
  SOGOC_CHECK(needs_name(by));
  if (key.empty()) return fail(ErrorCode::usage, Retry::never, "field", "say which field");
  return database_.write([&]() -> Done {
    const auto found = load_document(database_, document);
    if (!found) return no_such(fmt::format("document with id {}", document));
    const UtcTime now = clock_.now();
    const auto before = std::find_if(found->fields.begin(), found->fields.end(),
                                     [&](const FieldDetails& field) { return field.machine.key == key; });
    const bool corrected = before != found->fields.end() && before->confirmed && *before->confirmed != value;
    save_confirmed_field(database_, document, key, value, by, now);
    if (corrected)
      replace_copies_of_document(database_, document, key, *before->confirmed, "the value " + key + " of its source was corrected", by, now);
    index_metadata(database_, document);
    // The value itself stands in the history of the field, not in the log.
    add_event_row(database_, now, by, "confirm_field",
                  "document " + found->row.identifier + " " + key, "");
    return {};
  });
}

Done Catalogue::release_restricted(PageId page, const std::string& by, RestrictedDecision decision,
                                   const std::string& note) {
  SOGOC_CHECK(needs_name(by));
  return database_.write([&]() -> Done {
    const auto found = load_page(database_, page);
    if (!found) return no_such(fmt::format("page with id {}", page));
    if (found->state != PageState::restricted)
      return fail(
          ErrorCode::conflict, Retry::never, found->name,
          fmt::format("is {}, not restricted: there is nothing to decide", name(found->state)));
    const UtcTime now = clock_.now();
    const bool release = decision == RestrictedDecision::release;
    database_.run("UPDATE pages SET released = ?2, decided_by = ?3, decided_at = ?4 WHERE id = ?1",
                  page, release, by, now);
    if (release) {
      // What a person had decided before stands again.
      database_.run("UPDATE pages SET state = coalesce(confirmed, 'done') WHERE id = ?1", page);
      settle_document(database_, found->document, now);
    }
    add_event_row(database_, now, by, release ? "release_page" : "withhold_page", found->name,
                  note);
    return {};
  });
}

Done Catalogue::restrict_page(PageId page, const std::string& by, const std::string& why) {
  SOGOC_CHECK(needs_name(by));
  return database_.write([&]() -> Done {
    const auto found = load_page(database_, page);
    if (!found) return no_such(fmt::format("page with id {}", page));
    if (!may_be_written(found->state))
      return fail(
          ErrorCode::conflict, Retry::never, found->name,
          fmt::format("is {}: only a page that was read can be restricted", name(found->state)));
    const UtcTime now = clock_.now();
    std::vector<std::string> reasons = found->reasons;
    if (!why.empty()) reasons.push_back(why);
    database_.run(
        "UPDATE pages SET state = 'restricted', released = 0, reasons = ?2, "
        "decided_by = ?3, decided_at = ?4 WHERE id = ?1",
        page, list_to_text(reasons), by, now);
    settle_document(database_, found->document, now);
    add_event_row(database_, now, by, "restrict_page", found->name, why);
    return {};
  });
}

// ---- Audit --------------------------------------------------------------------------------------

Done Catalogue::add_event(const std::string& by, const std::string& what,
                          const std::string& subject, const std::string& note) {
  SOGOC_CHECK(needs_name(by));
  return database_.write([&]() -> Done {
    add_event_row(database_, clock_.now(), by, what, subject, note);
    return {};
  });
}

Result<std::vector<Event>> Catalogue::events(std::int64_t after_id, int limit) {
  return database_.read([&]() -> Result<std::vector<Event>> {
    std::vector<Event> events;
    auto query = database_.query(
        "SELECT id, at, by, what, subject, note FROM events WHERE id > ?1 ORDER BY id LIMIT ?2",
        after_id, limit);
    while (query.next())
      events.push_back({query.integer(0), query.time(1), query.text(2), query.text(3),
                        query.text(4), query.text(5)});
    return events;
  });
}

}  // namespace sogoc
