// sogoc scan covers: separator sheets as PDF, to be printed and laid into the stack.

#include <charconv>

#include "pipeline/capture/cover.hpp"
#include "storage/durable_file.hpp"
#include "storage/register_books.hpp"
#include "tools/sogoc/commands/scan_commands.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/scan_papers.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive, out;
  std::vector<std::string> dossiers, books;
  int documents = 0;
};

// "CODE" or "CODE=12": what it is, and its sheets.
Result<Cover> cover_for(CoverKind kind, const std::string& text) {
  Cover cover{kind, text.substr(0, text.find('=')), {}};
  if (cover.code.size() == text.size()) return cover;
  const std::string count = text.substr(cover.code.size() + 1);
  std::int64_t sheets = 0;
  const auto parsed = std::from_chars(count.data(), count.data() + count.size(), sheets);
  if (parsed.ec != std::errc() || parsed.ptr != count.data() + count.size() || sheets < 1)
    return fail(ErrorCode::usage, Retry::never, text, "write a code, or CODE=SHEETS with the number of its sheets");
  cover.sheets = sheets;
  return cover;
}

Result<ExitCode> covers(const Options& options) {
  std::vector<CoverSheet> sheets;
  std::unique_ptr<Archive> archive;
  if (!options.archive.empty()) {
    SOGOC_TRY(archive, Archive::open(options.archive));
  }
  for (const std::string& text : options.dossiers) {
    SOGOC_TRY(Cover cover, cover_for(CoverKind::dossier, text));
    std::string title;
    if (archive) {
      SOGOC_TRY(const Dossier dossier, archive->catalogue().dossier(cover.code));
      title = dossier.about.title;
      if (!cover.sheets && dossier.about.declared_sheets) cover.sheets = *dossier.about.declared_sheets;
    }
    sheets.push_back({cover, title});
  }
  for (const std::string& text : options.books) {
    SOGOC_TRY(Cover cover, cover_for(CoverKind::book, text));
    std::string title;
    if (archive) {
      SOGOC_TRY(const RegisterBookRow book, archive->books().book(cover.code));
      title = book.about.kind + " " + book.about.number + "  " + book.about.body;
    }
    sheets.push_back({cover, title});
  }
  for (int i = 0; i < options.documents; ++i) sheets.push_back({Cover{}, ""});
  if (sheets.empty())
    return fail(ErrorCode::usage, Retry::never, "", "say what the covers are for: --dossier CODE, --book CODE or --documents N");
  SOGOC_TRY(const std::string pdf, covers_pdf(sheets));
  SOGOC_CHECK(write_file_durably(options.out, pdf));
  print_line(say("{}: {} covers; print them at 100 %", options.out, sheets.size()));
  return ExitCode::done;
}

}  // namespace

void add_scan_covers_command(CLI::App& scan, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = scan.add_subcommand("covers", tr("print separator sheets (PDF) that part a mixed stack"));
  command->footer(tr("Example: sogoc scan covers -A ARCHIVE --dossier H49.64.33.2001.160 --dossier H49.64.33.2001.161=12 --documents 5 -o covers.pdf"));
  command->add_option("--archive,-A", options->archive, tr("the archive that knows titles and sheet counts"));
  command->add_option("--dossier", options->dossiers, tr("a cover for this dossier, CODE or CODE=SHEETS; may be repeated"));
  command->add_option("--book", options->books, tr("a cover for this book, CODE or CODE=SHEETS; may be repeated"));
  command->add_option("--documents", options->documents, tr("so many sheets that begin a new document of the same dossier"))->check(CLI::Range(0, 1000));
  command->add_option("-o,--out", options->out, tr("the PDF"))->required();
  command->callback([options, &chosen] { chosen = [options] { return covers(*options); }; });
}

}  // namespace sogoc
