#include "storage/log_rows.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/random.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "pipeline/copies/canonical_json.hpp"
#include "pipeline/copies/vietnam_time.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::json;

struct Tip {
  std::uint64_t size = 0;
  UtcTime at{};  // of the last leaf
};

Tip log_tip(Database& database) {
  auto query = database.query("SELECT idx, at FROM copy_log ORDER BY idx DESC LIMIT 1");
  if (!query.next()) return {};
  return {static_cast<std::uint64_t>(query.integer(0)) + 1, query.time(1)};
}

}  // namespace

void fill_random(std::span<std::uint8_t> bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t got = ::getrandom(bytes.data() + done, bytes.size() - done, 0);
    if (got > 0)
      done += static_cast<std::size_t>(got);
    else if (errno != EINTR)
      throw DatabaseFailure{{ErrorCode::unavailable, Retry::same_step, "system", "gives no random numbers", {}}};
  }
}

Done check_log_clock(Database& database, UtcTime now) {
  const Tip tip = log_tip(database);
  if (tip.size == 0 || now + kClockSlack >= tip.at) return {};
  return fail(ErrorCode::conflict, Retry::after_operator, "clock",
              fmt::format("this machine's clock says {}, but the log's last entry is of {}: set the clock", iso_local(now),
                          iso_local(tip.at)));
}

std::string private_text(const Json& value) {
  // Twice, because a replaced text must be canonical in its new form.
  auto canonical = canonical_json(Json::parse(value.dump(-1, ' ', false, Json::error_handler_t::replace)));
  if (!canonical) throw DatabaseFailure{std::move(canonical).error()};
  return std::move(*canonical);
}

std::string private_part_of(const Event& event) {
  return private_text({{"v", 1},
                       {"event", event.id},
                       {"at", iso_utc(event.at)},
                       {"by", event.by},
                       {"what", event.what},
                       {"subject", event.subject},
                       {"note", event.note}});
}

MerkleNodes log_nodes(Database& database) {
  return [&database](unsigned level, std::uint64_t index) -> Result<Sha256> {
    auto query = database.query("SELECT hashes FROM copy_log WHERE idx = ?1", ((index + 1) << level) - 1);
    if (!query.next()) fail_stored("a log with a gap");
    const auto hashes = query.blob(0);
    Sha256 hash;
    if (hashes.size() < (level + 1) * hash.bytes.size()) fail_stored("a log entry without its hashes");
    std::copy_n(hashes.begin() + static_cast<std::ptrdiff_t>(level * hash.bytes.size()), hash.bytes.size(),
                hash.bytes.begin());
    return hash;
  };
}

void append_leaf(Database& database, UtcTime now, LogSubject subject, std::int64_t id, std::string_view state,
                 const std::string& private_part, KeepPrivate keep) {
  const Tip tip = log_tip(database);
  LogSalt salt{};
  fill_random(salt);
  const LogLeaf leaf{subject, id, std::string(state), std::max(now, tip.at), log_commitment(salt, private_part)};
  const std::string text = leaf_text(leaf);
  auto completed = merkle_append(tip.size, merkle_leaf_hash(text), log_nodes(database));
  if (!completed) throw DatabaseFailure{std::move(completed).error()};
  Octets hashes;
  for (const Sha256& hash : *completed) hashes.insert(hashes.end(), hash.bytes.begin(), hash.bytes.end());
  database.run("INSERT INTO copy_log VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", tip.size, leaf.at, name(subject), id, text,
               Octets(salt.begin(), salt.end()),
               keep == KeepPrivate::in_the_log ? std::optional(private_part) : std::nullopt, hashes);
}

void append_event_leaf(Database& database, const Event& event) {
  append_leaf(database, event.at, LogSubject::event, event.id, "recorded", private_part_of(event), KeepPrivate::in_its_row);
}

std::uint64_t log_size(Database& database) { return log_tip(database).size; }

SignedTreeHead head_row(const Query& query) {
  SignedTreeHead head;
  head.head.tree_size = static_cast<std::uint64_t>(query.integer(0));
  head.head.timestamp = static_cast<std::uint64_t>(query.integer(1));
  head.head.root = query.digest(2);
  head.head.extensions = query.blob(3);
  head.public_key = query.blob(4);
  head.signature = query.blob(5);
  head.timestamp_token = query.blob(6);
  return head;
}

}  // namespace sogoc
