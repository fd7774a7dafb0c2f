#pragma once

// The files of a written document: where they come from and what they are called outside.

#include <filesystem>
#include <string>

#include "storage/archive.hpp"

namespace sogoc {

// The metadata JSON of a document: what counts now, a person's value before the machine's.
[[nodiscard]] std::string metadata_text(const DocumentDetails& document);

// <folder>/<identifier>.{pdf,txt,alto.xml,metadata.json}, each replaced atomically.
// Fails with conflict when the document is not written yet.
[[nodiscard]] Done export_document(Archive& archive, const DocumentDetails& document,
                                   const std::filesystem::path& folder);

// Copies a blob to `target`, whole or not at all; an old file stays on failure.
[[nodiscard]] Done export_blob(Archive& archive, const Sha256& blob,
                               const std::filesystem::path& target);
// The same for text made here.
[[nodiscard]] Done export_text(const std::string& text, const std::filesystem::path& target);

}  // namespace sogoc
