#include "pipeline/flow/copy_flow.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "pipeline/copies/vietnam_time.hpp"

namespace sogoc {
namespace {

using nlohmann::json;

// ---- What a later process needs to go on, kept with the copy ------------------------------------

std::string note_of(const CopyOrder& order) {
  json values = json::object();
  for (const auto& [key, value] : order.values) values[key] = value;
  return json{{"level", order.level},       {"body", order.body},       {"body_code", order.body_code},
              {"lookup", order.lookup_base}, {"values", values},        {"producer", order.producer},
              {"images", order.with_images}, {"fields", order.with_fields}}
      .dump();
}

Result<CopyOrder> order_of(const CopyDetails& copy) {
  CopyOrder order;
  const json note = json::parse(copy.resume_note, nullptr, false);
  if (!note.is_object() || !note.contains("values") || !note["values"].is_object())
    return fail(ErrorCode::corrupt, Retry::after_operator, fmt::format("copy {}", copy.id),
                "what was ordered cannot be read any more; void it and issue anew");
  order.level = note.value("level", "");
  order.body = note.value("body", "");
  order.body_code = note.value("body_code", "");
  order.lookup_base = note.value("lookup", "");
  order.producer = note.value("producer", "");
  order.with_images = note.value("images", true);
  order.with_fields = note.value("fields", false);
  for (const auto& [key, value] : note["values"].items())
    if (value.is_string()) order.values.emplace_back(key, value.get<std::string>());
  return order;
}

std::string value_of(const CopyOrder& order, std::string_view key) {
  for (const auto& [known, value] : order.values)
    if (known == key) return value;
  return {};
}

CopySignature* signature_in(CopyDetails& copy, SignatureRole role) {
  for (CopySignature& signature : copy.signatures)
    if (signature.role == role) return &signature;
  return nullptr;
}

// ---- Step 4: what the copy says -------------------------------------------------------------------

IssueRecord record_of(const CopyDetails& copy, const CopyOrder& order, const GatheredSource& source, UtcTime now) {
  IssueRecord record;
  record.copy = copy.id;
  record.kind = copy.kind;
  record.template_version = copy.template_version;
  record.body = order.body;
  record.body_code = order.body_code;
  record.series = copy.series;
  record.number = copy.number;
  record.book = copy.book;
  record.year = copy.year;
  record.copy_number = copy.copy_number;
  record.date = iso_day(vietnam_time(now).day);
  // What the archive knows, else what the clerk read on the page.
  const auto known_or = [&](const std::string& known, const char* key) {
    return known.empty() ? value_of(order, key) : known;
  };
  record.register_number = known_or(source.register_number, "register_number");
  record.register_book = known_or(source.register_book, "register_book");
  record.register_page = known_or(source.register_page, "register_page");
  record.holder_name = known_or(source.holder_name, "holder");
  record.birth_date = known_or(source.birth_date, "birth_date");
  record.source = copy.source;
  record.source_digest = source.pdf;
  record.pages = source.pages;
  if (order.with_fields)
    for (const CopyField& field : source.fields) record.fields.emplace_back(field.label, field.value);
  record.certifier = needs_certifier(copy.kind) ? value_of(order, "certifier") : "";
  record.converter = value_of(order, "converter");
  record.conversion_time = iso_local(now);
  return record;
}

// From here on what the copy says is fixed: the same number cannot get another content. A process
// that composes again after a crash finds the record that was set then.
Result<IssueRecord> settled_record(const CopyParts& parts, const CopyDetails& copy, const CopyOrder& order,
                                   const GatheredSource& source, UtcTime now) {
  if (!copy.record_json.empty()) return issue_record_from_json(copy.record_json);
  IssueRecord record = record_of(copy, order, source, now);
  SOGOC_CHECK(parts.store.set_issue_record(copy.id, record));
  return record;
}

Result<std::string> qr_of(const CopyParts& parts, const CopyDetails& copy, const CopyOrder& order,
                          const IssueRecord& record, const Sha256& digest) {
  SOGOC_TRY(const Octets public_key, parts.signer.qr_public_key());
  QrPayload payload;
  payload.key_id = qr_key_id(key_id_of(public_key));
  payload.kind = copy.kind;
  payload.body = record.body;
  payload.copy_number = record.copy_number;
  payload.date = record.date;
  payload.register_number = record.register_number;
  payload.name = record.holder_name;
  payload.birth_date = record.birth_date;
  payload.record = qr_record_prefix(digest);
  std::string address;
  if (!order.lookup_base.empty()) {
    SOGOC_TRY(address, lookup_address(order.lookup_base, copy.lookup));
  }
  return make_qr_text(payload, [&](std::span<const std::uint8_t> bytes) { return parts.signer.sign_qr(bytes); },
                      address);
}

CopySignatureField field_of(SignatureRole role, const CopyOrder& order) {
  const bool body = role == SignatureRole::body;
  return {body ? "Body" : "Certifier", body ? order.body : value_of(order, "certifier"), value_of(order, "reason"),
          value_of(order, "place")};
}

// The archive's facts, then the office's; the office cannot change a number or a time.
std::vector<std::pair<std::string, std::string>> values_of(const CopyDetails& copy, const CopyOrder& order,
                                                           const GatheredSource& source, const IssueRecord& record,
                                                           const Sha256& record_digest, UtcTime now) {
  std::vector<std::pair<std::string, std::string>> values{
      {"body", order.body},
      {"number", fmt::format("{:02}", copy.number)},  // as the book writes it
      {"book", fmt::format("{:02}", copy.book)},
      {"year", std::to_string(copy.year)},
      {"symbol", copy.symbol},
      {"copy_number", copy.copy_number},
      {"date_in_words", day_in_words(vietnam_time(now).day)},
      {"signing_time", signature_time(now)},
      {"signing_time_iso", iso_local(now)},
      {"conversion_time", signature_time(now)},
      {"issue_record", to_hex(record_digest)},
      {"source_title", source.title},
      {"register_number", record.register_number},
      {"register_book", record.register_book},
      {"register_page", record.register_page},
  };
  if (!order.lookup_base.empty())
    if (const auto address = lookup_address(order.lookup_base, copy.lookup))
      values.emplace_back("lookup_url", *address);
  for (const auto& [key, value] : order.values) {
    if (key == "birth_date" || key == "reason") continue;  // of the record and the signature, not of the form
    const bool ours = std::any_of(values.begin(), values.end(),
                                  [&](const auto& known) { return known.first == key && !known.second.empty(); });
    if (!ours) std::erase_if(values, [&](const auto& known) { return known.first == key; });
    if (!ours) values.emplace_back(key, value);
  }
  std::erase_if(values, [](const auto& known) { return known.second.empty(); });
  return values;
}

Done compose(const CopyParts& parts, const CopyDetails& copy, const CopyOrder& order) {
  // The bytes are hashed again: between the number and this moment they may have changed.
  SOGOC_TRY(const GatheredSource source, parts.sources.gather(copy.source));
  if (!copy.approved || source.pdf != copy.approved->digest)
    return fail(ErrorCode::conflict, Retry::after_operator, copy.copy_number,
                "its source was written anew after it was approved; void this number and issue again");
  const UtcTime now = parts.clock.now();
  SOGOC_TRY(const IssueRecord record, settled_record(parts, copy, order, source, now));
  SOGOC_TRY(const std::string record_text, issue_record_json(record));
  const Sha256 record_digest = issue_record_digest(record_text);
  CopyDraft draft;
  draft.kind = std::string(name(copy.kind));
  draft.template_version = copy.template_version;
  if (order.with_images) {
    draft.images = CopyPages{source.pdf, source.pages};
    draft.marks = source.marks;
  }
  if (order.with_fields) draft.fields = source.fields;
  draft.values = values_of(copy, order, source, record, record_digest, now);
  SOGOC_TRY(draft.qr_payload, qr_of(parts, copy, order, record, record_digest));
  for (const SignatureRole role : signing_order(copy.kind)) draft.signatures.push_back(field_of(role, order));
  draft.title = copy.copy_number;
  draft.created_at = iso_local(now);
  draft.producer = order.producer;
  SOGOC_TRY(const HeldRevision revision, parts.bench.compose(draft));
  return parts.store.fix_digest(copy.id, signing_order(copy.kind).front(), revision.digest, revision.file);
}

// ---- Steps 5 to 8: one signature ------------------------------------------------------------------

Done prepare(const CopyParts& parts, CopyDetails& copy, const CopyOrder& order, SignatureRole role) {
  const std::vector<SignatureRole> roles = signing_order(copy.kind);
  if (role == roles.front()) return compose(parts, copy, order);
  const CopySignature* before = signature_in(copy, roles.front());
  SOGOC_TRY(const HeldRevision revision,
            parts.bench.append_signature(*before->signed_file, field_of(role, order), iso_local(parts.clock.now())));
  return parts.store.fix_digest(copy.id, role, revision.digest, revision.file);
}

// The bytes that wait for this role are older than a block may be, and no approval binds them.
Result<bool> waited_too_long(const CopyParts& parts, const CopyDetails& copy, SignatureRole role) {
  std::optional<UtcTime> since = copy.numbered_at;
  for (const CopySignature& signature : copy.signatures)
    if (signature.signed_at) since = since ? std::max(*since, *signature.signed_at) : *signature.signed_at;
  if (!since || parts.clock.now() - *since <= kMostBeforeSigning) return false;
  for (const CopySignature& signature : copy.signatures) {
    if (signature.role != role || !signature.digest) continue;
    SOGOC_TRY(const auto approvals, parts.store.approvals(copy.id));
    return std::none_of(approvals.begin(), approvals.end(), [&](const CopyApproval& approval) {
      return approval.role == role && approval.digest == *signature.digest && approval.proof_kind != "unattended";
    });
  }
  return false;
}

json as_json(std::span<const Octets> objects) {
  json all = json::array();
  for (const Octets& der : objects) all.push_back(hex_of(der));
  return all;
}

// The receipt keeps what proves the certificates good: a process that goes on later needs it.
std::string receipt_of(const ValidationEvidence& evidence) {
  return json{{"certificates", as_json(evidence.certificates)},
              {"ocsp", as_json(evidence.ocsp)},
              {"crls", as_json(evidence.crls)}}
      .dump();
}

void add_from(const json& receipt, const char* key, std::vector<Octets>& to) {
  for (const json& entry : receipt.value(key, json::array())) {
    auto der = entry.is_string() ? bytes_from_hex(entry.get<std::string>()) : std::nullopt;
    if (der && std::find(to.begin(), to.end(), *der) == to.end()) to.push_back(std::move(*der));
  }
}

void add_evidence(const std::string& receipt_text, ValidationEvidence& evidence) {
  const json receipt = json::parse(receipt_text, nullptr, false);
  if (!receipt.is_object()) return;
  add_from(receipt, "certificates", evidence.certificates);
  add_from(receipt, "ocsp", evidence.ocsp);
  add_from(receipt, "crls", evidence.crls);
}

// False: nobody approved this digest yet.
Result<bool> sign(const CopyParts& parts, const CopyDetails& copy, const CopyOrder& order,
                  const CopySignature& signature, const Actor& by) {
  SignatureOrder wanted{copy.id, signature.role, order.level, *signature.digest, {}};
  SOGOC_TRY(const auto approvals, parts.store.approvals(copy.id));
  for (const CopyApproval& approval : approvals)
    if (approval.role == signature.role && approval.digest == *signature.digest) wanted.approval = approval;
  if (!wanted.approval) {
    SOGOC_TRY(const bool unattended, parts.signer.runs_unattended(signature.role));
    if (!unattended) return false;
    // Whoever brought the copy this far (a certifier, say): here the office's own rule approves.
    const Actor office{by.name, OfficeRole::clerk};
    SOGOC_CHECK(parts.store.add_approval({copy.id, signature.role, *signature.digest, order.level, by.name,
                                          parts.clock.now(), "", "unattended", {}},
                                         office));
  } else if (wanted.approval->proof_kind == "unattended") {
    wanted.approval.reset();
  }
  SOGOC_TRY(const MadeSignature made, parts.signer.sign(wanted));
  SOGOC_TRY(const Sha256 file, parts.bench.fill({*signature.prepared, *signature.digest}, made.cms));
  SOGOC_TRY(const auto stored, parts.store.add_signature(copy.id, signature.role, *signature.digest, file,
                                                         order.level, receipt_of(made.evidence)));
  (void)stored;
  return true;
}

// ---- Steps 9 and 10 -----------------------------------------------------------------------------

Result<Sha256> extend(const CopyParts& parts, CopyDetails& copy, const CopyOrder& order) {
  const std::vector<SignatureRole> roles = signing_order(copy.kind);
  const Sha256 signed_file = *signature_in(copy, roles.back())->signed_file;
  if (order.level != "B-LT" && order.level != "B-LTA") return signed_file;
  SOGOC_TRY(const Sha256 with_evidence, parts.bench.append_evidence(signed_file, evidence_of(copy)));
  if (order.level == "B-LT") return with_evidence;
  SOGOC_TRY(const HeldRevision revision, parts.bench.append_timestamp(with_evidence));
  SOGOC_TRY(const MadeSignature stamp, parts.signer.timestamp(revision.digest));
  return parts.bench.fill(revision, stamp.cms);
}

Result<CopyDetails> release(const CopyParts& parts, CopyDetails copy, const CopyOrder& order, const Actor& by) {
  SOGOC_TRY(const Sha256 file, extend(parts, copy, order));
  // Whatever came back from keys, tokens and services is checked as a stranger would check it.
  if (auto checked = parts.checker.check(file, order.level, evidence_of(copy)); !checked)
    return fail_while(std::move(checked).error(), "checking the finished copy " + copy.copy_number);
  // From here on the copy is out: it can be replaced or revoked, never taken back.
  return parts.store.issue_copy(copy.id, file, by);
}

}  // namespace

const std::vector<std::string>& flow_value_keys() {
  static const std::vector<std::string> keys{
      "body",         "number",           "book",            "year",         "symbol",      "copy_number",
      "date_in_words", "signing_time",    "signing_time_iso", "conversion_time", "issue_record", "source_title"};
  return keys;
}

std::vector<SignatureRole> signing_order(CopyKind kind) {
  if (needs_certifier(kind)) return {SignatureRole::certifier, SignatureRole::body};
  return {SignatureRole::body};
}

ValidationEvidence evidence_of(const CopyDetails& copy) {
  ValidationEvidence evidence;
  for (const CopySignature& signature : copy.signatures) add_evidence(signature.receipt, evidence);
  return evidence;
}

std::string lookup_address_of(const CopyDetails& copy) {
  const auto order = order_of(copy);
  if (!order || order->lookup_base.empty()) return {};
  return lookup_address(order->lookup_base, copy.lookup).value_or("");
}

std::optional<WaitingFor> waiting_for(const CopyDetails& copy) {
  if (copy.state != CopyState::numbered) return std::nullopt;
  const auto order = order_of(copy);
  for (const SignatureRole role : signing_order(copy.kind))
    for (const CopySignature& signature : copy.signatures)
      if (signature.role == role && signature.digest && !signature.signed_at)
        return WaitingFor{role, *signature.digest, order ? order->level : ""};
  return std::nullopt;
}

Result<CopyDetails> begin_copy(const CopyParts& parts, const CopyOrder& order, const BookSeries& series,
                               const Actor& by) {
  if (!order.client_token.empty()) {
    SOGOC_TRY(const auto before, parts.store.copy_by_token(order.client_token));
    if (before) return *before;
  }
  SOGOC_TRY(GatheredSource source, parts.sources.gather(order.source));
  source.facts.original_presented = order.original_presented;
  source.facts.is_sao_y = source.facts.is_sao_y || order.source_is_sao_y;
  SOGOC_TRY(const SourceApproval approval,
            check_source(order.kind, order.to, source.facts, order.exception, parts.clock.now()));
  NewCopy wanted;
  wanted.client_token = order.client_token;
  wanted.request = order.request;
  wanted.kind = order.kind;
  wanted.source = order.source;
  wanted.to = order.to;
  wanted.template_version = order.template_version;
  wanted.resume_note = note_of(order);
  ApprovedSource approved{source.pdf, approval.exceptions, "", ""};
  if (order.exception && !approval.exceptions.empty()) {
    approved.exception_reason = order.exception->reason;
    approved.exception_by = order.exception->by;
  }
  return parts.store.begin_copy(wanted, approved, series, by);
}

Result<CopyDetails> freshen_copy(const CopyParts& parts, CopyId id) {
  SOGOC_TRY(CopyDetails copy, parts.store.copy(id));
  const auto waiting = waiting_for(copy);
  if (!waiting) return copy;
  SOGOC_TRY(const bool stale, waited_too_long(parts, copy, waiting->role));
  if (!stale) return copy;
  SOGOC_TRY(const CopyOrder order, order_of(copy));
  SOGOC_CHECK(prepare(parts, copy, order, waiting->role));
  return parts.store.copy(id);
}

Result<CopyDetails> prepare_copy(const CopyParts& parts, CopyId id) {
  SOGOC_TRY(CopyDetails copy, parts.store.copy(id));
  if (copy.state != CopyState::numbered) return copy;
  SOGOC_TRY(const CopyOrder order, order_of(copy));
  for (const SignatureRole role : signing_order(copy.kind)) {
    const CopySignature* signature = signature_in(copy, role);
    if (signature != nullptr && signature->signed_at) continue;
    SOGOC_TRY(const bool stale, waited_too_long(parts, copy, role));
    if (!stale && signature != nullptr && signature->prepared) return copy;
    SOGOC_CHECK(prepare(parts, copy, order, role));
    return parts.store.copy(id);
  }
  return copy;
}

Result<CopyDetails> continue_copy(const CopyParts& parts, CopyId id, const Actor& by) {
  SOGOC_TRY(CopyDetails copy, parts.store.copy(id));
  SOGOC_TRY(const CopyOrder order, order_of(copy));
  for (const SignatureRole role : signing_order(copy.kind)) {
    if (copy.state != CopyState::numbered) break;
    const CopySignature* signature = signature_in(copy, role);
    if (signature != nullptr && signature->signed_at) continue;

    // A file with a hole, whose digest the coordinator computed itself.
    SOGOC_TRY(const bool stale, waited_too_long(parts, copy, role));
    if (stale || signature == nullptr || !signature->prepared) {
      SOGOC_CHECK(prepare(parts, copy, order, role));
      SOGOC_TRY(copy, parts.store.copy(id));
      signature = signature_in(copy, role);
    }

    // The signature over that digest; without an approval the copy waits here.
    SOGOC_TRY(const bool was_signed, sign(parts, copy, order, *signature, by));
    if (!was_signed) return copy;
    SOGOC_TRY(copy, parts.store.copy(id));
  }
  if (copy.state == CopyState::signed_) return release(parts, std::move(copy), order, by);
  return copy;
}

}  // namespace sogoc
