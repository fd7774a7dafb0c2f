#include "pipeline/copies/office_roles.hpp"

#include <array>

namespace sogoc {
namespace {

struct Row {
  CopyAct act;
  bool clerk, head, certifier, archivist;
  const char* who;
};

constexpr std::array<Row, 10> kTable{{
    {CopyAct::receive_request, true, true, true, true, ""},
    {CopyAct::answer_not_found, true, true, false, true, "a clerk, an archivist or the head"},
    {CopyAct::take_number, true, true, true, true, ""},
    {CopyAct::approve_body, true, true, false, false, "the clerk (văn thư) or the head"},
    {CopyAct::approve_certifier, false, false, true, false, "the certifier"},
    {CopyAct::void_number, true, true, true, false, "the clerk, the head or the certifier"},
    {CopyAct::replace, true, true, true, false, "the clerk, the head or the certifier"},
    {CopyAct::revoke, false, true, false, false, "the head of the body"},
    {CopyAct::open_book, true, true, false, false, "the clerk or the head"},
    {CopyAct::close_book, false, true, false, false, "the head of the body"},
}};

}  // namespace

Done check_may(const Actor& actor, CopyAct act) {
  if (actor.name.empty()) return fail(ErrorCode::usage, Retry::never, "who", "say who does this");
  for (const Row& row : kTable) {
    if (row.act != act) continue;
    const bool may = actor.role == OfficeRole::clerk       ? row.clerk
                     : actor.role == OfficeRole::head      ? row.head
                     : actor.role == OfficeRole::certifier ? row.certifier
                                                           : row.archivist;
    if (may) return {};
    return fail(ErrorCode::no_permission, Retry::never, actor.name,
                "a " + std::string(name(actor.role)) + " may not do this; it takes " + row.who);
  }
  return fail(ErrorCode::internal, Retry::never, actor.name, "an act without a rule");
}

}  // namespace sogoc
