#include "pipeline/copies/copy_states.hpp"

#include <fmt/format.h>

namespace sogoc {

bool may_move(CopyState from, CopyState to) {
  switch (from) {
    case CopyState::requested: return to == CopyState::approved || to == CopyState::refused;
    case CopyState::approved: return to == CopyState::numbered || to == CopyState::refused;
    case CopyState::numbered: return to == CopyState::signed_ || to == CopyState::voided;
    case CopyState::signed_: return to == CopyState::issued || to == CopyState::voided;
    case CopyState::issued: return to == CopyState::replaced || to == CopyState::revoked;
    case CopyState::replaced:
    case CopyState::revoked:
    case CopyState::voided:
    case CopyState::refused: return false;
  }
  return false;
}

Done check_move(std::string_view subject, CopyState from, CopyState to) {
  if (may_move(from, to)) return {};
  return fail(ErrorCode::conflict, Retry::never, std::string(subject),
              fmt::format("is {}: it cannot become {}", name(from), name(to)));
}

LogStatus log_status(CopyState state) {
  switch (state) {
    case CopyState::issued: return LogStatus::valid;
    case CopyState::replaced: return LogStatus::replaced;
    case CopyState::revoked: return LogStatus::revoked;
    case CopyState::voided: return LogStatus::voided;
    case CopyState::requested:
    case CopyState::approved:
    case CopyState::numbered:
    case CopyState::signed_:
    case CopyState::refused: return LogStatus::unknown;
  }
  return LogStatus::unknown;
}

bool may_move(RequestState from, RequestState to) {
  return from == RequestState::received && to != RequestState::received;
}

}  // namespace sogoc
