#include "tools/server/console.hpp"

#include <algorithm>
#include <future>

#include <fmt/format.h>

#include "pipeline/core/log.hpp"
#include "pipeline/jobs/guarded.hpp"
#include "tools/server/capture_runs.hpp"
#include "tools/server/passwords.hpp"
#include "tools/server/progress_json.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc::server {
namespace {

using web::Method;
using web::Request;
using web::Response;

bool is_path(const Request& request, std::initializer_list<std::string_view> path) {
  return std::equal(request.path.begin(), request.path.end(), path.begin(), path.end());
}

bool changes_something(Method method) { return method != Method::get && method != Method::head; }

// A page of another site cannot forge these two headers; a program that sends none is not a browser.
bool from_our_own_page(const Request& request) {
  const std::string_view site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return false;
  const std::string_view origin = request.header("origin");
  if (origin.empty()) return true;
  const std::size_t scheme = origin.find("://");
  return scheme != std::string_view::npos && origin.substr(scheme + 3) == request.header("host");
}

Response not_found() { return say_problem(404, "not_found", "there is nothing at this address"); }

Response busy() {
  Response response = say_problem(503, "busy", "too many people ask at once; try again in a moment");
  response.set("Retry-After", "2");
  return response;
}

std::string methods_in_words(const std::vector<Method>& methods) {
  std::string text;
  for (const Method method : methods) {
    const char* name = method == Method::get ? "GET" : method == Method::post ? "POST" : method == Method::put ? "PUT" : "DELETE";
    text += (text.empty() ? "" : ", ") + std::string(name);
  }
  return text;
}

bool is_picture(const Request& request) { return !request.path.empty() && request.path.front() == "iiif"; }

}  // namespace

Console::Console(ConsoleSettings settings, Office& office, Assets assets)
    : settings_(settings), office_(office), assets_(std::move(assets)), events_(office.archive) {}

Console::~Console() { stopped(); }

Done Console::start() {
  // Each thread opens the archive itself: a database belongs to the thread that opened it.
  const auto begin = [this](Queue& queue) -> Done {
    std::promise<Done> opened;
    auto answer = opened.get_future();
    threads_.emplace_back([this, &queue, opened = std::move(opened)]() mutable {
      auto archive = Archive::open(office_.archive);
      if (!archive) return opened.set_value(tl::unexpected<Error>(std::move(archive).error()));
      opened.set_value({});
      work(queue, std::move(*archive));
    });
    return answer.get();
  };
  for (int i = 0; i < settings_.desks; ++i) SOGOC_CHECK(begin(quick_));
  for (int i = 0; i < settings_.slow_desks; ++i) SOGOC_CHECK(begin(slow_));
  events_.start();
  return {};
}

// ---- In the server's thread ---------------------------------------------------------------------

web::BodyPlan Console::plan(const Request& head) {
  web::BodyPlan plan;
  const Match match = find_route(head);
  if (match.route == nullptr) return plan;  // a body for nobody: 413 unless it is empty
  if (match.route->upload) plan = {match.route->most_upload_bytes, true, {}};
  else if (!match.route->body.empty()) plan.most_bytes = kMostJsonBytes;
  return plan;
}

void Console::answer(Request request, std::shared_ptr<web::Reply> reply) {
  const auto since = std::chrono::steady_clock::now();
  const SpeakLanguage speak(language_of(request));
  const auto at_once = [&](Response response, const char* name, bool is_page) {
    metrics_.answered(name, response.status, std::chrono::steady_clock::now() - since);
    finish(response, is_page);
    reply->send(std::move(response));
  };
  const bool looks = !changes_something(request.method);
  if (looks && is_path(request, {"health"})) return at_once(health(), "health", false);
  if (looks)
    if (auto asset = assets_.find(request)) return at_once(std::move(*asset), "page", true);
  if (request.method == Method::other && is_picture(request) && !request.header("access-control-request-method").empty()) {
    Response response;  // a viewer of another site asks what it may ask
    response.status = 204;
    response.set("Access-Control-Allow-Methods", "GET, HEAD");
    response.set("Access-Control-Max-Age", "600");
    share_with_viewers(request, response);
    return at_once(std::move(response), "cors", false);
  }
  Match match = find_route(request);
  if (is_path(request, {"metrics"}) && looks) {
    // Figures without names, for the monitor of this machine.
    const bool local = request.peer == "127.0.0.1" || request.peer == "::1";
    if (local && request.header("x-forwarded-for").empty()) return at_once(metrics_text(), "metrics", false);
  }
  if (match.route == nullptr) {
    if (match.others.empty()) return at_once(not_found(), "none", false);
    Response response = say_problem(405, "method", "this address is not asked in this way");
    response.set("Allow", methods_in_words(match.others));
    return at_once(std::move(response), "none", false);
  }
  asked_at_ = since.time_since_epoch().count();
  Queue& queue = match.route->slow ? slow_ : quick_;
  Job job{std::move(request), reply, std::move(match), since};
  if (!put_into(queue, job)) at_once(busy(), "busy", false);
}

bool Console::put_into(Queue& queue, Job& job) {
  const std::lock_guard lock(lock_);
  if (stopping_ || queue.jobs.size() >= settings_.most_waiting) return false;
  queue.jobs.push_back(std::move(job));
  queue.wake.notify_one();
  return true;
}

Response Console::refusal(unsigned status, const Request& head) {
  const SpeakLanguage speak(language_of(head));
  Response response = say_problem(status, "malformed", "the request cannot be understood");
  if (status == 413) response = say_problem(status, "too_large", "that is more than is taken here; send a smaller file");
  if (status == 431) response = say_problem(status, "malformed", "the head of the request is too long");
  if (status >= 500) response = say_problem(status, "internal", "something went wrong here; it was written down, try again or tell the administrator");
  metrics_.answered("refused", status, {});
  finish(response, false);
  return response;
}

std::chrono::milliseconds Console::quiet_for() const {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - Clock::time_point(Clock::duration(asked_at_.load())));
}

void Console::stopping() {
  events_.stop();
  office_.captures->silence();
}

void Console::stopped() {
  {
    const std::lock_guard lock(lock_);
    stopping_ = true;
    quick_.jobs.clear();
    slow_.jobs.clear();
  }
  quick_.wake.notify_all();
  slow_.wake.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  events_.stop();
}

// ---- In the threads of the desks ----------------------------------------------------------------

void Console::work(Queue& queue, std::unique_ptr<Archive> archive) {
  std::unique_lock lock(lock_);
  while (true) {
    queue.wake.wait(lock, [&] { return stopping_ || !queue.jobs.empty(); });
    if (stopping_) return;
    Job job = std::move(queue.jobs.front());
    queue.jobs.pop_front();
    lock.unlock();
    do_job(std::move(job), *archive, &queue == &slow_);
    lock.lock();
  }
}

void Console::do_job(Job job, Archive& archive, bool may_wait) {
  const SpeakLanguage speak(language_of(job.request));
  auto answered = answer_of(job, archive, may_wait);
  if (!answered && put_into(slow_, job)) return;
  Response response = answered ? std::move(*answered) : busy();
  metrics_.answered(job.match.route->id, response.status, std::chrono::steady_clock::now() - job.since);
  if (response.status == 204 && job.match.route->answer_type == "text/event-stream") {
    Response head;
    head.set("Content-Type", "text/event-stream");
    finish(head, false);
    auto sink = job.reply->open_events(std::move(head));
    if (job.match.route->path == kEventsPath) events_.add(std::move(sink));
    else office_.captures->listen(std::stoll(job.match.path.at("run")), std::move(sink), language_of(job.request));
    return;
  }
  finish(response, false);
  share_with_viewers(job.request, response);
  job.reply->send(std::move(response));
}

std::optional<Response> Console::answer_of(const Job& job, Archive& archive, bool may_wait) {
  const Route& route = *job.match.route;
  const Request& request = job.request;
  if (!has_admin(archive)) return say_problem(503, "no_admin", "nobody may sign in yet: the administrator makes the first account with `sogoc user create`");
  if (changes_something(request.method) && !from_our_own_page(request))
    return say_problem(403, "foreign_page", "a page of another site asked for this; open the console itself");
  Call call{request, office_, archive};
  call.path = job.match.path;
  call.from = address_of(request);
  call.may_wait = may_wait;
  if (!route.open) {
    call.token = request.cookie(office_.secure_cookies ? "__Host-sogoc" : "sogoc").value_or("");
    if (call.token.empty() || call.token.size() > 100) return say_problem(401, "no_session", "sign in first");
    auto person = archive.people().session(digest_of_token(call.token), office_.session);
    if (!person) return say_problem(person.error());
    if (!*person) return say_problem(401, "no_session", "the session has ended; sign in again");
    call.person = std::move(*person);
    if (changes_something(request.method) && !same_secret(request.header("x-csrf-token"), csrf_of_token(call.token)))
      return say_problem(403, "no_csrf", "the page is out of date; load it again");
    if (route.right && !call.may(*route.right)) return say_problem(403, "no_right", "your role does not allow this");
  }
  if (const auto query = check_query(route, request); !query) return say_problem(query.error());
  if (!route.body.empty()) {
    if (!request.header("content-type").starts_with("application/json")) return say_problem(415, "no_json", "send JSON: Content-Type: application/json");
    call.body = Json::parse(request.body, nullptr, false);
    if (!call.body.is_object()) return say_problem(400, "no_json", "the body is no JSON object");
  }
  auto answer = guarded(route.id, [&] { return route.handler(call); });
  if (call.wants_to_wait) return std::nullopt;
  if (answer) return std::move(*answer);
  const Error& error = answer.error();
  // Where, not what: a message may hold what a page says.
  if (status_of(error.code) == 500) Log().error("route={} [{}] {}:{}", route.id, name(error.code), error.origin.file_name(), error.origin.line());
  return say_problem(error);
}

bool Console::has_admin(Archive& archive) {
  if (has_admin_) return true;
  const auto there = archive.people().has_admin();
  if (there && *there) has_admin_ = true;
  return has_admin_;
}

// ---- Small answers ------------------------------------------------------------------------------

Response Console::health() const { return json_response({{"status", "ok"}, {"version", SOGOC_VERSION}}); }

Response Console::metrics_text() const {
  double quick = 0, slow = 0;
  {
    const std::lock_guard lock(lock_);
    quick = static_cast<double>(quick_.jobs.size());
    slow = static_cast<double>(slow_.jobs.size());
  }
  const double up = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  Response response;
  response.set("Content-Type", "text/plain; version=0.0.4");
  response.body = metrics_.text({{"up_seconds", "Since the server was started", up},
                                 {"requests_waiting", "Requests that no thread has taken yet", quick},
                                 {"slow_requests_waiting", "The same of those that start a worker process", slow},
                                 {"event_streams", "Streams of events that are open", static_cast<double>(events_.listeners())}});
  return response;
}

const MessageCatalogue* Console::language_of(const Request& request) const {
  // A page says which language it shows; without one Vietnamese is spoken, unless the browser asks for English.
  const std::string_view asked = request.header("accept-language");
  return asked.starts_with("en") ? nullptr : office_.vietnamese.get();
}

std::string Console::address_of(const Request& request) const {
  if (!office_.behind_proxy) return request.peer;
  const std::string_view told = request.header("x-forwarded-for");
  const std::size_t comma = told.rfind(',');
  std::string_view last = comma == std::string_view::npos ? told : told.substr(comma + 1);
  while (!last.empty() && last.front() == ' ') last.remove_prefix(1);
  return last.empty() || last.size() > 45 ? request.peer : std::string(last);
}

// Another site's viewer gets the pictures of who is signed in here only when the administrator named that site. To all
// others "*" says: without a session, and then there is nothing to get.
void Console::share_with_viewers(const Request& request, Response& response) const {
  if (!is_picture(request)) return;
  const std::string origin(request.header("origin"));
  const bool known = !origin.empty() && std::find(office_.viewers.begin(), office_.viewers.end(), origin) != office_.viewers.end();
  response.set("Access-Control-Allow-Origin", known ? origin : "*");
  response.set("Vary", "Origin");
  if (!known) return;
  response.set("Access-Control-Allow-Credentials", "true");
  for (auto& [name, value] : response.headers)
    if (name == "Cross-Origin-Resource-Policy") value = "same-site";
}

void Console::finish(Response& response, bool is_page) const {
  response.set("Content-Security-Policy",
               "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; "
               "frame-ancestors 'none'; base-uri 'none'");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Frame-Options", "DENY");
  response.set("Referrer-Policy", "no-referrer");
  response.set("Cross-Origin-Opener-Policy", "same-origin");
  response.set("Cross-Origin-Resource-Policy", "same-origin");
  response.set("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
  if (office_.secure_cookies) response.set("Strict-Transport-Security", "max-age=31536000");
  if (!is_page) {
    bool said = false;
    for (const auto& [name, value] : response.headers) said = said || name == "Cache-Control";
    if (!said) response.set("Cache-Control", "no-store");
  }
}

}  // namespace sogoc::server
