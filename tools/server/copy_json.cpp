#include "tools/server/copy_json.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "pipeline/copies/vietnam_time.hpp"
#include "pipeline/flow/copy_flow.hpp"
#include "tools/sogoc/command.hpp"

namespace sogoc::server {
namespace {

bool in_scope(Call& call, const CopySource& source) {
  if (call.scope().everything) return true;
  switch (source.kind) {
    case CopySourceKind::entry: return entry_in_scope(call, source.id).has_value();
    case CopySourceKind::page: return page_in_scope(call, source.id).has_value();
    case CopySourceKind::document: return document_in_scope(call, source.id).has_value();
  }
  return false;
}

tl::unexpected<Error> no_such(const std::string& subject) { return fail(ErrorCode::not_found, Retry::never, subject, "does not exist"); }

Json time_or_null(const std::optional<UtcTime>& time) { return time ? Json(local_time(*time)) : Json(); }

}  // namespace

Done check_source_scope(Call& call, const CopySource& source, const std::string& subject) {
  if (!in_scope(call, source)) return no_such(subject);
  return {};
}

Result<CopyDetails> copy_in_scope(Call& call, CopyId id) {
  const std::string subject = fmt::format("copy {}", id);
  SOGOC_TRY(CopyDetails copy, call.archive.copies().copy(id));
  SOGOC_CHECK(check_source_scope(call, copy.source, subject));
  return copy;
}

bool covers_request(Call& call, const RequestDetails& request) {
  if (call.scope().everything) return true;
  return request.request.source ? in_scope(call, *request.request.source) : request.by == call.name();
}

Result<RequestDetails> request_in_scope(Call& call, RequestId id) {
  SOGOC_TRY(RequestDetails request, call.archive.copies().request(id));
  if (!covers_request(call, request)) return no_such(fmt::format("request {}", id));
  return request;
}

Actor officer(const Call& call) { return {call.name(), call.may(Right::revoke_copies) ? OfficeRole::head : OfficeRole::clerk}; }

std::string source_in_words(Call& call, const CopySource& source) {
  if (source.kind == CopySourceKind::entry) {
    const auto entry = call.archive.books().entry(source.id);
    return entry ? fmt::format("{} · {}", entry->row.number.empty() ? "?" : entry->row.number, entry->row.book) : "";
  }
  if (source.kind == CopySourceKind::page) {
    const auto page = call.archive.catalogue().page(source.id);
    return page ? page->name : "";
  }
  const auto document = call.archive.catalogue().document(source.id);
  return document ? document->row.identifier : "";
}

Json json_of_copy(Call& call, const CopyDetails& copy) {
  Json json = {{"id", copy.id},
               {"kind", name(copy.kind)},
               {"number", copy.copy_number},
               {"state", name(copy.state)},
               {"status", name(log_status(copy.state))},
               {"at", local_time(copy.state_at)},
               {"by", copy.state_by},
               {"reason", copy.reason},
               {"request", copy.request ? Json(*copy.request) : Json()},
               {"source", {{"kind", name(copy.source.kind)}, {"id", copy.source.id}, {"title", source_in_words(call, copy.source)}}},
               {"issued_at", time_or_null(copy.issued_at)},
               {"replaced_by", copy.replaced_by ? Json(*copy.replaced_by) : Json()},
               {"waits_for", Json()}};
  if (const auto waiting = waiting_for(copy)) json["waits_for"] = {{"role", name(waiting->role)}, {"digest", to_hex(waiting->digest)}, {"level", waiting->level}};
  return json;
}

Json json_of_request(Call& call, const RequestDetails& row) {
  const CopyRequest& request = row.request;
  Json json = {{"id", row.id},
               {"state", name(row.state)},
               {"full_name", request.full_name},
               {"organisation", request.organisation},
               {"relation", name(request.relation)},
               {"kind", name(request.kind)},
               {"copies", request.copies},
               {"wanted", request.wanted},
               {"channel", name(request.channel)},
               {"received_at", local_time(row.received_at)},
               {"deadline", local_time(row.deadline)},
               {"deadline_in_words", deadline_in_words(row.deadline)},
               {"overdue", row.state == RequestState::received && row.deadline < SystemClock().now()},
               {"by", row.by},
               {"answered_at", time_or_null(row.answered_at)},
               {"answered_by", row.answered_by},
               {"note", row.note},
               {"source", Json()}};
  if (request.source) json["source"] = {{"kind", name(request.source->kind)}, {"id", request.source->id}, {"title", source_in_words(call, *request.source)}};
  return json;
}

Result<CopySource> source_of(const Json& body) {
  std::optional<CopySource> source;
  for (const auto& [key, kind] : {std::pair{"entry", CopySourceKind::entry}, std::pair{"page", CopySourceKind::page}, std::pair{"document", CopySourceKind::document}}) {
    if (!body.contains(key)) continue;
    SOGOC_TRY(const std::int64_t id, number_of(body, key));
    if (source || id < 1) return fail(ErrorCode::usage, Retry::never, key, "name one of entry, page and document");
    source = CopySource{kind, id};
  }
  if (!source) return fail(ErrorCode::usage, Retry::never, "entry", "name one of entry, page and document");
  return *source;
}

web::Response say_office_problem(const Error& error) {
  if (error.code == ErrorCode::no_permission) return say_problem(403, "refused", error.message, error.subject);
  return say_problem(error);
}

web::Response pdf_answer(std::string bytes, const std::string& file_name) {
  web::Response response;
  response.set("Content-Type", "application/pdf");
  // Numbers of copies hold slashes.
  std::string plain;
  for (const char c : file_name) plain += (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ? c : '-';
  response.set("Content-Disposition", "attachment; filename=\"" + plain + "\"");
  response.body = std::move(bytes);
  return response;
}

}  // namespace sogoc::server
