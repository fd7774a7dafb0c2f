#pragma once

// What happens to a document once all its pages are read: metadata, PDF/A, ALTO, text.

#include <filesystem>

#include "pipeline/core/ports.hpp"
#include "pipeline/jobs/job.hpp"

namespace sogoc {

struct DocumentParts {
  MetadataReader& metadata;
  DocumentComposer& composer;
};

// `folder` is an empty scratch folder. The files and the record are in `sink` on return.
[[nodiscard]] Result<DocumentOutcome> write_document(const DocumentParts& parts, const Task& task,
                                                     BlobSource& source, BlobSink& sink,
                                                     const std::filesystem::path& folder);

}  // namespace sogoc
