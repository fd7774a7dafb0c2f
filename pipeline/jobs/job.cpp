#include "pipeline/jobs/job.hpp"

namespace sogoc {

bool may_move(JobState from, JobState to) {
  switch (from) {
    case JobState::queued: return to == JobState::leased;
    case JobState::leased:
      return to == JobState::queued || to == JobState::done || to == JobState::quarantined;
    case JobState::quarantined: return to == JobState::queued;
    case JobState::done: return false;
  }
  return false;
}

std::string_view name(JobKind kind) {
  switch (kind) {
    case JobKind::open: return "open";
    case JobKind::page: return "page";
    case JobKind::document: return "document";
  }
  return "";
}

std::string_view name(JobState state) {
  switch (state) {
    case JobState::queued: return "queued";
    case JobState::leased: return "leased";
    case JobState::done: return "done";
    case JobState::quarantined: return "quarantined";
  }
  return "";
}

}  // namespace sogoc
