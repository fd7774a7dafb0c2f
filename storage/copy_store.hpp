#pragma once

// The port CopyStore over SQLite: copy_store.cpp has the life of copies, copy_books.cpp requests and
// books, copy_log_store.cpp the log.

#include "pipeline/copies/copy_store.hpp"
#include "storage/database.hpp"

namespace sogoc {

// Owner: Archive. Thread: that of its archive; several processes may work at once.
class SqliteCopyStore final : public CopyStore {
 public:
  SqliteCopyStore(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<RequestDetails> add_request(const NewRequest& request, const Actor& by) override;
  Result<RequestDetails> request(RequestId id) override;
  Result<std::vector<RequestDetails>> requests(const RequestFilter& filter) override;
  Result<RequestDetails> end_request(RequestId id, RequestState state, const std::string& note, const Actor& by) override;
  Result<RequestReply> answer_not_found(RequestId id, const std::string& searched, const BookSeries& series,
                                        const Actor& by) override;
  Result<std::optional<RequestReply>> reply_to(RequestId id) override;

  Result<IssueBook> open_book(const BookSeries& series, bool carry, const Actor& by) override;
  Result<IssueBook> close_book(BookId id, bool year_end, const Actor& by) override;
  Result<std::vector<IssueBook>> books() override;
  Result<IssueBook> book(BookId id) override;

  Result<CopyDetails> add_copy(const NewCopy& copy, const Actor& by) override;
  Result<CopyDetails> refuse_copy(CopyId id, const std::string& reason, const Actor& by) override;
  Result<CopyDetails> approve_copy(CopyId id, const ApprovedSource& source, const Actor& by) override;
  Result<CopyDetails> take_number(CopyId id, const BookSeries& series, const Actor& by) override;
  Result<CopyDetails> begin_copy(const NewCopy& copy, const ApprovedSource& source, const BookSeries& series,
                                 const Actor& by) override;
  Done set_issue_record(CopyId id, const IssueRecord& record) override;
  Done fix_digest(CopyId id, SignatureRole role, const Sha256& digest, const Sha256& prepared) override;
  Done add_approval(const CopyApproval& approval, const Actor& by) override;
  Result<std::vector<CopyApproval>> approvals(CopyId id) override;
  Result<CopyDetails> add_signature(CopyId id, SignatureRole role, const Sha256& digest, const Sha256& signed_file,
                                    const std::string& level, const std::string& receipt) override;
  Result<CopyDetails> issue_copy(CopyId id, const Sha256& file, const Actor& by) override;
  Result<CopyDetails> void_copy(CopyId id, const std::string& reason, const Actor& by) override;
  Result<CopyDetails> replace_copy(CopyId id, std::optional<CopyId> by_copy, const std::string& reason,
                                   const Actor& by) override;
  Result<CopyDetails> revoke_copy(CopyId id, const std::string& reason, const Actor& by) override;

  Result<CopyDetails> copy(CopyId id) override;
  Result<std::vector<CopyDetails>> copies(const CopyFilter& filter) override;
  Result<std::optional<CopyDetails>> copy_by_token(const std::string& client_token) override;
  Result<std::optional<CopyDetails>> copy_by_lookup(const LookupToken& token) override;
  Result<std::optional<CopyDetails>> copy_by_file(const Sha256& file) override;
  Result<std::optional<CopyDetails>> copy_by_record(const std::array<std::uint8_t, kQrRecordBytes>& prefix) override;

  Result<std::vector<LogEntry>> log_entries(LogSubject subject, std::int64_t id) override;
  Result<std::vector<LogEntry>> log_range(std::uint64_t first, std::uint64_t count) override;
  Result<TreeHead> current_head() override;
  Result<std::vector<Sha256>> log_inclusion(std::uint64_t index, std::uint64_t size) override;
  Result<std::vector<Sha256>> log_consistency(std::uint64_t first, std::uint64_t second) override;
  Result<Sha256> log_root(std::uint64_t size) override;
  Done add_head(const SignedTreeHead& head) override;
  Result<std::vector<SignedTreeHead>> heads() override;
  Result<std::optional<SignedTreeHead>> latest_head() override;

 private:
  // Inside a transaction:
  Result<CopyDetails> existing(CopyId id);
  Result<CopyDetails> insert_copy(const NewCopy& copy, const Actor& by, UtcTime now);
  Result<CopyDetails> approve(const CopyDetails& copy, const ApprovedSource& source, const Actor& by, UtcTime now);
  Result<CopyDetails> number(const CopyDetails& copy, const BookSeries& series, const Actor& by, UtcTime now);
  // Moves along the drawn arrow, with a leaf.
  Result<CopyDetails> move(CopyId id, CopyState to, const std::string& reason, const Actor& by, UtcTime now);
  Result<CopyDetails> end_copy(CopyId id, CopyState to, CopyAct act, const std::string& reason, const Actor& by);
  Result<std::optional<CopyDetails>> first_copy(const std::string& where, const auto& value);

  Database& database_;
  const Clock& clock_;
};

}  // namespace sogoc
