#pragma once

// JSON in the one form of RFC 8785 (JSON Canonicalization Scheme), so that a digest of it means
// the same everywhere: keys in the order of their UTF-16 code units, numbers as ECMAScript prints
// them, only the escapes that must be, no blanks.

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "pipeline/core/result.hpp"

namespace sogoc {

// Fails with invalid_input: text that is no JSON, a key that stands twice, a number that is no
// finite double or a whole number that a double does not hold, text that is no UTF-8.
[[nodiscard]] Result<std::string> canonical_json(std::string_view text);
[[nodiscard]] Result<std::string> canonical_json(const nlohmann::json& value);

// A parse for everything that comes from outside or must be canonical: refuses a key that stands
// twice, and nests at most 64 deep.
[[nodiscard]] Result<nlohmann::json> strict_json(std::string_view text);
// The same, and the text must be canonical already: one value, one text.
[[nodiscard]] Result<nlohmann::json> strict_canonical_json(std::string_view text);

}  // namespace sogoc
