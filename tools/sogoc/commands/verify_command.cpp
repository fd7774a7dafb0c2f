#include <unistd.h>

#include <cstdio>

#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  bool json = false;
};

void show_progress(std::uint64_t done, std::uint64_t all) {
  if (isatty(STDERR_FILENO) != 1) return;
  fmt::print(stderr, "\r{:3} %", all == 0 ? 100 : done * 100 / all);
  if (done >= all) fmt::print(stderr, "\r      \r");
}

OrderedJson json_of(const VerifyReport& report) {
  OrderedJson problems = OrderedJson::array();
  for (const VerifyProblem& problem : report.problems)
    problems.push_back({{"kind", name(problem.kind)},
                        {"path", problem.path},
                        {"reason", problem.reason},
                        {"needed_by", problem.needed_by}});
  return {{"holds", report.holds()},     {"blobs", report.blobs},
          {"bytes", report.bytes},       {"masters", report.masters},
          {"records", report.records},   {"outputs", report.outputs},
          {"thumbnails", report.thumbnails}, {"work", report.work},
          {"problems", std::move(problems)}, {"orphans", report.orphans},
          {"orphan_bytes", report.orphan_bytes}, {"orphan_paths", report.orphan_paths}};
}

Result<ExitCode> verify(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const VerifyReport report, archive->verify(show_progress));
  if (options.json) {
    print_json(json_of(report));
  } else {
    for (const VerifyProblem& problem : report.problems) {
      print_line(fmt::format("{}  {}: {}", tr(name(problem.kind).data()), problem.path, problem.reason));
      for (const std::string& who : problem.needed_by) print_line("    " + who);
    }
    if (report.orphans > 0)
      print_line(say("{} orphans of interrupted work ({} bytes); the next run sweeps them",
                     report.orphans, report.orphan_bytes));
    print_line(report.holds() ? say("everything holds: {} files, {} masters, {} bytes re-hashed",
                                    report.blobs, report.masters, report.bytes)
                              : say("{} problems in {} files", report.problems.size(), report.blobs));
  }
  return report.holds() ? ExitCode::done : ExitCode::invalid;
}

}  // namespace

void add_verify_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("verify", tr("re-hash everything that is stored"));
  command->footer(tr("Example: sogoc verify --archive /srv/archive    exit code 6 when something does not hold"));
  add_archive_option(*command, options->archive);
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] { chosen = [options] { return verify(*options); }; });
}

}  // namespace sogoc
