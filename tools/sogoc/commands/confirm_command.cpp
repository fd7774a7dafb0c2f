#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::string page;
  std::string file;
  std::string state = "done";
  std::string document;
  std::string entry;
  bool all = false;
  std::vector<std::string> fields;
  std::string restricted;
  std::string note;
  std::string by;
  bool json = false;
};

Done confirm_page(Catalogue& catalogue, const Options& options) {
  SOGOC_TRY(const PageName named, page_named(options.page));
  SOGOC_TRY(const PageRow page, catalogue.page_at(named.batch, named.ordinal));
  if (!options.restricted.empty())
    return catalogue.release_restricted(page.id, options.by,
                                        options.restricted == "release"
                                            ? RestrictedDecision::release
                                            : RestrictedDecision::withhold,
                                        options.note);
  return catalogue.confirm_page(page.id, *page_state_named(options.state), options.by, options.note);
}

Done confirm_file(Catalogue& catalogue, const Options& options) {
  SOGOC_TRY(const PageName named, page_named(options.file));
  if (options.state != name(PageState::unreadable))
    return fail(ErrorCode::usage, Retry::never, options.file,
                "a whole file is only accepted as unreadable: --as unreadable");
  return catalogue.accept_unreadable_file(named.batch, named.ordinal, options.by, options.note);
}

Done confirm_fields(Catalogue& catalogue, const Options& options) {
  SOGOC_TRY(const DocumentDetails document, find_document(catalogue, options.document));
  for (const std::string& assignment : options.fields) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(ErrorCode::usage, Retry::never, assignment,
                  "write a field as KEY=VALUE, for example codeNumber=16");
    SOGOC_CHECK(catalogue.confirm_field(document.row.id, assignment.substr(0, equals),
                                        assignment.substr(equals + 1), options.by));
  }
  return {};
}

// The values as they count now; a field is named by its key, or KEY=VALUE corrects it.
Done confirm_entry(Archive& archive, const Options& options) {
  SOGOC_TRY(const EntryDetails entry, find_entry(archive, options.entry));
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const RegisterBookRow book, archive.books().book(entry.row.book));
  std::vector<std::pair<std::string, EntryValue>> values;
  const auto accept = [&](const std::string& key) -> Done {
    const EntryFieldDetails* field = entry.field(key);
    const EntryValue value = field == nullptr ? EntryValue{} : field->effective();
    if (value.state == EntryValueState::unread)
      return fail(ErrorCode::conflict, Retry::after_operator, key, "was not read: say what stands there with `sogoc entry set`");
    values.emplace_back(key, value);
    return {};
  };
  for (const std::string& field : options.fields) {
    SOGOC_CHECK(check_field_key(forms.find(entry.row.layout, book.about.kind), field.substr(0, field.find('='))));
    if (field.find('=') == std::string::npos) {
      SOGOC_CHECK(accept(field));
    } else {
      SOGOC_TRY(auto one, assignment_in(field));
      values.push_back(std::move(one));
    }
  }
  if (options.all)
    for (const EntryFieldDetails& field : entry.fields)
      if (!field.decided) SOGOC_CHECK(accept(field.machine.reading.key));
  if (values.empty() && !options.all)
    return fail(ErrorCode::usage, Retry::never, options.entry, "say which fields: --field KEY, or --all");
  return archive.books().decide(entry.row.id, values, options.by, "confirm");
}

Result<ExitCode> confirm(const Options& options) {
  const std::string* named = nullptr;
  for (const std::string* one : {&options.page, &options.file, &options.document, &options.entry}) {
    if (one->empty()) continue;
    if (named != nullptr)
      return fail(ErrorCode::usage, Retry::never, "", "name one of --page, --file, --document and --entry");
    named = one;
  }
  if (named == nullptr)
    return fail(ErrorCode::usage, Retry::never, "", "name one of --page, --file, --document and --entry");
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  if (!options.page.empty())
    SOGOC_CHECK(confirm_page(archive->catalogue(), options));
  else if (!options.file.empty())
    SOGOC_CHECK(confirm_file(archive->catalogue(), options));
  else if (!options.document.empty())
    SOGOC_CHECK(confirm_fields(archive->catalogue(), options));
  else
    SOGOC_CHECK(confirm_entry(*archive, options));
  const bool writes_anew = options.document.empty() && options.entry.empty() && options.state == name(PageState::unreadable);
  if (options.json) {
    print_json({{"confirmed", *named}, {"by", options.by}, {"run_needed", writes_anew}});
  } else {
    print_line(say("confirmed by {}", options.by));
    if (writes_anew) print_line(tr("the next run writes its document: sogoc run"));
  }
  return ExitCode::done;
}

}  // namespace

void add_confirm_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("confirm", tr("a person accepts a page or sets a field"));
  command->footer(tr(
      "Examples: sogoc confirm -A ARCHIVE --page 3:12                      the page is fine as it is\n"
      "          sogoc confirm -A ARCHIVE --page 3:13 --as blank\n"
      "          sogoc confirm -A ARCHIVE --page 3:13 --as unreadable          keep a quarantined page without text\n"
      "          sogoc confirm -A ARCHIVE --file 3:2 --as unreadable           the same for a file that cannot be opened\n"
      "          sogoc confirm -A ARCHIVE --document batch3.1 --field codeNumber=16\n"
      "          sogoc confirm -A ARCHIVE --entry KS.2005.01:7 --field nksHoTen --field nksNgaySinh=05/09/2005\n"
      "          sogoc confirm -A ARCHIVE --page 3:14 --restricted release --note \"declassified ...\""));
  add_archive_option(*command, options->archive);
  auto* page = command->add_option("--page", options->page, tr("a page, BATCH:PAGE"));
  auto* file = command->add_option("--file", options->file, tr("a file of a batch, BATCH:FILE"));
  command->add_option("--as", options->state, tr("done, blank or unreadable"))
      ->check(CLI::IsMember({"done", "blank", "unreadable"}));
  command->add_option("--restricted", options->restricted,
                      tr("decide on a page with a secrecy mark: release or withhold"))
      ->check(CLI::IsMember({"release", "withhold"}))
      ->needs(page);
  auto* document = command->add_option("--document", options->document, tr("a document"));
  document->excludes(page)->excludes(file);
  auto* entry = command->add_option("--entry", options->entry, tr("an entry: its id, or BOOK:NUMBER"));
  entry->excludes(page)->excludes(file)->excludes(document);
  command->add_option("--field", options->fields, tr("KEY=VALUE; an empty value confirms it is empty; for an entry also KEY: as read"))
      ->excludes(page)->excludes(file);
  command->add_flag("--all", options->all, tr("all fields of the entry as they were read"))->needs(entry);
  command->add_option("--note", options->note, tr("why"));
  add_by_option(*command, options->by);
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] { chosen = [options] { return confirm(*options); }; });
}

}  // namespace sogoc
