#include "storage/copy_store.hpp"

#include <fmt/format.h>

#include "storage/copy_rows.hpp"
#include "storage/job_moves.hpp"
#include "storage/log_rows.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

std::string called(CopyId id) { return fmt::format("copy {}", id); }
std::string called(const CopyDetails& copy) {
  return copy.copy_number.empty() ? called(copy.id) : fmt::format("copy {} ({})", copy.id, copy.copy_number);
}

auto conflict(std::string subject, std::string why) {
  return fail(ErrorCode::conflict, Retry::never, std::move(subject), std::move(why));
}
Done needs_reason(const std::string& reason) {
  if (reason.find_first_not_of(" \t\r\n") != std::string::npos) return {};
  return fail(ErrorCode::usage, Retry::never, "reason", "say why: it is kept for good");
}

std::string use_of(const char* what, SignatureRole role) { return fmt::format("copy_{}_{}", what, name(role)); }

// What was only needed on the way to an issued or voided copy.
void discard_drafts(Database& database, CopyId id) {
  for (const auto& [role, role_name] : kSignatureRoleNames)
    for (const char* what : {"prepared", "signed"}) discard_uses(database, use_of(what, role), id);
}

const CopySignature* signature_of(const CopyDetails& copy, SignatureRole role) {
  for (const CopySignature& signature : copy.signatures)
    if (signature.role == role) return &signature;
  return nullptr;
}

bool fully_signed(const CopyDetails& copy) {
  const auto is_in = [&](SignatureRole role) {
    const CopySignature* found = signature_of(copy, role);
    return found != nullptr && found->signed_at.has_value();
  };
  return is_in(SignatureRole::body) && (!needs_certifier(copy.kind) || is_in(SignatureRole::certifier));
}

}  // namespace

Result<CopyDetails> SqliteCopyStore::existing(CopyId id) {
  auto found = load_copy(database_, id);
  if (!found) return fail(ErrorCode::not_found, Retry::never, called(id), "does not exist");
  return std::move(*found);
}

Result<CopyDetails> SqliteCopyStore::move(CopyId id, CopyState to, const std::string& reason, const Actor& by, UtcTime now) {
  SOGOC_TRY(const CopyDetails copy, existing(id));
  SOGOC_CHECK(check_move(called(copy), copy.state, to));
  database_.run("UPDATE copies SET state = ?2, state_at = ?3, state_by = ?4, reason = ?5 WHERE id = ?1", id, name(to), now,
                by.name, reason);
  log_copy(database_, id, now);
  return existing(id);
}

// ---- Up to the number ------------------------------------------------------------------------------

Result<CopyDetails> SqliteCopyStore::insert_copy(const NewCopy& copy, const Actor& by, UtcTime now) {
  if (!copy.client_token.empty()) {
    auto known = load_copies(database_, "WHERE c.client_token = ?1", copy.client_token);
    if (!known.empty()) {
      if (known.front().source != copy.source || known.front().kind != copy.kind)
        return conflict(called(known.front()), "was begun with this token for something else: use a new token");
      return std::move(known.front());
    }
  }
  if (copy.request && !load_request(database_, *copy.request))
    return fail(ErrorCode::not_found, Retry::never, fmt::format("request {}", *copy.request), "does not exist");
  const auto source = source_state(database_, copy.source);
  if (!source)
    return fail(ErrorCode::not_found, Retry::never, fmt::format("{} with id {}", name(copy.source.kind), copy.source.id),
                "does not exist");
  database_.run(
      "INSERT INTO copies (client_token, request, kind, state, state_at, state_by, source_kind, source_id, source_document, medium, "
      "template_version, resume_note) VALUES (?1, ?2, ?3, 'requested', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
      copy.client_token.empty() ? std::nullopt : std::optional(copy.client_token), copy.request, name(copy.kind), now, by.name,
      name(copy.source.kind), copy.source.id, source->document, name(copy.to), copy.template_version, copy.resume_note);
  const CopyId id = database_.last_id();
  log_copy(database_, id, now);
  return existing(id);
}

Result<CopyDetails> SqliteCopyStore::approve(const CopyDetails& copy, const ApprovedSource& source, const Actor& by, UtcTime now) {
  SOGOC_CHECK(check_move(called(copy), copy.state, CopyState::approved));
  const auto state = source_state(database_, copy.source);
  if (!state) return fail(ErrorCode::not_found, Retry::never, called(copy), "its source does not exist any more");
  database_.run(
      "UPDATE copies SET state = 'approved', state_at = ?2, state_by = ?3, source_digest = ?4, source_mark = ?5, exceptions = ?6, "
      "exception_reason = ?7, exception_by = ?8, approved_at = ?2 WHERE id = ?1",
      copy.id, now, by.name, source.digest, state->mark, list_to_text(source.exceptions), source.exception_reason,
      source.exception_by);
  add_use(database_, source.digest, "copy_source", copy.id);
  log_copy(database_, copy.id, now);
  return existing(copy.id);
}

// The one place that gives numbers to copies: number, state and leaf belong to one transaction, so
// the next number is given only when this one is kept.
Result<CopyDetails> SqliteCopyStore::number(const CopyDetails& copy, const BookSeries& series, const Actor& by, UtcTime now) {
  SOGOC_CHECK(check_move(called(copy), copy.state, CopyState::numbered));
  const auto symbol = series.symbol_of(copy.kind);
  if (!symbol)
    return fail(ErrorCode::usage, Retry::never, series.key, fmt::format("gives no number to a {}", name(copy.kind)));
  SOGOC_TRY(const IssueBook open, book_for(load_books(database_, series.key), series.key, vietnam_year(now)));
  const auto row = load_book(database_, open.id);
  const std::int64_t number = open.last_number + 1;
  SOGOC_TRY(const std::string text, number_text(row->format, {number, open.book, open.year, *symbol, row->organ}));
  LookupToken lookup{};
  fill_random(lookup);
  database_.run("UPDATE issue_books SET last_number = ?2 WHERE id = ?1", open.id, number);
  database_.run(
      "UPDATE copies SET state = 'numbered', state_at = ?2, state_by = ?3, book = ?4, series = ?5, number = ?6, year = ?7, symbol = ?8, "
      "copy_number = ?9, numbered_at = ?2, lookup = ?10 WHERE id = ?1",
      copy.id, now, by.name, open.id, series.key, number, open.year, *symbol, text, Octets(lookup.begin(), lookup.end()));
  log_copy(database_, copy.id, now);
  return existing(copy.id);
}

Result<CopyDetails> SqliteCopyStore::add_copy(const NewCopy& copy, const Actor& by) {
  SOGOC_CHECK(check_may(by, CopyAct::receive_request));
  return database_.write([&]() -> Result<CopyDetails> {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    return insert_copy(copy, by, now);
  });
}

Result<CopyDetails> SqliteCopyStore::approve_copy(CopyId id, const ApprovedSource& source, const Actor& by) {
  SOGOC_CHECK(check_may(by, CopyAct::take_number));
  return database_.write([&]() -> Result<CopyDetails> {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    SOGOC_TRY(const CopyDetails copy, existing(id));
    return approve(copy, source, by, now);
  });
}

Result<CopyDetails> SqliteCopyStore::take_number(CopyId id, const BookSeries& series, const Actor& by) {
  SOGOC_CHECK(check_may(by, CopyAct::take_number));
  return database_.write([&]() -> Result<CopyDetails> {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    SOGOC_TRY(CopyDetails copy, existing(id));
    if (copy.state == CopyState::numbered) return copy;  // asked again after a crash
    return number(copy, series, by, now);
  });
}

Result<CopyDetails> SqliteCopyStore::begin_copy(const NewCopy& copy, const ApprovedSource& source, const BookSeries& series,
                                                const Actor& by) {
  SOGOC_CHECK(check_may(by, CopyAct::take_number));
  return database_.write([&]() -> Result<CopyDetails> {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    SOGOC_TRY(CopyDetails made, insert_copy(copy, by, now));
    if (made.state == CopyState::requested) {
      SOGOC_TRY(made, approve(made, source, by, now));
    }
    if (made.state == CopyState::approved) {
      SOGOC_TRY(made, number(made, series, by, now));
    }
    return made;  // a token that is known gives its copy, however far it is
  });
}

// ---- From the number to the signature ----------------------------------------------------------------

Done SqliteCopyStore::set_issue_record(CopyId id, const IssueRecord& record) {
  SOGOC_TRY(const std::string text, issue_record_json(record));
  return database_.write([&]() -> Done {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    SOGOC_TRY(const CopyDetails copy, existing(id));
    if (copy.record_json == text) return {};
    if (copy.state != CopyState::numbered || !copy.record_json.empty())
      return conflict(called(copy), "its issue record is fixed: void it and issue a new copy");
    if (record.copy != id || record.kind != copy.kind || record.number != copy.number || record.book != copy.book ||
        record.year != copy.year || record.series != copy.series || record.copy_number != copy.copy_number ||
        record.source != copy.source || !copy.approved || record.source_digest != copy.approved->digest)
      return fail(ErrorCode::internal, Retry::never, called(copy), "its issue record says something else than the book");
    database_.run("UPDATE copies SET record_json = ?2, record = ?3 WHERE id = ?1", id, text, issue_record_digest(text));
    log_copy(database_, id, now);
    return {};
  });
}

Done SqliteCopyStore::fix_digest(CopyId id, SignatureRole role, const Sha256& digest, const Sha256& prepared) {
  return database_.write([&]() -> Done {
    SOGOC_TRY(const CopyDetails copy, existing(id));
    if (copy.state != CopyState::numbered)
      return conflict(called(copy), fmt::format("is {}: nothing is to be signed", name(copy.state)));
    if (role == SignatureRole::certifier && !needs_certifier(copy.kind))
      return fail(ErrorCode::usage, Retry::never, called(copy), "a copy of this kind has no certifier");
    const CopySignature* known = signature_of(copy, role);
    if (known != nullptr && known->signed_at)
      return conflict(called(copy), fmt::format("is signed by the {} already", name(role)));
    database_.run(
        "INSERT INTO copy_signatures (copy, role, digest, prepared) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (copy, role) DO UPDATE SET digest = excluded.digest, prepared = excluded.prepared",
        id, name(role), digest, prepared);
    discard_uses(database_, use_of("prepared", role), id);
    add_use(database_, prepared, use_of("prepared", role), id);
    return {};
  });
}

Done SqliteCopyStore::add_approval(const CopyApproval& approval, const Actor& by) {
  SOGOC_CHECK(check_may(by, approval.role == SignatureRole::body ? CopyAct::approve_body : CopyAct::approve_certifier));
  if (by.name != approval.approver)
    return fail(ErrorCode::usage, Retry::never, approval.approver, "approves for somebody else: each approves in their own name");
  return database_.write([&]() -> Done {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    SOGOC_TRY(const CopyDetails copy, existing(approval.copy));
    const CopySignature* wanted = signature_of(copy, approval.role);
    if (copy.state != CopyState::numbered || wanted == nullptr || wanted->digest != approval.digest)
      return conflict(called(copy), "the approval is of another version of this copy: approve what is there now");
    // Only the signer can tell a good proof from a bad one: a mistyped code, or a row that somebody
    // planted, must not keep the next approval out.
    {
      auto known = database_.query("SELECT 1 FROM copy_approvals WHERE copy = ?1 AND role = ?2 AND digest = ?3 AND statement = ?4 AND proof = ?5",
                                   approval.copy, name(approval.role), approval.digest, approval.statement, approval.proof);
      if (known.next()) return {};
    }
    database_.run(
        "INSERT INTO copy_approvals (copy, role, digest, level, approver, at, statement, proof_kind, proof) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        approval.copy, name(approval.role), approval.digest, approval.level, approval.approver, approval.at, approval.statement,
        approval.proof_kind, approval.proof);
    append_leaf(database_, now, LogSubject::approval, database_.last_id(), "given", private_part_of(approval),
                KeepPrivate::in_its_row);
    return {};
  });
}

Result<std::vector<CopyApproval>> SqliteCopyStore::approvals(CopyId id) {
  return database_.read([&]() -> Result<std::vector<CopyApproval>> { return load_approvals(database_, id); });
}

Result<CopyDetails> SqliteCopyStore::add_signature(CopyId id, SignatureRole role, const Sha256& digest, const Sha256& signed_file,
                                                   const std::string& level, const std::string& receipt) {
  return database_.write([&]() -> Result<CopyDetails> {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    SOGOC_TRY(CopyDetails copy, existing(id));
    const CopySignature* wanted = signature_of(copy, role);
    if (wanted != nullptr && wanted->signed_at && wanted->digest == digest && wanted->signed_file == signed_file) return copy;
    if (copy.state != CopyState::numbered || wanted == nullptr || wanted->digest != digest || wanted->signed_at)
      return conflict(called(copy), "the signature is of another version of this copy");
    if (copy.record_json.empty()) return conflict(called(copy), "has no issue record yet: nothing may be signed");
    std::string approver;
    {
      auto approval = database_.query("SELECT approver FROM copy_approvals WHERE copy = ?1 AND role = ?2 AND digest = ?3", id,
                                      name(role), digest);
      if (!approval.next()) return conflict(called(copy), fmt::format("nobody approved the {}'s signature", name(role)));
      approver = approval.text(0);
    }
    database_.run(
        "UPDATE copy_signatures SET signed_file = ?3, level = ?4, receipt = ?5, signed_at = ?6 WHERE copy = ?1 AND role = ?2", id,
        name(role), signed_file, level, receipt, now);
    add_use(database_, signed_file, use_of("signed", role), id);
    SOGOC_TRY(copy, existing(id));
    if (fully_signed(copy)) return move(id, CopyState::signed_, "", {approver, OfficeRole::clerk}, now);
    log_copy(database_, id, now);
    return copy;
  });
}

// ---- Ends ----------------------------------------------------------------------------------------------

Result<CopyDetails> SqliteCopyStore::issue_copy(CopyId id, const Sha256& file, const Actor& by) {
  SOGOC_CHECK(check_may(by, CopyAct::take_number));
  return database_.write([&]() -> Result<CopyDetails> {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    SOGOC_TRY(const CopyDetails copy, existing(id));
    if (copy.state == CopyState::issued && copy.file == file) return copy;
    SOGOC_CHECK(check_move(called(copy), copy.state, CopyState::issued));
    {
      const auto source = source_state(database_, copy.source);
      auto mark = database_.query("SELECT source_mark FROM copies WHERE id = ?1", id);
      if (!mark.next() || !source || source->mark != mark.integer(0))
        return conflict(called(copy), "its source was corrected after the copy was approved: void it and issue a new copy");
    }
    database_.run("UPDATE copies SET file = ?2, issued_at = ?3 WHERE id = ?1", id, file, now);
    add_use(database_, file, "copy_file", id);
    discard_drafts(database_, id);
    return move(id, CopyState::issued, "", by, now);
  });
}

Result<CopyDetails> SqliteCopyStore::end_copy(CopyId id, CopyState to, CopyAct act, const std::string& reason, const Actor& by) {
  SOGOC_CHECK(check_may(by, act));
  SOGOC_CHECK(needs_reason(reason));
  return database_.write([&]() -> Result<CopyDetails> {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    SOGOC_TRY(CopyDetails moved, move(id, to, reason, by, now));
    if (to == CopyState::voided || to == CopyState::refused) {
      discard_drafts(database_, id);
      discard_uses(database_, "copy_source", id);
    }
    return moved;
  });
}

Result<CopyDetails> SqliteCopyStore::refuse_copy(CopyId id, const std::string& reason, const Actor& by) {
  return end_copy(id, CopyState::refused, CopyAct::receive_request, reason, by);
}

Result<CopyDetails> SqliteCopyStore::void_copy(CopyId id, const std::string& reason, const Actor& by) {
  return end_copy(id, CopyState::voided, CopyAct::void_number, reason, by);
}

Result<CopyDetails> SqliteCopyStore::revoke_copy(CopyId id, const std::string& reason, const Actor& by) {
  return end_copy(id, CopyState::revoked, CopyAct::revoke, reason, by);
}

Result<CopyDetails> SqliteCopyStore::replace_copy(CopyId id, std::optional<CopyId> by_copy, const std::string& reason,
                                                  const Actor& by) {
  SOGOC_CHECK(check_may(by, CopyAct::replace));
  SOGOC_CHECK(needs_reason(reason));
  return database_.write([&]() -> Result<CopyDetails> {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    if (by_copy) {
      SOGOC_TRY(const CopyDetails newer, existing(*by_copy));
      if (newer.state != CopyState::issued || newer.id == id)
        return conflict(called(newer), "is no issued copy that could take another's place");
      database_.run("UPDATE copies SET replaced_by = ?2 WHERE id = ?1", id, *by_copy);
    }
    return move(id, CopyState::replaced, reason, by, now);
  });
}

// ---- Finding copies ------------------------------------------------------------------------------------

Result<CopyDetails> SqliteCopyStore::copy(CopyId id) {
  return database_.read([&]() -> Result<CopyDetails> { return existing(id); });
}

Result<std::vector<CopyDetails>> SqliteCopyStore::copies(const CopyFilter& filter) {
  std::string where =
      "WHERE (?1 IS NULL OR c.request = ?1) AND (?2 IS NULL OR c.book = ?2) AND (?3 IS NULL OR (c.source_kind = ?3 AND c.source_id = ?4))";
  for (std::size_t i = 0; i < filter.states.size(); ++i)
    where += std::string(i == 0 ? " AND c.state IN ('" : ", '") + std::string(name(filter.states[i])) + "'";
  if (!filter.states.empty()) where += ")";
  if (filter.kind) where += " AND c.kind = '" + std::string(name(*filter.kind)) + "'";
  where += std::string(" ORDER BY c.id ") + (filter.newest_first ? "DESC" : "ASC") + " LIMIT ?5 OFFSET ?6";
  const auto source_kind = filter.source ? std::optional(std::string(name(filter.source->kind))) : std::nullopt;
  return database_.read([&]() -> Result<std::vector<CopyDetails>> {
    return load_copies(database_, where, filter.request, filter.book, source_kind, filter.source ? filter.source->id : 0,
                       filter.limit, filter.offset);
  });
}

Result<std::optional<CopyDetails>> SqliteCopyStore::first_copy(const std::string& where, const auto& value) {
  return database_.read([&]() -> Result<std::optional<CopyDetails>> {
    auto found = load_copies(database_, where, value);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  });
}

Result<std::optional<CopyDetails>> SqliteCopyStore::copy_by_token(const std::string& client_token) {
  return first_copy("WHERE c.client_token = ?1", client_token);
}

Result<std::optional<CopyDetails>> SqliteCopyStore::copy_by_lookup(const LookupToken& token) {
  return first_copy("WHERE c.lookup = ?1", Octets(token.begin(), token.end()));
}

Result<std::optional<CopyDetails>> SqliteCopyStore::copy_by_file(const Sha256& file) {
  return first_copy("WHERE c.file = ?1", file);
}

Result<std::optional<CopyDetails>> SqliteCopyStore::copy_by_record(const std::array<std::uint8_t, kQrRecordBytes>& prefix) {
  // Blobs are ordered by their bytes: everything that begins so stands from the prefix on.
  return database_.read([&]() -> Result<std::optional<CopyDetails>> {
    auto found = load_copies(database_, "WHERE c.record >= ?1 ORDER BY c.record LIMIT 1", Octets(prefix.begin(), prefix.end()));
    if (found.empty() || qr_record_prefix(*found.front().record) != prefix) return std::nullopt;
    return std::move(found.front());
  });
}

}  // namespace sogoc
