#include "tools/sogoc/outputs.hpp"

#include "pipeline/core/record_json.hpp"
#include "storage/durable_file.hpp"

namespace sogoc {

std::string metadata_text(const DocumentDetails& document) {
  DocumentMetadata metadata;
  for (const FieldDetails& field : document.fields) metadata.fields.push_back(field.effective());
  return metadata_json(metadata);
}

Done export_blob(Archive& archive, const Sha256& blob, const std::filesystem::path& target) {
  SOGOC_TRY(const auto file, archive.blobs().find(blob));
  return copy_file_durably(file, target);
}

Done export_text(const std::string& text, const std::filesystem::path& target) {
  return write_file_durably(target, text);
}

Done export_document(Archive& archive, const DocumentDetails& document,
                     const std::filesystem::path& folder) {
  if (!document.outputs)
    return fail(ErrorCode::conflict, Retry::after_operator, document.row.identifier,
                "its files are not written yet; `sogoc status` says what it waits for");
  const std::string base = (folder / document.row.identifier).string();
  SOGOC_CHECK(export_blob(archive, document.outputs->pdf, base + ".pdf"));
  SOGOC_CHECK(export_blob(archive, document.outputs->text, base + ".txt"));
  SOGOC_CHECK(export_blob(archive, document.outputs->alto, base + ".alto.xml"));
  return export_text(metadata_text(document), base + ".metadata.json");
}

}  // namespace sogoc
