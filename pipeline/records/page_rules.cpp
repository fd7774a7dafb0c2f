#include "pipeline/records/page_rules.hpp"

#include <string>

namespace sogoc {

bool is_final(PageState state) {
  return state != PageState::received && state != PageState::reading;
}

bool may_be_written(PageState state) {
  return state == PageState::done || state == PageState::blank ||
         state == PageState::needs_person || state == PageState::unreadable;
}

Done check_confirm(std::string_view page, PageState from, PageState to) {
  const auto refuse = [&](std::string why) {
    return fail(ErrorCode::conflict, Retry::after_operator, std::string(page), std::move(why));
  };
  if (to == PageState::unreadable) {
    if (from == PageState::quarantined) return {};
    return refuse(from == PageState::unreadable
                      ? "was accepted as unreadable already"
                      : "is not quarantined; only a page that could not be read is accepted as "
                        "unreadable");
  }
  if (to != PageState::done && to != PageState::blank)
    return fail(ErrorCode::usage, Retry::never, std::string(page),
                "a page is confirmed as done, blank or unreadable, not as " +
                    std::string(name(to)));
  switch (from) {
    case PageState::needs_person:
    case PageState::done:
    case PageState::blank: return {};
    case PageState::received:
    case PageState::reading: return refuse("is not read yet; wait for the run");
    case PageState::quarantined:
      return refuse("could not be read; run it again first, or accept it as unreadable");
    case PageState::unreadable:
      return refuse("was accepted as unreadable: nobody has read it");
    case PageState::restricted:
      return refuse("bears a secrecy mark; an authorised person must release it first");
  }
  return refuse("is in a state that nobody can confirm");
}

PageState state_after_run(PageState machine, const PageDecisions& person) {
  if (machine == PageState::restricted) {
    if (!person.released) return PageState::restricted;
    return person.confirmed.value_or(PageState::done);
  }
  if (person.confirmed && may_be_written(machine)) return *person.confirmed;
  return machine;
}

}  // namespace sogoc
