#include "tools/sogoc/help_words.hpp"

#include <string>

#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc {
namespace {

// Marks the parser's sentences for tools/dev/update_po.
constexpr const char* parser_says(const char* sentence) { return sentence; }
[[maybe_unused]] constexpr const char* kParserSentences[] = {
    parser_says("A subcommand is required"),
    parser_says("{} is required"),
    parser_says("{} requires {}"),
    parser_says("{} excludes {}"),
    parser_says("The following argument was not expected: {}"),
    parser_says("The following arguments were not expected: {}"),
    parser_says("Could not convert: {} = {}"),
    parser_says("{}: {} required {} missing"),
    parser_says("{}: Value {} not in range {}"),
    parser_says("{}: {} not in {}"),
};

std::string failure(const CLI::App* app, const CLI::Error& error) {
  return "sogoc: " + translated(error.what()) + "\n" +
         say("run {} --help to see how it is used", app->get_display_name()) + "\n";
}

}  // namespace

void translate_help(CLI::App& app) {
  const auto words = app.get_formatter();
  for (const char* label : {"Usage", "OPTIONS", "SUBCOMMAND", "SUBCOMMANDS", "Positionals",
                            "REQUIRED", "Env", "Needs", "Excludes", "TEXT", "INT", "UINT", "FLOAT"})
    words->label(label, tr(label));
  app.option_defaults()->group(tr("Options"));
  app.set_help_flag("-h,--help", tr("print this help and end"));
  app.failure_message(failure);
}

void translate_subcommands(CLI::App& app) {
  for (CLI::App* command : app.get_subcommands({})) {
    command->group(tr("Subcommands"));
    translate_subcommands(*command);
  }
}

}  // namespace sogoc
