#pragma once

// A batch with its documents, files and first jobs. Runs inside a transaction of the caller and throws DatabaseFailure.
// Private to storage/.

#include "pipeline/jobs/job_store.hpp"
#include "storage/database.hpp"

namespace sogoc {

// Fails as JobStore::add_batch does.
[[nodiscard]] Result<BatchId> insert_batch(Database& database, const NewBatch& batch, UtcTime now);

}  // namespace sogoc
