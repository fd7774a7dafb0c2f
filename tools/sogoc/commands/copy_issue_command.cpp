// sogoc copy issue: from a confirmed source to a signed copy, as far as it goes without an approval.

#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/commands/copy_commands.hpp"
#include "tools/sogoc/commands/office_options.hpp"
#include "tools/sogoc/copy_data.hpp"
#include "tools/sogoc/copy_desk.hpp"
#include "tools/sogoc/copy_ordering.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::string kind = "register_copy";
  std::string page;
  std::string document;
  std::string entry;
  std::int64_t request = 0;
  std::string requester;
  std::string level = "B-B";
  std::string out;
  std::string client_token;
  std::string lookup_base;
  std::vector<std::string> values;
  std::string exception;
  std::int64_t resume = 0;
  bool original_presented = false;
  bool source_is_sao_y = false;
  std::string batch;
  int jobs = 0;
  ActorOptions actor;
  bool json = false;
};

Result<std::string> text_of_file(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  if (!stream)
    return fail(ErrorCode::not_found, Retry::never, file, "cannot be read");
  return std::move(text).str();
}

Result<CopySource> source_in(Archive& archive, const Options& options) {
  Catalogue& catalogue = archive.catalogue();
  if (int{options.page.empty()} + int{options.document.empty()} + int{options.entry.empty()} != 2)
    return fail(ErrorCode::usage, Retry::never, "", "name one of --page, --document and --entry");
  if (!options.entry.empty()) {
    SOGOC_TRY(const EntryDetails entry, find_entry(archive, options.entry));
    return CopySource{CopySourceKind::entry, entry.row.id};
  }
  if (!options.page.empty()) {
    SOGOC_TRY(const PageName named, page_named(options.page));
    SOGOC_TRY(const PageRow page, catalogue.page_at(named.batch, named.ordinal));
    return CopySource{CopySourceKind::page, page.id};
  }
  SOGOC_TRY(const DocumentDetails document, find_document(catalogue, options.document));
  return CopySource{CopySourceKind::document, document.row.id};
}

// --request N, or a request made now from --requester FILE.
Result<std::optional<RequestDetails>> request_in(CopyDesk& desk, const Options& options, CopyKind kind,
                                                 const CopySource& source, const Actor& by) {
  if (options.request != 0) {
    SOGOC_TRY(RequestDetails request, desk.archive().copies().request(options.request));
    return std::optional(std::move(request));
  }
  if (options.requester.empty()) return std::optional<RequestDetails>{};
  SOGOC_TRY(const std::string text, text_of_file(options.requester));
  SOGOC_TRY(CopyRequest request, request_from_json(text));
  request.kind = kind;
  request.source = source;
  SOGOC_CHECK(check_request(request));
  NewRequest wanted;
  wanted.client_token = options.client_token.empty() ? "" : options.client_token + "/request";
  wanted.request = request;
  wanted.received_at = desk.clock().now();
  SOGOC_TRY(wanted.deadline, deadline_of(request, wanted.received_at));
  SOGOC_TRY(RequestDetails made, desk.archive().copies().add_request(wanted, by));
  return std::optional(std::move(made));
}

Result<CopyDetails> begin_one(CopyDesk& desk, const Options& options, const Actor& by) {
  CopyWish wish;
  wish.kind = options.kind;
  SOGOC_TRY(wish.source, source_in(desk.archive(), options));
  SOGOC_TRY(const CopyKind kind, copy_kind_named(options.kind));
  SOGOC_TRY(wish.values, form_values_in(options.values));
  SOGOC_TRY(wish.request, request_in(desk, options, kind, wish.source, by));
  wish.level = options.level;
  wish.client_token = options.client_token;
  wish.lookup_base = options.lookup_base;
  wish.exception = options.exception;
  wish.exception_by = options.actor.by;
  wish.original_presented = options.original_presented;
  wish.source_is_sao_y = options.source_is_sao_y;
  return begin_copy_of(desk, wish, by);
}

Result<ExitCode> issue(const Options& options) {
  const Actor by = actor_from(options.actor);
  SOGOC_TRY(const auto desk, CopyDesk::open(options.archive));
  CopyId id = options.resume;
  if (id == 0) {
    SOGOC_TRY(const CopyDetails begun, begin_one(*desk, options, by));
    id = begun.id;
  }
  SOGOC_TRY(const CopyDetails copy, continue_copy(desk->parts(), id, by));
  SOGOC_TRY(const ExitCode code, report_copy(*desk, copy, options.out, options.json));
  desk->sign_log_daily(options.json);
  return code;
}

// A line of a batch: the options of `copy issue` under their names, as JSON.
Result<Options> options_in(const std::string& line, const Options& common) {
  const OrderedJson json = OrderedJson::parse(line, nullptr, false);
  if (!json.is_object())
    return fail(ErrorCode::invalid_input, Retry::never, "batch", "a line is not a JSON object");
  Options options = common;
  for (const auto& [key, value] : json.items()) {
    std::string* text = key == "page"       ? &options.page
                        : key == "document" ? &options.document
                        : key == "entry"    ? &options.entry
                        : key == "out"      ? &options.out
                        : key == "token"    ? &options.client_token
                        : key == "requester" ? &options.requester
                                             : nullptr;
    if (text != nullptr && value.is_string())
      *text = value.get<std::string>();
    else if (key == "request" && value.is_number_integer())
      options.request = value.get<std::int64_t>();
    else if (key == "values" && value.is_object())
      for (const auto& [name, entry] : value.items())
        options.values.push_back(name + "=" + (entry.is_string() ? entry.get<std::string>() : entry.dump()));
    else
      return fail(ErrorCode::invalid_input, Retry::never, key,
                  "is no member of a batch line: page, document, entry, out, token, requester, request, values");
  }
  return options;
}

// Lines of a batch for several hands. Numbers are given in the order of the lines; the copies are composed, signed
// and checked beside each other, and one that fails stops no other.
class Batch {
 public:
  Batch(const Options& common, const Actor& by) : common_(common), by_(by), lines_(common.batch) {}

  [[nodiscard]] bool can_be_read() const { return static_cast<bool>(lines_); }
  [[nodiscard]] ExitCode worst() const { return worst_; }

  // One hand's work, until no line is left. Each hand has its own desk.
  Done work() {
    SOGOC_TRY(const auto desk, CopyDesk::open(common_.archive));
    while (auto begun = begin_next(*desk)) {
      Result<ExitCode> done = [&]() -> Result<ExitCode> {
        if (!begun->copy) return tl::unexpected<Error>(std::move(begun->copy).error());
        SOGOC_TRY(const CopyDetails copy, continue_copy(desk->parts(), begun->copy->id, by_));
        return report_copy(*desk, copy, begun->out, common_.json);
      }();
      if (!done) print_error(done.error(), common_.json);
      keep(done ? *done : exit_code_for(done.error().code));
    }
    return {};
  }

 private:
  struct Begun {
    Result<CopyDetails> copy;
    std::string out;
  };
  std::optional<Begun> begin_next(CopyDesk& desk) {
    const std::scoped_lock lock(mutex_);
    std::string line;
    while (line.empty())
      if (!std::getline(lines_, line)) return std::nullopt;
    auto options = options_in(line, common_);
    if (!options) return Begun{tl::unexpected<Error>(std::move(options).error()), ""};
    return Begun{begin_one(desk, *options, by_), options->out};
  }
  void keep(ExitCode code) {
    const std::scoped_lock lock(mutex_);
    if (code != ExitCode::done && (worst_ == ExitCode::done || worst_ == ExitCode::needs_person)) worst_ = code;
  }

  const Options& common_;
  const Actor& by_;
  std::mutex mutex_;
  std::ifstream lines_;
  ExitCode worst_ = ExitCode::done;
};

Result<ExitCode> issue_batch(const Options& options) {
  const Actor by = actor_from(options.actor);
  Batch batch(options, by);
  if (!batch.can_be_read()) return fail(ErrorCode::not_found, Retry::never, options.batch, "cannot be read");
  // One more than there are cores: while one waits for the disk, the others compute.
  const unsigned hands = options.jobs > 0 ? static_cast<unsigned>(options.jobs) : std::thread::hardware_concurrency() + 1;
  std::vector<Done> ends(hands);
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < hands; ++i) threads.emplace_back([&batch, &end = ends[i]] { end = batch.work(); });
  }
  for (Done& end : ends) SOGOC_CHECK(std::move(end));
  SOGOC_TRY(const auto desk, CopyDesk::open(options.archive));
  desk->sign_log_daily(options.json);
  return batch.worst();
}

}  // namespace

void add_copy_issue_command(CLI::App& copy, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = copy.add_subcommand("issue", tr("number, compose and sign a copy of a confirmed page or document"));
  command->footer(
      "Examples: sogoc copy issue -A ARCHIVE --kind register_copy --page 3:12 --requester lan.json \\\n"
      "              --level B-LTA --value place=\"Xã A\" -o ban-sao.pdf\n"
      "          sogoc copy issue -A ARCHIVE --resume 17 -o ban-sao.pdf        after a crash or an approval\n"
      "          sogoc copy issue -A ARCHIVE --batch copies.jsonl              one line a copy");
  add_archive_option(*command, options->archive);
  command->add_option("--kind", options->kind, tr("register_copy, certified_copy, sao_y, sao_luc, trich_sao, reader_copy"));
  command->add_option("--page", options->page, tr("a page, BATCH:PAGE"));
  command->add_option("--document", options->document, tr("a document"));
  command->add_option("--entry", options->entry, tr("an entry: its id, or BOOK:NUMBER"));
  command->add_option("--request", options->request, tr("the request it answers"));
  command->add_option("--requester", options->requester, tr("a file with the request, as JSON"));
  command->add_option("--level", options->level, tr("level of the signatures"))
      ->check(CLI::IsMember({"B-B", "B-T", "B-LT", "B-LTA"}));
  command->add_option("--value", options->values, tr("KEY=VALUE of the form: place, certifier, certifier_title, converter ..."));
  command->add_option("--lookup", options->lookup_base, tr("address of the lookup page, for the QR code"));
  command->add_option("--exception", options->exception, tr("why a source below the colour or resolution rule is let pass"));
  command->add_flag("--original-presented", options->original_presented, tr("the certifier saw the paper original"));
  command->add_flag("--source-is-sao-y", options->source_is_sao_y, tr("the source is itself a sao y"));
  command->add_option("--token", options->client_token, tr("repeated with the same token, the same copy is continued"));
  auto* resume = command->add_option("--resume", options->resume, tr("go on with this copy"));
  command->add_option("--batch", options->batch, tr("a file with a JSON object for each copy"))->excludes(resume);
  command->add_option("--jobs", options->jobs, tr("with --batch: copies that are made beside each other"))->check(CLI::Range(1, 64));
  command->add_option("-o,--output", options->out, tr("where the issued copy goes"));
  add_actor_options(*command, options->actor);
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] {
    chosen = [options] { return options->batch.empty() ? issue(*options) : issue_batch(*options); };
  });
}

}  // namespace sogoc
