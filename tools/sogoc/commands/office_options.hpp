#pragma once

// Who acts in an office, and how requests, books and copies are shown.

#include "pipeline/copies/copy_store.hpp"
#include "tools/sogoc/command.hpp"

namespace sogoc {

struct ActorOptions {
  std::string by;
  std::string role = "clerk";
};
// --by NAME and --role clerk|head|certifier|archivist.
void add_actor_options(CLI::App& command, ActorOptions& options);
[[nodiscard]] Actor actor_from(const ActorOptions& options);

[[nodiscard]] OrderedJson json_of(const CopyDetails& copy);
[[nodiscard]] OrderedJson json_of(const RequestDetails& request);
[[nodiscard]] OrderedJson json_of(const IssueBook& book);
[[nodiscard]] std::string line_of(const CopyDetails& copy);
[[nodiscard]] std::string line_of(const RequestDetails& request);
[[nodiscard]] std::string line_of(const IssueBook& book);

// Subcommands of `sogoc copy` that need no signer.
void add_copy_book_command(CLI::App& copy, Command& chosen);
void add_copy_list_commands(CLI::App& copy, Command& chosen);  // list, show, void, replace, revoke

}  // namespace sogoc
