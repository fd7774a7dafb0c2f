#pragma once

#include "pipeline/core/ports.hpp"

namespace sogoc {

// The page that stands for one that cannot be decoded at all and that a person accepted so: it
// says in words that it is not the page. Its picture goes to `blobs`.
//
// Fails when the blob cannot be stored. Thread: any.
[[nodiscard]] Result<NoticePage> unreadable_notice(BlobSink& blobs);

}  // namespace sogoc
