// sogoc user create, list, disable, enable, password: accounts of the web console.

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "pipeline/core/owned_fd.hpp"
#include "storage/people.hpp"
#include "tools/server/commands/server_commands.hpp"
#include "tools/server/passwords.hpp"
#include "tools/server/second_factor.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  NewPerson person;
  std::vector<std::string> roles;
  std::string password_file;
  std::string by;
  std::string issuer, subject;
  bool remove = false;
  bool json = false;
};

constexpr std::size_t kMostLine = 4096;

Result<std::string> first_line(std::istream& in, const std::string& from) {
  std::string line;
  char c = 0;
  while (line.size() < kMostLine && in.get(c) && c != '\n') line += c;
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) return fail(ErrorCode::usage, Retry::never, from, "holds no password in its first line");
  return line;
}

Result<std::string> ask_once(const OwnedFd& terminal, const char* question) {
  const auto say_there = [&](const char* text) { (void)!::write(terminal.get(), text, std::string_view(text).size()); };
  termios before{};
  if (::tcgetattr(terminal.get(), &before) != 0) return fail(ErrorCode::usage, Retry::never, "password", "say where it stands: --password-file FILE, or - for standard input");
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(terminal.get(), TCSAFLUSH, &silent);
  say_there(question);
  std::string line;
  char c = 0;
  while (line.size() < kMostLine && ::read(terminal.get(), &c, 1) == 1 && c != '\n') line += c;
  ::tcsetattr(terminal.get(), TCSAFLUSH, &before);
  say_there("\n");
  return line;
}

Result<std::string> password_from(const Options& options) {
  if (options.password_file == "-") return first_line(std::cin, "-");
  if (!options.password_file.empty()) {
    std::ifstream in(options.password_file, std::ios::binary);
    if (!in) return fail(ErrorCode::not_found, Retry::never, options.password_file, "cannot be read");
    return first_line(in, options.password_file);
  }
  const OwnedFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal) return fail(ErrorCode::usage, Retry::never, "password", "say where it stands: --password-file FILE, or - for standard input");
  SOGOC_TRY(std::string once, ask_once(terminal, tr("New password: ")));
  SOGOC_TRY(const std::string again, ask_once(terminal, tr("Once more: ")));
  if (once != again) return fail(ErrorCode::usage, Retry::never, "password", "was not the same twice");
  return once;
}

Result<std::string> hash_from(const Options& options) {
  SOGOC_TRY(const std::string password, password_from(options));
  SOGOC_CHECK(check_password(options.person.name, password));
  return server::hash_password(password);
}

Result<ExitCode> create(Options& options) {
  for (const std::string& role : options.roles) options.person.roles.push_back(*value_in(kRoleNames, role));
  SOGOC_CHECK(check_person(options.person));
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const std::string hash, hash_from(options));
  SOGOC_TRY(const PersonId id, archive->people().add(options.person, hash, options.by));
  if (options.json) print_json({{"id", id}, {"name", options.person.name}});
  else print_line(say("made the account {}", options.person.name));
  return ExitCode::done;
}

std::string scope_in_words(const Scope& scope) {
  if (scope.everything) return tr("all records");
  std::vector<std::string> all = scope.bodies;
  all.insert(all.end(), scope.books.begin(), scope.books.end());
  return all.empty() ? std::string(tr("no records")) : fmt::format("{}", fmt::join(all, ", "));
}

Result<ExitCode> list(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const auto people, archive->people().people());
  OrderedJson json = OrderedJson::array();
  for (const PersonRow& person : people) {
    std::vector<std::string> roles;
    for (const Role role : person.about.roles) roles.emplace_back(name(role));
    if (options.json)
      json.push_back({{"name", person.about.name}, {"full_name", person.about.full_name}, {"roles", roles}, {"everything", person.about.scope.everything},
                      {"bodies", person.about.scope.bodies}, {"books", person.about.scope.books}, {"state", name(person.state)},
                      {"created_at", local_time(person.created_at)}, {"created_by", person.created_by}});
    else
      print_line(fmt::format("{:20}  [{}]  {}  ({})", person.about.name, fmt::join(roles, ", "), scope_in_words(person.about.scope), tr(name(person.state).data())));
  }
  if (options.json) print_json(json);
  return ExitCode::done;
}

Result<ExitCode> set_state(const Options& options, PersonState state) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(archive->people().set_state(options.person.name, state, options.by));
  if (options.json) print_json({{"name", options.person.name}, {"state", name(state)}});
  else if (state == PersonState::disabled) print_line(say("the account {} is disabled; its sessions have ended", options.person.name));
  else print_line(say("the account {} may sign in again", options.person.name));
  return ExitCode::done;
}

Result<ExitCode> password(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const PersonRow person, archive->people().person(options.person.name));
  SOGOC_TRY(const std::string hash, hash_from(options));
  SOGOC_CHECK(archive->people().set_password(person.about.name, hash, options.by));
  if (options.json) print_json({{"name", options.person.name}});
  else print_line(say("the account {} has a new password; its sessions have ended", options.person.name));
  return ExitCode::done;
}

Result<ExitCode> rights(Options& options) {
  for (const std::string& role : options.roles) options.person.roles.push_back(*value_in(kRoleNames, role));
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(archive->people().set_rights(options.person.name, options.person.roles, options.person.scope, options.by));
  if (options.json) print_json({{"name", options.person.name}, {"roles", options.roles}});
  else print_line(say("the account {} has other rights from now on", options.person.name));
  return ExitCode::done;
}

Result<ExitCode> second_factor(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  const server::NewFactor factor = server::new_factor(options.person.name);
  SOGOC_CHECK(archive->people().set_second_factor(options.person.name, options.remove ? std::vector<std::uint8_t>{} : factor.secret, options.by));
  if (options.remove) print_line(say("the account {} has no second factor any more", options.person.name));
  else if (options.json) print_json({{"name", options.person.name}, {"secret", factor.text}, {"address", factor.address}});
  else print_line(say("type this into the person's authenticator; it is not shown again: {} ({})", factor.text, factor.address));
  return ExitCode::done;
}

Result<ExitCode> link(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  const Identity identity{options.issuer, options.subject};
  SOGOC_CHECK(options.remove ? archive->people().unlink(options.person.name, identity, options.by) : archive->people().link(options.person.name, identity, options.by));
  if (options.json) print_json({{"name", options.person.name}, {"linked", !options.remove}});
  else if (options.remove) print_line(say("the account {} no longer comes in from there", options.person.name));
  else print_line(say("the account {} may come in from there", options.person.name));
  return ExitCode::done;
}

}  // namespace

void add_user_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* group = app.add_subcommand("user", tr("accounts of the web console"));
  group->footer(tr(
      "Examples: sogoc user create minh --role admin -A ARCHIVE                           asks for the password\n"
      "          sogoc user create lan --role keyer --role clerk --body \"UBND xã A\" -A ARCHIVE --password-file -\n"
      "          sogoc user disable lan -A ARCHIVE"));
  group->require_subcommand(1);
  auto* make = group->add_subcommand("create", tr("make an account"));
  auto* all = group->add_subcommand("list", tr("who has an account"));
  auto* off = group->add_subcommand("disable", tr("end an account; it stays in the log"));
  auto* on = group->add_subcommand("enable", tr("let a disabled account in again"));
  auto* word = group->add_subcommand("password", tr("set a new password"));
  auto* change = group->add_subcommand("rights", tr("other roles and another scope, from now on"));
  auto* factor = group->add_subcommand("second-factor", tr("one-time codes for signing in; who signs needs them"));
  auto* there = group->add_subcommand("link", tr("let a person in from an OpenID provider"));
  std::vector<std::string> roles;
  for (const auto& [role, text] : kRoleNames) roles.emplace_back(text);
  make->add_option("--full-name", options->person.full_name, tr("name of the person"));
  for (auto* command : {make, change}) {
    command->add_option("--role", options->roles, tr("what the person does; may be given again"))->check(CLI::IsMember(roles))->required();
    command->add_flag("--all-records", options->person.scope.everything, tr("the person may see all records"));
    command->add_option("--body", options->person.scope.bodies, tr("records of a body: its name as on its books, or its code as in its dossiers"));
    command->add_option("--book", options->person.scope.books, tr("entries of one book, by its code"));
  }
  there->add_option("--issuer", options->issuer, tr("address of the provider, as it calls itself"))->required();
  there->add_option("--subject", options->subject, tr("what it calls the person (claim sub)"))->required();
  for (auto* command : {factor, there}) command->add_flag("--remove", options->remove, tr("take it away"));
  for (auto* command : {make, off, on, word, change, factor, there}) {
    command->add_option("NAME", options->person.name, tr("name to sign in with"))->required();
    add_by_option(*command, options->by);
  }
  for (auto* command : {make, word}) command->add_option("--password-file", options->password_file, tr("a file whose first line is the password; - = standard input"));
  for (auto* command : {make, all, off, on, word, change, factor, there}) {
    add_archive_option(*command, options->archive);
    command->add_flag("--json", options->json, tr("answer in JSON"));
  }
  make->callback([options, &chosen] { chosen = [options] { return create(*options); }; });
  all->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
  off->callback([options, &chosen] { chosen = [options] { return set_state(*options, PersonState::disabled); }; });
  on->callback([options, &chosen] { chosen = [options] { return set_state(*options, PersonState::active); }; });
  change->callback([options, &chosen] { chosen = [options] { return rights(*options); }; });
  factor->callback([options, &chosen] { chosen = [options] { return second_factor(*options); }; });
  there->callback([options, &chosen] { chosen = [options] { return link(*options); }; });
  word->callback([options, &chosen] { chosen = [options] { return password(*options); }; });
}

}  // namespace sogoc
