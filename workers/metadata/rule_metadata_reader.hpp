#pragma once

#include <memory>
#include <string>

#include "models/rule_catalog.hpp"
#include "pipeline/core/ports.hpp"

namespace sogoc {

// Reads the fields of an administrative document from its recognised pages, by the layout of
// decree 30/2020 and the wording in models/rules.
//
// Never silently wrong: a place filled by hand gives the state `handwritten` and no value unless
// the digit reader was sure; nothing is taken from a file name, a dictionary or a signature.
// Thread: one instance a thread, or guarded; it only reads the catalogue.
// Units: boxes of the fields are master pixels of their page.
class RuleMetadataReader final : public MetadataReader {
 public:
  // `today` ("YYYY-MM-DD") decides which archive codes hold, and which rules for a document
  // without a date.
  RuleMetadataReader(std::shared_ptr<const RuleCatalog> catalog, std::string today);
  ~RuleMetadataReader() override;

  [[nodiscard]] std::vector<std::string> secrecy_marks(const PagePart& part) override;
  [[nodiscard]] Result<DocumentMetadata> read(std::span<const PageRecord> pages) override;

 private:
  struct Rules;
  std::shared_ptr<const RuleCatalog> catalog_;
  std::string today_;
  std::unique_ptr<Rules> rules_;  // of today
};

// Loads models/rules from `rules_folder`. Fails with missing_model when it is not installed.
[[nodiscard]] Result<std::unique_ptr<MetadataReader>> make_rule_metadata_reader(
    const std::filesystem::path& rules_folder, std::string today);
// The same with the system's day.
[[nodiscard]] Result<std::unique_ptr<MetadataReader>> make_rule_metadata_reader(
    const std::filesystem::path& rules_folder);

// Keys of the fields, in the order in which read() gives them: the order of
// docs/metadata.schema.json.
[[nodiscard]] const std::vector<std::string>& metadata_keys();

}  // namespace sogoc
