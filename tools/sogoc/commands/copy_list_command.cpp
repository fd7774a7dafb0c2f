// sogoc copy list, show, void, replace, revoke.

#include "tools/sogoc/commands/office_options.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  CopyId copy = 0;
  CopyId by_copy = 0;
  std::vector<std::string> states;
  std::int64_t limit = 1000;
  std::string reason;
  bool json = false;
  ActorOptions actor;
};

Result<ExitCode> list(const Options& options) {
  CopyFilter filter{.limit = options.limit};
  for (const std::string& state : options.states) {
    const auto known = value_in(kCopyStateNames, state);
    if (!known) return fail(ErrorCode::usage, Retry::never, state, "is no state of a copy");
    filter.states.push_back(*known);
  }
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const auto copies, archive->copies().copies(filter));
  OrderedJson json = OrderedJson::array();
  for (const CopyDetails& copy : copies) {
    if (options.json)
      json.push_back(json_of(copy));
    else
      print_line(line_of(copy));
  }
  if (options.json) print_json(json);
  return ExitCode::done;
}

Result<ExitCode> show(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const CopyDetails copy, archive->copies().copy(options.copy));
  SOGOC_TRY(const auto entries, archive->copies().log_entries(LogSubject::copy, copy.id));
  OrderedJson json = json_of(copy);
  json["history"] = OrderedJson::array();
  if (!options.json) print_line(line_of(copy));
  for (const LogEntry& entry : entries) {
    if (options.json)
      json["history"].push_back({{"index", entry.index}, {"state", entry.leaf.state}, {"at", iso_local(entry.leaf.at)}});
    else
      print_line(fmt::format("    {}  {}  {}", iso_local(entry.leaf.at), tr(entry.leaf.state.c_str()), say("log entry {}", entry.index)));
  }
  if (options.json) print_json(json);
  return ExitCode::done;
}

Result<ExitCode> answer(const Options& options, Result<CopyDetails> moved) {
  if (!moved) return tl::unexpected<Error>(std::move(moved).error());
  if (options.json)
    print_json(json_of(*moved));
  else
    print_line(line_of(*moved));
  return ExitCode::done;
}

Result<ExitCode> void_it(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  return answer(options, archive->copies().void_copy(options.copy, options.reason, actor_from(options.actor)));
}

Result<ExitCode> revoke(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  return answer(options, archive->copies().revoke_copy(options.copy, options.reason, actor_from(options.actor)));
}

Result<ExitCode> replace(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  const auto by_copy = options.by_copy != 0 ? std::optional(options.by_copy) : std::nullopt;
  return answer(options, archive->copies().replace_copy(options.copy, by_copy, options.reason, actor_from(options.actor)));
}

}  // namespace

void add_copy_list_commands(CLI::App& copy, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* all = copy.add_subcommand("list", tr("copies and where they are"));
  all->footer("Example: sogoc copy list -A ARCHIVE --state numbered --state signed    what is not finished");
  all->add_option("--state", options->states, tr("only copies in this state; may be repeated"));
  all->add_option("--limit", options->limit, tr("at most so many"));
  auto* one = copy.add_subcommand("show", tr("one copy with its history in the log"));
  one->footer("Example: sogoc copy show 12 -A ARCHIVE");
  auto* cancel = copy.add_subcommand("void", tr("give up a numbered copy; number and reason stay"));
  cancel->footer("Example: sogoc copy void 12 --reason \"in hỏng\" -A ARCHIVE");
  auto* change = copy.add_subcommand("replace", tr("mark an issued copy as replaced"));
  change->footer("Example: sogoc copy replace 12 --with 15 --reason \"cấp lại\" -A ARCHIVE");
  change->add_option("--with", options->by_copy, tr("the issued copy that takes its place"));
  auto* recall = copy.add_subcommand("revoke", tr("revoke an issued copy"));
  recall->footer("Example: sogoc copy revoke 12 --reason \"cấp sai\" --role head -A ARCHIVE");
  for (auto* command : {cancel, change, recall}) {
    command->add_option("--reason", options->reason, tr("why; kept for good"))->required();
    add_actor_options(*command, options->actor);
  }
  for (auto* command : {one, cancel, change, recall}) command->add_option("COPY", options->copy, tr("the copy's id"))->required();
  for (auto* command : {all, one, cancel, change, recall}) {
    add_archive_option(*command, options->archive);
    command->add_flag("--json", options->json, tr("answer in JSON"));
  }
  all->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
  one->callback([options, &chosen] { chosen = [options] { return show(*options); }; });
  cancel->callback([options, &chosen] { chosen = [options] { return void_it(*options); }; });
  change->callback([options, &chosen] { chosen = [options] { return replace(*options); }; });
  recall->callback([options, &chosen] { chosen = [options] { return revoke(*options); }; });
}

}  // namespace sogoc
