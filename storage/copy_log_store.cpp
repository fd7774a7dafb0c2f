// The log of SqliteCopyStore.

#include <algorithm>

#include <fmt/format.h>

#include "pipeline/core/p256.hpp"
#include "storage/copy_rows.hpp"
#include "storage/copy_store.hpp"
#include "storage/log_rows.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

constexpr const char* kEntryColumns =
    "SELECT l.idx, l.leaf, l.salt, l.private, l.subject, l.subject_id FROM copy_log l ";

// The private part of a leaf whose row never changes.
std::string private_part_in_row(Database& database, LogSubject subject, std::int64_t id) {
  if (subject == LogSubject::event) {
    auto query = database.query("SELECT id, at, by, what, subject, note FROM events WHERE id = ?1", id);
    if (query.next())
      return private_part_of(
          Event{query.integer(0), query.time(1), query.text(2), query.text(3), query.text(4), query.text(5)});
  } else if (subject == LogSubject::approval) {
    auto query = database.query(
        "SELECT copy, role, digest, level, approver, at, statement, proof_kind, proof FROM copy_approvals WHERE id = ?1", id);
    if (query.next())
      return private_part_of(CopyApproval{query.integer(0), stored_value(kSignatureRoleNames, query.text(1)), query.digest(2),
                                          query.text(3), query.text(4), query.time(5), query.text(6), query.text(7),
                                          query.blob(8)});
  } else if (subject == LogSubject::reply) {
    auto query = database.query("SELECT request FROM replies WHERE id = ?1", id);
    if (query.next())
      if (const auto reply = load_reply(database, query.integer(0))) return private_part_of(*reply);
  }
  return "";
}

LogEntry entry_row(Database& database, const Query& query) {
  LogEntry entry;
  entry.index = static_cast<std::uint64_t>(query.integer(0));
  auto leaf = leaf_from_text(query.text(1));
  if (!leaf) fail_stored("a log entry that cannot be read");
  entry.leaf = std::move(*leaf);
  const auto salt = query.blob(2);
  if (salt.size() != entry.opening.salt.size()) fail_stored("a log entry without its salt");
  std::copy(salt.begin(), salt.end(), entry.opening.salt.begin());
  entry.opening.private_part = query.null(3)
                                   ? private_part_in_row(database, entry.leaf.subject, entry.leaf.id)
                                   : query.text(3);
  return entry;
}

}  // namespace

Result<std::vector<LogEntry>> SqliteCopyStore::log_entries(LogSubject subject, std::int64_t id) {
  return database_.read([&]() -> Result<std::vector<LogEntry>> {
    std::vector<LogEntry> entries;
    auto query = database_.query(kEntryColumns + std::string("WHERE l.subject = ?1 AND l.subject_id = ?2 ORDER BY l.idx"),
                                 name(subject), id);
    while (query.next()) entries.push_back(entry_row(database_, query));
    return entries;
  });
}

Result<std::vector<LogEntry>> SqliteCopyStore::log_range(std::uint64_t first, std::uint64_t count) {
  return database_.read([&]() -> Result<std::vector<LogEntry>> {
    std::vector<LogEntry> entries;
    auto query = database_.query(kEntryColumns + std::string("WHERE l.idx >= ?1 ORDER BY l.idx LIMIT ?2"), first, count);
    while (query.next()) entries.push_back(entry_row(database_, query));
    return entries;
  });
}

Result<TreeHead> SqliteCopyStore::current_head() {
  return database_.read([&]() -> Result<TreeHead> {
    TreeHead head;
    head.timestamp = static_cast<std::uint64_t>(clock_.now().time_since_epoch().count());
    head.tree_size = log_size(database_);
    SOGOC_TRY(head.root, merkle_root(head.tree_size, log_nodes(database_)));
    if (head.tree_size == 0) return head;
    auto last = database_.query("SELECT at FROM copy_log WHERE idx = ?1", head.tree_size - 1);
    // A head is not older than what it covers.
    if (last.next()) head.timestamp = std::max(head.timestamp, static_cast<std::uint64_t>(last.integer(0)));
    return head;
  });
}

Result<std::vector<Sha256>> SqliteCopyStore::log_inclusion(std::uint64_t index, std::uint64_t size) {
  return database_.read([&]() -> Result<std::vector<Sha256>> {
    if (size > log_size(database_)) return fail(ErrorCode::usage, Retry::never, "log", "has fewer leaves than that");
    return inclusion_path(index, size, log_nodes(database_));
  });
}

Result<std::vector<Sha256>> SqliteCopyStore::log_consistency(std::uint64_t first, std::uint64_t second) {
  return database_.read([&]() -> Result<std::vector<Sha256>> {
    if (second > log_size(database_)) return fail(ErrorCode::usage, Retry::never, "log", "has fewer leaves than that");
    return consistency_path(first, second, log_nodes(database_));
  });
}

Result<Sha256> SqliteCopyStore::log_root(std::uint64_t size) {
  return database_.read([&]() -> Result<Sha256> {
    if (size > log_size(database_)) return fail(ErrorCode::usage, Retry::never, "log", "has fewer leaves than that");
    return merkle_root(size, log_nodes(database_));
  });
}

Done SqliteCopyStore::add_head(const SignedTreeHead& head) {
  const auto invalid = [](const char* why) { return fail(ErrorCode::invalid, Retry::never, "log head", why); };
  SOGOC_TRY(const bool holds, p256_signature_holds(head.public_key, tree_head_bytes(head.head), head.signature));
  if (!holds) return invalid("its signature does not hold");
  return database_.write([&]() -> Done {
    if (head.head.tree_size == 0 || head.head.tree_size > log_size(database_)) return invalid("is over leaves that this log does not have");
    SOGOC_TRY(const Sha256 root, merkle_root(head.head.tree_size, log_nodes(database_)));
    if (root != head.head.root) return invalid("is of another log");
    database_.run("INSERT INTO log_heads VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING", head.head.tree_size,
                  head.head.timestamp, head.head.root, head.head.extensions, head.public_key, head.signature, head.timestamp_token);
    return {};
  });
}

Result<std::vector<SignedTreeHead>> SqliteCopyStore::heads() {
  return database_.read([&]() -> Result<std::vector<SignedTreeHead>> {
    std::vector<SignedTreeHead> heads;
    auto query = database_.query(std::string(kHeadColumns) + "ORDER BY tree_size, timestamp");
    while (query.next()) heads.push_back(head_row(query));
    return heads;
  });
}

Result<std::optional<SignedTreeHead>> SqliteCopyStore::latest_head() {
  return database_.read([&]() -> Result<std::optional<SignedTreeHead>> {
    auto query = database_.query(std::string(kHeadColumns) + "ORDER BY tree_size DESC, timestamp DESC LIMIT 1");
    if (!query.next()) return std::nullopt;
    return head_row(query);
  });
}

}  // namespace sogoc
