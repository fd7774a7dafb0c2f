#pragma once

// Entries of a register are numbered one after the other: what the numbers of a page say of each
// other. A number is never changed by it. Pure.

#include <string_view>
#include <vector>

#include "pipeline/core/register.hpp"

namespace sogoc::layout {

// `entries` from top to bottom; `opens` is the key of their number. A number that continues the count
// of most others becomes as confident as they make it; one that breaks it gets a doubt. Nothing happens
// where fewer than three agree.
void compare_numbers(std::vector<EntryReading>& entries, std::string_view opens);

}  // namespace sogoc::layout
