// sogoc review list, next, checks, key: what a person should look at first, and blind double keying.

#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/commands/book_commands.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/review_desk.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::string book;
  std::string entry, field, value;
  bool illegible = false, unknown = false;
  int limit = 20;
  std::string by;
  bool json = false;
};

Result<ExitCode> list(const Options& options, bool only_next) {
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(bring_up_to_date(*archive, options.book));
  SOGOC_TRY(const RegisterBookRow book, archive->books().book(options.book));
  SOGOC_TRY(const BookReview review, review_of(*archive, forms, book));
  const std::vector<WaitingField> queue = queue_of(review, forms, book);
  OrderedJson json = OrderedJson::array();
  int left = only_next ? 1 : options.limit;
  for (const WaitingField& one : queue) {
    if (left-- <= 0) break;
    const FieldReading& reading = one.field->machine.reading;
    if (options.json) {
      OrderedJson places = OrderedJson::array();
      for (const EntryPlace& place : one.field->machine.places)
        places.push_back({{"page", place.page}, {"box", {place.box.left, place.box.top, place.box.right, place.box.bottom}}});
      json.push_back({{"entry", one.entry->row.id}, {"number", one.entry->row.number}, {"page", one.entry->row.page_name},
                      {"key", reading.key}, {"label", one.known->label}, {"binding", one.known->binding},
                      {"value", json_of(one.field->effective())}, {"weight", one.weight}, {"doubt", one.hint.doubt},
                      {"tone_marks", one.hint.tone_marks}, {"why", one.hint.why}, {"alternatives", one.hint.alternatives},
                      {"places", std::move(places)}});
    } else {
      print_line(fmt::format("{:.2f}  {} {}  {}  {}: {}{}", one.weight, options.book, one.entry->row.number, one.entry->row.page_name,
                             one.known->label, shown(one.field->effective()),
                             one.hint.alternatives.empty() ? std::string() : fmt::format("  ({}?)", fmt::join(one.hint.alternatives, "? "))));
    }
  }
  if (options.json) print_json({{"waiting", queue.size()}, {"fields", std::move(json)}});
  else print_line(say("{} fields wait for a person", queue.size()));
  return queue.empty() ? ExitCode::done : ExitCode::needs_person;
}

Result<ExitCode> checks(const Options& options) {
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(bring_up_to_date(*archive, options.book));
  SOGOC_TRY(const RegisterBookRow book, archive->books().book(options.book));
  SOGOC_TRY(const BookReview review, review_of(*archive, forms, book));
  OrderedJson json = OrderedJson::array();
  bool errors = false;
  for (const CheckFinding& finding : review.findings) {
    errors = errors || finding.severity == CheckSeverity::error;
    if (options.json)
      json.push_back({{"entry", finding.entry}, {"key", finding.key}, {"severity", name(finding.severity)}, {"rule", finding.rule}, {"text", finding.text}});
    else
      print_line(fmt::format("{}  {}  [{}]  {}", finding.entry, finding.key, tr(name(finding.severity).data()), translated(finding.text)));
  }
  if (options.json) print_json(json);
  return errors ? ExitCode::needs_person : ExitCode::done;
}

// Nobody is told what another person keyed; only whether the field is settled.
Result<ExitCode> key(const Options& options) {
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const EntryDetails entry, find_entry(*archive, options.entry));
  SOGOC_TRY(const RegisterBookRow book, archive->books().book(entry.row.book));
  SOGOC_CHECK(check_field_key(forms.find(entry.row.layout, book.about.kind), options.field));
  EntryValue value = written_value(options.value);
  if (options.illegible) value = {EntryValueState::illegible, ""};
  if (options.unknown) value = {EntryValueState::unknown, ""};
  SOGOC_TRY(const KeyedField keyed, key_blindly(*archive, entry, options.field, value, options.by));
  const auto state = keyed.outcome.state;
  if (options.json)
    print_json({{"entry", entry.row.id}, {"key", options.field}, {"state", name(state)}, {"persons", keyed.persons}});
  else
    print_line(tr(state == KeyingState::agreed     ? "two persons agree; the value is settled"
                  : state == KeyingState::disputed ? "two persons differ; a third keys it"
                  : state == KeyingState::split    ? "three persons differ; decide with `sogoc entry set`"
                                                           : "kept; another person keys it too"));
  return state == KeyingState::agreed || state == KeyingState::open ? ExitCode::done : ExitCode::needs_person;
}

}  // namespace

void add_review_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* group = app.add_subcommand("review", tr("what a person should look at first in a book"));
  group->footer(tr(
      "Examples: sogoc review next KS.2005.01 -A ARCHIVE                the field that matters most\n"
      "          sogoc review checks KS.2005.01 -A ARCHIVE              what the rules say of its entries\n"
      "          sogoc review key KS.2005.01:7 nksHoTen \"Nguyễn Văn A\" -A ARCHIVE --by lan   blind double keying"));
  group->require_subcommand(1);
  auto* all = group->add_subcommand("list", tr("fields that wait for a person, weightiest first"));
  all->add_option("--limit", options->limit, tr("how many"));
  auto* first = group->add_subcommand("next", tr("the weightiest of them"));
  auto* rules = group->add_subcommand("checks", tr("what the rules say of the entries"));
  for (auto* command : {all, first, rules}) command->add_option("BOOK", options->book, tr("code of the book"))->required();
  auto* keying = group->add_subcommand("key", tr("key a field without seeing what others keyed"));
  keying->add_option("ENTRY", options->entry, tr("an entry: its id, or BOOK:NUMBER"))->required();
  keying->add_option("FIELD", options->field, tr("key of the field"))->required();
  keying->add_option("VALUE", options->value, tr("what stands there; nothing: the field is empty"));
  keying->add_flag("--illegible", options->illegible, tr("something is written, and nobody can read it"));
  keying->add_flag("--unknown", options->unknown, tr("the register says that it is not known"));
  add_by_option(*keying, options->by);
  for (auto* command : {all, first, rules, keying}) {
    add_archive_option(*command, options->archive);
    command->add_flag("--json", options->json, tr("answer in JSON"));
  }
  all->callback([options, &chosen] { chosen = [options] { return list(*options, false); }; });
  first->callback([options, &chosen] { chosen = [options] { return list(*options, true); }; });
  rules->callback([options, &chosen] { chosen = [options] { return checks(*options); }; });
  keying->callback([options, &chosen] { chosen = [options] { return key(*options); }; });
}

}  // namespace sogoc
