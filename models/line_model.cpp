#include "models/line_model.hpp"

#include <cstdlib>
#include <fstream>
#include <span>
#include <system_error>
#include <vector>

#include <toml++/toml.h>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/utf8.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostNetworkBytes = 25u
                                             << 20;  // the project's limit for a shipped network
constexpr const char* kAgain = "; check the source out again, or install the package again";

tl::unexpected<Error> broken(const fs::path& path, const std::string& why) {
  return fail(ErrorCode::corrupt, Retry::after_operator, path.string(), why + kAgain);
}

Result<Sha256> digest_of_network(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  std::ifstream in(path, std::ios::binary);
  if (error || !in)
    return fail(ErrorCode::missing_model, Retry::after_operator, path.string(),
                std::string("the network is missing") + kAgain);
  if (size == 0 || size > kMostNetworkBytes)
    return broken(path, "the network has an impossible size");
  Sha256Stream stream;
  std::vector<char> piece(1 << 16);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0)
    stream.add(std::as_bytes(std::span(piece.data(), static_cast<std::size_t>(in.gcount()))));
  return stream.finish();
}

}  // namespace

Result<LineModel> load_line_model(const fs::path& folder) {
  const fs::path path = folder / "manifest.toml";
  std::error_code error;
  if (!fs::is_regular_file(path, error))
    return fail(ErrorCode::missing_model, Retry::after_operator, folder.string(),
                "the folder has no manifest.toml of a line recogniser; set SOGOC_HANDWRITING to "
                "models/handwriting of the source");
  LineModel model;
  Sha256 wanted;
  try {
    const toml::table manifest = toml::parse_file(path.string());
    model.name = manifest["name"].value_or(std::string());
    model.version = manifest["version"].value_or(std::string());
    model.letters = code_points(manifest["letters"].value_or(std::string()));
    model.evenness = manifest["evenness"].value_or(1.0);
    const auto file = manifest["file"].value_or(std::string());
    const auto digest = sha256_from_hex(manifest["sha256"].value_or(std::string()));
    if (model.name.empty() || model.letters.empty() || file.empty() ||
        fs::path(file).filename() != fs::path(file) || !digest ||
        !(model.evenness > 0 && model.evenness <= 4))
      return broken(path, "the manifest is damaged");
    wanted = *digest;
    model.file = folder / file;
    const auto words = manifest["words"].value_or(std::string());
    if (!words.empty() && fs::path(words).filename() == fs::path(words))
      model.words = folder / words;
  } catch (const toml::parse_error&) {
    return broken(path, "the manifest is not TOML");
  }
  SOGOC_TRY(const Sha256 digest, digest_of_network(model.file));
  if (digest != wanted) return broken(model.file, "the network is not the one the manifest names");
  return model;
}

std::vector<fs::path> line_model_folders() {
  if (const char* given = std::getenv("SOGOC_HANDWRITING"); given != nullptr && *given != '\0')
    return {given};
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  return {program.parent_path() / "share" / "sogoc" / "handwriting",
          fs::path("/usr/share/sogoc/handwriting"), fs::path(SOGOC_SOURCE_HANDWRITING)};
}

Result<LineModel> find_line_model() {
  const std::vector<fs::path> folders = line_model_folders();
  if (folders.size() == 1) return load_line_model(folders.front());
  std::error_code error;
  for (const fs::path& folder : folders)
    if (fs::is_regular_file(folder / "manifest.toml", error)) return load_line_model(folder);
  return fail(
      ErrorCode::missing_model, Retry::after_operator, "handwriting",
      "the line recogniser is missing; set SOGOC_HANDWRITING to models/handwriting of the source");
}

}  // namespace sogoc
