#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workers/copy_verify/pdf_value.hpp"

namespace sogoc::verify {

// Digest of the file without [hole_begin, hole_end), up to covered_end, under OpenSSL's name of the
// algorithm. Nothing when OpenSSL does not know it.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> range_digest(Bytes file,
                                                                    std::uint64_t hole_begin,
                                                                    std::uint64_t hole_end,
                                                                    std::uint64_t covered_end,
                                                                    const std::string& algorithm);
[[nodiscard]] std::optional<std::vector<std::uint8_t>> digest_of(Bytes bytes,
                                                                 const std::string& algorithm);

}  // namespace sogoc::verify
