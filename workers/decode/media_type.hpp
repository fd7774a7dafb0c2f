#pragma once

// What a file is, by its first bytes. Its name is only used to speak about it.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "pipeline/core/page.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// Fails with invalid_input (empty, unreadable) or unsupported_input (a kind we do not read; says
// what the file seems to be and what to make of it). A PDF may have up to 1024 bytes before its
// header.
[[nodiscard]] Result<MediaType> sniff_media_type(const std::filesystem::path& file,
                                                 const std::string& shown_name);
[[nodiscard]] Result<MediaType> sniff_media_type(std::span<const std::uint8_t> first_bytes,
                                                 const std::string& shown_name);

// How many first bytes decide: the second form needs no more.
inline constexpr std::size_t kSniffedBytes = 2048;

}  // namespace sogoc
