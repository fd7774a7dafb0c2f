#pragma once

// Entries as the console shows them.

#include "tools/server/api.hpp"

namespace sogoc::server {

[[nodiscard]] Json json_of_places(const std::vector<EntryPlace>& places);
// Number, stage, where it stands, and the first name, which says most.
[[nodiscard]] Json short_json_of(const EntryDetails& entry, const EntryForm* form);
// With every field of its form, also those that nothing was read for.
[[nodiscard]] Json long_json_of(const EntryDetails& entry, const EntryForm* form);
[[nodiscard]] Json translated_list(const std::vector<std::string>& sentences);

}  // namespace sogoc::server
