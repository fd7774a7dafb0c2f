#pragma once

// Which page states end a page's work, what a person may decide, and what a re-run may change.
// Pure.

#include <optional>
#include <string_view>

#include "pipeline/core/page.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// Nothing more happens to the page without a person: its document need not wait for it to be read.
[[nodiscard]] bool is_final(PageState state);

// Its document may be written with it.
[[nodiscard]] bool may_be_written(PageState state);

// A person accepts a page as done or blank, or a quarantined one as unreadable; conflict says why
// not.
[[nodiscard]] Done check_confirm(std::string_view page, PageState from, PageState to);

// What a person decided about a page so far.
struct PageDecisions {
  std::optional<PageState> confirmed;  // done, blank or unreadable
  bool released = false;               // looked at its secrecy mark, and let it through
};

// The state after a run found `machine`. What a person confirmed stays, except that a secrecy
// mark nobody has decided about stops every page.
[[nodiscard]] PageState state_after_run(PageState machine, const PageDecisions& person);

}  // namespace sogoc
