// sogoc book check, ticket, close: what is wrong with a volume, and who says that it is settled.

#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/commands/book_commands.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::string code;
  TicketId ticket = 0;
  std::string reason;
  std::string by;
  bool all = false;
  bool json = false;
};

OrderedJson json_of(const BookCheck& check) {
  return {{"pages", check.pages},
          {"pages_open", check.pages_open},
          {"entries", check.entries},
          {"open_tickets", check.open_tickets},
          {"binding_unreviewed", check.binding_unreviewed}};
}

Result<ExitCode> check(const Options& options) {
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(bring_up_to_date(*archive, options.code));
  SOGOC_TRY(const BookCheck found, check_book(*archive, forms, options.code));
  SOGOC_TRY(const auto tickets, archive->books().tickets(options.code, !options.all));
  if (options.json) {
    OrderedJson list = OrderedJson::array();
    for (const TicketRow& ticket : tickets) list.push_back(json_of(ticket));
    print_json({{"book", options.code}, {"ready", found.agrees()}, {"counts", json_of(found)}, {"tickets", std::move(list)}});
  } else {
    for (const TicketRow& ticket : tickets)
      print_line(fmt::format("{:4}  [{}]  {}", ticket.id, tr(name(ticket.state).data()), translated(ticket.text)));
    for (const std::string& why : found.reasons()) print_line(say("not ready to close: {}", translated(why)));
    if (found.agrees()) print_line(tr("nothing is missing; it may be closed"));
  }
  return found.agrees() ? ExitCode::done : ExitCode::needs_person;
}

Result<ExitCode> settle(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(archive->books().resolve(options.ticket, options.by, options.reason));
  if (options.json)
    print_json({{"ticket", options.ticket}, {"state", "resolved"}, {"by", options.by}});
  else
    print_line(say("ticket {} is settled by {}", options.ticket, options.by));
  return ExitCode::done;
}

Result<ExitCode> close(const Options& options) {
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(bring_up_to_date(*archive, options.code));
  SOGOC_TRY(const BookCheck found, check_book(*archive, forms, options.code));
  if (!found.agrees() && options.reason.empty()) {
    if (options.json) {
      print_json({{"closed", false}, {"reasons", found.reasons()}, {"counts", json_of(found)}});
    } else {
      for (const std::string& why : found.reasons()) print_line(say("not ready to close: {}", translated(why)));
      print_line(tr("to close it all the same, say why: --reason \"...\""));
    }
    return ExitCode::needs_person;
  }
  SOGOC_CHECK(archive->books().close(options.code, found, options.by, options.reason));
  if (options.json)
    print_json({{"closed", true}, {"reasons", found.reasons()}, {"counts", json_of(found)}});
  else
    print_line(say("closed the book {}", options.code));
  return ExitCode::done;
}

}  // namespace

void add_book_check_commands(CLI::App& book, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* look = book.add_subcommand("check", tr("look for gaps, repeats, wrong order, and what nobody has seen"));
  look->add_flag("--all", options->all, tr("also findings that are settled"));
  auto* ticket = book.add_subcommand("ticket", tr("settle a finding"));
  ticket->add_option("TICKET", options->ticket, tr("number of the finding"))->required();
  ticket->add_option("--reason", options->reason, tr("why it is settled"))->required();
  auto* finish = book.add_subcommand("close", tr("close a book: nothing in it changes any more"));
  finish->add_option("--reason", options->reason, tr("why it is closed although something is open"));
  for (auto* command : {look, finish}) command->add_option("CODE", options->code, tr("code of the book"))->required();
  for (auto* command : {look, ticket, finish}) {
    add_archive_option(*command, options->archive);
    command->add_flag("--json", options->json, tr("answer in JSON"));
  }
  for (auto* command : {ticket, finish}) add_by_option(*command, options->by);
  look->callback([options, &chosen] { chosen = [options] { return check(*options); }; });
  ticket->callback([options, &chosen] { chosen = [options] { return settle(*options); }; });
  finish->callback([options, &chosen] { chosen = [options] { return close(*options); }; });
}

}  // namespace sogoc
