#pragma once

#include "pipeline/core/result.hpp"

namespace sogoc {

// What scripts rely on; never renumbered.
enum class ExitCode : int {
  done = 0,
  our_fault = 1,
  usage = 2,
  input_refused = 3,
  needs_person = 4,   // done, but pages need a person
  environment = 5,    // disk, rights, network, missing model
  invalid = 6,        // checked, and invalid
  undecidable = 7,
};

[[nodiscard]] constexpr ExitCode exit_code_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
    case ErrorCode::already_exists:
    case ErrorCode::not_found:
    case ErrorCode::conflict: return ExitCode::usage;
    case ErrorCode::invalid_input:
    case ErrorCode::unsupported_input:
    case ErrorCode::password_required:
    case ErrorCode::limit_exceeded: return ExitCode::input_refused;
    case ErrorCode::no_space:
    case ErrorCode::no_permission:
    case ErrorCode::missing_model:
    case ErrorCode::network:
    case ErrorCode::unavailable: return ExitCode::environment;
    case ErrorCode::invalid:
    case ErrorCode::corrupt: return ExitCode::invalid;
    case ErrorCode::undecidable: return ExitCode::undecidable;
    case ErrorCode::internal:
    case ErrorCode::timeout:
    case ErrorCode::out_of_memory:
    case ErrorCode::crashed:
    case ErrorCode::cancelled: return ExitCode::our_fault;
  }
  return ExitCode::our_fault;
}

}  // namespace sogoc
