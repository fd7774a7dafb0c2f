// sogoc book export, import: Excel, CSV, JSON Lines and the back-file package of the ministry.

#include <filesystem>

#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/book_exchange.hpp"
#include "tools/sogoc/commands/book_commands.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/archived_pages.hpp"
#include "tools/sogoc/outputs.hpp"
#include "tools/sogoc/table_reading.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::string code;
  std::string format = "xlsx";
  std::string out, file;
  std::string name = kCaseName;
  std::uint64_t page_kb = 100;
  ImportSettings import;
  bool json = false;
};

OrderedJson json_of(const std::vector<RowProblem>& problems) {
  OrderedJson list = OrderedJson::array();
  for (const RowProblem& problem : problems) list.push_back({{"row", problem.row}, {"column", problem.column}, {"text", problem.text}});
  return list;
}

Result<ExitCode> export_package(Archive& archive, const Options& options, const RegisterBookRow& book, const EntryForms& forms,
                                const std::vector<EntryDetails>& entries) {
  SOGOC_TRY(const CaseReport report, write_moj_package(archive, book, entries, forms, options.name, options.page_kb * 1024, options.out));
  if (options.json) {
    print_json({{"cases", report.cases}, {"pages", report.pages}, {"too_large", report.too_large}, {"problems", json_of(report.problems)}});
  } else {
    for (const RowProblem& problem : report.problems) print_line(say("entry {}: {}", problem.column, problem.text));
    for (const std::string& large : report.too_large) print_line(say("above the target size: {}", large));
    print_line(say("{} cases, {} pages", report.cases, report.pages));
  }
  return report.problems.empty() ? ExitCode::done : ExitCode::needs_person;
}

Result<ExitCode> export_book(const Options& options) {
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(bring_up_to_date(*archive, options.code));
  SOGOC_TRY(const RegisterBookRow book, archive->books().book(options.code));
  SOGOC_TRY(const auto entries, archive->books().entries(options.code, {}));
  if (options.format == "moj") return export_package(*archive, options, book, forms, entries);
  if (options.format == "xlsx") {
    SOGOC_TRY(const auto scratch, TemporaryFolder::create());
    const auto file = scratch.path() / "book.xlsx";
    SOGOC_CHECK(write_xlsx(table_of(book, entries, forms), file));
    SOGOC_CHECK(replace_file(file, options.out));
  } else {
    SOGOC_CHECK(export_text(options.format == "csv" ? csv_text(table_of(book, entries, forms)) : json_lines_of(entries), options.out));
  }
  if (options.json)
    print_json({{"entries", entries.size()}, {"file", options.out}});
  else
    print_line(say("{}: {} entries", options.out, entries.size()));
  return ExitCode::done;
}

Result<ExitCode> import_book(const Options& options) {
  SOGOC_TRY(const auto rows, read_foreign_table(options.file));
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(bring_up_to_date(*archive, options.code));
  SOGOC_TRY(const RegisterBookRow book, archive->books().book(options.code));
  SOGOC_TRY(const ImportOutcome outcome, import_rows(*archive, book, forms, rows, options.import));
  if (options.json) {
    print_json({{"rows", outcome.rows}, {"unchanged", outcome.unchanged}, {"changed", outcome.changed}, {"added", outcome.added},
                {"problems", json_of(outcome.problems)}});
  } else {
    for (const RowProblem& problem : outcome.problems) print_line(say("row {}, {}: {}", problem.row, problem.column, problem.text));
    print_line(say("{} rows: {} changed, {} added, {} as before, {} problems", outcome.rows, outcome.changed, outcome.added,
                   outcome.unchanged, outcome.problems.size()));
  }
  return outcome.problems.empty() ? ExitCode::done : ExitCode::needs_person;
}

}  // namespace

void add_book_exchange_commands(CLI::App& book, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* out = book.add_subcommand("export", tr("a book as Excel, CSV, JSON Lines, or as the back-file package of the ministry"));
  out->add_option("CODE", options->code, tr("code of the book"))->required();
  out->add_option("--format", options->format, tr("xlsx, csv, jsonl or moj"))->check(CLI::IsMember({"xlsx", "csv", "jsonl", "moj"}));
  out->add_option("-o,--output", options->out, tr("the file; for moj the folder"))->required();
  out->add_option("--name", options->name, tr("moj: name of a case, of {kind} {book} {year} {volume} {date} {number} {id}"));
  out->add_option("--page-kb", options->page_kb, tr("moj: a page above this size is reported"));
  auto* in = book.add_subcommand("import", tr("take values from a table (.xlsx, .csv, .jsonl) as export writes it"));
  in->add_option("CODE", options->code, tr("code of the book"))->required();
  in->add_option("FILE", options->file, tr("the table"))->required();
  in->add_flag("--confirm", options->import.confirm, tr("every value in it was compared with the register by this person"));
  in->add_flag("--replace", options->import.replace, tr("also where another person decided otherwise"));
  in->add_flag("--check", options->import.only_check, tr("only say what would be taken"));
  add_by_option(*in, options->import.by);
  for (auto* command : {out, in}) {
    add_archive_option(*command, options->archive);
    command->add_flag("--json", options->json, tr("answer in JSON"));
  }
  out->callback([options, &chosen] { chosen = [options] { return export_book(*options); }; });
  in->callback([options, &chosen] { chosen = [options] { return import_book(*options); }; });
}

}  // namespace sogoc
