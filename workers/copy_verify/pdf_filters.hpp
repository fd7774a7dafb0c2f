#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "workers/copy_verify/pdf_value.hpp"

namespace sogoc::verify {

// zlib data, unpacked to at most `cap` bytes. Nothing when it is damaged or longer.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> inflated(Bytes coded, std::size_t cap);

// Undoes a PNG predictor (10 to 15) or none (1). Nothing for others and for broken rows.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> unpredicted(std::vector<std::uint8_t> bytes,
                                                                   std::int64_t predictor,
                                                                   std::int64_t colors,
                                                                   std::int64_t bits,
                                                                   std::int64_t columns);

}  // namespace sogoc::verify
