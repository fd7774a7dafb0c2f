#pragma once

// An entry of a register book as the source of a copy.

#include "pipeline/flow/copy_flow.hpp"
#include "storage/archive.hpp"

namespace sogoc {

// The pages it stands on with a frame around it, and its fields as a person decided them. Whoever gathers
// checks the fixity of the PDF. Fails with not_found, conflict, or missing_model.
[[nodiscard]] Result<GatheredSource> gather_entry(Archive& archive, std::int64_t entry);

}  // namespace sogoc
