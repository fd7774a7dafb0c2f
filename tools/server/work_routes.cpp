// How the work goes on: batches, their progress, what needs a person.

#include "tools/server/api.hpp"
#include "tools/server/progress_json.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc::server {
namespace {

using web::Response;

Json json_of_batch(const BatchRow& batch) {
  return {{"id", batch.id}, {"dossier", batch.dossier}, {"operator", batch.operator_name}, {"received_at", local_time(batch.received_at)},
          {"progress", json_of_progress(batch.progress)}};
}

Result<Response> list(Call& call) {
  SOGOC_TRY(const auto all, call.archive.catalogue().batches());
  Json json = Json::array();
  for (const BatchRow& batch : all)
    if (check_batch_scope(call, batch.id, batch.dossier)) json.push_back(json_of_batch(batch));
  return json_response({{"batches", std::move(json)}});
}

Result<Response> show(Call& call) {
  SOGOC_TRY(const BatchRow batch, call.archive.catalogue().batch(call.number("batch")));
  SOGOC_CHECK(check_batch_scope(call, batch.id, batch.dossier));
  SOGOC_TRY(const auto files, call.archive.catalogue().files(batch.id));
  PageFilter filter;
  filter.batch = batch.id;
  filter.states = {PageState::needs_person, PageState::quarantined};
  SOGOC_TRY(const auto pages, call.archive.catalogue().pages(filter));
  Json json = json_of_batch(batch);
  Json refused = Json::array(), waiting = Json::array();
  for (const FileRow& file : files)
    if (file.error) refused.push_back({{"file", file.ordinal}, {"name", file.name}, {"why", translated(file.error->message)}});
  for (const PageRow& page : pages) {
    Json reasons = Json::array();
    for (const std::string& reason : page.reasons) reasons.push_back(translated(reason));
    waiting.push_back({{"page", page.id}, {"name", page.name}, {"state", name(page.state)}, {"reasons", std::move(reasons)},
                       {"why", page.error ? translated(page.error->message) : ""}});
  }
  json["refused"] = std::move(refused);
  json["waiting"] = std::move(waiting);
  return json_response(json);
}

Result<Response> progress(Call& call) {
  SOGOC_TRY(const Progress all, call.archive.jobs().progress(std::nullopt));
  return json_response(json_of_progress(all));
}

// Answered by the console, which keeps the streams; only its right is checked here.
Result<Response> events(Call&) { return no_content(); }

}  // namespace

Json json_of_progress(const Progress& p) {
  return {{"files", p.files},
          {"files_failed", p.files_failed},
          {"documents", p.documents},
          {"documents_done", p.documents_done},
          {"documents_waiting", p.documents_waiting},
          {"pages", p.pages},
          {"pages_done", p.pages_done},
          {"pages_failed", p.pages_failed},
          {"pages_need_person", p.pages_need_person},
          {"queued", p.jobs_queued},
          {"running", p.jobs_leased}};
}

std::vector<Route> work_routes() {
  using web::Method;
  Route stream{Method::get, kEventsPath, "events", "Server-sent events: `progress` whenever the work of the archive went on", events, false, Right::see_work};
  stream.answer_type = "text/event-stream";
  return {
      {Method::get, "/api/batches", "listBatches", "What was received, newest first, with its progress", list, false, Right::see_work, {}, "", "Batches"},
      {Method::get, "/api/batches/{batch}", "showBatch", "One batch: what was refused and what needs a person", show, false, Right::see_work, {}, "", "Batch"},
      {Method::get, "/api/progress", "progress", "The work of the whole archive", progress, false, Right::see_work, {}, "", "Progress"},
      stream,
  };
}

}  // namespace sogoc::server
