// Anybody may have a copy checked: the file is opened in a limited worker, nothing is fetched from the network,
// and nothing is shown that the copy itself does not hold.

#include "pipeline/copies/qr_payload.hpp"
#include "storage/durable_file.hpp"
#include "tools/server/api.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/copy_answer.hpp"
#include "tools/sogoc/copy_check.hpp"
#include "tools/sogoc/copy_checker.hpp"
#include "tools/sogoc/copy_sources.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc::server {
namespace {

using web::Response;

constexpr CheckLimits kLimits{.memory_mb = 512, .wall = std::chrono::seconds(30), .max_bytes = kMostUploadBytes};

std::optional<Response> too_often(Call& call) {
  const auto pause = call.office.checks.take(call.from, std::chrono::steady_clock::now());
  if (pause.count() == 0) return std::nullopt;
  Response response = say_problem(429, "too_many", "too many files in a short time; wait a moment and try again");
  response.set("Retry-After", std::to_string(pause.count()));
  return response;
}

CheckTask new_task(Call& call) {
  CheckTask task;
  task.trust = trust_folder_of(call.archive);
  task.keys = task.trust / "keys";
  task.trial_archive = call.office.identity.trial;
  task.now = SystemClock().now();
  return task;
}

Verdict verdict_of(LogStatus status) {
  if (status == LogStatus::valid) return Verdict::valid;
  return status == LogStatus::unknown ? Verdict::undecidable : Verdict::invalid;
}

Response answer_with(const CheckAnswer& answer, const std::string& shown_name, const std::vector<AnswerRow>& rows, std::string_view status) {
  Json lines = Json::array();
  for (const std::string& line : answer_in_words(answer, shown_name, rows)) lines.push_back(line);
  const bool withdrawn = status == "replaced" || status == "revoked" || status == "voided";
  return json_response({{"verdict", withdrawn ? "invalid" : name(answer.verdict())}, {"status", status}, {"lines", std::move(lines)}});
}

Result<Response> check_upload(Call& call) {
  if (auto pause = too_often(call)) return std::move(*pause);
  if (!call.request.body_file) return fail(ErrorCode::usage, Retry::never, "file", "send the PDF as it is");
  CheckTask task = new_task(call);
  task.file = call.request.body_file->path();
  SOGOC_TRY(const Sha256 digest, digest_of_file(task.file));
  SOGOC_TRY(const auto copy, call.archive.copies().copy_by_file(digest));
  const LogStatus status = copy ? log_status(copy->state) : LogStatus::unknown;
  // A copy of the lowest level does not carry what its certificate was judged by; the office kept it.
  TemporaryFolder folder;
  if (copy) {
    SOGOC_TRY(folder, TemporaryFolder::create());
    task.bundle = folder.path() / "evidence.json";
    SOGOC_CHECK(write_file_durably(task.bundle, bundle_to_json(bundle_with(evidence_of(*copy)))));
  }
  auto answer = check_in_worker(task, kLimits);
  if (!answer) {
    answer.error().subject.clear();  // a name of our own scratch file
    return tl::unexpected<Error>(std::move(answer).error());
  }
  const std::string status_name(name(status));
  const std::vector<AnswerRow> rows{{tr("log of the office"), copy ? tr(status_name.c_str()) : tr("this file was not issued here"),
                                     verdict_of(status)}};
  return answer_with(*answer, "PDF", rows, status_name);
}

// What the log says of the copy that this address names; nothing that the copy itself does not hold.
Response answer_for_address(const std::optional<CopyDetails>& copy) {
  const LogStatus status = copy ? log_status(copy->state) : LogStatus::unknown;
  const std::string status_name(name(status));
  Json lines = Json::array();
  if (copy && status != LogStatus::unknown) lines.push_back(say("copy number {}: {}", copy->copy_number, tr(status_name.c_str())));
  else lines.push_back(tr("this office issued no copy with this code"));
  lines.push_back(tr("the file itself was not checked: choose it above, or scan the whole code"));
  const bool withdrawn = status == LogStatus::replaced || status == LogStatus::revoked || status == LogStatus::voided;
  return json_response({{"verdict", withdrawn ? "invalid" : "undecidable"}, {"status", status_name}, {"lines", std::move(lines)}});
}

// "HTTPS://HOST/T/TOKEN" that was opened or typed without what the symbol holds behind it.
std::optional<LookupToken> token_of_address(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  return token_from_text(slash == std::string_view::npos ? text : text.substr(slash + 1));
}

Result<Response> check_code(Call& call) {
  if (auto pause = too_often(call)) return std::move(*pause);
  SOGOC_TRY(const std::string text, text_of(call.body, "text", 4000));
  if (text.find('#') == std::string::npos)
    if (const auto token = token_of_address(text)) {
      SOGOC_TRY(const auto copy, call.archive.copies().copy_by_lookup(*token));
      return answer_for_address(copy);
    }
  CheckTask task = new_task(call);
  task.qr = text;
  SOGOC_TRY(const CheckAnswer answer, check_in_worker(task, kLimits));
  // Whose copy it is says the signed part of the code, not the address before it.
  LogStatus status = LogStatus::unknown;
  if (answer.verdict() == Verdict::valid) {
    if (const auto read = read_qr_text(text)) {
      SOGOC_TRY(const auto copy, call.archive.copies().copy_by_record(read->payload.record));
      if (copy) status = log_status(copy->state);
    }
  }
  const std::string status_name(name(status));
  const std::vector<AnswerRow> rows{{tr("log of the office"), status == LogStatus::unknown ? tr("this office issued no copy with this code") : tr(status_name.c_str()),
                                     verdict_of(status)}};
  return answer_with(answer, "QR", rows, status_name);
}

}  // namespace

std::vector<Route> verify_routes() {
  using web::Method;
  Route upload{Method::post, "/api/verify", "verifyCopy", "Check a copy: valid, invalid or undecidable, in words", check_upload, true, {}, {}, "", "Verdict"};
  upload.upload = upload.slow = true;
  Route code{Method::post, "/api/verify/code", "verifyCode", "Check the text of a copy's QR code, or only say what the log says of its address", check_code, true, {}, {}, "Code", "Verdict"};
  code.slow = true;
  return {upload, code};
}

}  // namespace sogoc::server
