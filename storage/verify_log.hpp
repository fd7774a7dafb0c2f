#pragma once

// Does the log still say what it said, and do the rows still say what the log says of them?

#include <span>
#include <string>
#include <vector>

#include "pipeline/copies/log_leaf.hpp"
#include "storage/database.hpp"
#include "storage/verify.hpp"

namespace sogoc {

// Recomputes the tree from the leaves and compares with it: the stored subtrees, every stored head
// and its signature, the `remembered` heads from outside, and the rows of events, requests, books,
// copies, approvals and replies. Findings are problems; a failure means that it could not be checked.
// Private to storage/; others call Archive::verify and Archive::verify_log.
[[nodiscard]] Result<LogFindings> check_log(Database& database, std::span<const SignedTreeHead> remembered);

}  // namespace sogoc
