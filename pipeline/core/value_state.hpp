#pragma once

#include <cstdint>

namespace sogoc {

// What stands behind a value of a document or an entry. Unknown, empty, illegible and failed are
// four different things.
enum class ValueState : std::uint8_t { read, confirmed, empty, illegible, handwritten, failed };

}  // namespace sogoc
