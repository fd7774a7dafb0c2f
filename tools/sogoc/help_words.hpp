#pragma once

#include <CLI/CLI.hpp>

namespace sogoc {

// The parser's own words (Usage, Options, "... is required") in the language of the reader.
// Before subcommands are added: they inherit it.
void translate_help(CLI::App& app);
// After they were added.
void translate_subcommands(CLI::App& app);

}  // namespace sogoc
