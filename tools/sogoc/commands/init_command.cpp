#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  ArchiveIdentity identity;
  bool json = false;
};

Result<ExitCode> init(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::create(options.archive, options.identity));
  if (options.json)
    print_json({{"archive", archive->folder().string()}, {"trial", options.identity.trial}});
  else
    print_line(say("made the archive {}", archive->folder().string()));
  return ExitCode::done;
}

}  // namespace

void add_init_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("init", tr("make a new archive"));
  command->footer(tr("Example: sogoc init /srv/archive --agency-code H49.64.33 --agency-name \"UBND xã A\""));
  command->add_option("ARCHIVE", options->archive, tr("the folder to make; it must not hold anything"))
      ->required();
  command->add_option("--agency-code", options->identity.agency_code,
                      tr("identifier of the body (QĐ 20/2020), such as H49.64.33"));
  command->add_option("--agency-name", options->identity.agency_name, tr("name of the body"));
  command->add_flag("--trial", options->identity.trial,
                    tr("for trying out: nothing in it is an official record"));
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] { chosen = [options] { return init(*options); }; });
}

}  // namespace sogoc
