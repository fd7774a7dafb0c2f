#pragma once

#include "storage/archive.hpp"
#include "storage/database.hpp"
#include "storage/verify.hpp"

namespace sogoc {

// Private to storage/; others call Archive::verify.
[[nodiscard]] Result<VerifyReport> verify_archive(Database& database,
                                                  const std::filesystem::path& folder,
                                                  const ArchiveIdentity& identity,
                                                  const VerifyProgress& progress);

}  // namespace sogoc
