#pragma once

// What the keys of entry fields say about their values: the circulars name them by rule ("nksHoTen", "nksNgaySinh",
// "nksNoiSinh"). Pure. That the templates agree is a test.

#include <cstdint>
#include <string_view>

namespace sogoc {

// By what an entry is looked for.
enum class KeyGroup : std::uint8_t { number, person, date, place, other };
[[nodiscard]] KeyGroup group_of_key(std::string_view key);

}  // namespace sogoc
