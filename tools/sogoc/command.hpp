#pragma once

// What every command has in common: a subcommand of the parser fills its options and sets the
// one chosen command, main() runs it and turns its answer into an exit code.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "pipeline/core/result.hpp"
#include "storage/archive.hpp"
#include "tools/sogoc/exit_codes.hpp"

namespace sogoc {

using Command = std::function<Result<ExitCode>()>;
using OrderedJson = nlohmann::ordered_json;

// Each is defined in commands/<name>_command.cpp.
void add_book_command(CLI::App& app, Command& chosen);
void add_entry_command(CLI::App& app, Command& chosen);
void add_confirm_command(CLI::App& app, Command& chosen);
void add_dev_pki_command(CLI::App& app, Command& chosen);
void add_copy_command(CLI::App& app, Command& chosen);
void add_copy_verify_command(CLI::App& copy, Command& chosen);
void add_dossier_command(CLI::App& app, Command& chosen);
void add_export_command(CLI::App& app, Command& chosen);
void add_ingest_command(CLI::App& app, Command& chosen);
void add_init_command(CLI::App& app, Command& chosen);
void add_inspect_command(CLI::App& app, Command& chosen);
void add_layout_command(CLI::App& app, Command& chosen);
void add_pdf_command(CLI::App& app, Command& chosen);
void add_read_command(CLI::App& app, Command& chosen);
void add_run_command(CLI::App& app, Command& chosen);
void add_scan_command(CLI::App& app, Command& chosen);
void add_search_command(CLI::App& app, Command& chosen);
void add_signer_command(CLI::App& app, Command& chosen);
void add_request_command(CLI::App& app, Command& chosen);
void add_log_command(CLI::App& app, Command& chosen);
void add_status_command(CLI::App& app, Command& chosen);
void add_template_command(CLI::App& app, Command& chosen);
void add_trust_command(CLI::App& app, Command& chosen);
void add_verify_command(CLI::App& app, Command& chosen);
void add_worker_command(CLI::App& app, Command& chosen);

// The option every archive command has.
void add_archive_option(CLI::App& command, std::string& archive);
// Where the archive keeps the authorities it believes: for TrustStore::load and import_certificates.
[[nodiscard]] std::filesystem::path trust_folder_of(const Archive& archive);
// Who does it: --by NAME, else the name of the account.
void add_by_option(CLI::App& command, std::string& by);
[[nodiscard]] std::string account_name();

// On standard output: one JSON value and a line feed.
void print_json(const OrderedJson& json);
void print_line(const std::string& line);
// On standard error, translated where the catalogue knows it.
void print_error(const Error& error, bool json);

// "3:12": batch and ordinal of a page, both from 1.
struct PageName {
  BatchId batch = 0;
  std::int64_t ordinal = 0;
};
[[nodiscard]] Result<PageName> page_named(const std::string& text);
// A document by identifier ("H49.64.33.2001.160.0000001") or by its number.
[[nodiscard]] Result<DocumentDetails> find_document(Catalogue& catalogue, const std::string& name);

// ISO 8601 with the local offset.
[[nodiscard]] std::string local_time(UtcTime time);
[[nodiscard]] std::string now_text();

}  // namespace sogoc
