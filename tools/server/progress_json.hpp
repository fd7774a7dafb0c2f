#pragma once

#include "tools/server/api.hpp"

namespace sogoc::server {

inline constexpr const char* kEventsPath = "/api/events";
[[nodiscard]] Json json_of_progress(const Progress& progress);

}  // namespace sogoc::server
