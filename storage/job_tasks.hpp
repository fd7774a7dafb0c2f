#pragma once

#include "storage/job_moves.hpp"

namespace sogoc {

// All that a worker needs to do the job; lease and tries are for the caller to fill in. Inside a
// transaction. Private to storage/.
[[nodiscard]] Task make_task(Database& database, const JobRow& job, UtcTime queued_at);

}  // namespace sogoc
