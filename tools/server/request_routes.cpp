// Requests at the counter: recorded with their deadline, the queue, what is answered when nothing was found, and the papers.

#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "pipeline/copies/vietnam_time.hpp"
#include "tools/server/copy_json.hpp"
#include "tools/sogoc/copy_data.hpp"
#include "tools/sogoc/copy_sources.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/office_papers.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc::server {
namespace {

using web::Response;

constexpr std::size_t kMostTextBytes = 2000;

Result<Response> list(Call& call) {
  RequestFilter filter;
  if (call.text("all") == "true") {
    filter.limit = call.number("limit", 100);
    filter.offset = call.number("offset");
  } else {
    filter.overdue_at = SystemClock().now() + std::chrono::hours(24 * 3650);  // all that wait, the most urgent first
  }
  SOGOC_TRY(const auto requests, call.archive.copies().requests(filter));
  Json json = Json::array();
  for (const RequestDetails& request : requests)
    if (covers_request(call, request)) json.push_back(json_of_request(call, request));
  SOGOC_CHECK(call.looked_at("list_requests", "requests"));
  return json_response({{"requests", std::move(json)}});
}

Result<Response> show(Call& call) {
  SOGOC_TRY(const RequestDetails request, request_in_scope(call, call.number("request")));
  SOGOC_CHECK(call.looked_at("view_request", fmt::format("request {}", request.id)));
  SOGOC_TRY(const auto copies, call.archive.copies().copies({.request = request.id}));
  SOGOC_TRY(const auto reply, call.archive.copies().reply_to(request.id));
  Json json = json_of_request(call, request);
  json["made"] = Json::array();
  for (const CopyDetails& copy : copies) json["made"].push_back(json_of_copy(call, copy));
  json["reply_number"] = reply ? Json(reply->reply_number) : Json();
  return json_response(json);
}

Result<Response> create(Call& call) {
  NewRequest wanted;
  SOGOC_TRY(const std::string token, text_of(call.body, "token", 60));
  if (token.size() < 16) return fail(ErrorCode::usage, Retry::never, "token", "must be at least 16 letters that were never used before");
  Json plain = call.body;
  plain.erase("token");
  for (const auto& [key, value] : plain.items())
    if (value.is_string()) SOGOC_CHECK(text_of(plain, key.c_str(), kMostTextBytes));
  auto request = request_from_json(plain.dump());
  if (!request) return say_problem(400, "usage", request.error().message, request.error().subject);
  wanted.request = std::move(*request);
  if (wanted.request.source) SOGOC_CHECK(check_source_scope(call, *wanted.request.source, "source"));
  wanted.client_token = "console/" + call.name() + "/" + token;
  wanted.received_at = SystemClock().now();
  SOGOC_TRY(wanted.deadline, deadline_of(wanted.request, wanted.received_at));
  SOGOC_TRY(const RequestDetails made, call.archive.copies().add_request(wanted, officer(call)));
  return json_response(json_of_request(call, made));
}

Result<Response> not_found(Call& call) {
  SOGOC_TRY(const RequestDetails request, request_in_scope(call, call.number("request")));
  SOGOC_TRY(const std::string searched, text_of(call.body, "searched", kMostTextBytes));
  if (searched.find_first_not_of(" \t\n") == std::string::npos) return fail(ErrorCode::usage, Retry::never, "searched", "say where it was looked for");
  SOGOC_TRY(const BookSeries series, series_called(std::string(kReplySeries), SystemClock().now()));
  auto reply = call.archive.copies().answer_not_found(request.id, searched, series, officer(call));
  if (!reply) return say_office_problem(reply.error());
  SOGOC_TRY(const RequestDetails now, call.archive.copies().request(request.id));
  Json json = json_of_request(call, now);
  json["reply_number"] = reply->reply_number;
  return json_response(json);
}

Result<Response> end(Call& call) {
  SOGOC_TRY(const RequestDetails request, request_in_scope(call, call.number("request")));
  SOGOC_TRY(const std::string state, text_of(call.body, "state", 20));
  SOGOC_TRY(const std::string note, text_of(call.body, "note", kMostTextBytes));
  if (state != "answered" && state != "withdrawn") return fail(ErrorCode::usage, Retry::never, "state", "must be answered or withdrawn");
  SOGOC_TRY(const RequestDetails ended,
            call.archive.copies().end_request(request.id, state == "answered" ? RequestState::answered : RequestState::withdrawn, note, officer(call)));
  return json_response(json_of_request(call, ended));
}

// ---- Papers -------------------------------------------------------------------------------------

Result<FormValues> values_of(const Json& body) {
  FormValues values;
  const auto given = body.find("values");
  if (given == body.end()) return values;
  if (!given->is_object() || given->size() > 40) return fail(ErrorCode::usage, Retry::never, "values", "must be an object of texts");
  for (const auto& [key, value] : given->items()) {
    SOGOC_TRY(std::string text, text_of(*given, key.c_str(), kMostTextBytes));
    if (!text.empty()) values.emplace_back(key, std::move(text));
  }
  return values;
}

// The paper, or which words it still lacks: the page asks for them, with those of the last copy as a proposal.
Result<Response> write(Call& call, OfficePaper paper, const std::string& file_name, const std::string& subject) {
  const SystemClock clock;
  SOGOC_TRY(const CopyTemplate form, copy_template(paper.form, iso_day(vietnam_time(clock.now()).day)));
  SOGOC_TRY(paper.added, values_of(call.body));
  FormValues given = paper.known;
  given.insert(given.end(), paper.added.begin(), paper.added.end());
  given.emplace_back("body", call.office.identity.agency_name);
  given.emplace_back("date_in_words", "x");
  if (const std::string missing = missing_values(form, given, {}); !missing.empty()) return say_problem(400, "needs_values", tr("this paper also needs some words"), missing);
  SOGOC_TRY(const TemporaryFolder folder, TemporaryFolder::create());
  SOGOC_CHECK(write_paper(call.archive, paper, clock.now(), folder.path() / "paper.pdf"));
  SOGOC_CHECK(call.archive.catalogue().add_event(call.name(), paper.form, subject, ""));
  std::ifstream in(folder.path() / "paper.pdf", std::ios::binary);
  return pdf_answer(std::string{std::istreambuf_iterator<char>(in), {}}, file_name);
}

Result<Response> paper(Call& call) {
  SOGOC_TRY(const RequestDetails request, request_in_scope(call, call.number("request")));
  SOGOC_TRY(const std::string form, text_of(call.body, "form", 40));
  const std::string subject = fmt::format("request {}", request.id);
  if (form == "slip") return write(call, {"appointment_slip", slip_values(request), {}, {}}, fmt::format("giay-hen-{}.pdf", request.id), subject);
  if (form != "reply") return fail(ErrorCode::usage, Retry::never, "form", "must be slip or reply");
  SOGOC_TRY(const auto reply, call.archive.copies().reply_to(request.id));
  if (!reply) return fail(ErrorCode::conflict, Retry::after_operator, subject, "has no reply yet");
  return write(call, {"not_found_reply", reply_values(request, *reply), {}, {}}, fmt::format("tra-loi-{}.pdf", request.id), subject);
}

// What goes over the counter with an issued copy.
Result<Response> copy_paper(Call& call) {
  SOGOC_TRY(const CopyDetails copy, copy_in_scope(call, call.number("copy")));
  SOGOC_TRY(const std::string form, text_of(call.body, "form", 40));
  SOGOC_TRY(const std::string person, text_of(call.body, "person", 300));
  const std::string subject = fmt::format("copy {}", copy.id);
  if (copy.state != CopyState::issued || !copy.file)
    return fail(ErrorCode::conflict, Retry::after_operator, subject, fmt::format("is {}: only an issued copy is printed or handed over", name(copy.state)));
  const SystemClock clock;
  if (form == "print") {
    OfficePaper paper{"print_form", print_values(copy, call.office.identity, clock.now()), {}, copy.file};
    paper.known.emplace_back("converter", person);
    return write(call, std::move(paper), "ban-in-" + copy.copy_number + ".pdf", subject);
  }
  if (form != "receipt") return fail(ErrorCode::usage, Retry::never, "form", "must be print or receipt");
  std::optional<RequestDetails> request;
  if (copy.request) {
    SOGOC_TRY(request, call.archive.copies().request(*copy.request));
  }
  const auto source = ArchiveSources(call.archive, clock).gather(copy.source);
  OfficePaper paper{"hand_over_receipt", receipt_values(copy, request, source ? source->title : "", clock.now()), {}, {}};
  paper.known.emplace_back("recipient", person);
  paper.known.emplace_back("clerk", call.person->about.full_name.empty() ? call.name() : call.person->about.full_name);
  return write(call, std::move(paper), "giao-nhan-" + copy.copy_number + ".pdf", subject);
}

}  // namespace

std::vector<Route> request_routes() {
  using web::Method;
  constexpr auto right = Right::issue_copies;
  Route slip{Method::post, "/api/requests/{request}/paper", "requestPaper", "The appointment slip or the reply as PDF; 400 `needs_values` names the words that lack", paper, false, right, {}, "RequestPaper"};
  Route over{Method::post, "/api/copies/{copy}/paper", "copyPaperOver", "The receipt or the print form of an issued copy as PDF", copy_paper, false, right, {}, "CopyPaper"};
  for (Route* one : {&slip, &over}) {
    one->answer_type = "application/pdf";
    one->slow = true;
  }
  return {
      {Method::get, "/api/requests", "listRequests", "Requests that wait, the most urgent first", list, false, right,
       {{"all", ParameterType::flag, "also those that were answered, in the order of their coming"}, {"limit", ParameterType::number, "how many at most", {}, 1, 500}, {"offset", ParameterType::number, "how many to skip"}}, "", "Requests"},
      {Method::post, "/api/requests", "createRequest", "Record a request; its deadline is computed. Repeated with the same token it is the same request", create, false, right, {}, "NewRequest", "Request"},
      {Method::get, "/api/requests/{request}", "showRequest", "One request, its copies and its reply", show, false, right, {}, "", "Request"},
      {Method::post, "/api/requests/{request}/not-found", "answerNotFound", "Answer by a numbered reply that nothing was found", not_found, false, right, {}, "NotFound", "Request"},
      {Method::post, "/api/requests/{request}/end", "endRequest", "Answered, or withdrawn by who asked", end, false, right, {}, "EndRequest", "Request"},
      slip,
      over,
  };
}

}  // namespace sogoc::server
