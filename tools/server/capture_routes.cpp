// The capture station in the browser: places, devices, stacks that are being scanned, and what a person says about their pictures.

#include <algorithm>

#include <fmt/format.h>

#include "tools/server/api.hpp"
#include "tools/server/capture_runs.hpp"
#include "tools/server/phone_pictures.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/scan_desk.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc::server {
namespace {

using web::Response;

constexpr int kPreviewSide = 1600;

// ---- Places -------------------------------------------------------------------------------------

// Where sheets may go: what is open and within the person's scope. Who only scans may not look into it.
Result<Response> targets(Call& call) {
  SOGOC_TRY(const auto books, call.archive.books().books());
  SOGOC_TRY(const auto dossiers, call.archive.catalogue().dossiers());
  Json json = {{"books", Json::array()}, {"dossiers", Json::array()}, {"covers", call.scope().everything}};
  for (const RegisterBookRow& book : books) {
    if (book.state == RegisterBookState::closed || !covers_book(call.scope(), book.about.code, book.about.body)) continue;
    const EntryForm* form = call.office.forms.find("", book.about.kind);
    json["books"].push_back({{"code", book.about.code}, {"title", form == nullptr ? book.about.kind : form->title}, {"number", book.about.number}, {"body", book.about.body}, {"pages", book.counts.pages}});
  }
  for (const Dossier& dossier : dossiers)
    if (dossier.state == DossierState::open && covers_dossier(call.scope(), dossier.about.code)) json["dossiers"].push_back({{"code", dossier.about.code}, {"title", dossier.about.title}});
  return json_response(json);
}

Done check_target_scope(Call& call, const CaptureTarget& target) {
  if (!target.book.empty()) return check_book_scope(call, target.book);
  if (covers_dossier(call.scope(), target.dossier)) return {};
  return fail(ErrorCode::not_found, Retry::never, "dossier " + target.dossier, "does not exist");
}

Result<CaptureTarget> target_of(Call& call) {
  CaptureTarget target;
  if (call.body.contains("book")) {
    SOGOC_TRY(target.book, text_of(call.body, "book", 200));
  }
  if (call.body.contains("dossier")) {
    SOGOC_TRY(target.dossier, text_of(call.body, "dossier", 200));
  }
  if (!target.book.empty() && !target.dossier.empty()) return fail(ErrorCode::usage, Retry::never, "book", "and dossier cannot both be given");
  SOGOC_CHECK(check_target_scope(call, target));
  return target;
}

Result<CaptureSessionRow> session_in_scope(Call& call, CaptureSessionId id) {
  const auto refused = [&] { return fail(ErrorCode::not_found, Retry::never, fmt::format("scan session {}", id), "does not exist"); };
  auto row = call.archive.captures().session(id);
  if (!row) return row.error().code == ErrorCode::not_found ? refused() : tl::unexpected<Error>(row.error());
  if (!check_target_scope(call, row->target)) return refused();
  return row;
}

// ---- Devices and runs ---------------------------------------------------------------------------

Result<Response> devices(Call& call) {
  SOGOC_TRY(const auto found, call.office.captures->devices(call.text("anew") == "true"));
  Json json = Json::array();
  for (const ScanDevice& one : found) json.push_back({{"device", one.id}, {"vendor", one.vendor}, {"model", one.model}, {"kind", one.kind}});
  return json_response({{"devices", std::move(json)}});
}

Result<Response> offers(Call& call) {
  SOGOC_TRY(Json found, call.office.captures->offers(call.text("device")));
  return json_response({{"offers", std::move(found)}});
}

// The session of a run, once its first sheet is in the archive.
Result<CaptureSessionId> session_of(Call& call, const CaptureRun& run) {
  if (run.wish.role != OrderRole::stack) return run.wish.session;
  if (run.session.empty() && (run.state != RunState::failed || run.wish.anew)) return CaptureSessionId{0};
  SOGOC_TRY(const auto sessions, call.archive.captures().sessions());
  // One that failed before its first sheet went on with a stack that was cut off before: that is the one to look at.
  const auto found = std::find_if(sessions.begin(), sessions.end(), [&](const CaptureSessionRow& row) {
    if (!run.session.empty()) return row.name == run.session;
    return row.state == CaptureState::open && row.device == run.wish.device && row.target == run.wish.target && row.operator_name == run.wish.by;
  });
  return found == sessions.end() ? CaptureSessionId{0} : found->id;
}

Result<Json> json_of_run(Call& call, const CaptureRun& run) {
  SOGOC_TRY(const CaptureSessionId session, session_of(call, run));
  Json json = {{"run", run.id}, {"state", name(run.state)}, {"device", run.wish.device}, {"book", run.wish.target.book}, {"dossier", run.wish.target.dossier}, {"role", name(run.wish.role)},
               {"by", run.wish.by}, {"started_at", local_time(run.started_at)}, {"pictures", run.sides}, {"session", session}, {"why", ""}, {"code", ""}};
  // Sent again it goes on where it stopped.
  const CaptureWish& wish = run.wish;
  json["wish"] = {{"device", wish.device}, {"source", wish.source}, {"mode", wish.mode}, {"dpi", wish.dpi}, {"width_mm", wish.width_mm}, {"height_mm", wish.height_mm}, {"pages", wish.pages}, {"two_passes", wish.two_passes}, {"role", name(wish.role)}};
  for (const auto& [key, value] : {std::pair{"book", wish.target.book}, std::pair{"dossier", wish.target.dossier}, std::pair{"reason", wish.reason}})
    if (!value.empty()) json["wish"][key] = value;
  if (wish.declared) json["wish"]["declared"] = *wish.declared;
  if (wish.session > 0) json["wish"].update({{"session", wish.session}, {"sheet", wish.sheet}, {"back", wish.back}});
  if (run.why) {
    json["why"] = run.why->subject.empty() ? translated(run.why->message) : run.why->subject + ": " + translated(run.why->message);
    json["code"] = name(run.why->code);
  }
  return json;
}

Result<CaptureRun> run_in_scope(Call& call, std::int64_t id) {
  SOGOC_TRY(CaptureRun run, call.office.captures->run(id));
  if (!check_target_scope(call, run.wish.target)) return fail(ErrorCode::not_found, Retry::never, fmt::format("scan {}", id), "does not exist");
  return run;
}

Result<std::int64_t> number_within(const Json& body, const char* key, std::int64_t least, std::int64_t most, std::int64_t otherwise) {
  if (!body.contains(key)) return otherwise;
  SOGOC_TRY(const std::int64_t value, number_of(body, key));
  if (value < least || value > most) return fail(ErrorCode::usage, Retry::never, key, fmt::format("must be a whole number from {} to {}", least, most));
  return value;
}

Result<CaptureWish> wish_of(Call& call) {
  const Json& body = call.body;
  const auto yes = [&](const char* key) { return body.contains(key) && body[key] == true; };
  CaptureWish wish;
  SOGOC_TRY(wish.device, text_of(body, "device", 300));
  if (body.contains("source")) {
    SOGOC_TRY(wish.source, text_of(body, "source", 20));
    if (!wish.source.empty() && !scan_source_named(wish.source)) return fail(ErrorCode::usage, Retry::never, "source", "must be one of: flatbed, adf, adf-back, adf-duplex");
  }
  if (body.contains("mode")) {
    SOGOC_TRY(wish.mode, text_of(body, "mode", 20));
    if (!scan_mode_named(wish.mode)) return fail(ErrorCode::usage, Retry::never, "mode", "must be one of: lineart, gray, colour");
  }
  SOGOC_TRY(const std::int64_t dpi, number_within(body, "dpi", 25, 9600, 300));
  wish.dpi = static_cast<int>(dpi);
  SOGOC_TRY(wish.width_mm, number_within(body, "width_mm", 0, 2000, 0));
  SOGOC_TRY(wish.height_mm, number_within(body, "height_mm", 0, 20'000, 0));
  SOGOC_TRY(wish.pages, number_within(body, "pages", 0, 100'000, 0));
  wish.two_passes = yes("two_passes");
  wish.returned = yes("returned");
  wish.anew = yes("anew");
  wish.by = call.name();
  if (body.contains("role")) {
    SOGOC_TRY(const std::string role, text_of(body, "role", 20));
    const auto known = order_role_named(role);
    if (!known) return fail(ErrorCode::usage, Retry::never, "role", "must be one of: stack, backs, replace, insert");
    wish.role = *known;
  }
  if (wish.role == OrderRole::stack) {
    SOGOC_TRY(wish.target, target_of(call));
    if (body.contains("declared")) {
      SOGOC_TRY(wish.declared, number_within(body, "declared", 0, 100'000, 0));
    }
    return wish;
  }
  SOGOC_TRY(wish.session, number_of(body, "session"));
  SOGOC_TRY(const CaptureSessionRow session, session_in_scope(call, wish.session));
  wish.target = session.target;
  if (wish.role == OrderRole::backs) return wish;
  SOGOC_TRY(wish.sheet, number_within(body, "sheet", 0, 1'000'000, 0));
  wish.back = yes("back");
  SOGOC_TRY(wish.reason, text_of(body, "reason", 500));
  if (wish.reason.find_first_not_of(" \t\n") == std::string::npos) return fail(ErrorCode::usage, Retry::never, "reason", "say why; it is kept for good");
  return wish;
}

Result<Response> start(Call& call) {
  SOGOC_TRY(const CaptureWish wish, wish_of(call));
  SOGOC_TRY(const CaptureRun run, call.office.captures->start(wish));
  SOGOC_CHECK(call.archive.catalogue().add_event(call.name(), "scan_begun", "scanner " + wish.device, wish.target.book + wish.target.dossier));
  SOGOC_TRY(Json json, json_of_run(call, run));
  return json_response(json);
}

Result<Response> runs(Call& call) {
  Json json = Json::array();
  for (const CaptureRun& run : call.office.captures->runs()) {
    if (!check_target_scope(call, run.wish.target)) continue;
    SOGOC_TRY(Json one, json_of_run(call, run));
    json.push_back(std::move(one));
  }
  return json_response({{"runs", std::move(json)}});
}

Result<Response> show_run(Call& call) {
  SOGOC_TRY(const CaptureRun run, run_in_scope(call, call.number("run")));
  SOGOC_TRY(Json json, json_of_run(call, run));
  return json_response(json);
}

Result<Response> stop_run(Call& call) {
  SOGOC_TRY(const CaptureRun run, run_in_scope(call, call.number("run")));
  SOGOC_CHECK(call.office.captures->stop(run.id));
  return no_content();
}

// Answered by the console, which has the stream; only right and scope are checked here.
Result<Response> run_events(Call& call) {
  SOGOC_TRY(const CaptureRun run, run_in_scope(call, call.number("run")));
  (void)run;
  return no_content();
}

// ---- Sessions -----------------------------------------------------------------------------------

Json words_of(const std::vector<std::string>& sentences) {
  Json json = Json::array();
  for (const std::string& sentence : sentences) json.push_back(translated(sentence));
  return json;
}

Result<Response> sessions(Call& call) {
  SOGOC_TRY(const auto rows, call.archive.captures().sessions());
  Json json = Json::array();
  const auto most = static_cast<std::size_t>(call.number("limit", 50));
  for (const CaptureSessionRow& row : rows) {
    if (json.size() >= most) break;
    if (call.text("open") == "true" && (row.state == CaptureState::finished || row.state == CaptureState::dropped)) continue;
    if (check_target_scope(call, row.target)) json.push_back(sogoc::json_of(row));
  }
  return json_response({{"sessions", std::move(json)}});
}

Result<Response> answer_session(Call& call, CaptureSessionId id) {
  SOGOC_TRY(const CaptureSessionRow session, call.archive.captures().session(id));
  SOGOC_TRY(const auto images, call.archive.captures().images(id));
  SOGOC_TRY(const Assembly assembly, call.archive.captures().assembly(id));
  Json json = sogoc::json_of(session, images, assembly);
  for (Json& image : json["images"]) {
    image["image"] = image["picture"];
    image.erase("picture");
    for (Json& finding : image["findings"]) finding["text"] = shown_finding(finding_of(finding));
  }
  json["problems"] = words_of(assembly.problems);
  json["differences"] = words_of(assembly.differences);
  return json_response(json);
}

Result<Response> show_session(Call& call) {
  SOGOC_TRY(const CaptureSessionRow session, session_in_scope(call, call.number("session")));
  SOGOC_CHECK(call.looked_at("view_scan", fmt::format("scan session {}", session.id)));
  return answer_session(call, session.id);
}

Result<CaptureImageRow> image_of(Call& call, CaptureSessionId session) {
  const CaptureImageId id = call.number("image");
  SOGOC_TRY(const auto images, call.archive.captures().images(session));
  const auto found = std::find_if(images.begin(), images.end(), [id](const CaptureImageRow& row) { return row.id == id; });
  if (found == images.end()) return fail(ErrorCode::not_found, Retry::never, fmt::format("picture {}", id), "does not exist");
  return *found;
}

Result<Response> picture(Call& call) {
  SOGOC_TRY(const CaptureSessionRow session, session_in_scope(call, call.number("session")));
  SOGOC_TRY(const CaptureImageRow image, image_of(call, session.id));
  if (!call.may_wait) return call.later();
  PageFile file;
  file.digest = image.about.digest;
  SOGOC_TRY(file.master, call.archive.blobs().find(image.about.digest));
  file.master = std::filesystem::absolute(file.master);
  const std::int64_t side = call.number("side", kPreviewSide);
  SOGOC_TRY(const auto tiles, call.office.pictures->tiles_of(file));
  Response response;
  // As the camera was held, where the file says it.
  SOGOC_TRY(response.body, call.office.pictures->cut(file, "full", fmt::format("!{},{}", side, side), std::to_string(tiles->turn()), "default.jpg"));
  response.set("Content-Type", "image/jpeg");
  response.set("Cache-Control", "private, max-age=600");
  return response;
}

Result<Response> decide(Call& call) {
  SOGOC_TRY(const CaptureSessionRow session, session_in_scope(call, call.number("session")));
  SOGOC_TRY(const std::string decision, text_of(call.body, "decision", 20));
  SOGOC_TRY(const std::string reason, text_of(call.body, "reason", 500));
  if (decision != "accepted" && decision != "rejected") return fail(ErrorCode::usage, Retry::never, "decision", "must be one of: accepted, rejected");
  if (reason.find_first_not_of(" \t\n") == std::string::npos) return fail(ErrorCode::usage, Retry::never, "reason", "say why; it is kept for good");
  SOGOC_CHECK(call.archive.captures().decide(session.id, call.number("image"), decision == "accepted" ? ImageDecision::accepted : ImageDecision::rejected, call.name(), reason));
  return answer_session(call, session.id);
}

Result<Response> finish(Call& call) {
  SOGOC_TRY(const CaptureSessionRow session, session_in_scope(call, call.number("session")));
  std::string accept;
  if (call.body.contains("accept")) {
    SOGOC_TRY(accept, text_of(call.body, "accept", 500));
  }
  if (is_phone(session)) SOGOC_CHECK(call.archive.captures().end_order(session.name));
  SOGOC_TRY(const auto batches, call.archive.captures().finish(session.id, ReadingSettings{}, call.name(), accept));
  return json_response({{"session", session.id}, {"batches", batches}});
}

Result<Response> drop(Call& call) {
  SOGOC_TRY(const CaptureSessionRow session, session_in_scope(call, call.number("session")));
  SOGOC_TRY(const std::string reason, text_of(call.body, "reason", 500));
  SOGOC_CHECK(call.archive.captures().drop(session.id, call.name(), reason));
  return no_content();
}

// ---- Telephones ---------------------------------------------------------------------------------

Result<Response> take_photograph(Call& call) {
  PhonePicture wish;
  SOGOC_TRY(wish.upload, number_of(call.body, "upload"));
  wish.by = call.name();
  wish.device = std::string(call.request.header("user-agent").substr(0, 200));
  if (call.body.contains("session")) {
    SOGOC_TRY(const std::int64_t id, number_of(call.body, "session"));
    SOGOC_TRY(wish.session, session_in_scope(call, id));
  } else {
    SOGOC_TRY(wish.target, target_of(call));
    if (call.body.contains("declared")) {
      SOGOC_TRY(wish.declared, number_within(call.body, "declared", 0, 100'000, 0));
    }
  }
  for (const auto& [key, role] : {std::pair{"replace", OrderRole::replace}, std::pair{"insert_after", OrderRole::insert}}) {
    if (!call.body.contains(key)) continue;
    if (!wish.session || wish.role != OrderRole::stack) return fail(ErrorCode::usage, Retry::never, key, "needs a session, and one of replace and insert_after");
    wish.role = role;
    SOGOC_TRY(wish.sheet, number_within(call.body, key, 0, 1'000'000, 0));
    SOGOC_TRY(wish.reason, text_of(call.body, "reason", 500));
    if (wish.reason.find_first_not_of(" \t\n") == std::string::npos) return fail(ErrorCode::usage, Retry::never, "reason", "say why; it is kept for good");
  }
  SOGOC_TRY(const CaptureSessionId session, call.office.photographs->take(call.archive, wish));
  return answer_session(call, session);
}

}  // namespace

std::vector<Route> capture_routes() {
  using web::Method;
  constexpr auto right = Right::take_in;
  Route list{Method::get, "/api/capture/devices", "listScanners", "Scanners that answer, and those that the administrator named", devices, false, right, {{"anew", ParameterType::flag, "ask the drivers again"}}, "", "Scanners"};
  Route about{Method::get, "/api/capture/offers", "scannerOffers", "What a scanner can do", offers, false, right, {{"device", ParameterType::text, "as listed"}}, "", "ScannerOffers"};
  Route begin{Method::post, "/api/capture/runs", "beginScan", "Take a stack, its backs, a sheet again or sheets in between from a scanner", start, false, right, {}, "BeginScan", "ScanRun"};
  Route preview{Method::get, "/api/capture/sessions/{session}/images/{image}", "scannedPicture", "A scanned side as a picture to look at", picture, false, right,
                {{"side", ParameterType::number, "pixels of its longer side at most", {}, 100, 2000}}};
  preview.answer_type = "image/jpeg";
  Route stream{Method::get, "/api/capture/runs/{run}/events", "scanEvents", "Server-sent events: `side` for each picture with its verdict, `state` when it ends", run_events, false, right};
  stream.answer_type = "text/event-stream";
  Route photograph{Method::post, "/api/capture/photographs", "takePhotograph", "A file that arrived becomes the next sheet of a session, or of a new one", take_photograph, false, right, {}, "TakePhotograph", "ScanSession"};
  list.slow = about.slow = begin.slow = photograph.slow = true;
  return {
      {Method::get, "/api/capture/targets", "listTargets", "Open books and dossiers that this person's sheets may go to", targets, false, right, {}, "", "Targets"},
      list, about,
      {Method::get, "/api/capture/runs", "listScans", "Scans since the server was started, newest first", runs, false, right, {}, "", "ScanRuns"},
      begin, stream,
      {Method::get, "/api/capture/runs/{run}", "showScan", "How a scan stands", show_run, false, right, {}, "", "ScanRun"},
      {Method::del, "/api/capture/runs/{run}", "stopScan", "Stop a scan; what is safe stays", stop_run, false, right},
      {Method::get, "/api/capture/sessions", "listScanSessions", "Scan sessions, newest first", sessions, false, right, {{"open", ParameterType::flag, "only those that are no pages yet"}, {"limit", ParameterType::number, "how many at most", {}, 1, 500}}, "", "ScanSessions"},
      {Method::get, "/api/capture/sessions/{session}", "showScanSession", "A session with its pictures and what stands in the way of their becoming pages", show_session, false, right, {}, "", "ScanSession"},
      preview,
      {Method::post, "/api/capture/sessions/{session}/images/{image}/decision", "decidePicture", "A picture stays in spite of its verdict, or becomes no page", decide, false, right, {}, "DecidePicture", "ScanSession"},
      {Method::post, "/api/capture/sessions/{session}/finish", "finishScanSession", "Pages of all that was accepted", finish, false, right, {}, "FinishScan", "ScanFinished"},
      {Method::post, "/api/capture/sessions/{session}/drop", "dropScanSession", "A session that becomes no pages", drop, false, right, {}, "Reason"},
      photograph,
  };
}

}  // namespace sogoc::server
