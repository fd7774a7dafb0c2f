#include "storage/copy_rows.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "pipeline/copies/vietnam_time.hpp"
#include "storage/log_rows.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::json;

constexpr const char* kRequestColumns =
    "SELECT id, data, received_at, deadline, received_by, state, state_at, state_by, note FROM requests ";
constexpr const char* kBookColumns =
    "SELECT b.id, b.series, b.book, b.year, b.state, b.year_closed, b.first_number, b.last_number, b.carried_from, "
    "b.opened_at, b.opened_by, b.closed_at, b.closed_by, b.issued, b.replaced, b.revoked, b.voided, b.format, b.organ "
    "FROM issue_books b ";

RequestDetails request_row(const Query& query) {
  RequestDetails row;
  row.id = query.integer(0);
  auto request = request_from_json(query.text(1));
  if (!request) fail_stored("a request that cannot be read");
  row.request = std::move(*request);
  row.received_at = query.time(2);
  row.deadline = query.time(3);
  row.by = query.text(4);
  row.state = stored_value(kRequestStateNames, query.text(5));
  if (row.state != RequestState::received) {
    row.answered_at = query.time(6);
    row.answered_by = query.text(7);
  }
  row.note = query.text(8);
  return row;
}

BookRow book_row(Database& database, const Query& query) {
  BookRow row;
  IssueBook& book = row.book;
  book.id = query.integer(0);
  book.series = query.text(1);
  book.book = query.integer(2);
  book.year = static_cast<int>(query.integer(3));
  book.state = stored_value(kBookStateNames, query.text(4));
  book.year_closed = query.integer(5) != 0;
  book.first_number = query.integer(6);
  book.last_number = query.integer(7);
  if (!query.null(8)) book.carried_from = query.integer(8);
  book.opened_at = query.time(9);
  book.opened_by = query.text(10);
  book.closed_at = query.time_or_none(11);
  book.closed_by = query.text(12);
  BookTotals& totals = book.totals;
  totals = {book.last_number - book.first_number + 1, query.integer(13), query.integer(14), query.integer(15), query.integer(16), 0};
  row.format = query.text(17);
  row.organ = query.text(18);
  if (book.state == BookState::closed) return row;
  auto states = database.query("SELECT state, count(*) FROM copies WHERE book = ?1 GROUP BY state", book.id);
  while (states.next()) {
    const CopyState state = stored_value(kCopyStateNames, states.text(0));
    const std::int64_t count = states.integer(1);
    if (state == CopyState::issued) totals.issued = count;
    if (state == CopyState::replaced) totals.replaced = count;
    if (state == CopyState::revoked) totals.revoked = count;
    if (state == CopyState::voided) totals.voided = count;
    if (state == CopyState::numbered || state == CopyState::signed_) totals.unfinished += count;
  }
  auto replies = database.query("SELECT count(*) FROM replies WHERE book = ?1", book.id);
  if (replies.next()) totals.issued += replies.integer(0);
  return row;
}

std::vector<CopySignature> load_signatures(Database& database, CopyId copy) {
  std::vector<CopySignature> rows;
  auto query = database.query(
      "SELECT role, digest, prepared, signed_file, level, receipt, signed_at FROM copy_signatures WHERE copy = ?1 ORDER BY role",
      copy);
  while (query.next())
    rows.push_back({stored_value(kSignatureRoleNames, query.text(0)), query.digest(1), query.digest(2), query.digest_or_none(3),
                    query.text(4), query.text(5), query.time_or_none(6)});
  return rows;
}

Json hex_or_null(const std::optional<Sha256>& digest) { return digest ? Json(to_hex(*digest)) : Json(); }
Json time_or_null(const std::optional<UtcTime>& time) { return time ? Json(iso_utc(*time)) : Json(); }
std::string hex_of_text(const std::string& text) { return to_hex(sha256_of(std::as_bytes(std::span(text)))); }

}  // namespace

const std::string kCopyColumns =
    "SELECT c.id, c.request, c.client_token, c.kind, c.state, c.state_at, c.state_by, c.reason, c.source_kind, c.source_id, "
    "c.medium, c.template_version, c.resume_note, c.source_digest, c.exceptions, c.exception_reason, c.exception_by, "
    "c.approved_at, c.book, c.series, c.number, b.book, c.year, c.symbol, c.copy_number, c.numbered_at, c.lookup, "
    "c.record_json, c.record, c.file, c.issued_at, c.replaced_by FROM copies c LEFT JOIN issue_books b ON b.id = c.book ";

CopyDetails copy_row(Database& database, const Query& query) {
  CopyDetails copy;
  copy.id = query.integer(0);
  if (!query.null(1)) copy.request = query.integer(1);
  copy.client_token = query.text(2);
  copy.kind = stored_value(kCopyKindNames, query.text(3));
  copy.state = stored_value(kCopyStateNames, query.text(4));
  copy.state_at = query.time(5);
  copy.state_by = query.text(6);
  copy.reason = query.text(7);
  copy.source = {stored_value(kCopySourceKindNames, query.text(8)), query.integer(9)};
  copy.to = stored_value(kMediumNames, query.text(10));
  copy.template_version = query.text(11);
  copy.resume_note = query.text(12);
  if (!query.null(13))
    copy.approved = ApprovedSource{query.digest(13), list_from_text(query.text(14)), query.text(15), query.text(16)};
  copy.approved_at = query.time_or_none(17);
  if (!query.null(18)) {
    copy.book_id = query.integer(18);
    copy.series = query.text(19);
    copy.number = query.integer(20);
    copy.book = query.integer(21);
    copy.year = static_cast<int>(query.integer(22));
  }
  copy.symbol = query.text(23);
  copy.copy_number = query.text(24);
  copy.numbered_at = query.time_or_none(25);
  const auto lookup = query.blob(26);
  if (lookup.size() == copy.lookup.size()) std::copy(lookup.begin(), lookup.end(), copy.lookup.begin());
  copy.record_json = query.text(27);
  copy.record = query.digest_or_none(28);
  copy.file = query.digest_or_none(29);
  copy.issued_at = query.time_or_none(30);
  if (!query.null(31)) copy.replaced_by = query.integer(31);
  copy.signatures = load_signatures(database, copy.id);
  return copy;
}

std::optional<RequestDetails> load_request(Database& database, RequestId id) {
  auto query = database.query(kRequestColumns + std::string("WHERE id = ?1"), id);
  if (!query.next()) return std::nullopt;
  return request_row(query);
}

std::vector<RequestDetails> load_requests(Database& database, const RequestFilter& filter) {
  std::string where = "WHERE (?1 IS NULL OR (state = 'received' AND deadline < ?1))";
  if (!filter.states.empty()) {
    where += " AND state IN (";
    for (std::size_t i = 0; i < filter.states.size(); ++i)
      where += std::string(i > 0 ? ", '" : "'") + std::string(name(filter.states[i])) + "'";
    where += ")";
  }
  std::vector<RequestDetails> rows;
  auto query = database.query(kRequestColumns + where + (filter.overdue_at ? " ORDER BY deadline, id" : " ORDER BY id") +
                                  " LIMIT ?2 OFFSET ?3",
                              filter.overdue_at, filter.limit, filter.offset);
  while (query.next()) rows.push_back(request_row(query));
  return rows;
}

std::optional<RequestReply> load_reply(Database& database, RequestId request) {
  auto query = database.query(
      "SELECT id, request, number, book, year, reply_number, searched, at, by FROM replies WHERE request = ?1", request);
  if (!query.next()) return std::nullopt;
  return RequestReply{query.integer(0), query.integer(1), query.integer(2), query.integer(3), static_cast<int>(query.integer(4)),
                      query.text(5),    query.text(6),    query.time(7),    query.text(8)};
}

std::optional<BookRow> load_book(Database& database, BookId id) {
  auto query = database.query(kBookColumns + std::string("WHERE b.id = ?1"), id);
  if (!query.next()) return std::nullopt;
  return book_row(database, query);
}

std::vector<IssueBook> load_books(Database& database, std::optional<std::string> series) {
  std::vector<IssueBook> books;
  auto query = database.query(kBookColumns + std::string("WHERE ?1 IS NULL OR b.series = ?1 ORDER BY b.id"), series);
  while (query.next()) books.push_back(book_row(database, query).book);
  return books;
}

std::optional<CopyDetails> load_copy(Database& database, CopyId id) {
  auto copies = load_copies(database, "WHERE c.id = ?1", id);
  if (copies.empty()) return std::nullopt;
  return std::move(copies.front());
}

std::vector<CopyApproval> load_approvals(Database& database, CopyId copy) {
  std::vector<CopyApproval> rows;
  auto query = database.query(
      "SELECT copy, role, digest, level, approver, at, statement, proof_kind, proof FROM copy_approvals WHERE copy = ?1 ORDER BY id",
      copy);
  while (query.next())
    rows.push_back({query.integer(0), stored_value(kSignatureRoleNames, query.text(1)), query.digest(2), query.text(3), query.text(4),
                    query.time(5), query.text(6), query.text(7), query.blob(8)});
  return rows;
}

// ---- What the log says about a row -----------------------------------------------------------------

std::string private_part_of(const RequestDetails& row) {
  auto data = request_to_json(row.request);
  if (!data) throw DatabaseFailure{std::move(data).error()};
  return private_text({{"v", 1},
                       {"request", row.id},
                       {"state", name(row.state)},
                       {"data", hex_of_text(*data)},
                       {"received_at", iso_utc(row.received_at)},
                       {"deadline", iso_utc(row.deadline)},
                       {"by", row.by},
                       {"answered_at", time_or_null(row.answered_at)},
                       {"answered_by", row.answered_by},
                       {"note", row.note}});
}

std::string private_part_of(const BookRow& row) {
  const IssueBook& book = row.book;
  Json json = {{"v", 1},
               {"book", book.id},
               {"series", book.series},
               {"number", book.book},
               {"year", book.year},
               {"state", name(book.state)},
               {"first_number", book.first_number},
               {"format", row.format},
               {"organ", row.organ},
               {"opened_at", iso_utc(book.opened_at)},
               {"opened_by", book.opened_by}};
  if (book.carried_from) json["carried_from"] = *book.carried_from;
  if (book.state == BookState::closed) {  // while it is open the numbers speak through their copies
    json["last_number"] = book.last_number;
    json["year_closed"] = book.year_closed;
    json["closed_at"] = time_or_null(book.closed_at);
    json["closed_by"] = book.closed_by;
    json["issued"] = book.totals.issued;
    json["replaced"] = book.totals.replaced;
    json["revoked"] = book.totals.revoked;
    json["voided"] = book.totals.voided;
  }
  return private_text(json);
}

std::string private_part_of(const CopyDetails& copy) {
  Json json = {{"v", 1},
               {"copy", copy.id},
               {"kind", name(copy.kind)},
               {"state", name(copy.state)},
               {"at", iso_utc(copy.state_at)},
               {"by", copy.state_by},
               {"reason", copy.reason},
               {"request", copy.request ? Json(*copy.request) : Json()},
               {"source_kind", name(copy.source.kind)},
               {"source", copy.source.id},
               {"to", name(copy.to)},
               {"template_version", copy.template_version}};
  if (copy.approved) {
    json["source_digest"] = to_hex(copy.approved->digest);
    json["approved_at"] = time_or_null(copy.approved_at);
    json["exceptions"] = copy.approved->exceptions;
    json["exception_reason"] = copy.approved->exception_reason;
    json["exception_by"] = copy.approved->exception_by;
  }
  if (copy.book_id != 0) {
    json["series"] = copy.series;
    json["book"] = copy.book;
    json["year"] = copy.year;
    json["number"] = copy.number;
    json["copy_number"] = copy.copy_number;
    json["numbered_at"] = time_or_null(copy.numbered_at);
    json["lookup"] = to_hex(sha256_of(std::as_bytes(std::span(copy.lookup))));
    json["record"] = hex_or_null(copy.record);
    json["file"] = hex_or_null(copy.file);
    json["issued_at"] = time_or_null(copy.issued_at);
    json["replaced_by"] = copy.replaced_by ? Json(*copy.replaced_by) : Json();
    Json signatures = Json::array();
    for (const CopySignature& signature : copy.signatures)
      if (signature.signed_at)
        signatures.push_back({{"role", name(signature.role)},
                              {"digest", hex_or_null(signature.digest)},
                              {"signed_file", hex_or_null(signature.signed_file)},
                              {"level", signature.level},
                              {"receipt", hex_of_text(signature.receipt)},
                              {"at", time_or_null(signature.signed_at)}});
    json["signatures"] = std::move(signatures);
  }
  return private_text(json);
}

std::string private_part_of(const RequestReply& reply) {
  return private_text({{"v", 1},
                       {"reply", reply.id},
                       {"request", reply.request},
                       {"number", reply.number},
                       {"book", reply.book},
                       {"year", reply.year},
                       {"reply_number", reply.reply_number},
                       {"searched", reply.searched},
                       {"at", iso_utc(reply.at)},
                       {"by", reply.by}});
}

std::string private_part_of(const CopyApproval& approval) {
  return private_text({{"v", 1},
                       {"copy", approval.copy},
                       {"role", name(approval.role)},
                       {"digest", to_hex(approval.digest)},
                       {"level", approval.level},
                       {"approver", approval.approver},
                       {"at", iso_utc(approval.at)},
                       {"statement", hex_of_text(approval.statement)},
                       {"proof_kind", approval.proof_kind},
                       {"proof", to_hex(sha256_of(std::as_bytes(std::span(approval.proof))))}});
}

void log_copy(Database& database, CopyId id, UtcTime now) {
  const auto copy = load_copy(database, id);
  if (!copy) fail_stored("a copy that vanished");
  append_leaf(database, now, LogSubject::copy, id, name(copy->state), private_part_of(*copy), KeepPrivate::in_the_log);
}

void log_request(Database& database, RequestId id, UtcTime now) {
  const auto request = load_request(database, id);
  if (!request) fail_stored("a request that vanished");
  append_leaf(database, now, LogSubject::request, id, name(request->state), private_part_of(*request), KeepPrivate::in_the_log);
}

void log_book(Database& database, BookId id, UtcTime now) {
  const auto book = load_book(database, id);
  if (!book) fail_stored("a book that vanished");
  append_leaf(database, now, LogSubject::book, id, name(book->book.state), private_part_of(*book), KeepPrivate::in_the_log);
}

std::optional<SourceState> source_state(Database& database, const CopySource& source) {
  SourceState state;
  if (source.kind == CopySourceKind::entry) {
    auto entry = database.query(
        "SELECT p.document, (SELECT coalesce(max(h.id), 0) FROM entry_history h WHERE h.entry = e.id AND h.how IN "
        "('set', 'confirm', 'import', 'keying')) FROM entries e JOIN pages p ON p.id = e.page WHERE e.id = ?1",
        source.id);
    if (!entry.next()) return std::nullopt;
    state.document = entry.integer(0);
    state.mark = entry.integer(1);
    return state;
  }
  auto found = database.query(source.kind == CopySourceKind::page ? "SELECT document FROM pages WHERE id = ?1"
                                                                  : "SELECT id FROM documents WHERE id = ?1",
                              source.id);
  if (!found.next()) return std::nullopt;
  state.document = found.integer(0);
  auto mark = database.query(
      "SELECT coalesce(max(id), 0) FROM field_history WHERE document = ?1 AND state = 'confirmed'", *state.document);
  if (mark.next()) state.mark = mark.integer(0);
  return state;
}

namespace {

// The value stands on the copy: as a field of its extract, or in the name of its source, which every copy bears. A copy
// without a record cannot tell.
bool carries(const std::string& record_text, const std::string& key, const std::string& value) {
  if (key == "typeName" || key == "codeNumber" || key == "codeNotation") return true;
  const auto record = record_text.empty() ? tl::unexpected<Error>(Error{}) : issue_record_from_json(record_text);
  if (!record) return true;
  if (!value.empty() && (record->holder_name == value || record->birth_date == value || record->register_number == value ||
                         record->register_book == value || record->register_page == value))
    return true;
  return std::any_of(record->fields.begin(), record->fields.end(), [&](const auto& field) { return field.second == value; });
}

void replace_copies(Database& database, const std::vector<CopyId>& issued, const std::string& reason, const std::string& by, UtcTime now) {
  for (const CopyId id : issued) {
    database.run("UPDATE copies SET state = 'replaced', state_at = ?2, state_by = ?3, reason = ?4 WHERE id = ?1", id, now, by, reason);
    log_copy(database, id, now);
  }
}

}  // namespace

void replace_copies_of_document(Database& database, std::int64_t document, const std::string& key, const std::string& value,
                                const std::string& reason, const std::string& by, UtcTime now) {
  std::vector<CopyId> issued;
  {
    // A copy of one entry says nothing about the document's own fields.
    auto query = database.query(
        "SELECT id, record_json FROM copies WHERE source_document = ?1 AND source_kind <> 'entry' AND state = 'issued' ORDER BY id", document);
    while (query.next())
      if (carries(query.text(1), key, value)) issued.push_back(query.integer(0));
  }
  replace_copies(database, issued, reason, by, now);
}

void replace_copies_of_entry(Database& database, std::int64_t entry, const std::string& reason, const std::string& by, UtcTime now) {
  std::vector<CopyId> issued;
  {
    auto query = database.query(
        "SELECT id FROM copies WHERE source_kind = 'entry' AND source_id = ?1 AND state = 'issued' ORDER BY id", entry);
    while (query.next()) issued.push_back(query.integer(0));
  }
  replace_copies(database, issued, reason, by, now);
}

}  // namespace sogoc
