#pragma once

// The subcommands of `sogoc book`, each in a file of its own, and `sogoc review`.

#include "tools/sogoc/command.hpp"

namespace sogoc {

void add_book_check_commands(CLI::App& book, Command& chosen);     // check, ticket, close
void add_book_exchange_commands(CLI::App& book, Command& chosen);  // export, import
void add_review_command(CLI::App& app, Command& chosen);             // `sogoc review`

}  // namespace sogoc
