// Arguments to a command, errors to exit codes. What the commands do stands in commands/.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tools/server/commands/server_commands.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/commands/book_commands.hpp"
#include "tools/sogoc/help_words.hpp"
#include "tools/sogoc/messages.hpp"

namespace {

bool wants_json(int count, char** arguments) {
  for (int i = 1; i < count; ++i)
    if (std::strcmp(arguments[i], "--json") == 0) return true;
  return false;
}

// N worker processes must not fight over the cores. libgomp reads the limit when it is loaded, so
// a program started without it begins again with it.
void use_one_openmp_thread(char** arguments) {
  const char* limit = std::getenv("OMP_THREAD_LIMIT");
  if (limit != nullptr && std::strcmp(limit, "1") == 0) return;
  setenv("OMP_THREAD_LIMIT", "1", 1);
  execv("/proc/self/exe", arguments);  // returns only where /proc is missing: slower, still right
}

}  // namespace

int main(int count, char** arguments) {
  using namespace sogoc;
  use_one_openmp_thread(arguments);
  choose_language();

  CLI::App app{tr("sogoc: paper registers and files into a searchable, verifiable archive"), "sogoc"};
  app.footer(tr(
    "Examples:\n"
    "  sogoc pdf scan.tif -o scan.pdf --text scan.txt      one searchable PDF/A-2u, no archive\n"
    "  sogoc init /srv/archive --agency-name \"UBND xã A\"   a new archive\n"
    "  sogoc ingest scans/ --archive /srv/archive          take files in; returns when they are safe\n"
    "  sogoc run --archive /srv/archive --jobs 4           read everything that waits\n"
    "  sogoc search --archive /srv/archive nguyen van a    find pages, with or without diacritics\n"
    "Exit codes: 0 done, 1 our fault, 2 usage, 3 input refused, 4 done but pages need a person,\n"
    "5 environment (disk, rights, network, missing model), 6 checked and invalid, 7 undecidable"));
  app.require_subcommand(1);
  translate_help(app);
  app.set_version_flag("--version", "sogoc " SOGOC_VERSION, tr("print the version and end"));
  Command chosen;
  add_pdf_command(app, chosen);
  add_init_command(app, chosen);
  add_dossier_command(app, chosen);
  add_book_command(app, chosen);
  add_entry_command(app, chosen);
  add_review_command(app, chosen);
  add_ingest_command(app, chosen);
  add_scan_command(app, chosen);
  add_run_command(app, chosen);
  add_read_command(app, chosen);
  add_layout_command(app, chosen);
  add_template_command(app, chosen);
  add_worker_command(app, chosen);
  add_signer_command(app, chosen);
  add_request_command(app, chosen);
  add_log_command(app, chosen);
  add_status_command(app, chosen);
  add_search_command(app, chosen);
  add_inspect_command(app, chosen);
  add_confirm_command(app, chosen);
  add_verify_command(app, chosen);
  add_export_command(app, chosen);
  add_trust_command(app, chosen);
  add_dev_pki_command(app, chosen);
  add_copy_command(app, chosen);
  add_user_command(app, chosen);
  add_serve_command(app, chosen);
  translate_subcommands(app);

  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  const auto answer = chosen();
  if (answer) return static_cast<int>(*answer);
  print_error(answer.error(), wants_json(count, arguments));
  return static_cast<int>(exit_code_for(answer.error().code));
}
