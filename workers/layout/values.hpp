#pragma once

// Does a text look like what its field holds? Tells a shifted column, and keeps a value from being
// called sure. Never changes a text. Pure.

#include <string>
#include <string_view>

#include "models/register_catalog.hpp"
#include "workers/layout/line_reader.hpp"

namespace sogoc::layout {

// What its reader is told to expect.
[[nodiscard]] ExpectedValue expected_in(const RegisterField& field, const RegisterCatalog& catalog);
// What a kind of value can be told by; none: anything may stand there.
[[nodiscard]] bool has_grammar(const RegisterField& field);
// True for every text where the kind has no grammar.
[[nodiscard]] bool fits(std::string_view text, const RegisterField& field,
                        const RegisterCatalog& catalog);

// Why a value that was read should not be taken as it is; "" when nothing speaks against it.
[[nodiscard]] std::string doubt_about(std::string_view text, const RegisterField& field,
                                      const RegisterCatalog& catalog);

}  // namespace sogoc::layout
