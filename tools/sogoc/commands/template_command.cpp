// Register templates: are they right, and which are there.

#include <algorithm>

#include "models/register_catalog.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> files;
  bool json = false;
};

OrderedJson described(const RegisterTemplate& one) {
  OrderedJson fields = OrderedJson::array();
  for (const RegisterField& field : one.fields)
    fields.push_back({{"key", field.key},
                      {"kind", name(field.kind)},
                      {"label", field.labels.front()},
                      {"binding", field.binding}});
  return {{"id", one.id}, {"kind", one.kind}, {"form", name(one.form)}, {"fields", fields}};
}

// Without files: the whole folder, as the program will load it.
Result<ExitCode> check_all(const Options& options) {
  SOGOC_TRY(const fs::path folder, find_registers_folder());
  SOGOC_TRY(const RegisterCatalog catalog, RegisterCatalog::load(folder));
  if (options.json) {
    OrderedJson list = OrderedJson::array();
    for (const RegisterTemplate& one : catalog.all()) list.push_back(described(one));
    print_json(list);
    return ExitCode::done;
  }
  for (const RegisterTemplate& one : catalog.all()) {
    const auto binding = std::count_if(one.fields.begin(), one.fields.end(),
                                       [](const RegisterField& field) { return field.binding; });
    print_line(say("{}  {} {}, {} fields, {} of them binding", one.id, one.kind, name(one.form),
                   one.fields.size(), binding));
  }
  return ExitCode::done;
}

Result<ExitCode> check(const Options& options) {
  if (options.files.empty()) return check_all(options);
  bool bad = false;
  OrderedJson report = OrderedJson::array();
  for (const std::string& file : options.files) {
    // Code lists of the file's own folder, else the shipped ones.
    fs::path codes = fs::path(file).parent_path() / "codes.toml";
    std::error_code error;
    if (!fs::is_regular_file(codes, error)) {
      SOGOC_TRY(const fs::path folder, find_registers_folder());
      codes = folder / "codes.toml";
    }
    SOGOC_TRY(const std::string mistakes, mistakes_in_register_file(file, codes));
    bad = bad || !mistakes.empty();
    if (options.json)
      report.push_back({{"file", file}, {"mistakes", mistakes}});
    else
      print_line(mistakes.empty() ? say("{}: no mistake", file) : mistakes);
  }
  if (options.json) print_json(report);
  return bad ? ExitCode::invalid : ExitCode::done;
}

}  // namespace

void add_template_command(CLI::App& app, Command& chosen) {
  auto* group = app.add_subcommand("template", tr("register templates: what an entry of a book holds"));
  group->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* command = group->add_subcommand("check", tr("names every mistake of template files"));
  command->footer(
      "Examples: sogoc template check                       the shipped templates, with their fields counted\n"
      "          sogoc template check so-cua-xa.toml        a file of our own: every mistake with its line "
      "and key; exit 6 when there is one");
  command->add_option("FILES", options->files, tr("template files; the shipped ones unless given"));
  command->add_flag("--json", options->json, tr("JSON for programs"));
  command->callback([options, &chosen] { chosen = [options] { return check(*options); }; });
}

}  // namespace sogoc
