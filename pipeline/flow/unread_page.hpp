#pragma once

// What happens to a page that could not be read and that a person accepted so. Runs in a worker.

#include "pipeline/flow/page_flow.hpp"

namespace sogoc {

// The page with its picture and without text; when the picture cannot be decoded, or decoding it
// brought the worker down again and again, a page of ours that says so in words. The record and
// the pictures are in `sink` on return; there is no thumbnail, because nobody knows what the page
// says.
[[nodiscard]] Result<PageOutcome> keep_unread_page(const PageParts& parts, const Task& task,
                                                   BlobSource& source, BlobSink& sink);

}  // namespace sogoc
