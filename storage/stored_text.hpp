#pragma once

// Text forms of small values in the database. Private to storage/. Reading throws
// DatabaseFailure (corrupt): what we wrote ourselves must be readable.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/names.hpp"
#include "pipeline/core/ports.hpp"
#include "pipeline/core/result.hpp"
#include "storage/database.hpp"

namespace sogoc {

[[nodiscard]] std::string list_to_text(const std::vector<std::string>& list);
[[nodiscard]] std::vector<std::string> list_from_text(const std::string& text);
[[nodiscard]] std::string settings_to_text(const ReadingSettings& settings);
[[nodiscard]] ReadingSettings settings_from_text(const std::string& text);
[[nodiscard]] Error error_from_text(const std::string& text);
[[nodiscard]] std::optional<Error> error_or_none(const Query& query, int column);

// "2026-04-08T09:30:00+00:00"
[[nodiscard]] std::string iso_time(UtcTime time);

[[noreturn]] void fail_stored(std::string what);

template <typename Enum, std::size_t N>
[[nodiscard]] Enum stored_value(const NameTable<Enum, N>& table, const std::string& text) {
  const auto value = value_in(table, text);
  if (!value) fail_stored("an unknown name: " + text);
  return *value;
}

}  // namespace sogoc
