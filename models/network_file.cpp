#include "models/network_file.hpp"

#include <cstdlib>
#include <fstream>
#include <span>
#include <system_error>

#include <toml++/toml.h>

#include "pipeline/core/digest.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostBytes = 25u << 20;  // the project's limit for a shipped network
constexpr const char* kAgain = "; check the source out again, or install the package again";

tl::unexpected<Error> broken(const fs::path& path, const std::string& why) {
  return fail(ErrorCode::corrupt, Retry::after_operator, path.string(), why + kAgain);
}

tl::unexpected<Error> missing(const fs::path& where, const NetworkPlace& place) {
  return fail(ErrorCode::missing_model, Retry::after_operator, where.string(),
              std::string(place.what) + " is missing; set " + place.variable + " to models/" + place.folder + " of the source");
}

Result<Sha256> digest_of(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  std::ifstream in(path, std::ios::binary);
  if (error || !in)
    return fail(ErrorCode::missing_model, Retry::after_operator, path.string(), std::string("the network is missing") + kAgain);
  if (size == 0 || size > kMostBytes) return broken(path, "the network has an impossible size");
  Sha256Stream stream;
  std::vector<char> piece(1 << 16);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0)
    stream.add(std::as_bytes(std::span(piece.data(), static_cast<std::size_t>(in.gcount()))));
  return stream.finish();
}

}  // namespace

std::vector<fs::path> network_folders(const NetworkPlace& place) {
  if (const char* given = std::getenv(place.variable); given != nullptr && *given != '\0') return {given};
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  return {program.parent_path() / "share" / "sogoc" / place.folder, fs::path("/usr/share/sogoc") / place.folder,
          fs::path(SOGOC_SOURCE_MODELS) / place.folder};
}

Result<fs::path> find_network_folder(const NetworkPlace& place) {
  const std::vector<fs::path> folders = network_folders(place);
  std::error_code error;
  for (const fs::path& folder : folders)
    if (fs::is_regular_file(folder / "manifest.toml", error)) return folder;
  return missing(folders.size() == 1 ? folders.front() : fs::path(place.folder), place);
}

Result<NetworkFile> load_network_file(const fs::path& folder, const NetworkPlace& place) {
  const fs::path path = folder / "manifest.toml";
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return missing(folder, place);
  NetworkFile network;
  Sha256 wanted;
  try {
    const toml::table manifest = toml::parse_file(path.string());
    network.name = manifest["name"].value_or(std::string());
    network.version = manifest["version"].value_or(std::string());
    const auto file = manifest["file"].value_or(std::string());
    const auto digest = sha256_from_hex(manifest["sha256"].value_or(std::string()));
    if (network.name.empty() || file.empty() || fs::path(file).filename() != fs::path(file) || !digest)
      return broken(path, "the manifest is damaged");
    wanted = *digest;
    network.file = folder / file;
  } catch (const toml::parse_error&) {
    return broken(path, "the manifest is not TOML");
  }
  SOGOC_TRY(const Sha256 digest, digest_of(network.file));
  if (digest != wanted) return broken(network.file, "the network is not the one the manifest names");
  return network;
}

Result<NetworkFile> find_network_file(const NetworkPlace& place) {
  SOGOC_TRY(const fs::path folder, find_network_folder(place));
  return load_network_file(folder, place);
}

}  // namespace sogoc
