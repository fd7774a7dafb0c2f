#pragma once

// What the routes of the console are made of: a table of routes, the call that one of them answers, and
// what all of them share.

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipeline/records/people.hpp"
#include "storage/archive.hpp"
#include "storage/people.hpp"
#include "storage/register_books.hpp"
#include "tools/http/http.hpp"
#include "tools/server/attempts.hpp"
#include "tools/server/papers.hpp"
#include "tools/server/picture_cache.hpp"
#include "tools/sogoc/entry_forms.hpp"
#include "tools/sogoc/spoken_language.hpp"

namespace sogoc::server {

class CaptureRuns;
class PhonePictures;
class SingleSignOn;

using Json = nlohmann::ordered_json;

// How this office issues copies.
struct CopySettings {
  std::string level = "B-B";
  std::string lookup_base{};  // "https://tracuu.example.vn"; "" = the QR symbol has no address
};

// Shared by all threads; what changes guards itself.
struct Office {
  std::filesystem::path archive;
  ArchiveIdentity identity;
  EntryForms forms;
  std::shared_ptr<const MessageCatalogue> vietnamese;
  SessionLimits session;
  bool secure_cookies = true;   // false: plain HTTP on loopback
  std::vector<std::string> viewers{};  // origins of other sites whose viewers may show pictures to who is signed in here
  bool behind_proxy = false;    // the address of the other end is what the proxy says
  CopySettings copies{};
  std::unique_ptr<PictureCache> pictures{};
  std::unique_ptr<PaperCache> papers{};
  std::shared_ptr<SingleSignOn> sso{};  // nothing: passwords only
  std::shared_ptr<CaptureRuns> captures{};
  std::shared_ptr<PhonePictures> photographs{};
  Attempts wrong_passwords{20, std::chrono::minutes(10)};  // of one address
  Attempts checks{10, std::chrono::minutes(1)};            // of one address, public verification

  // Who looked at which record stands in the log once in a while, not for every tile.
  [[nodiscard]] bool first_look(PersonId person, const std::string& subject);

 private:
  std::mutex looks_lock_;
  std::unordered_map<std::string, std::chrono::steady_clock::time_point> looks_;
};

// One request while it is answered, by one thread.
struct Call {
  const web::Request& request;
  Office& office;
  Archive& archive;                         // of this thread
  std::optional<PersonRow> person{};        // who is signed in
  std::string token{};                      // of the session, "" = none
  std::map<std::string, std::string> path{};  // {book} -> "KS.2005.01"
  Json body{};
  std::string from{};                       // address of the other end
  bool may_wait = false;                    // false: a thread that answers quickly; what needs a worker process is put off
  bool wants_to_wait = false;

  [[nodiscard]] const std::string& name() const { return person->about.name; }
  [[nodiscard]] bool may(Right right) const { return person && sogoc::may(person->about.roles, right); }
  [[nodiscard]] const Scope& scope() const { return person->about.scope; }
  // Of the path or the query; the route's table says that it is a number, and was checked.
  [[nodiscard]] std::int64_t number(std::string_view name, std::int64_t otherwise = 0) const;
  [[nodiscard]] std::string text(std::string_view name) const;  // "" when absent
  // This answer needs a worker process: it is asked for again in a thread that may wait.
  [[nodiscard]] web::Response later() {
    wants_to_wait = true;
    return {};
  }
  // Into the log: this person looked at that record.
  [[nodiscard]] Done looked_at(const std::string& what, const std::string& subject);
};

using Handler = Result<web::Response> (*)(Call& call);

inline constexpr std::uint64_t kMostUploadBytes = 64u << 20;

enum class ParameterType : std::uint8_t { text, number, flag };
struct Parameter {
  std::string name;
  ParameterType type = ParameterType::text;
  std::string about;
  std::vector<std::string> values{};  // the only ones; empty: any
  std::int64_t least = 0, most = 9'007'199'254'740'991;
};

struct Route {
  web::Method method;
  std::string path;                // "/api/books/{book}"
  std::string id;                  // of the operation, unique
  std::string about;               // one sentence
  Handler handler;
  bool open = false;               // answered without a session
  std::optional<Right> right{};    // asked of who is signed in; nothing: any session
  std::vector<Parameter> query{};
  std::string body{};              // name of the schema of its JSON body, "" = none
  std::string answer{};            // name of the schema of its answer, "" = none (status 204)
  bool upload = false;             // a file instead of JSON
  bool moves_on = false;           // answers with 303: a browser goes there, not a program
  bool slow = false;               // always starts a worker process: has threads of its own
  std::string answer_type{"application/json"};
  std::string upload_type{"application/pdf"};
  std::uint64_t most_upload_bytes = kMostUploadBytes;
};

inline constexpr std::uint64_t kMostJsonBytes = 64 * 1024;

// All routes; unchanging. The document at /openapi.json is made of them.
[[nodiscard]] const std::vector<Route>& routes();
[[nodiscard]] std::vector<Route> session_routes();
[[nodiscard]] std::vector<Route> book_routes();
[[nodiscard]] std::vector<Route> entry_routes();
[[nodiscard]] std::vector<Route> find_routes();
[[nodiscard]] std::vector<Route> sign_in_routes();
[[nodiscard]] std::vector<Route> request_routes();
[[nodiscard]] std::vector<Route> copy_routes();
[[nodiscard]] std::vector<Route> document_routes();
[[nodiscard]] std::vector<Route> work_routes();
[[nodiscard]] std::vector<Route> people_routes();
[[nodiscard]] std::vector<Route> verify_routes();
[[nodiscard]] std::vector<Route> picture_routes();
[[nodiscard]] std::vector<Route> row_routes();
[[nodiscard]] std::vector<Route> word_routes();
[[nodiscard]] std::vector<Route> keying_routes();
[[nodiscard]] std::vector<Route> upload_routes();
[[nodiscard]] std::vector<Route> capture_routes();
[[nodiscard]] std::vector<Route> report_routes();
[[nodiscard]] std::vector<Route> search_routes();
[[nodiscard]] std::string openapi_document();

// Path parameters of a matching route; numbers are checked against its name: {page}, {entry} ...
struct Match {
  const Route* route = nullptr;
  std::map<std::string, std::string> path{};
  std::vector<web::Method> others{};  // methods of routes with this path, when none fits
};
[[nodiscard]] Match find_route(const web::Request& request);
// Fails with usage: an unknown, repeated or ill-formed parameter.
[[nodiscard]] Done check_query(const Route& route, const web::Request& request);
[[nodiscard]] bool is_number_name(std::string_view path_parameter);

// ---- Answers
[[nodiscard]] web::Response json_response(const Json& json, unsigned status = 200);
[[nodiscard]] web::Response no_content();
[[nodiscard]] unsigned status_of(ErrorCode code);
// {"error": {"code", "message", "subject"}} in the language of this thread.
[[nodiscard]] web::Response say_problem(unsigned status, std::string_view code, const std::string& message, const std::string& subject = "");
[[nodiscard]] web::Response say_problem(const Error& error);

// ---- Of a JSON body. Fail with usage.
[[nodiscard]] Result<std::string> text_of(const Json& body, const char* key, std::size_t most_bytes);
[[nodiscard]] Result<std::int64_t> number_of(const Json& body, const char* key);
[[nodiscard]] Result<std::vector<Role>> roles_of(const Json& body);
[[nodiscard]] Result<Scope> scope_of(const Json& body);  // everything, bodies, books

// ---- Records within the scope of who is signed in. What it does not cover does not exist.
[[nodiscard]] Done check_book_scope(Call& call, const std::string& book);
[[nodiscard]] Result<EntryDetails> entry_in_scope(Call& call, EntryId id);
[[nodiscard]] Result<PageRow> page_in_scope(Call& call, PageId id);
[[nodiscard]] Result<DocumentDetails> document_in_scope(Call& call, DocumentId id);
[[nodiscard]] Done check_batch_scope(Call& call, BatchId batch, const std::string& dossier);

}  // namespace sogoc::server
