#include "tools/sogoc/command.hpp"
#include "tools/sogoc/commands/copy_commands.hpp"
#include "tools/sogoc/commands/office_options.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {

void add_copy_command(CLI::App& app, Command& chosen) {
  auto* copy = app.add_subcommand("copy", tr("certified electronic copies"));
  copy->require_subcommand(1);
  add_copy_issue_command(*copy, chosen);
  add_copy_approve_command(*copy, chosen);
  add_copy_prove_command(*copy, chosen);
  add_copy_bundle_command(*copy, chosen);
  add_copy_paper_commands(*copy, chosen);
  add_copy_book_command(*copy, chosen);
  add_copy_list_commands(*copy, chosen);
  add_copy_verify_command(*copy, chosen);
}

}  // namespace sogoc
