#pragma once

// Where recognition models are, and whether they are the ones we pinned. A model folder holds
// files as models/language/manifest.toml names them and a copy of that manifest.

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct LanguageModel {
  std::string name;              // "vie"
  std::string version;           // "4.0.0_best_int"; "unpinned" for a folder without manifest
  std::filesystem::path folder;  // what Tesseract calls its data path
  std::filesystem::path file;
  bool pinned = false;  // its digest is the manifest's
  [[nodiscard]] std::string label() const { return name + "/" + version; }
};

// The model folders of this machine, most specific first.
//
// Thread: immutable after open(); model() may be called from any thread.
class ModelCatalog {
 public:
  // The folders in which models are looked for: `given` when not empty and nothing else; else
  // $SOGOC_MODELS and nothing else; else models/ beside the program or above it,
  // /usr/share/sogoc/models, build/models of the current folder, Debian's tessdata.
  [[nodiscard]] static ModelCatalog open(const std::filesystem::path& given = {});

  // The first folder that holds the model. Reads the file and compares its digest with the
  // manifest beside it, so call once a process. Fails with missing_model (which says the command
  // to run) or corrupt (which says how to repair).
  [[nodiscard]] Result<LanguageModel> model(const std::string& name) const;

  [[nodiscard]] const std::vector<std::filesystem::path>& folders() const { return folders_; }

 private:
  std::vector<std::filesystem::path> folders_;
};

}  // namespace sogoc
