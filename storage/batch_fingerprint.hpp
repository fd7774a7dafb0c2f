#pragma once

#include "pipeline/jobs/job_store.hpp"

namespace sogoc {

// The same for the very same files in the same order, whatever their names. Pure.
[[nodiscard]] inline Sha256 batch_fingerprint(const NewBatch& batch) {
  Sha256Stream stream;
  for (const NewDocument& document : batch.documents)
    for (const NewFile& file : document.files)
      stream.add(std::as_bytes(std::span(file.digest.bytes)));
  return stream.finish();
}

}  // namespace sogoc
