#pragma once

// The states of a copy and of a request; the arrows are one table each (copy_states.cpp).

#include <cstdint>
#include <string_view>

#include "pipeline/core/names.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

//  requested --> approved --> numbered --> signed --> issued --> replaced
//      |             |            |           |          |
//      +--> refused <+            +-> voided <+          +-----> revoked
//
// From `numbered` on the copy has a number of the issue book, for good: a copy that comes to
// nothing is *voided* and keeps number and reason. Stored by name, append only.
enum class CopyState : std::uint8_t {
  requested,  // wanted; nothing was decided
  approved,   // its source passed every check
  numbered,   // has its number; composed and being signed
  signed_,    // all signatures are in, not handed out yet
  issued,
  replaced,   // a newer copy or a corrected entry took its place
  revoked,
  voided,
  refused,    // by a rule or a person, before it had a number
};
inline constexpr NameTable<CopyState, 9> kCopyStateNames{{{CopyState::requested, "requested"},
                                                          {CopyState::approved, "approved"},
                                                          {CopyState::numbered, "numbered"},
                                                          {CopyState::signed_, "signed"},
                                                          {CopyState::issued, "issued"},
                                                          {CopyState::replaced, "replaced"},
                                                          {CopyState::revoked, "revoked"},
                                                          {CopyState::voided, "voided"},
                                                          {CopyState::refused, "refused"}}};
[[nodiscard]] constexpr std::string_view name(CopyState state) { return name_in(kCopyStateNames, state); }

[[nodiscard]] bool may_move(CopyState from, CopyState to);
// Fails with conflict: "is voided: it cannot become issued".
[[nodiscard]] Done check_move(std::string_view subject, CopyState from, CopyState to);

// What anyone may be told about a copy (the lookup page, `copy verify`).
enum class LogStatus : std::uint8_t { valid, replaced, revoked, voided, unknown };
inline constexpr NameTable<LogStatus, 5> kLogStatusNames{{{LogStatus::valid, "valid"},
                                                          {LogStatus::replaced, "replaced"},
                                                          {LogStatus::revoked, "revoked"},
                                                          {LogStatus::voided, "voided"},
                                                          {LogStatus::unknown, "unknown"}}};
[[nodiscard]] constexpr std::string_view name(LogStatus status) { return name_in(kLogStatusNames, status); }
// A copy that was never issued is unknown, not valid.
[[nodiscard]] LogStatus log_status(CopyState state);

//  received --> answered    every copy of it was issued or refused
//      |------> not_found   a written reply with its own number
//      +------> withdrawn
enum class RequestState : std::uint8_t { received, answered, not_found, withdrawn };
inline constexpr NameTable<RequestState, 4> kRequestStateNames{{{RequestState::received, "received"},
                                                                {RequestState::answered, "answered"},
                                                                {RequestState::not_found, "not_found"},
                                                                {RequestState::withdrawn, "withdrawn"}}};
[[nodiscard]] constexpr std::string_view name(RequestState state) { return name_in(kRequestStateNames, state); }
[[nodiscard]] bool may_move(RequestState from, RequestState to);

}  // namespace sogoc
