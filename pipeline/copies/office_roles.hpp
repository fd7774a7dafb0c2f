#pragma once

// Who may do what about copies (requirements §1.1, §3.1, §10.15). The keys themselves are guarded
// by the signer process; this table keeps the office's own order.

#include <cstdint>
#include <string>
#include <string_view>

#include "pipeline/core/names.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

enum class OfficeRole : std::uint8_t {
  clerk,      // văn thư: receives requests, takes numbers, applies the body's signature
  head,       // head of the body or the person authorised by the head
  certifier,  // người thực hiện chứng thực
  archivist,  // hands copies to readers
};
inline constexpr NameTable<OfficeRole, 4> kOfficeRoleNames{{{OfficeRole::clerk, "clerk"},
                                                            {OfficeRole::head, "head"},
                                                            {OfficeRole::certifier, "certifier"},
                                                            {OfficeRole::archivist, "archivist"}}};
[[nodiscard]] constexpr std::string_view name(OfficeRole role) { return name_in(kOfficeRoleNames, role); }

enum class CopyAct : std::uint8_t {
  receive_request,
  answer_not_found,
  take_number,
  approve_body,       // lets the body's key sign
  approve_certifier,  // signs as certifier
  void_number,
  replace,
  revoke,
  open_book,
  close_book,
};

// A person as the office knows them.
struct Actor {
  std::string name;
  OfficeRole role = OfficeRole::clerk;
};

// Fails with no_permission and says who may; with usage when there is no name.
[[nodiscard]] Done check_may(const Actor& actor, CopyAct act);

}  // namespace sogoc
