#pragma once

#include <string_view>

#include "pipeline/core/result.hpp"
#include "workers/copy_write/typeset.hpp"

namespace sogoc {

// The QR symbol of a payload (text, at most 1,200 bytes): error correction Q as long as the symbol
// stays small enough for its place, else M. Fails with limit_exceeded.
[[nodiscard]] Result<QrSymbol> qr_symbol(std::string_view payload);

}  // namespace sogoc
