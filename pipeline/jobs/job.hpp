#pragma once

// One row a step of a file, page or document. The row is the truth, messages are only a nudge.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/corrections.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/core/page.hpp"
#include "pipeline/core/ports.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

using JobId = std::int64_t;
using BatchId = std::int64_t;
using FileId = std::int64_t;
using PageId = std::int64_t;
using DocumentId = std::int64_t;

enum class JobKind : std::uint8_t {
  open,      // subject: a received file; says what it is and how many pages it has
  page,      // subject: a page; straightens and reads it
  document,  // subject: a document; metadata, PDF/A, ALTO, text
};

//            claim              finish
//   queued ---------> leased ------------> done
//     ^                 |  |
//     |   lease lost,   |  |  bad input, bug, or tries used up
//     +-- transient ----+  +------------> quarantined --- re-run ---> queued
//
enum class JobState : std::uint8_t { queued, leased, done, quarantined };

// The only copy of the arrows.
[[nodiscard]] bool may_move(JobState from, JobState to);
[[nodiscard]] std::string_view name(JobKind kind);
[[nodiscard]] std::string_view name(JobState state);

// Fencing: a result is committed only with the live token of the lease it was given under.
struct LeaseToken {
  JobId job = 0;
  std::int64_t fence = 0;  // grows with every claim of the job
  friend bool operator==(const LeaseToken&, const LeaseToken&) = default;
};

// A claimed job with all that a worker needs to do it.
struct Task {
  LeaseToken lease;
  JobKind kind = JobKind::open;
  std::string about;                    // "batch 3 page 12": for logs and messages
  int tries = 0;                        // tries begun, this one included
  ReadingSettings settings;
  // open and page
  Sha256 file;
  std::string file_name;                // as received, for messages to people only
  MediaType media_type = MediaType::pdf;  // page only
  PageIndex index;                      // page only: page in the file
  bool accepted_unreadable = false;     // page only: a person wants it kept without being read
  // document
  DocumentSource document;
  std::vector<WordCorrection> corrections;  // by persons, in the order they were made, one a word
};

// What the page worker's record means for the job store (the record itself is a blob).
struct PageOutcome {
  Sha256 record;                        // PageRecord blob
  std::vector<Sha256> work_blobs;       // pictures: needed until the document is written
  std::optional<Sha256> thumbnail;
  PageState state = PageState::done;    // done, blank, needs_person, restricted, unreadable
  std::vector<std::string> reasons;     // why a person is needed; secrecy marks
};

struct DocumentOutcome {
  Sha256 record;                        // DocumentRecord blob
  DocumentRecord written;
  std::vector<std::string> page_texts;  // body of each page, for the index
};

}  // namespace sogoc
