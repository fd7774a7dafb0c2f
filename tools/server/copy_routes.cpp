// Copies at the counter: what a form needs, the bytes to be signed, signing, handing over, taking back.

#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "storage/durable_file.hpp"
#include "tools/server/copy_json.hpp"
#include "tools/server/papers.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/copy_ordering.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc::server {
namespace {

using web::Response;

constexpr std::size_t kMostValueBytes = 2000;
constexpr std::size_t kMostValues = 60;

std::string called(const CopyDetails& copy) { return fmt::format("copy {}", copy.id); }

Result<FormValues> values_of(const Json& body) {
  FormValues values;
  const auto given = body.find("values");
  if (given == body.end()) return values;
  if (!given->is_object() || given->size() > kMostValues) return fail(ErrorCode::usage, Retry::never, "values", "must be an object of texts");
  for (const auto& [key, value] : given->items()) {
    SOGOC_TRY(std::string text, text_of(*given, key.c_str(), kMostValueBytes));
    if (!text.empty()) values.emplace_back(key, std::move(text));
  }
  return values;
}

// The same errors as the flow's, as sentences.
template <typename Work>
Result<Response> in_office(Work work) {
  auto done = work();
  if (done) return done;
  if (done.error().code == ErrorCode::no_permission) return say_office_problem(done.error());
  return done;
}

// What stands in the way of a copy that has its number stays with it: the page shows it and goes on later.
Result<Response> answer(Call& call, CopyId id) {
  SOGOC_TRY(const CopyDetails copy, copy_in_scope(call, id));
  return json_response(json_of_copy(call, copy));
}

// ---- Looking ------------------------------------------------------------------------------------

Result<Response> list(Call& call) {
  CopyFilter filter;
  filter.newest_first = true;
  if (call.text("open") == "true") filter.states = {CopyState::numbered, CopyState::signed_};
  if (const std::int64_t entry = call.number("entry"); entry > 0) {
    SOGOC_TRY(const EntryDetails known, entry_in_scope(call, entry));
    filter.source = CopySource{CopySourceKind::entry, known.row.id};
  }
  filter.limit = call.number("limit", 50);
  filter.offset = call.number("offset");
  SOGOC_TRY(const auto copies, call.archive.copies().copies(filter));
  Json json = Json::array();
  for (const CopyDetails& copy : copies)
    if (check_source_scope(call, copy.source, "copy")) json.push_back(json_of_copy(call, copy));
  SOGOC_CHECK(call.looked_at("list_copies", "copies"));
  return json_response({{"copies", std::move(json)}});
}

Result<Response> show(Call& call) {
  SOGOC_TRY(const CopyDetails copy, copy_in_scope(call, call.number("copy")));
  SOGOC_CHECK(call.looked_at("view_copy", called(copy)));
  SOGOC_TRY(const auto entries, call.archive.copies().log_entries(LogSubject::copy, copy.id));
  Json history = Json::array();
  for (const LogEntry& entry : entries) history.push_back({{"index", entry.index}, {"state", entry.leaf.state}, {"at", local_time(entry.leaf.at)}});
  Json json = json_of_copy(call, copy);
  json["history"] = std::move(history);
  return json_response(json);
}

Result<Response> needs(Call& call) {
  Json body;
  for (const char* key : {"entry", "page", "document"})
    if (const std::int64_t id = call.number(key); id > 0) body[key] = id;
  SOGOC_TRY(const CopySource source, source_of(body));
  SOGOC_CHECK(check_source_scope(call, source, "source"));
  const std::string kind = call.text("kind").empty() ? "register_copy" : call.text("kind");
  SOGOC_TRY(const auto desk, CopyDesk::open(call.office.archive));
  SOGOC_TRY(const CopyFormNeeds found,
            copy_form_needs(*desk, kind, source, call.text("request") == "true", !call.office.copies.lookup_base.empty(), desk->clock().now()));
  Json usual = Json::object();
  for (const auto& [key, value] : found.usual) usual[key] = value;
  return json_response({{"kind", kind}, {"title", found.title}, {"keys", found.keys}, {"usual", std::move(usual)}, {"level", call.office.copies.level}});
}

// The bytes that wait for a signature, or those that were issued.
std::optional<Sha256> shown_file(const CopyDetails& copy) {
  if (copy.file) return copy.file;
  for (auto signature = copy.signatures.rbegin(); signature != copy.signatures.rend(); ++signature) {
    if (signature->signed_file) return signature->signed_file;
    if (signature->prepared) return signature->prepared;
  }
  return std::nullopt;
}

Result<std::shared_ptr<const Papers>> papers_of(Call& call, const CopyDetails& copy) {
  const auto file = shown_file(copy);
  if (!file) return fail(ErrorCode::conflict, Retry::after_operator, called(copy), "was not composed yet; go on with it first");
  if (auto ready = call.office.papers->ready(*file)) return ready;
  if (!call.may_wait) {
    (void)call.later();
    return fail(ErrorCode::conflict, Retry::same_step, called(copy), "is being drawn");
  }
  SOGOC_TRY(const auto place, call.archive.blobs().find(*file));
  return call.office.papers->of(*file, place);
}

Result<Response> papers(Call& call) {
  SOGOC_TRY(const CopyDetails copy, copy_in_scope(call, call.number("copy")));
  SOGOC_CHECK(call.looked_at("view_copy", called(copy)));
  SOGOC_TRY(const auto drawn, papers_of(call, copy));
  return json_response({{"copy", copy.id}, {"papers", drawn->size()}, {"file", to_hex(*shown_file(copy))}});
}

Result<Response> paper(Call& call) {
  SOGOC_TRY(const CopyDetails copy, copy_in_scope(call, call.number("copy")));
  SOGOC_CHECK(call.looked_at("view_copy", called(copy)));
  SOGOC_TRY(const auto drawn, papers_of(call, copy));
  const auto number = static_cast<std::size_t>(call.number("paper"));
  if (number > drawn->size()) return fail(ErrorCode::not_found, Retry::never, called(copy), "has no such page");
  Response response;
  response.set("Content-Type", "image/png");
  response.body = (*drawn)[number - 1];
  return response;
}

Result<Response> file(Call& call) {
  SOGOC_TRY(const CopyDetails copy, copy_in_scope(call, call.number("copy")));
  if (copy.state != CopyState::issued || !copy.file)
    return fail(ErrorCode::conflict, Retry::after_operator, called(copy), fmt::format("is {}: only an issued copy is printed or handed over", name(copy.state)));
  SOGOC_CHECK(call.archive.catalogue().add_event(call.name(), "hand_over_copy", called(copy), copy.copy_number));
  SOGOC_TRY(std::string bytes, call.archive.blobs().load(*copy.file));
  return pdf_answer(std::move(bytes), "ban-sao-" + copy.copy_number + ".pdf");
}

// ---- Making -------------------------------------------------------------------------------------

Result<Response> begin(Call& call) {
  return in_office([&]() -> Result<Response> {
    CopyWish wish;
    SOGOC_TRY(wish.kind, text_of(call.body, "kind", 40));
    SOGOC_TRY(wish.source, source_of(call.body));
    SOGOC_CHECK(check_source_scope(call, wish.source, "source"));
    SOGOC_TRY(wish.values, values_of(call.body));
    SOGOC_TRY(const std::string token, text_of(call.body, "token", 60));
    if (token.size() < 16) return fail(ErrorCode::usage, Retry::never, "token", "must be at least 16 letters that were never used before");
    wish.client_token = "console/" + call.name() + "/" + token;
    wish.level = call.office.copies.level;
    wish.lookup_base = call.office.copies.lookup_base;
    if (call.body.contains("request")) {
      SOGOC_TRY(const std::int64_t id, number_of(call.body, "request"));
      SOGOC_TRY(wish.request, request_in_scope(call, id));
      if (wish.request->state != RequestState::received) return fail(ErrorCode::conflict, Retry::after_operator, fmt::format("request {}", id), "was answered already");
    }
    if (call.body.contains("exception")) {
      SOGOC_TRY(wish.exception, text_of(call.body, "exception", 500));
      wish.exception_by = call.name();
    }
    wish.original_presented = call.body.value("original_presented", Json(false)) == true;
    SOGOC_TRY(const auto desk, CopyDesk::open(call.office.archive));
    SOGOC_TRY(const CopyDetails copy, begin_copy_of(*desk, wish, officer(call)));
    // From here on it has its number: what goes wrong now is told, and it can go on.
    SOGOC_CHECK(prepare_copy(desk->parts(), copy.id));
    return answer(call, copy.id);
  });
}

// Again the bytes that are signed next: after a pause they are composed anew.
Result<Response> prepare(Call& call) {
  return in_office([&]() -> Result<Response> {
    SOGOC_TRY(const CopyDetails copy, copy_in_scope(call, call.number("copy")));
    SOGOC_TRY(const auto desk, CopyDesk::open(call.office.archive));
    SOGOC_CHECK(prepare_copy(desk->parts(), copy.id));
    SOGOC_TRY(const CopyDetails now, desk->archive().copies().copy(copy.id));
    Json json = json_of_copy(call, now);
    if (const auto waiting = waiting_for(now)) {
      SOGOC_TRY(const bool unattended, desk->signer().runs_unattended(waiting->role));
      json["waits_for"]["code"] = !unattended;
    }
    return json_response(json);
  });
}

Result<Response> sign(Call& call) {
  return in_office([&]() -> Result<Response> {
    SOGOC_TRY(const CopyDetails known, copy_in_scope(call, call.number("copy")));
    SOGOC_TRY(const std::string digest, text_of(call.body, "digest", 64));
    std::string code;
    if (call.body.contains("code")) {
      SOGOC_TRY(code, text_of(call.body, "code", 10));
    }
    SOGOC_TRY(const auto desk, CopyDesk::open(call.office.archive));
    const CopyParts parts = desk->parts();
    if (known.state != CopyState::numbered && known.state != CopyState::signed_ && known.state != CopyState::issued)
      return fail(ErrorCode::conflict, Retry::never, called(known), fmt::format("is {} by now; nothing of it is signed any more", name(known.state)));
    SOGOC_TRY(const CopyDetails copy, prepare_copy(parts, known.id));
    Actor actor = officer(call);
    if (const auto waiting = waiting_for(copy)) {
      // What is signed is what this person saw.
      if (to_hex(waiting->digest) != digest) return fail(ErrorCode::conflict, Retry::after_operator, called(copy), "was composed anew meanwhile; look at it again before it is signed");
      if (waiting->role == SignatureRole::certifier) {
        if (!call.may(Right::revoke_copies)) return say_problem(403, "no_right", "this signature is the certifier's own; a signer goes on from here");
        actor.role = OfficeRole::certifier;
      }
      SOGOC_TRY(const bool unattended, desk->signer().runs_unattended(waiting->role));
      if (!unattended) {
        if (code.size() < 6) return say_problem(400, "needs_code", tr("this signature needs the one-time code of who approves it"), called(copy));
        CopyApproval approval = approval_by_code({{copy.id, *waiting}}, call.name(), code, desk->clock().now());
        approval.copy = copy.id;
        approval.digest = waiting->digest;
        SOGOC_CHECK(parts.store.add_approval(approval, actor));
      }
    }
    SOGOC_TRY(const CopyDetails done, continue_copy(parts, copy.id, actor));
    if (done.state == CopyState::issued) {
      // Answered by that, unless another copy of it is still being made: then the clerk ends it.
      if (done.request) (void)parts.store.end_request(*done.request, RequestState::answered, "", officer(call));
      desk->sign_log_daily(true);
    }
    return json_response(json_of_copy(call, done));
  });
}

// ---- Taking back --------------------------------------------------------------------------------

Result<Response> end_it(Call& call, Result<CopyDetails> (*move)(CopyStore&, const CopyDetails&, const std::string&, const Call&)) {
  return in_office([&]() -> Result<Response> {
    SOGOC_TRY(const CopyDetails copy, copy_in_scope(call, call.number("copy")));
    SOGOC_TRY(const std::string reason, text_of(call.body, "reason", 1000));
    if (reason.find_first_not_of(" \t\n") == std::string::npos) return fail(ErrorCode::usage, Retry::never, "reason", "say why; it is kept for good");
    SOGOC_TRY(const CopyDetails moved, move(call.archive.copies(), copy, reason, call));
    return json_response(json_of_copy(call, moved));
  });
}

Result<Response> void_it(Call& call) {
  return end_it(call, [](CopyStore& store, const CopyDetails& copy, const std::string& reason, const Call& by) { return store.void_copy(copy.id, reason, officer(by)); });
}

Result<Response> revoke(Call& call) {
  return end_it(call, [](CopyStore& store, const CopyDetails& copy, const std::string& reason, const Call& by) { return store.revoke_copy(copy.id, reason, officer(by)); });
}

Result<Response> replace(Call& call) {
  if (call.body.contains("by_copy")) {
    SOGOC_TRY(const std::int64_t other, number_of(call.body, "by_copy"));
    SOGOC_TRY(const CopyDetails there, copy_in_scope(call, other));
  }
  return end_it(call, [](CopyStore& store, const CopyDetails& copy, const std::string& reason, const Call& by) {
    const auto other = by.body.contains("by_copy") ? std::optional<CopyId>(by.body["by_copy"].get<std::int64_t>()) : std::nullopt;
    return store.replace_copy(copy.id, other, reason, officer(by));
  });
}

}  // namespace

std::vector<Route> copy_routes() {
  using web::Method;
  constexpr auto right = Right::issue_copies;
  const Parameter limit{"limit", ParameterType::number, "how many at most", {}, 1, 200}, offset{"offset", ParameterType::number, "how many to skip"};
  Route start{Method::post, "/api/copies", "beginCopy", "Take a number and compose a copy; repeated with the same token it is the same copy", begin, false, right, {}, "BeginCopy", "Copy"};
  Route again{Method::post, "/api/copies/{copy}/prepare", "prepareCopy", "The bytes that are signed next, fresh where they are too old", prepare, false, right, {}, "", "Copy"};
  Route finish{Method::post, "/api/copies/{copy}/sign", "signCopy", "Sign the bytes of this digest and go on; 409 when they are others by now", sign, false, right, {}, "SignCopy", "Copy"};
  Route form{Method::get, "/api/copies/needs", "copyNeeds", "What a person must say on the form of a copy", needs, false, right,
             {{"kind", ParameterType::text, "register_copy unless given", {"register_copy", "certified_copy", "sao_y", "sao_luc", "trich_sao", "reader_copy"}},
              {"entry", ParameterType::number, "of this entry", {}, 1}, {"page", ParameterType::number, "or this page", {}, 1}, {"document", ParameterType::number, "or this document", {}, 1},
              {"request", ParameterType::flag, "it answers a request"}}, "", "CopyNeeds"};
  start.slow = again.slow = finish.slow = form.slow = true;
  Route picture{Method::get, "/api/copies/{copy}/papers/{paper}", "copyPaper", "A page of it as a picture, as it is signed or was issued", paper, false, right};
  picture.answer_type = "image/png";
  Route bytes{Method::get, "/api/copies/{copy}/file", "copyFile", "The issued copy; handing it over stands in the log", file, false, right};
  bytes.answer_type = "application/pdf";
  return {
      {Method::get, "/api/copies", "listCopies", "Copies, newest first", list, false, right,
       {{"open", ParameterType::flag, "only those that are numbered and not issued"}, {"entry", ParameterType::number, "of this entry", {}, 1}, limit, offset}, "", "Copies"},
      form,
      start,
      {Method::get, "/api/copies/{copy}", "showCopy", "One copy and its history in the log", show, false, right, {}, "", "Copy"},
      again,
      finish,
      {Method::get, "/api/copies/{copy}/papers", "copyPapers", "How many pages it has", papers, false, right, {}, "", "CopyPapers"},
      picture,
      bytes,
      {Method::post, "/api/copies/{copy}/void", "voidCopy", "Give up a numbered copy; number and reason stay", void_it, false, right, {}, "Reason", "Copy"},
      {Method::post, "/api/copies/{copy}/replace", "replaceCopy", "Mark an issued copy as replaced", replace, false, right, {}, "ReplaceCopy", "Copy"},
      {Method::post, "/api/copies/{copy}/revoke", "revokeCopy", "Revoke an issued copy", revoke, false, Right::revoke_copies, {}, "Reason", "Copy"},
  };
}

}  // namespace sogoc::server
