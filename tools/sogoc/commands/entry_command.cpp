// sogoc entry list, show, set, history, add, stage.

#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::string book;
  std::string entry;
  std::string number;
  std::string page;
  std::string stage;
  std::vector<std::string> values, illegible, unknown;
  std::string by;
  bool json = false;
};

const EntryForm* form_of(Archive& archive, const EntryForms& forms, const EntryDetails& entry) {
  const auto book = archive.books().book(entry.row.book);
  return book ? forms.find(entry.row.layout, book->about.kind) : nullptr;
}

Result<ExitCode> list(const Options& options) {
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(bring_up_to_date(*archive, options.book));
  EntryFilter filter;
  filter.number = options.number;
  if (!options.stage.empty()) filter.stages = {*value_in(kEntryStageNames, options.stage)};
  SOGOC_TRY(const auto entries, archive->books().entries(options.book, filter));
  OrderedJson json = OrderedJson::array();
  for (const EntryDetails& entry : entries) {
    const EntryForm* form = form_of(*archive, forms, entry);
    if (options.json) {
      json.push_back(json_of(entry, form));
      continue;
    }
    // The first name says most.
    std::string who;
    for (const EntryFieldDetails& field : entry.fields) {
      const FormField* known = form == nullptr ? nullptr : form->field(field.machine.reading.key);
      if (who.empty() && known != nullptr && known->kind == FieldKind::name) who = field.effective().text;
    }
    print_line(fmt::format("{:6}  {:>10}  [{}]  {}  {}", entry.row.id, entry.row.number.empty() ? "?" : entry.row.number,
                           tr(name(entry.row.stage).data()), entry.row.page_name, who));
  }
  if (options.json) print_json(json);
  return ExitCode::done;
}

Result<ExitCode> show(const Options& options) {
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const EntryDetails entry, find_entry(*archive, options.entry));
  const EntryForm* form = form_of(*archive, forms, entry);
  if (options.json) {
    print_json(json_of(entry, form));
    return ExitCode::done;
  }
  print_line(fmt::format("{}  {}  [{}]  {}", entry.row.book, entry.row.number, tr(name(entry.row.stage).data()), entry.row.page_name));
  for (const EntryFieldDetails& field : entry.fields) {
    const FormField* known = form == nullptr ? nullptr : form->field(field.machine.reading.key);
    const std::string who = field.decided ? say("by {}", field.decided_by)
                            : field.machine.reading.sure ? tr("read, sure")
                                                         : say("read, {:.0f} %", 100 * field.machine.reading.confidence.fraction());
    print_line(fmt::format("  {} ({}): {}  [{}]{}", known == nullptr ? field.machine.reading.key : known->label,
                           field.machine.reading.key, shown(field.effective()), who,
                           known != nullptr && known->binding ? " *" : ""));
  }
  for (const EntryNote& note : entry.row.notes)
    print_line(say("  note in the margin: {}", note.text.empty() ? tr("(illegible)") : note.text));
  return ExitCode::done;
}

Result<std::vector<std::pair<std::string, EntryValue>>> values_in(const Options& options, const EntryForm* form) {
  std::vector<std::pair<std::string, EntryValue>> values;
  for (const std::string& text : options.values) {
    SOGOC_TRY(auto one, assignment_in(text));
    values.push_back(std::move(one));
  }
  for (const std::string& key : options.illegible) values.emplace_back(key, EntryValue{EntryValueState::illegible, ""});
  for (const std::string& key : options.unknown) values.emplace_back(key, EntryValue{EntryValueState::unknown, ""});
  if (values.empty()) return fail(ErrorCode::usage, Retry::never, "", "say what stands there: KEY=VALUE, --illegible KEY or --unknown KEY");
  for (const auto& [key, value] : values) SOGOC_CHECK(check_field_key(form, key));
  return values;
}

Result<ExitCode> set(const Options& options) {
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const EntryDetails entry, find_entry(*archive, options.entry));
  SOGOC_TRY(const auto values, values_in(options, form_of(*archive, forms, entry)));
  SOGOC_CHECK(archive->books().decide(entry.row.id, values, options.by, "set"));
  SOGOC_TRY(const EntryDetails now, archive->books().entry(entry.row.id));
  if (options.json)
    print_json(json_of(now, form_of(*archive, forms, now)));
  else
    print_line(say("set by {}", options.by));
  return ExitCode::done;
}

Result<ExitCode> add(const Options& options) {
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const RegisterBookRow book, archive->books().book(options.book));
  const EntryForm* form = forms.find("", book.about.kind);
  SOGOC_TRY(const auto values, values_in(options, form));
  SOGOC_TRY(const PageName named, page_named(options.page));
  SOGOC_TRY(const PageRow page, archive->catalogue().page_at(named.batch, named.ordinal));
  SOGOC_CHECK(bring_up_to_date(*archive, options.book));
  SOGOC_TRY(const EntryId id, archive->books().add_entry(options.book, form == nullptr ? "" : form->layout, page.id, values, options.by, "set"));
  if (options.json)
    print_json({{"entry", id}, {"book", options.book}});
  else
    print_line(say("made the entry {}", id));
  return ExitCode::done;
}

Result<ExitCode> stage(const Options& options) {
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const EntryDetails entry, find_entry(*archive, options.entry));
  const auto unreviewed = unreviewed_binding(entry, form_of(*archive, forms, entry));
  const EntryStage to = *value_in(kEntryStageNames, options.stage);
  SOGOC_CHECK(archive->books().move_stage(entry.row.id, to, options.by, static_cast<std::int64_t>(unreviewed.size())));
  if (options.json)
    print_json({{"entry", entry.row.id}, {"stage", name(to)}, {"by", options.by}});
  else
    print_line(say("entry {} is at {}", entry.row.id, tr(name(to).data())));
  return ExitCode::done;
}

// What changed between two stages, in the values themselves.
OrderedJson differences(const EntrySnapshot& before, const EntrySnapshot& after) {
  OrderedJson changed = OrderedJson::object();
  for (const auto& [key, value] : after.values) {
    const EntryValue* was = nullptr;
    for (const auto& [other, old] : before.values)
      if (other == key) was = &old;
    if (was == nullptr || !(*was == value)) changed[key] = {{"before", was == nullptr ? json_of(EntryValue{}) : json_of(*was)}, {"after", json_of(value)}};
  }
  return changed;
}

Result<ExitCode> history(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const EntryDetails entry, find_entry(*archive, options.entry));
  SOGOC_TRY(const auto changes, archive->books().history(entry.row.id));
  SOGOC_TRY(const auto snapshots, archive->books().snapshots(entry.row.id));
  if (!options.json) {
    for (const EntryChange& change : changes)
      print_line(fmt::format("{}  {}  {}  {}{}", local_time(change.at), change.by, tr(change.how.c_str()), change.key,
                             change.how == "stage" ? std::string() : ": " + shown(change.value)));
    return ExitCode::done;
  }
  OrderedJson list = OrderedJson::array();
  for (const EntryChange& change : changes) {
    OrderedJson one = {{"at", local_time(change.at)}, {"by", change.by}, {"how", change.how}, {"key", change.key}};
    if (change.how != "stage") one.update(json_of(change.value));
    list.push_back(std::move(one));
  }
  OrderedJson stages = OrderedJson::array();
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    OrderedJson one = {{"stage", name(snapshots[i].stage)}, {"at", local_time(snapshots[i].at)}, {"by", snapshots[i].by}};
    if (i > 0) one["changed"] = differences(snapshots[i - 1], snapshots[i]);
    stages.push_back(std::move(one));
  }
  print_json({{"entry", entry.row.id}, {"changes", std::move(list)}, {"stages", std::move(stages)}});
  return ExitCode::done;
}

}  // namespace

void add_entry_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* group = app.add_subcommand("entry", tr("entries of register books: list, show, set, history"));
  group->footer(tr(
      "Examples: sogoc entry list KS.2005.01 -A ARCHIVE\n"
      "          sogoc entry show KS.2005.01:7 -A ARCHIVE\n"
      "          sogoc entry set KS.2005.01:7 nksHoTen=\"Nguyễn Văn A\" chaHoTen= --illegible nksNoiSinh -A ARCHIVE\n"
      "          sogoc entry stage KS.2005.01:7 check_1 -A ARCHIVE --by lan"));
  group->require_subcommand(1);
  auto* all = group->add_subcommand("list", tr("the entries of a book in its order"));
  all->add_option("BOOK", options->book, tr("code of the book"))->required();
  all->add_option("--number", options->number, tr("only entries with this number"));
  all->add_option("--stage", options->stage, tr("only entries at this stage"))->check(CLI::IsMember({"entry", "check_1", "check_2", "final"}));
  auto* display = group->add_subcommand("show", tr("one entry with its fields"));
  auto* change = group->add_subcommand("set", tr("a person says what stands in fields of an entry"));
  auto* past = group->add_subcommand("history", tr("who changed what, and when"));
  auto* move = group->add_subcommand("stage", tr("move an entry on: entry, check_1, check_2, final; or back to entry"));
  auto* make = group->add_subcommand("add", tr("an entry that was not found on its page"));
  for (auto* command : {display, change, past, move})
    command->add_option("ENTRY", options->entry, tr("an entry: its id, or BOOK:NUMBER"))->required();
  move->add_option("STAGE", options->stage, tr("the stage"))->required()->check(CLI::IsMember({"entry", "check_1", "check_2", "final"}));
  make->add_option("--book", options->book, tr("code of the book"))->required();
  make->add_option("--page", options->page, tr("a page, BATCH:PAGE"))->required();
  for (auto* command : {change, make}) {
    command->add_option("VALUE", options->values, tr("KEY=VALUE; an empty value says that nothing is written there"));
    command->add_option("--illegible", options->illegible, tr("something is written in this field, and nobody can read it"));
    command->add_option("--unknown", options->unknown, tr("the register says that it is not known"));
  }
  for (auto* command : {all, display, change, past, move, make}) {
    add_archive_option(*command, options->archive);
    command->add_flag("--json", options->json, tr("answer in JSON"));
  }
  for (auto* command : {change, move, make}) add_by_option(*command, options->by);
  all->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
  display->callback([options, &chosen] { chosen = [options] { return show(*options); }; });
  change->callback([options, &chosen] { chosen = [options] { return set(*options); }; });
  past->callback([options, &chosen] { chosen = [options] { return history(*options); }; });
  move->callback([options, &chosen] { chosen = [options] { return stage(*options); }; });
  make->callback([options, &chosen] { chosen = [options] { return add(*options); }; });
}

}  // namespace sogoc
