#pragma once

// Leaves of the log. Every function runs inside a transaction of the caller and throws
// DatabaseFailure. Private to storage/.

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "pipeline/copies/copy_store.hpp"
#include "pipeline/copies/log_leaf.hpp"
#include "storage/catalogue.hpp"
#include "storage/database.hpp"

namespace sogoc {

// The log's time never goes back: a leaf's time is that of the leaf before it while the clock is
// behind by up to this; beyond it no copy moves until the clock is set.
inline constexpr std::chrono::minutes kClockSlack{10};
// Conflict when the clock is behind the log by more.
[[nodiscard]] Done check_log_clock(Database& database, UtcTime now);

enum class KeepPrivate : std::uint8_t { in_the_log, in_its_row };
void append_leaf(Database& database, UtcTime now, LogSubject subject, std::int64_t id, std::string_view state,
                 const std::string& private_part, KeepPrivate keep);
void append_event_leaf(Database& database, const Event& event);

// Canonical JSON; bytes that are no UTF-8 (they come from a command line) become U+FFFD.
[[nodiscard]] std::string private_text(const nlohmann::json& value);
[[nodiscard]] std::string private_part_of(const Event& event);

[[nodiscard]] std::uint64_t log_size(Database& database);
[[nodiscard]] MerkleNodes log_nodes(Database& database);  // lives as long as the transaction

[[nodiscard]] SignedTreeHead head_row(const Query& query);
inline constexpr std::string_view kHeadColumns =
    "SELECT tree_size, timestamp, root, extensions, public_key, signature, timestamp_token FROM log_heads ";

// From the system's source of randomness.
void fill_random(std::span<std::uint8_t> bytes);

}  // namespace sogoc
