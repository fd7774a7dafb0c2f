#pragma once

#include <filesystem>
#include <string>

#include "pipeline/copies/text_codes.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// The approver's own signature under an approval: ECDSA P-256 or RSA, over SHA-256 of the statement,
// with a key of a PKCS#12 file that only the approver has.
[[nodiscard]] Result<Octets> sign_statement(const std::string& statement, const std::filesystem::path& pkcs12,
                                            const std::filesystem::path& password_file);

}  // namespace sogoc
