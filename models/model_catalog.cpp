#include "models/model_catalog.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

#include <toml++/toml.h>

#include "pipeline/core/digest.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostModelBytes = 256u << 20;
constexpr std::uintmax_t kMostManifestBytes = 1u << 20;
constexpr const char* kDebianTessdata = "/usr/share/tesseract-ocr/5/tessdata";

// A model's name becomes a file name: nothing but plain words, one slash for "script/Latin".
bool is_plain_name(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '/';
  };
  return !name.empty() && name.size() <= 64 && name.front() != '/' && name.back() != '/' &&
         std::all_of(name.begin(), name.end(), plain);
}

struct PinnedModel {
  std::string version;
  std::string file;
  Sha256 digest;
};

// Nothing when the folder has no manifest or the manifest does not name the model.
Result<std::optional<PinnedModel>> pinned_in(const fs::path& folder, const std::string& name) {
  const fs::path path = folder / "manifest.toml";
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::optional<PinnedModel>();
  const auto broken = [&](const std::string& why) {
    return fail(ErrorCode::corrupt, Retry::after_operator, path.string(),
                why + "; run tools/dev/fetch_models again");
  };
  if (fs::file_size(path, error) > kMostManifestBytes || error) {
    return broken("the manifest is too large to be one");
  }
  try {
    const toml::table manifest = toml::parse_file(path.string());
    const toml::array* models = manifest["model"].as_array();
    if (models == nullptr) return broken("the manifest names no model");
    for (const toml::node& node : *models) {
      const toml::table* entry = node.as_table();
      if (entry == nullptr || (*entry)["name"].value_or(std::string()) != name) continue;
      const auto digest = sha256_from_hex((*entry)["sha256"].value_or(std::string()));
      const auto file = (*entry)["file"].value_or(std::string());
      if (!digest || file != name + ".traineddata") return broken("the manifest is damaged");
      return PinnedModel{(*entry)["version"].value_or(std::string("unknown")), file, *digest};
    }
  } catch (const toml::parse_error&) {
    return broken("the manifest is not TOML");
  }
  return std::optional<PinnedModel>();
}

Result<Sha256> digest_of_file(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  std::ifstream in(path, std::ios::binary);
  if (error || !in) {
    return fail(ErrorCode::no_permission, Retry::after_operator, path.string(),
                "the model cannot be read: check its rights");
  }
  if (size == 0 || size > kMostModelBytes) {
    return fail(ErrorCode::corrupt, Retry::after_operator, path.string(),
                "the model has an impossible size; run tools/dev/fetch_models again");
  }
  Sha256Stream stream;
  std::vector<char> piece(1 << 16);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    stream.add(std::as_bytes(std::span(piece.data(), static_cast<std::size_t>(in.gcount()))));
  }
  return stream.finish();
}

}  // namespace

ModelCatalog ModelCatalog::open(const fs::path& given) {
  ModelCatalog catalog;
  auto& folders = catalog.folders_;
  if (!given.empty()) {
    folders.push_back(given);
    return catalog;
  }
  if (const char* set = std::getenv("SOGOC_MODELS"); set != nullptr && *set != '\0') {
    folders.emplace_back(set);
    return catalog;
  }
  std::error_code error;
  fs::path above = fs::read_symlink("/proc/self/exe", error).parent_path();
  constexpr int kDeepestBuildFolder = 6;  // build/dev/tests/unit/ocr/program finds build/models
  for (int i = 0; !error && i < kDeepestBuildFolder && above.has_relative_path(); ++i) {
    folders.push_back(above / "models");
    above = above.parent_path();
  }
  folders.emplace_back("/usr/share/sogoc/models");
  const fs::path here = fs::current_path(error);
  if (!error) folders.push_back(here / "build" / "models");
  folders.emplace_back(kDebianTessdata);
  return catalog;
}

Result<LanguageModel> ModelCatalog::model(const std::string& name) const {
  if (!is_plain_name(name)) {
    return fail(ErrorCode::usage, Retry::never, name, "not the name of a recognition model");
  }
  for (const fs::path& folder : folders_) {
    const fs::path file = folder / (name + ".traineddata");
    std::error_code error;
    if (!fs::is_regular_file(file, error)) continue;
    LanguageModel model{.name = name, .version = "unpinned", .folder = folder, .file = file};
    SOGOC_TRY(const std::optional<PinnedModel> pinned, pinned_in(folder, name));
    if (folder == kDebianTessdata) model.version = "debian";
    if (pinned) {
      SOGOC_TRY(const Sha256 digest, digest_of_file(file));
      if (digest != pinned->digest) {
        return fail(ErrorCode::corrupt, Retry::after_operator, file.string(),
                    "the model is not the pinned one; run tools/dev/fetch_models again");
      }
      model.version = pinned->version;
      model.pinned = true;
    }
    return model;
  }
  return fail(ErrorCode::missing_model, Retry::after_operator, name,
              "no recognition model of that name; run tools/dev/fetch_models, or install the "
              "package tesseract-ocr-" +
                  name);
}

}  // namespace sogoc
