// Tables, forms and regions of register pages, as JSON or as text.

#include <optional>

#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/page_layout_reading.hpp"

namespace sogoc {
namespace {

struct Options {
  std::vector<std::string> images;
  std::vector<std::string> layouts;
  bool json = false;
};

void print_json_line(const OrderedJson& json) {
  print_line(json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
}

// Tables row by row with tabs, forms as "key: value".
void print_text(const OrderedJson& layout) {
  for (const OrderedJson& part : layout.at("parts")) {
    for (const OrderedJson& table : part.at("tables")) {
      std::string line;
      int row = 0;
      for (const OrderedJson& cell : table.at("cells")) {
        if (cell.at("row").get<int>() != row) {
          print_line(line);
          line.clear();
          row = cell.at("row").get<int>();
        }
        line += (line.empty() ? "" : "\t") + cell.at("text").get<std::string>();
      }
      print_line(line);
    }
    for (const OrderedJson& field : part.at("fields"))
      print_line(field.at("key").get<std::string>() + ": " + field.at("text").get<std::string>());
  }
}

Result<ExitCode> find_layouts(const Options& options) {
  LayoutReadingSettings settings;
  settings.layouts = options.layouts;
  const std::vector<std::filesystem::path> files(options.images.begin(), options.images.end());
  std::optional<ExitCode> worst;
  const Done done =
      read_layouts(files, settings, [&](std::size_t index, Result<OrderedJson> layout) {
        const std::string& file = options.images[index];
        if (layout) {
          if (options.json) {
            OrderedJson answer = {{"file", file}};
            answer.update(*layout);
            print_json_line(answer);
          } else {
            print_text(*layout);
          }
          return;
        }
        if (options.json)
          print_json_line(
              {{"file", file},
               {"error",
                {{"code", name(layout.error().code)}, {"message", layout.error().message}}}});
        print_error(layout.error(), false);
        // A picture that is not there is refused like any other: the command itself was right.
        const bool absent = layout.error().code == ErrorCode::not_found;
        const ExitCode code =
            absent ? ExitCode::input_refused : exit_code_for(layout.error().code);
        if (!worst || code == ExitCode::our_fault) worst = code;
      });
  if (!done) return tl::unexpected(done.error());
  return worst.value_or(ExitCode::done);
}

}  // namespace

void add_layout_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("layout", tr("tables, forms and regions of register pages"));
  command->footer(
      "Examples: sogoc layout trang-12.jpg                     tables with tabs, forms as key: value\n"
      "          sogoc layout --json trang-*.jpg | jq .layout  one JSON object a line: cells, fields, "
      "regions, entries\n"
      "          sogoc layout --json --form ks-table trang-12.jpg   only these templates come into "
      "question");
  command->add_option("IMAGES", options->images,
                      tr("pictures of pages or spreads: PNG, JPEG, TIFF, WebP, BMP, PNM, JPEG 2000"))
      ->required();
  command->add_option("--form", options->layouts,
                      tr("id of a template that the page may follow; any unless given"))
      ->take_all()
      ->allow_extra_args(false);
  command->add_flag("--json", options->json,
                    tr("one JSON object a line: cells, fields, regions, entries"));
  command->callback([options, &chosen] { chosen = [options] { return find_layouts(*options); }; });
}

}  // namespace sogoc
