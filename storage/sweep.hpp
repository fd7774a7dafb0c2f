#pragma once

// Takes away blobs that nobody needs any more. Private to storage/.

#include "storage/archive.hpp"
#include "storage/database.hpp"
#include "storage/file_blob_store.hpp"

namespace sogoc {

struct SweepPlan {
  std::filesystem::path folder;  // of the archive
  bool orphans = false;          // walk all objects, not only what was discarded
  // A blob put at this moment or later stays: somebody may be about to need it.
  std::filesystem::file_time_type put_before;
};

// The caller makes sure that, when `put_before` was, no other process was about to record a blob.
[[nodiscard]] Result<Swept> sweep_archive(Database& database, FileBlobStore& blobs,
                                          const SweepPlan& plan);

// Whether a file, page or document needs the blob. Inside a transaction.
[[nodiscard]] bool is_needed(Database& database, const Sha256& digest);

}  // namespace sogoc
