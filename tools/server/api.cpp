#include "tools/server/api.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc::server {
namespace {

constexpr std::chrono::minutes kLookStep{10};
constexpr std::size_t kMostLooks = 50'000;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

tl::unexpected<Error> malformed(const std::string& what, std::string why) { return fail(ErrorCode::usage, Retry::never, what, std::move(why)); }

tl::unexpected<Error> no_such(const std::string& what) { return fail(ErrorCode::not_found, Retry::never, what, "does not exist"); }

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

bool fits(const Route& route, const web::Request& request, std::map<std::string, std::string>& path) {
  const auto parts = parts_of(route.path);
  if (parts.size() != request.path.size()) return false;
  path.clear();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& given = request.path[i];
    if (parts[i].size() < 2 || parts[i].front() != '{') {
      if (parts[i] != given) return false;
      continue;
    }
    const std::string_view name = parts[i].substr(1, parts[i].size() - 2);
    if (given.empty() || given.size() > 200) return false;
    if (is_number_name(name)) {
      const auto value = whole_number(given);
      if (!value || *value < 1 || std::to_string(*value) != given) return false;
    }
    path.emplace(name, given);
  }
  return true;
}

}  // namespace

bool Office::first_look(PersonId person, const std::string& subject) {
  const auto now = std::chrono::steady_clock::now();
  const std::string key = fmt::format("{} {}", person, subject);
  const std::lock_guard lock(looks_lock_);
  if (looks_.size() > kMostLooks) std::erase_if(looks_, [now](const auto& one) { return one.second + kLookStep <= now; });
  if (looks_.size() > kMostLooks) looks_.clear();  // too much in the log is better than too little
  auto& last = looks_[key];
  const bool first = last == std::chrono::steady_clock::time_point{} || last + kLookStep <= now;
  if (first) last = now;
  return first;
}

std::int64_t Call::number(std::string_view name, std::int64_t otherwise) const {
  if (const auto known = path.find(std::string(name)); known != path.end()) return whole_number(known->second).value_or(otherwise);
  const auto given = request.parameter(name);
  return given ? whole_number(*given).value_or(otherwise) : otherwise;
}

std::string Call::text(std::string_view name) const {
  if (const auto known = path.find(std::string(name)); known != path.end()) return known->second;
  return request.parameter(name).value_or("");
}

Done Call::looked_at(const std::string& what, const std::string& subject) {
  if (!office.first_look(person->id, subject)) return {};
  return archive.catalogue().add_event(name(), what, subject, "");
}

// ---- Routes -------------------------------------------------------------------------------------

bool is_number_name(std::string_view name) {
  return name == "entry" || name == "page" || name == "document" || name == "batch" || name == "ticket" ||
         name == "copy" || name == "request" || name == "paper" || name == "upload" || name == "mark" || name == "session" || name == "image" || name == "run";
}

const std::vector<Route>& routes() {
  static const std::vector<Route> all = [] {
    std::vector<Route> list;
    for (auto* part : {session_routes, verify_routes, book_routes, entry_routes, find_routes, sign_in_routes, request_routes, copy_routes, document_routes, picture_routes, work_routes, people_routes, row_routes,
                       word_routes, keying_routes, upload_routes, capture_routes, report_routes, search_routes})
      for (Route& route : part()) list.push_back(std::move(route));
    return list;
  }();
  return all;
}

Match find_route(const web::Request& request) {
  const web::Method method = request.method == web::Method::head ? web::Method::get : request.method;
  Match match;
  std::map<std::string, std::string> path;
  for (const Route& route : routes()) {
    if (!fits(route, request, path)) continue;
    if (route.method != method) {
      match.others.push_back(route.method);
      continue;
    }
    match.route = &route;
    match.path = std::move(path);
    return match;
  }
  return match;
}

Done check_query(const Route& route, const web::Request& request) {
  std::vector<std::string> seen;
  for (const auto& [name, value] : request.query) {
    const auto known = std::find_if(route.query.begin(), route.query.end(), [&name = name](const Parameter& one) { return one.name == name; });
    if (known == route.query.end()) return malformed(name.substr(0, 40), "is no parameter of this address");
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) return malformed(name, "is given twice");
    seen.push_back(name);
    if (known->type == ParameterType::number) {
      const auto number = whole_number(value);
      if (!number || *number < known->least || *number > known->most)
        return malformed(name, fmt::format("must be a whole number from {} to {}", known->least, known->most));
    } else if (known->type == ParameterType::flag) {
      if (value != "true" && value != "false") return malformed(name, "must be true or false");
    } else if (value.size() > 500) {
      return malformed(name, "is longer than 500 bytes");
    }
    if (!known->values.empty() && std::find(known->values.begin(), known->values.end(), value) == known->values.end())
      return malformed(name, fmt::format("must be one of: {}", fmt::join(known->values, ", ")));
  }
  return {};
}

// ---- Answers ------------------------------------------------------------------------------------

web::Response json_response(const Json& json, unsigned status) {
  web::Response response;
  response.status = status;
  response.set("Content-Type", "application/json");
  response.body = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return response;
}

web::Response no_content() {
  web::Response response;
  response.status = 204;
  return response;
}

unsigned status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage: return 400;
    case ErrorCode::not_found: return 404;
    case ErrorCode::already_exists:
    case ErrorCode::conflict: return 409;
    case ErrorCode::limit_exceeded: return 413;
    case ErrorCode::invalid_input:
    case ErrorCode::unsupported_input:
    case ErrorCode::password_required:
    case ErrorCode::invalid:
    case ErrorCode::undecidable: return 422;
    case ErrorCode::unavailable:
    case ErrorCode::network:
    case ErrorCode::timeout:
    case ErrorCode::missing_model: return 503;
    case ErrorCode::no_space: return 507;
    case ErrorCode::internal:
    case ErrorCode::corrupt:
    case ErrorCode::no_permission:
    case ErrorCode::out_of_memory:
    case ErrorCode::crashed:
    case ErrorCode::cancelled: return 500;
  }
  return 500;
}

web::Response say_problem(unsigned status, std::string_view code, const std::string& message, const std::string& subject) {
  return json_response({{"error", {{"code", code}, {"message", translated(message)}, {"subject", subject}}}}, status);
}

web::Response say_problem(const Error& error) {
  const unsigned status = status_of(error.code);
  // What is wrong inside is for the log of the server.
  if (status == 500) return say_problem(500, "internal", "something went wrong here; it was written down, try again or tell the administrator");
  return say_problem(status, name(error.code), error.message, error.subject);
}

Result<std::string> text_of(const Json& body, const char* key, std::size_t most_bytes) {
  const auto found = body.find(key);
  if (found == body.end() || !found->is_string()) return malformed(key, "must be a text");
  auto text = found->get<std::string>();
  if (text.size() > most_bytes) return malformed(key, fmt::format("is longer than {} bytes", most_bytes));
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; }))
    return malformed(key, "holds control characters");
  return text;
}

Result<std::int64_t> number_of(const Json& body, const char* key) {
  const auto found = body.find(key);
  if (found == body.end() || !found->is_number_integer()) return malformed(key, "must be a whole number");
  return found->get<std::int64_t>();
}

// ---- Scope --------------------------------------------------------------------------------------

Done check_book_scope(Call& call, const std::string& book) {
  SOGOC_TRY(const BookName about, call.archive.books().book_name(book));
  if (!covers_book(call.scope(), about.code, about.body)) return no_such("book " + book);
  return {};
}

Result<EntryDetails> entry_in_scope(Call& call, EntryId id) {
  SOGOC_TRY(EntryDetails entry, call.archive.books().entry(id));
  if (!check_book_scope(call, entry.row.book)) return no_such(fmt::format("entry {}", id));
  return entry;
}

Done check_batch_scope(Call& call, BatchId batch, const std::string& dossier) {
  if (call.scope().everything) return {};
  if (!dossier.empty() && covers_dossier(call.scope(), dossier)) return {};
  SOGOC_TRY(const auto book, call.archive.books().book_of_batch(batch));
  if (book && covers_book(call.scope(), book->code, book->body)) return {};
  return no_such("record");
}

Result<DocumentDetails> document_in_scope(Call& call, DocumentId id) {
  SOGOC_TRY(DocumentDetails document, call.archive.catalogue().document(id));
  if (!check_batch_scope(call, document.row.batch, document.row.dossier)) return no_such(fmt::format("document {}", id));
  return document;
}

Result<PageRow> page_in_scope(Call& call, PageId id) {
  const auto refused = [id] { return fail(ErrorCode::not_found, Retry::never, fmt::format("page {}", id), "does not exist"); };
  auto page = call.archive.catalogue().page(id);
  if (!page) return page.error().code == ErrorCode::not_found ? refused() : tl::unexpected<Error>(page.error());
  std::string dossier;
  if (!call.scope().everything) {
    SOGOC_TRY(const DocumentDetails document, call.archive.catalogue().document(page->document));
    dossier = document.row.dossier;
  }
  if (!check_batch_scope(call, page->batch, dossier)) return refused();
  // A secrecy mark nobody has decided about: nobody sees it here.
  if (page->state == PageState::restricted)
    return fail(ErrorCode::conflict, Retry::after_operator, page->name, "bears a secrecy mark; an authorised person decides about it first");
  return std::move(*page);
}

}  // namespace sogoc::server
