#pragma once

// What the subcommands of `sogoc copy` have in common.

#include <string>

#include "pipeline/copies/copy_store.hpp"
#include "tools/sogoc/command.hpp"

namespace sogoc {

class CopyDesk;

void add_copy_issue_command(CLI::App& copy, Command& chosen);
void add_copy_approve_command(CLI::App& copy, Command& chosen);
void add_copy_prove_command(CLI::App& copy, Command& chosen);
void add_copy_bundle_command(CLI::App& copy, Command& chosen);
void add_copy_paper_commands(CLI::App& copy, Command& chosen);  // print, receipt

// Says where the copy is; writes it to `out` when it is issued and `out` is not empty. needs_person
// when it waits for an approval.
[[nodiscard]] Result<ExitCode> report_copy(CopyDesk& desk, const CopyDetails& copy, const std::string& out, bool json);

}  // namespace sogoc
