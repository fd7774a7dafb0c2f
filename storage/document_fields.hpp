#pragma once

// Metadata fields: what the machine read beside what a person confirmed. Every function runs
// inside a transaction of the caller. Private to storage/.

#include <vector>

#include "pipeline/jobs/job.hpp"
#include "storage/catalogue.hpp"
#include "storage/database.hpp"

namespace sogoc {

// In the order of the schema, without history.
[[nodiscard]] std::vector<FieldDetails> load_fields(Database& database, DocumentId document);
void load_history(Database& database, DocumentId document, std::vector<FieldDetails>& fields);

// Keeps what a person confirmed; a machine value that changed gets a line of history.
void save_machine_fields(Database& database, DocumentId document, const DocumentMetadata& metadata,
                         UtcTime now);
void save_confirmed_field(Database& database, DocumentId document, const std::string& key,
                          const std::string& value, const std::string& by, UtcTime now);

}  // namespace sogoc
