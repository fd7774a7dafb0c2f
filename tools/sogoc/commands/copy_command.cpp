#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {

void add_copy_command(CLI::App& app, Command& chosen) {
  auto* copy = app.add_subcommand("copy", tr("certified electronic copies"));
  copy->require_subcommand(1);
  add_copy_verify_command(*copy, chosen);
}

}  // namespace sogoc
