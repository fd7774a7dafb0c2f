#pragma once

#include "tools/sogoc/command.hpp"

namespace sogoc {

void add_serve_command(CLI::App& app, Command& chosen);
void add_user_command(CLI::App& app, Command& chosen);

}  // namespace sogoc
