// sogoc copy approve: a person says yes to the bytes that wait, and the copies go on.

#include <termios.h>
#include <unistd.h>

#include <iostream>

#include <fmt/format.h>

#include "tools/sogoc/commands/copy_commands.hpp"
#include "tools/sogoc/commands/office_options.hpp"
#include "tools/sogoc/copy_desk.hpp"
#include "tools/sogoc/copy_ordering.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/token_approval.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::vector<std::int64_t> copies;
  std::string approver;
  std::string code;
  std::string token_key;
  std::string token_password_file;
  std::string out;
  std::string to;
  std::string role = "head";
  bool json = false;
};

// From the terminal, unseen, unless it was given.
Result<std::string> one_time_code(const Options& options) {
  if (!options.code.empty()) return options.code;
  if (::isatty(STDIN_FILENO) == 0)
    return fail(ErrorCode::usage, Retry::never, "approval", "give the one-time code with --code");
  std::cerr << tr("one-time code: ") << std::flush;
  termios before{};
  ::tcgetattr(STDIN_FILENO, &before);
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &silent);
  std::string code;
  std::getline(std::cin, code);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
  std::cerr << '\n';
  return code;
}

Result<std::vector<WaitingCopy>> waiting_copies(const CopyParts& parts, const Options& options) {
  std::vector<WaitingCopy> all;
  for (const CopyId id : options.copies) {
    SOGOC_TRY(const CopyDetails copy, freshen_copy(parts, id));
    const auto waiting = waiting_for(copy);
    if (!waiting)
      return fail(ErrorCode::conflict, Retry::after_operator, fmt::format("copy {}", id),
                  "does not wait for an approval; `sogoc copy show` says where it is");
    if (!all.empty() && (all.front().what.role != waiting->role || all.front().what.level != waiting->level))
      return fail(ErrorCode::usage, Retry::never, fmt::format("copy {}", id),
                  "waits for another role or level than the first; approve them apart");
    all.push_back({id, *waiting});
  }
  return all;
}

Result<CopyApproval> approve(const std::vector<WaitingCopy>& waiting, const Options& options, UtcTime now) {
  if (options.token_key.empty()) {
    SOGOC_TRY(const std::string code, one_time_code(options));
    return approval_by_code(waiting, options.approver, code, now);
  }
  CopyApproval approval;
  approval.role = waiting.front().what.role;
  approval.level = waiting.front().what.level;
  approval.approver = options.approver;
  approval.at = now;
  approval.statement = approval_statement(waiting, options.approver, now);
  approval.proof_kind = "token";
  SOGOC_TRY(approval.proof, sign_statement(approval.statement, options.token_key, options.token_password_file));
  return approval;
}

Result<ExitCode> run(const Options& options) {
  const Actor by = actor_from({options.approver, options.role});
  SOGOC_TRY(const auto desk, CopyDesk::open(options.archive));
  CopyStore& store = desk->archive().copies();
  SOGOC_TRY(const auto waiting, waiting_copies(desk->parts(), options));
  SOGOC_TRY(CopyApproval approval, approve(waiting, options, desk->clock().now()));
  for (const WaitingCopy& one : waiting) {
    approval.copy = one.copy;
    approval.digest = one.what.digest;
    SOGOC_CHECK(store.add_approval(approval, by));
  }
  ExitCode worst = ExitCode::done;
  const CopyParts parts = desk->parts();
  for (const WaitingCopy& one : waiting) {
    const auto copy = continue_copy(parts, one.copy, by);
    if (!copy) {
      print_error(copy.error(), options.json);
      worst = exit_code_for(copy.error().code);
      continue;
    }
    std::string out = options.out;
    if (!options.to.empty()) out = (std::filesystem::path(options.to) / fmt::format("copy-{}.pdf", copy->id)).string();
    SOGOC_TRY(const ExitCode code, report_copy(*desk, *copy, out, options.json));
    if (worst == ExitCode::done) worst = code;
  }
  desk->sign_log_daily(options.json);
  return worst;
}

}  // namespace

void add_copy_approve_command(CLI::App& copy, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = copy.add_subcommand("approve", tr("approve the exact bytes of copies, so that they are signed"));
  command->footer(
      "Examples: sogoc copy approve -A ARCHIVE 17 --approver lan -o ban-sao.pdf          asks for the one-time code\n"
      "          sogoc copy approve -A ARCHIVE 17 18 19 --approver lan --code 123456 --to OUT\n"
      "          sogoc copy approve -A ARCHIVE 17 --approver lan --token-key lan.p12 --token-password-file lan.pw");
  add_archive_option(*command, options->archive);
  command->add_option("copies", options->copies, tr("the copies that wait"))->required();
  command->add_option("--approver", options->approver, tr("who approves, as enrolled at the signer"))->required();
  command->add_option("--code", options->code, tr("the one-time code; asked for unless given"));
  command->add_option("--token-key", options->token_key, tr("a PKCS#12 file with the approver's own key"));
  command->add_option("--token-password-file", options->token_password_file, tr("a file with its password"));
  command->add_option("-o,--output", options->out, tr("where the issued copy goes"));
  command->add_option("--to", options->to, tr("the folder where issued copies go"));
  command->add_option("--role", options->role, tr("in which office: clerk, head, certifier or archivist"))
      ->check(CLI::IsMember({"clerk", "head", "certifier", "archivist"}));
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace sogoc
