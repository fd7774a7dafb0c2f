#pragma once

// What was captured for a dossier or book, for whoever closes it. Runs inside a transaction of the caller. Private to storage/.

#include <string>
#include <vector>

#include "pipeline/records/dossier_rules.hpp"
#include "storage/database.hpp"

namespace sogoc {

// Sessions whose pages would come after the closing; nothing can accept them.
[[nodiscard]] std::vector<std::string> open_captures(Database& database, const std::string& dossier, const std::string& book);
// The station counted sheets, not only sides: a difference that the sides alone would hide.
void compare_captured_sheets(Database& database, const std::string& dossier, DossierCheck& check);

}  // namespace sogoc
