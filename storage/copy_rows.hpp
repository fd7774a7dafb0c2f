#pragma once

// Rows of requests, books, copies, replies and approvals, and the private part of their leaves: what
// the log commits to about a row is a function of the row alone, so `verify` can compare them. Every
// function runs inside a transaction of the caller and throws DatabaseFailure. Private to storage/.

#include <optional>
#include <string>
#include <vector>

#include "pipeline/copies/copy_store.hpp"
#include "storage/database.hpp"

namespace sogoc {

[[nodiscard]] std::optional<RequestDetails> load_request(Database& database, RequestId id);
[[nodiscard]] std::vector<RequestDetails> load_requests(Database& database, const RequestFilter& filter);
[[nodiscard]] std::optional<RequestReply> load_reply(Database& database, RequestId request);

// A book as it is kept, with the totals of now while it is open.
struct BookRow {
  IssueBook book;
  std::string format, organ;
};
[[nodiscard]] std::optional<BookRow> load_book(Database& database, BookId id);
[[nodiscard]] std::vector<IssueBook> load_books(Database& database, std::optional<std::string> series);

// Copies WHERE `where`, which may use ?1; with their signatures.
template <typename... Values>
[[nodiscard]] std::vector<CopyDetails> load_copies(Database& database, const std::string& where, const Values&... values);
[[nodiscard]] std::optional<CopyDetails> load_copy(Database& database, CopyId id);
[[nodiscard]] std::vector<CopyApproval> load_approvals(Database& database, CopyId copy);

// ---- What the log says about a row
[[nodiscard]] std::string private_part_of(const RequestDetails& request);
[[nodiscard]] std::string private_part_of(const BookRow& book);
[[nodiscard]] std::string private_part_of(const CopyDetails& copy);
[[nodiscard]] std::string private_part_of(const RequestReply& reply);
[[nodiscard]] std::string private_part_of(const CopyApproval& approval);

// Appends the leaf that says how the row stands now.
void log_copy(Database& database, CopyId id, UtcTime now);
void log_request(Database& database, RequestId id, UtcTime now);
void log_book(Database& database, BookId id, UtcTime now);

// What a copy of this source depends on; empty when there is no such source.
struct SourceState {
  std::optional<std::int64_t> document;
  std::int64_t mark = 0;  // grows with every confirmation of a value
};
[[nodiscard]] std::optional<SourceState> source_state(Database& database, const CopySource& source);

// Marks issued copies of a document as replaced: its value under `key`, which was `value`, was corrected.
// Copies that show pages only and no such value stay what they are; where it cannot be told, they are
// replaced. Called in the transaction of the correction.
void replace_copies_of_document(Database& database, std::int64_t document, const std::string& key, const std::string& value,
                                const std::string& reason, const std::string& by, UtcTime now);

// The same for the copies of one entry of a register book.
void replace_copies_of_entry(Database& database, std::int64_t entry, const std::string& reason, const std::string& by, UtcTime now);

// ---- Implementation of the template
[[nodiscard]] CopyDetails copy_row(Database& database, const Query& query);
extern const std::string kCopyColumns;

template <typename... Values>
std::vector<CopyDetails> load_copies(Database& database, const std::string& where, const Values&... values) {
  std::vector<CopyDetails> copies;
  auto query = database.query(kCopyColumns + where, values...);
  while (query.next()) copies.push_back(copy_row(database, query));
  return copies;
}

}  // namespace sogoc
