#pragma once

// Private to this folder. One page of an open PDF, decoded.

#include <filesystem>
#include <string>

#include "workers/pdf_read/pdf_document.hpp"

namespace sogoc::pdf {

struct PageRequest {
  const std::filesystem::path& file;
  PageIndex index;
  const ReadingSettings& settings;
  const std::string& subject;          // "doc.pdf page 3"
};

[[nodiscard]] Result<DecodedPage> read_page(Document& document, const PageRequest& request,
                                            BlobSink& blobs);

}  // namespace sogoc::pdf
