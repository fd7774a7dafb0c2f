#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sogoc::verify {

// An XMP packet without what every program that saves a file may set: dates of change and the
// program's name. White space is dropped too. For comparing, not for reading.
[[nodiscard]] std::string without_change_dates(std::string packet);

// The text of the first element or attribute of that name ("sogoc:copyNumber"), entities resolved.
[[nodiscard]] std::optional<std::string> xmp_property(std::string_view packet,
                                                      std::string_view name);

}  // namespace sogoc::verify
