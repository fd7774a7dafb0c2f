// sogoc copy book: issue books (sổ cấp bản sao).

#include "tools/sogoc/commands/office_options.hpp"
#include "tools/sogoc/copy_data.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::string series;
  std::string organ;
  BookId book = 0;
  bool carry = false, year_end = false, json = false;
  ActorOptions actor;
};

void print(const IssueBook& book, bool json, const std::string& sentence) {
  if (json)
    print_json(json_of(book));
  else
    print_line(sentence);
}

Result<ExitCode> open(const Options& options) {
  SOGOC_TRY(BookSeries series, series_called(options.series, SystemClock().now()));
  if (!options.organ.empty()) series.organ = options.organ;
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const IssueBook book, archive->copies().open_book(series, options.carry, actor_from(options.actor)));
  print(book, options.json, say("opened the book {} {}/{}; its first number is {}", book.series, book.book, book.year, book.first_number));
  return ExitCode::done;
}

Result<ExitCode> close(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const IssueBook book, archive->copies().close_book(options.book, options.year_end, actor_from(options.actor)));
  print(book, options.json, line_of(book));
  return ExitCode::done;
}

Result<ExitCode> list(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const auto books, archive->copies().books());
  OrderedJson json = OrderedJson::array();
  for (const IssueBook& book : books) {
    if (options.json)
      json.push_back(json_of(book));
    else
      print_line(line_of(book));
  }
  if (options.json) print_json(json);
  return ExitCode::done;
}

Result<ExitCode> show(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const IssueBook book, archive->copies().book(options.book));
  SOGOC_TRY(const auto copies, archive->copies().copies({.book = options.book, .limit = 1'000'000}));
  OrderedJson json = json_of(book);
  json["copies"] = OrderedJson::array();
  if (!options.json) print_line(line_of(book));
  for (const CopyDetails& copy : copies) {
    if (options.json)
      json["copies"].push_back(json_of(copy));
    else
      print_line(line_of(copy));
  }
  if (options.json) print_json(json);
  return ExitCode::done;
}

}  // namespace

void add_copy_book_command(CLI::App& copy, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* group = copy.add_subcommand("book", tr("issue books: open, list, show, close"));
  group->footer(
      "Examples: sogoc copy book open register -A ARCHIVE          the first book of the year, or the next one\n"
      "          sogoc copy book open certified --carry -A ARCHIVE  go on in last year's book, from 01\n"
      "          sogoc copy book close 3 --year-end --role head -A ARCHIVE\n"
      "Series: register, certified, sao, reader, reply (models/copies/books.toml)");
  group->require_subcommand(1);
  auto* make = group->add_subcommand("open", tr("open a book"));
  make->add_option("SERIES", options->series, tr("which series of numbers"))->required();
  make->add_option("--organ", options->organ, tr("abbreviation of the body in its numbers, for example UBND"));
  make->add_flag("--carry", options->carry, tr("carry last year's book over"));
  auto* all = group->add_subcommand("list", tr("every book with its totals"));
  auto* one = group->add_subcommand("show", tr("one book and its copies"));
  auto* finish = group->add_subcommand("close", tr("close a book with its totals; it is read-only then"));
  finish->add_flag("--year-end", options->year_end, tr("as the last of its year"));
  for (auto* command : {one, finish}) command->add_option("BOOK", options->book, tr("the book's id"))->required();
  for (auto* command : {make, finish}) add_actor_options(*command, options->actor);
  for (auto* command : {make, all, one, finish}) {
    add_archive_option(*command, options->archive);
    command->add_flag("--json", options->json, tr("answer in JSON"));
  }
  make->callback([options, &chosen] { chosen = [options] { return open(*options); }; });
  all->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
  one->callback([options, &chosen] { chosen = [options] { return show(*options); }; });
  finish->callback([options, &chosen] { chosen = [options] { return close(*options); }; });
}

}  // namespace sogoc
