// sogoc book create, list, show, pages.

#include <charconv>

#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/commands/book_commands.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  NewRegisterBook book;
  std::string years;
  std::string move, after;
  std::string keep, evidence, of;
  std::string by;
  bool json = false;
};

OrderedJson json_of(const RegisterBookRow& row) {
  OrderedJson json = {{"code", row.about.code},
                      {"kind", row.about.kind},
                      {"number", row.about.number},
                      {"years", {row.about.year_from, row.about.year_to}},
                      {"body", row.about.body},
                      {"layouts", row.about.layouts},
                      {"state", name(row.state)},
                      {"pages", row.counts.pages},
                      {"pages_open", row.counts.pages_open},
                      {"entries", row.counts.entries},
                      {"fields_decided", row.fields_decided},
                      {"open_tickets", row.counts.open_tickets},
                      {"created_at", local_time(row.created_at)},
                      {"created_by", row.created_by}};
  if (row.about.first_page) json["first_page"] = *row.about.first_page;
  if (row.about.declared_pages) json["declared_pages"] = *row.about.declared_pages;
  if (row.about.first_entry) json["first_entry"] = *row.about.first_entry;
  if (row.about.declared_entries) json["declared_entries"] = *row.about.declared_entries;
  if (!row.about.note.empty()) json["note"] = row.about.note;
  if (row.closed_at)
    json["closed"] = {{"at", local_time(*row.closed_at)}, {"by", row.closed_by}, {"reason", row.closing_reason}};
  return json;
}

void print_book(const RegisterBookRow& row) {
  print_line(fmt::format("{}  [{}]  {} {}  {}  {}", row.about.code, tr(name(row.state).data()), row.about.kind,
                         row.about.number,
                         row.about.year_from == row.about.year_to ? std::to_string(row.about.year_from)
                                                                  : fmt::format("{}-{}", row.about.year_from, row.about.year_to),
                         row.about.body));
  print_line(say("  pages {}, of these not read {}; entries {}; fields decided by a person {}; open findings {}",
                 row.counts.pages, row.counts.pages_open, row.counts.entries, row.fields_decided, row.counts.open_tickets));
}

// "2005" or "1999-2001"
Done set_years(const std::string& text, NewRegisterBook& book) {
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, book.year_from);
  if (first.ec == std::errc() && first.ptr == end) {
    book.year_to = book.year_from;
    return {};
  }
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == '-') {
    const auto last = std::from_chars(first.ptr + 1, end, book.year_to);
    if (last.ec == std::errc() && last.ptr == end) return {};
  }
  return fail(ErrorCode::usage, Retry::never, text, "write the years as 2005 or 1999-2001");
}

Result<ExitCode> create(const Options& options) {
  NewRegisterBook book = options.book;
  SOGOC_CHECK(set_years(options.years, book));
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  if (!forms.knows_kind(book.kind)) {
    std::string known;
    for (const std::string& kind : forms.kinds()) known += (known.empty() ? "" : ", ") + kind;
    return fail(ErrorCode::usage, Retry::never, book.kind, "is no kind of register; the kinds are: " + known);
  }
  for (const std::string& layout : book.layouts)
    if (!forms.knows_layout(layout))
      return fail(ErrorCode::usage, Retry::never, layout, "is no layout of a register; see `sogoc template`");
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  if (book.body.empty()) book.body = archive->identity().agency_name;
  SOGOC_CHECK(archive->books().add(book, options.by));
  SOGOC_TRY(const RegisterBookRow made, archive->books().book(book.code));
  if (options.json)
    print_json(json_of(made));
  else
    print_line(say("made the book {}", made.about.code));
  return ExitCode::done;
}

Result<ExitCode> list(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const auto rows, archive->books().books());
  OrderedJson json = OrderedJson::array();
  for (const RegisterBookRow& row : rows) {
    if (options.json)
      json.push_back(json_of(row));
    else
      print_book(row);
  }
  if (options.json) print_json(json);
  return ExitCode::done;
}

Result<ExitCode> show(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(bring_up_to_date(*archive, options.book.code));
  SOGOC_TRY(const RegisterBookRow row, archive->books().book(options.book.code));
  if (options.json)
    print_json(json_of(row));
  else
    print_book(row);
  return ExitCode::done;
}

Result<PageId> page_id(Archive& archive, const std::string& text) {
  SOGOC_TRY(const PageName named, page_named(text));
  SOGOC_TRY(const PageRow page, archive.catalogue().page_at(named.batch, named.ordinal));
  return page.id;
}

// What a person says about the order and the role of pages.
Done change_pages(Archive& archive, const Options& options) {
  RegisterBooks& books = archive.books();
  const std::string& code = options.book.code;
  if (!options.move.empty()) {
    SOGOC_TRY(const PageId page, page_id(archive, options.move));
    std::optional<PageId> after;
    if (options.after != "start") {
      SOGOC_TRY(after, page_id(archive, options.after));
    }
    SOGOC_CHECK(books.move_page(code, page, after, options.by));
  }
  if (!options.keep.empty()) {
    SOGOC_TRY(const PageId page, page_id(archive, options.keep));
    SOGOC_CHECK(books.set_role(code, page, BookPageRole::page, 0, options.by));
  }
  if (!options.evidence.empty()) {
    SOGOC_TRY(const PageId page, page_id(archive, options.evidence));
    SOGOC_TRY(const PageId of, page_id(archive, options.of));
    if (page == of) return fail(ErrorCode::usage, Retry::never, options.evidence, "cannot be a second scan of itself");
    SOGOC_CHECK(books.set_role(code, page, BookPageRole::evidence, of, options.by));
  }
  return {};
}

Result<ExitCode> pages(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(change_pages(*archive, options));
  SOGOC_CHECK(bring_up_to_date(*archive, options.book.code));
  SOGOC_TRY(const auto rows, archive->books().pages(options.book.code));
  SOGOC_TRY(const auto entries, archive->books().entries(options.book.code, {}));
  OrderedJson json = OrderedJson::array();
  int position = 0;
  for (const BookPageRow& row : rows) {
    ++position;
    std::vector<std::string> numbers;
    for (const EntryDetails& entry : entries)
      if (!entry.row.places.empty() && entry.row.places.front().page == row.page) numbers.push_back(entry.row.number);
    if (options.json) {
      OrderedJson one = {{"position", position}, {"page", row.page},          {"name", row.name},
                         {"state", name(row.state)}, {"role", name(row.role)}, {"entries", numbers}};
      if (row.role == BookPageRole::evidence) one["evidence_of"] = row.evidence_of;
      json.push_back(std::move(one));
    } else {
      print_line(fmt::format("{:4}  {}  {}{}  {}", position, row.name, tr(name(row.state).data()),
                             row.role == BookPageRole::evidence ? fmt::format("  {}", tr("kept as evidence")) : std::string(),
                             fmt::join(numbers, ", ")));
    }
  }
  if (options.json) print_json(json);
  return ExitCode::done;
}

}  // namespace

void add_book_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* group = app.add_subcommand("book", tr("register books (sổ): make, show, check, close, hand over"));
  group->footer(tr(
      "Examples: sogoc book create KS.2005.01 --kind KS --year 2005 --number 01/2005 -A ARCHIVE\n"
      "          sogoc ingest scans/ -A ARCHIVE --book KS.2005.01 && sogoc run -A ARCHIVE\n"
      "          sogoc book check KS.2005.01 -A ARCHIVE                       gaps, repeats, wrong order\n"
      "          sogoc book pages KS.2005.01 -A ARCHIVE --move 4:1 --after 1:57\n"
      "          sogoc book export KS.2005.01 --format xlsx -o KS.2005.01.xlsx -A ARCHIVE"));
  group->require_subcommand(1);

  auto* make = group->add_subcommand("create", tr("make a book"));
  make->add_option("CODE", options->book.code, tr("code of the book"))->required();
  make->add_option("--kind", options->book.kind, tr("kind of register: KS, KH, KT, CMC, HN ..."))->required();
  make->add_option("--year", options->years, tr("its year or years: 2005, 1999-2001"))->required();
  make->add_option("--number", options->book.number, tr("number of the volume (quyển số), as on its cover"));
  make->add_option("--body", options->book.body, tr("the office that kept it (the archive's own unless given)"));
  make->add_option("--layout", options->book.layouts, tr("layouts its pages may follow (any unless given)"));
  make->add_option("--first-page", options->book.first_page, tr("number on its first page"));
  make->add_option("--pages", options->book.declared_pages, tr("numbered pages, counted by hand"));
  make->add_option("--first-entry", options->book.first_entry, tr("number of its first entry"));
  make->add_option("--entries", options->book.declared_entries, tr("entries, as its last page says"));
  make->add_option("--note", options->book.note, tr("a note"));

  auto* all = group->add_subcommand("list", tr("all books"));
  auto* display = group->add_subcommand("show", tr("one book"));
  auto* order = group->add_subcommand("pages", tr("the pages of a book in its order; move one, or say which scan counts"));
  for (auto* command : {display, order})
    command->add_option("CODE", options->book.code, tr("code of the book"))->required();
  auto* move = order->add_option("--move", options->move, tr("a page to move, BATCH:PAGE"));
  auto* after = order->add_option("--after", options->after, tr("the page it stands behind, BATCH:PAGE, or start"));
  move->needs(after);
  after->needs(move);
  order->add_option("--keep", options->keep, tr("this page counts, BATCH:PAGE"));
  auto* evidence = order->add_option("--evidence", options->evidence, tr("this page is a second scan, BATCH:PAGE"));
  auto* of = order->add_option("--of", options->of, tr("of this page, BATCH:PAGE"));
  evidence->needs(of);
  of->needs(evidence);

  for (auto* command : {make, all, display, order}) {
    add_archive_option(*command, options->archive);
    command->add_flag("--json", options->json, tr("answer in JSON"));
  }
  for (auto* command : {make, order}) add_by_option(*command, options->by);
  make->callback([options, &chosen] { chosen = [options] { return create(*options); }; });
  all->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
  display->callback([options, &chosen] { chosen = [options] { return show(*options); }; });
  order->callback([options, &chosen] { chosen = [options] { return pages(*options); }; });
  add_book_check_commands(*group, chosen);
  add_book_exchange_commands(*group, chosen);
}

}  // namespace sogoc
