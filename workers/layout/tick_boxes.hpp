#pragma once

// Fields that are answered by ticking a box: the code list of the field says which printed word
// means what. Pure.

#include <optional>

#include "models/register_catalog.hpp"
#include "workers/layout/page_layout.hpp"
#include "workers/layout/page_words.hpp"

namespace sogoc::layout {

// The answer of the boxes that lie inside `place` and stand before a word of the list; nothing when
// fewer than two such boxes do. Two ticked boxes are illegible, none is empty.
[[nodiscard]] std::optional<ReadValue> read_ticks(const BoxPx& place, const CodeList& list,
                                                  const std::vector<PageRegion>& regions,
                                                  const PageWords& words, double dpi,
                                                  BoxPx* around = nullptr);

// The list of a field that may be answered by boxes; null = none.
[[nodiscard]] const CodeList* tick_list(const RegisterField& field, const RegisterCatalog& catalog);

}  // namespace sogoc::layout
