#include "models/line_model.hpp"

#include <toml++/toml.h>

#include "pipeline/core/utf8.hpp"

namespace sogoc {

namespace fs = std::filesystem;

Result<LineModel> load_line_model(const fs::path& folder) {
  LineModel model;
  SOGOC_TRY(static_cast<NetworkFile&>(model), load_network_file(folder, kLineNetwork));
  const fs::path path = folder / "manifest.toml";
  try {
    const toml::table manifest = toml::parse_file(path.string());
    model.letters = code_points(manifest["letters"].value_or(std::string()));
    model.evenness = manifest["evenness"].value_or(1.0);
    const auto words = manifest["words"].value_or(std::string());
    if (!words.empty() && fs::path(words).filename() == fs::path(words)) model.words = folder / words;
  } catch (const toml::parse_error&) {
    model.letters.clear();
  }
  if (model.letters.empty() || !(model.evenness > 0 && model.evenness <= 4))
    return fail(ErrorCode::corrupt, Retry::after_operator, path.string(),
                "the manifest is damaged; check the source out again, or install the package again");
  return model;
}

Result<LineModel> find_line_model() {
  SOGOC_TRY(const fs::path folder, find_network_folder(kLineNetwork));
  return load_line_model(folder);
}

}  // namespace sogoc
