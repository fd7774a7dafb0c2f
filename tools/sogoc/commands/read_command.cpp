// Cropped lines and fields to text: one line of text a picture, in order.

#include <map>
#include <optional>

#include "tools/sogoc/command.hpp"
#include "tools/sogoc/line_reading.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::vector<std::string> images;
  std::string type;
  bool json = false;
};

OrderedJson described(const std::string& file, const LineReading& reading,
                      const std::string& type) {
  OrderedJson characters = OrderedJson::array();
  for (const auto& character : reading.field.characters)
    characters.push_back({{"char", character.text}, {"confidence", character.confidence}});
  OrderedJson alternatives = OrderedJson::array();
  for (const auto& alternative : reading.field.alternatives)
    alternatives.push_back({{"text", alternative.text}, {"confidence", alternative.confidence}});
  return {{"file", file},
          {"text", reading.field.text},
          {"confidence", reading.field.confidence},
          {"type", type.empty() ? "text" : type},
          {"fitsType", reading.field.fits},
          {"writing", reading.printed ? "print" : "hand"},
          {"characters", std::move(characters)},
          {"alternatives", std::move(alternatives)}};
}

void print_json_line(const OrderedJson& json) {
  print_line(json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
}

Result<ExitCode> read(const Options& options) {
  static const std::map<std::string, handwriting::FieldKind> kKinds = {
      {"", handwriting::FieldKind::text},         {"text", handwriting::FieldKind::text},
      {"name", handwriting::FieldKind::name},     {"date", handwriting::FieldKind::date},
      {"number", handwriting::FieldKind::number}, {"place", handwriting::FieldKind::place},
      {"entry-number", handwriting::FieldKind::entry_number},
      {"date-in-words", handwriting::FieldKind::date_in_words}};
  LineReadingSettings settings;
  settings.kind = kKinds.at(options.type);
  settings.may_be_printed = options.type.empty();
  const std::vector<std::filesystem::path> files(options.images.begin(), options.images.end());
  std::optional<ExitCode> worst;
  const Done done =
      read_lines(files, settings, [&](std::size_t index, Result<LineReading> reading) {
        const std::string& file = options.images[index];
        if (reading) {
          if (options.json)
            print_json_line(described(file, *reading, options.type));
          else
            print_line(reading->field.text);
          return;
        }
        // Output line n belongs to picture n: a refused one leaves its line empty.
        if (options.json)
          print_json_line(
              {{"file", file},
               {"error",
                {{"code", name(reading.error().code)}, {"message", reading.error().message}}}});
        else
          print_line("");
        print_error(reading.error(), false);
        // A picture that is not there is refused like any other: the command itself was right.
        const bool absent = reading.error().code == ErrorCode::not_found;
        const ExitCode code =
            absent ? ExitCode::input_refused : exit_code_for(reading.error().code);
        if (!worst || code == ExitCode::our_fault) worst = code;
      });
  if (!done) return tl::unexpected(done.error());
  return worst.value_or(ExitCode::done);
}

}  // namespace

void add_read_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command =
      app.add_subcommand("read", tr("read cropped lines or fields of handwriting or print"));
  command->footer(
      "Examples: sogoc read ho-ten.png                        one line of text a picture\n"
      "          sogoc read --type date ngay-sinh-*.png       the grammar of dates helps; what "
      "does not fit is read freely\n"
      "          sogoc read --json o-1.png | jq .confidence   with confidence a letter and other "
      "readings");
  command
      ->add_option(
          "IMAGES", options->images,
          tr("pictures, each of one upright line: PNG, JPEG, TIFF, WebP, BMP, PNM, JPEG 2000"))
      ->required();
  command
      ->add_option("--type", options->type,
                   tr("what the field holds: text, name, date, date-in-words, number, entry-number (7, 05/1987), place"))
      ->check(CLI::IsMember({"text", "name", "date", "date-in-words", "number", "entry-number", "place"}));
  command->add_flag("--json", options->json,
                    tr("one JSON object a line: text, confidence, characters, alternatives"));
  command->callback([options, &chosen] { chosen = [options] { return read(*options); }; });
}

}  // namespace sogoc
