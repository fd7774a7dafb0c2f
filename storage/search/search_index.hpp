#pragma once

// Rows of the full-text index. Every function runs inside a transaction of the caller. Private
// to storage/.

#include <string>
#include <vector>

#include "pipeline/jobs/job.hpp"
#include "storage/database.hpp"

namespace sogoc {

// Replaces what the index holds of a document. Page texts in page order.
void index_document(Database& database, DocumentId document,
                    const std::vector<std::string>& page_texts);
// Takes the fields of the document anew; does nothing for a document that is not indexed.
void index_metadata(Database& database, DocumentId document);
void forget_document(Database& database, DocumentId document);

}  // namespace sogoc
