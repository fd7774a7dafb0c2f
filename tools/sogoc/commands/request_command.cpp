// sogoc request: who asks for which copies, by when.

#include <fstream>
#include <iterator>

#include "tools/sogoc/commands/office_options.hpp"
#include "tools/sogoc/copy_data.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/office_papers.hpp"

namespace sogoc {
namespace {

constexpr std::size_t kMostBytes = 1'000'000;

struct Options {
  std::string archive;
  std::string file;
  std::string document;
  std::string received;
  std::string token;
  RequestId request = 0;
  std::string searched, note, state;
  std::string out;
  std::vector<std::string> values;
  bool json = false;
  ActorOptions actor;
};

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::not_found, Retry::never, path, "cannot be read");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (text.size() > kMostBytes) return fail(ErrorCode::limit_exceeded, Retry::never, path, "is no request: it is too large");
  return text;
}

void print(const RequestDetails& request, bool json) {
  if (json)
    print_json(json_of(request));
  else
    print_line(line_of(request));
}

Result<ExitCode> create(const Options& options) {
  SOGOC_TRY(const std::string text, read_file(options.file));
  NewRequest request;
  SOGOC_TRY(request.request, request_from_json(text));
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  if (!options.document.empty()) {
    SOGOC_TRY(const DocumentDetails document, find_document(archive->catalogue(), options.document));
    request.request.source = CopySource{CopySourceKind::document, document.row.id};
  }
  request.client_token = options.token;
  request.received_at = SystemClock().now();
  if (!options.received.empty()) {
    const auto received = utc_from_iso(options.received);
    if (!received || *received > request.received_at)
      return fail(ErrorCode::usage, Retry::never, options.received, "is no time in the past such as 2026-09-05T07:03:22.000Z");
    request.received_at = *received;
  }
  SOGOC_TRY(request.deadline, deadline_of(request.request, request.received_at));
  SOGOC_TRY(const RequestDetails made, archive->copies().add_request(request, actor_from(options.actor)));
  print(made, options.json);
  return ExitCode::done;
}

Result<ExitCode> show(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const RequestDetails request, archive->copies().request(options.request));
  SOGOC_TRY(const auto copies, archive->copies().copies({.request = options.request}));
  SOGOC_TRY(const auto reply, archive->copies().reply_to(options.request));
  OrderedJson json = json_of(request);
  json["made"] = OrderedJson::array();
  if (!options.json) print_line(line_of(request));
  for (const CopyDetails& copy : copies) {
    if (options.json)
      json["made"].push_back(json_of(copy));
    else
      print_line(line_of(copy));
  }
  if (reply && !options.json) print_line(say("answered not found by the reply {}", reply->reply_number));
  if (reply) json["reply_number"] = reply->reply_number;
  if (options.json) print_json(json);
  return ExitCode::done;
}

Result<ExitCode> list(const Options& options, bool overdue) {
  RequestFilter filter;
  if (overdue) filter.overdue_at = SystemClock().now();
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const auto requests, archive->copies().requests(filter));
  OrderedJson json = OrderedJson::array();
  for (const RequestDetails& request : requests) {
    if (options.json)
      json.push_back(json_of(request));
    else
      print_line(line_of(request));
  }
  if (options.json) print_json(json);
  return overdue && !requests.empty() ? ExitCode::needs_person : ExitCode::done;
}

// The paper itself, when the clerk wants one.
Done write_paper_of(Archive& archive, const Options& options, const char* form, FormValues known) {
  if (options.out.empty()) return {};
  OfficePaper paper{form, std::move(known), {}, {}};
  SOGOC_TRY(paper.added, form_values_in(options.values));
  return write_paper(archive, paper, SystemClock().now(), options.out);
}

Result<ExitCode> slip(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const RequestDetails request, archive->copies().request(options.request));
  const AppointmentSlip slip = appointment_slip(request.id, request.request, request.received_at, request.deadline);
  SOGOC_CHECK(write_paper_of(*archive, options, "appointment_slip", slip_values(request)));
  if (options.json) {
    print_json({{"request", slip.request},
                {"body", archive->identity().agency_name},
                {"applicant", slip.applicant},
                {"wanted", slip.wanted},
                {"received", slip.received},
                {"deadline", slip.due},
                {"deadline_iso", slip.due_iso}});
    return ExitCode::done;
  }
  print_line(say("request {} of {}, received {}", slip.request, slip.applicant, slip.received));
  print_line(say("to be handed over {}", slip.due));
  return ExitCode::done;
}

Result<ExitCode> not_found(const Options& options) {
  SOGOC_TRY(const BookSeries series, series_called(std::string(kReplySeries), SystemClock().now()));
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const RequestReply reply,
            archive->copies().answer_not_found(options.request, options.searched, series, actor_from(options.actor)));
  // The number is taken once; the paper may be written again at any time.
  SOGOC_TRY(const RequestDetails request, archive->copies().request(options.request));
  SOGOC_CHECK(write_paper_of(*archive, options, "not_found_reply", reply_values(request, reply)));
  if (options.json)
    print_json({{"request", reply.request},
                {"reply_number", reply.reply_number},
                {"number", reply.number},
                {"year", reply.year},
                {"searched", reply.searched},
                {"at", iso_local(reply.at)},
                {"by", reply.by}});
  else
    print_line(say("answered not found by the reply {}", reply.reply_number));
  return ExitCode::done;
}

Result<ExitCode> end(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const RequestDetails ended,
            archive->copies().end_request(options.request, options.state == "withdrawn" ? RequestState::withdrawn : RequestState::answered,
                                          options.note, actor_from(options.actor)));
  print(ended, options.json);
  return ExitCode::done;
}

}  // namespace

void add_request_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* group = app.add_subcommand("request", tr("requests for copies: who asks, by what right, until when"));
  group->footer(
      "Examples: sogoc request create requester.json --document batch3.1 -A ARCHIVE\n"
      "          sogoc request overdue -A ARCHIVE              exit code 4 when there are any\n"
      "          sogoc request slip 7 -o giay-hen.pdf --value place=\"Xã A\" -A ARCHIVE\n"
      "          sogoc request not-found 7 --searched \"Sổ khai sinh 2007, 2008\" -A ARCHIVE -o tra-loi.pdf \\\n"
      "              --value place=\"Xã A\" --value signer_title=\"CHỦ TỊCH\" --value signer=\"...\"\n"
      "requester.json: {\"full_name\": \"...\", \"paper\": \"cccd\", \"paper_number\": \"...\", \"relation\": \"holder\",\n"
      "                 \"wanted\": \"Khai sinh số 125/2008\", \"copies\": 2, \"channel\": \"direct\"}");
  group->require_subcommand(1);
  auto* make = group->add_subcommand("create", tr("record a request; its deadline is computed"));
  make->add_option("FILE", options->file, tr("the request as JSON"))->required();
  make->add_option("--document", options->document, tr("a document"));
  make->add_option("--received", options->received, tr("when it was received, in UTC (now unless given)"));
  make->add_option("--token", options->token, tr("repeated, it gives the same request"));
  auto* one = group->add_subcommand("show", tr("one request with its copies"));
  auto* all = group->add_subcommand("list", tr("every request"));
  auto* late = group->add_subcommand("overdue", tr("requests whose deadline has passed"));
  auto* paper = group->add_subcommand("slip", tr("the appointment slip: hour and date"));
  auto* reply = group->add_subcommand("not-found", tr("answer that nothing was found; the reply gets a number of its own"));
  reply->add_option("--searched", options->searched, tr("in which registers it was looked for"))->required();
  auto* finish = group->add_subcommand("end", tr("the request is answered, or withdrawn"));
  finish->add_option("--as", options->state, tr("answered or withdrawn"))->check(CLI::IsMember({"answered", "withdrawn"}))->required();
  finish->add_option("--note", options->note, tr("why"));
  for (auto* command : {paper, reply}) {
    command->add_option("-o,--output", options->out, tr("where the paper goes, as PDF"));
    command->add_option("--value", options->values, tr("KEY=VALUE of the form: place, signer, signer_title, notes ..."));
  }
  for (auto* command : {one, paper, reply, finish}) command->add_option("REQUEST", options->request, tr("the request's id"))->required();
  for (auto* command : {make, reply, finish}) add_actor_options(*command, options->actor);
  for (auto* command : {make, one, all, late, paper, reply, finish}) {
    add_archive_option(*command, options->archive);
    command->add_flag("--json", options->json, tr("answer in JSON"));
  }
  make->callback([options, &chosen] { chosen = [options] { return create(*options); }; });
  one->callback([options, &chosen] { chosen = [options] { return show(*options); }; });
  all->callback([options, &chosen] { chosen = [options] { return list(*options, false); }; });
  late->callback([options, &chosen] { chosen = [options] { return list(*options, true); }; });
  paper->callback([options, &chosen] { chosen = [options] { return slip(*options); }; });
  reply->callback([options, &chosen] { chosen = [options] { return not_found(*options); }; });
  finish->callback([options, &chosen] { chosen = [options] { return end(*options); }; });
}

}  // namespace sogoc
