#include "storage/verify_log.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "pipeline/copies/vietnam_time.hpp"
#include "pipeline/core/p256.hpp"
#include "storage/copy_rows.hpp"
#include "storage/log_rows.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

constexpr std::size_t kMostProblems = 1000;

class LogCheck {
 public:
  LogCheck(Database& database, std::span<const SignedTreeHead> remembered)
      : database_(database), remembered_(remembered) {}

  Result<LogFindings> run() {
    return database_.read([&]() -> Result<LogFindings> {
      load_heads();
      check_leaves();
      check_heads();
      check_rows();
      return std::move(report_);
    });
  }

 private:
  struct HeadToCheck {
    SignedTreeHead head;
    const char* what;  // "head" of the archive, "remembered head"
    std::optional<Sha256> root{};  // of the tree at its size
    UtcTime newest{};              // of what it covers
  };
  // The last leaf about a row, and how many there are.
  struct LastLeaf {
    std::uint64_t index = 0;
    UtcTime since;  // of the first leaf with this state
    std::string state;
    Sha256 commitment;
    LogSalt salt{};
    std::int64_t count = 0;
  };
  using ById = std::map<std::int64_t, LastLeaf>;

  void problem(std::string where, std::string reason) {
    if (report_.problems.size() < kMostProblems)
      report_.problems.push_back({VerifyKind::log, std::move(where), std::move(reason), {}});
  }
  static std::string leaf_name(std::uint64_t index) { return fmt::format("log entry {}", index); }

  void load_heads() {
    auto query = database_.query(std::string(kHeadColumns) + "ORDER BY tree_size, timestamp");
    while (query.next()) heads_.push_back({head_row(query), "head"});
    report_.heads = static_cast<std::int64_t>(heads_.size());
    for (const SignedTreeHead& head : remembered_) heads_.push_back({head, "remembered head"});
    std::stable_sort(heads_.begin(), heads_.end(),
                     [](const HeadToCheck& a, const HeadToCheck& b) { return a.head.head.tree_size < b.head.head.tree_size; });
  }

  static UtcTime time_of(const SignedTreeHead& head) {
    return UtcTime(std::chrono::milliseconds(static_cast<std::int64_t>(head.head.timestamp)));
  }

  // What the heads over exactly these entries should say.
  void roots_at(const MerkleStream& tree, UtcTime newest, std::size_t& next) {
    for (; next < heads_.size() && heads_[next].head.head.tree_size == tree.size(); ++next) {
      heads_[next].root = tree.root();
      heads_[next].newest = newest;
      if (!last_head_ || time_of(last_head_->head) < time_of(heads_[next].head)) last_head_ = &heads_[next];
    }
  }

  void check_leaves() {
    MerkleStream tree;
    std::size_t next_head = 0;
    UtcTime before{};
    roots_at(tree, before, next_head);
    auto query = database_.query("SELECT idx, at, subject, subject_id, leaf, salt, private, hashes FROM copy_log ORDER BY idx");
    while (query.next()) {
      const auto index = static_cast<std::uint64_t>(query.integer(0));
      const std::string where = leaf_name(index);
      if (index != tree.size()) problem(where, fmt::format("stands where entry {} should: entries are missing", tree.size()));
      const std::string text = query.text(4);
      tree.add(merkle_leaf_hash(text));
      Octets hashes;
      for (const Sha256& hash : tree.completed()) hashes.insert(hashes.end(), hash.bytes.begin(), hash.bytes.end());
      if (query.blob(7) != hashes) problem(where, "its stored hashes are not those of its leaves: entries were changed, moved or taken out");
      const auto leaf = leaf_from_text(text);
      if (!leaf) {
        problem(where, "is no leaf of this format");
      } else {
        if (leaf->at < before) problem(where, fmt::format("is dated {}, before the entry it follows: back-dated", iso_utc(leaf->at)));
        before = std::max(before, leaf->at);
        check_leaf(query, index, *leaf, where);
      }
      roots_at(tree, before, next_head);
    }
    report_.leaves = static_cast<std::int64_t>(tree.size());
    report_.root = tree.root();
  }

  void check_leaf(const Query& row, std::uint64_t index, const LogLeaf& leaf, const std::string& where) {
    if (row.integer(1) != leaf.at.time_since_epoch().count() || row.text(2) != name(leaf.subject) || row.integer(3) != leaf.id)
      problem(where, "its row says something else than the leaf itself");
    const auto stored = row.blob(5);
    LogSalt salt{};
    if (stored.size() != salt.size())
      problem(where, "its salt is missing");
    else
      std::copy(stored.begin(), stored.end(), salt.begin());
    if (!row.null(6) && log_commitment(salt, row.text(6)) != leaf.commitment)
      problem(where, fmt::format("what stands about {} {} is not what was logged", name(leaf.subject), leaf.id));
    // What stands behind a head was not there when it was signed.
    if (last_head_ != nullptr && leaf.at + kClockSlack < time_of(last_head_->head))
      problem(where, fmt::format("is dated {}, before the {} of {} that does not know it: back-dated", iso_utc(leaf.at),
                                 last_head_->what, iso_utc(time_of(last_head_->head))));
    LastLeaf& last = last_[leaf.subject][leaf.id];
    const UtcTime since = last.count > 0 && last.state == leaf.state ? last.since : leaf.at;
    last = {index, since, leaf.state, leaf.commitment, salt, last.count + 1};
  }

  void check_heads() {
    for (const HeadToCheck& entry : heads_) {
      const TreeHead& head = entry.head.head;
      const std::string where = fmt::format("{} over {} entries", entry.what, head.tree_size);
      const auto holds = p256_signature_holds(entry.head.public_key, tree_head_bytes(head), entry.head.signature);
      if (!holds || !*holds) problem(where, "its signature does not hold");
      if (entry.root && time_of(entry.head) + kClockSlack < entry.newest)
        problem(where, fmt::format("is dated {}, before what it covers: back-dated", iso_utc(time_of(entry.head))));
      if (!entry.root)
        problem(where, fmt::format("covers more than the {} entries that are there: the log was cut", report_.leaves));
      else if (*entry.root != head.root)
        problem(where, "its root is not that of the entries: the log was rewritten after it was signed");
    }
  }

  // The row's own words against the last leaf about it.
  void compare(LogSubject subject, std::int64_t id, std::string_view state, const std::string& private_part, bool once) {
    ById& known = last_[subject];
    const auto found = known.find(id);
    const std::string where = fmt::format("{} {}", name(subject), id);
    if (found == known.end()) {
      problem(where, "is not in the log: it was added past it");
      return;
    }
    const LastLeaf& leaf = found->second;
    if (log_commitment(leaf.salt, private_part) != leaf.commitment)
      problem(where, leaf.state == state ? "is not what was logged: its row was changed"
                                         : fmt::format("is {}, but the log says {}: its row was changed", state, leaf.state));
    if (once && leaf.count != 1) problem(where, "stands in the log more than once");
    known.erase(found);
  }

  void check_time(const std::string& where, UtcTime said, UtcTime logged) {
    if (said + kClockSlack < logged || logged + kClockSlack < said)
      problem(where, fmt::format("says {}, but was logged at {}: back-dated, or the clock was wrong", iso_utc(said), iso_utc(logged)));
  }

  void check_rows() {
    {
      auto query = database_.query("SELECT id, at, by, what, subject, note FROM events ORDER BY id");
      while (query.next()) {
        const Event event{query.integer(0), query.time(1), query.text(2), query.text(3), query.text(4), query.text(5)};
        const auto leaf = last_[LogSubject::event].find(event.id);
        if (leaf != last_[LogSubject::event].end()) check_time(fmt::format("event {}", event.id), event.at, leaf->second.since);
        compare(LogSubject::event, event.id, "recorded", private_part_of(event), true);
      }
    }
    for (const std::int64_t id : ids("requests"))
      if (const auto row = load_request(database_, id)) compare(LogSubject::request, id, name(row->state), private_part_of(*row), false);
    for (const std::int64_t id : ids("issue_books"))
      if (const auto row = load_book(database_, id)) {
        compare(LogSubject::book, id, name(row->book.state), private_part_of(*row), false);
        check_numbers(*row);
      }
    for (const std::int64_t id : ids("copies"))
      if (const auto row = load_copy(database_, id)) {
        const auto leaf = last_[LogSubject::copy].find(id);
        if (leaf != last_[LogSubject::copy].end() && leaf->second.state == name(row->state))
          check_time(fmt::format("copy {}", id), row->state_at, leaf->second.since);
        compare(LogSubject::copy, id, name(row->state), private_part_of(*row), false);
        if (row->record && issue_record_digest(row->record_json) != *row->record)
          problem(fmt::format("copy {}", id), "its issue record does not have the digest that was logged");
      }
    check_approvals();
    check_replies();
    for (const auto& [subject, rest] : last_)
      for (const auto& [id, leaf] : rest)
        problem(fmt::format("{} {}", name(subject), id), fmt::format("was logged (entry {}) and is gone", leaf.index));
  }

  void check_approvals() {
    auto query = database_.query(
        "SELECT id, copy, role, digest, level, approver, at, statement, proof_kind, proof FROM copy_approvals ORDER BY id");
    while (query.next())
      compare(LogSubject::approval, query.integer(0), "given",
              private_part_of(CopyApproval{query.integer(1), stored_value(kSignatureRoleNames, query.text(2)), query.digest(3),
                                           query.text(4), query.text(5), query.time(6), query.text(7), query.text(8), query.blob(9)}),
              true);
  }

  void check_replies() {
    auto query = database_.query("SELECT id, request FROM replies ORDER BY id");
    while (query.next())
      if (const auto reply = load_reply(database_, query.integer(1)))
        compare(LogSubject::reply, query.integer(0), "numbered", private_part_of(*reply), true);
  }

  // Every number from the first to the last of a book stands with exactly one copy or reply.
  void check_numbers(const BookRow& row) {
    std::int64_t wanted = row.book.first_number;
    const std::string where = fmt::format("issue book {} {}/{}", row.book.series, row.book.book, row.book.year);
    auto query = database_.query(
        "SELECT number FROM copies WHERE book = ?1 UNION ALL SELECT number FROM replies WHERE book = ?1 ORDER BY 1", row.book.id);
    while (query.next()) {
      const std::int64_t number = query.integer(0);
      if (number != wanted) problem(where, fmt::format("number {} stands where {} should", number, wanted));
      wanted = number + 1;
    }
    if (wanted != row.book.last_number + 1)
      problem(where, fmt::format("its last number is {}, but {} was given", row.book.last_number, wanted - 1));
  }

  std::vector<std::int64_t> ids(const char* table) {
    std::vector<std::int64_t> found;
    auto query = database_.query(fmt::format("SELECT id FROM {} ORDER BY id", table));
    while (query.next()) found.push_back(query.integer(0));
    return found;
  }

  Database& database_;
  std::span<const SignedTreeHead> remembered_;
  LogFindings report_;
  std::vector<HeadToCheck> heads_;                   // by size
  const HeadToCheck* last_head_ = nullptr;  // the latest in time among those already passed
  std::map<LogSubject, ById> last_;
};

}  // namespace

Result<LogFindings> check_log(Database& database, std::span<const SignedTreeHead> remembered) {
  return LogCheck(database, remembered).run();
}

}  // namespace sogoc
