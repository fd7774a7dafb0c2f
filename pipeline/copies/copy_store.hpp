#pragma once

// What is true about requests, issue books and copies, and the log of it. Implemented by storage/;
// reached by Archive::copies().
//
// Every call is one transaction: kept and durable on return, together with its leaf of the log, or
// nothing. Safe under several processes. A call that was repeated after a crash with the same client
// token gives the row that the first one made.
//
// How pipeline/flow/copy_flow uses it (contract of issue 3, steps in brackets):
//   [1]   add_request
//   [2,3] begin_copy: requested, approved and numbered in one transaction. (Or step by step:
//         add_copy, approve_copy, take_number.)
//   [5]   set_issue_record once, fix_digest for each revision that has a hole
//   [6]   add_approval
//   [7,8] add_signature with the signer's receipt; the last one moves the copy to signed
//   [10]  issue_copy; then OUT is written
//   after a crash: copy_by_token / unfinished() say where it stopped; void_copy when it cannot go on

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/copies/copy_request.hpp"
#include "pipeline/copies/copy_states.hpp"
#include "pipeline/copies/issue_book.hpp"
#include "pipeline/copies/issue_record.hpp"
#include "pipeline/copies/log_leaf.hpp"
#include "pipeline/copies/office_roles.hpp"
#include "pipeline/copies/qr_payload.hpp"
#include "pipeline/copies/source_rules.hpp"

namespace sogoc {

using RequestId = std::int64_t;
using CopyId = std::int64_t;
using BookId = std::int64_t;

struct NewRequest {
  std::string client_token;  // chosen by the client, unique; "" = none
  CopyRequest request;
  UtcTime received_at;
  UtcTime deadline;          // request_deadline
};
struct RequestDetails {
  RequestId id = 0;
  CopyRequest request;
  UtcTime received_at, deadline;
  RequestState state = RequestState::received;
  std::string by;       // who received it
  std::optional<UtcTime> answered_at;
  std::string answered_by;
  std::string note;
};

// The numbered written reply to a request whose entry was not found.
struct RequestReply {
  std::int64_t id = 0;
  RequestId request = 0;
  std::int64_t number = 0;
  BookId book = 0;
  int year = 0;
  std::string reply_number;  // "05/TB-UBND"
  std::string searched;      // where it was looked for, in words
  UtcTime at;
  std::string by;
};

struct NewCopy {
  std::string client_token;
  std::optional<RequestId> request;
  CopyKind kind = CopyKind::register_copy;
  CopySource source;
  Medium to = Medium::electronic;
  std::string template_version;
  // Whatever the client needs to go on after a crash (its own JSON); not looked at.
  std::string resume_note;
};

// A source that check_source let pass, as it was at that moment.
struct ApprovedSource {
  Sha256 digest;
  std::vector<std::string> exceptions;
  std::string exception_reason, exception_by;
};

enum class SignatureRole : std::uint8_t { body, certifier };
inline constexpr NameTable<SignatureRole, 2> kSignatureRoleNames{{{SignatureRole::body, "body"},
                                                                  {SignatureRole::certifier, "certifier"}}};
[[nodiscard]] constexpr std::string_view name(SignatureRole role) { return name_in(kSignatureRoleNames, role); }

struct CopySignature {
  SignatureRole role = SignatureRole::body;
  std::optional<Sha256> digest;      // over the ByteRange, computed by the coordinator
  std::optional<Sha256> prepared;    // blob of the file with the hole
  std::optional<Sha256> signed_file; // blob of the file with the hole filled
  std::string level;                 // "B-LTA"
  std::string receipt;               // the signer's own record of the act (JSON)
  std::optional<UtcTime> signed_at;
};

// An approver's proof over one digest. Kept for ever; the signer alone can check it.
struct CopyApproval {
  CopyId copy = 0;
  SignatureRole role = SignatureRole::body;
  Sha256 digest;
  std::string level;
  std::string approver;
  UtcTime at;
  std::string statement;  // canonical JSON that the proof is over
  std::string proof_kind; // "token", "totp", "unattended"
  Octets proof;
};

struct CopyDetails {
  CopyId id = 0;
  std::optional<RequestId> request;
  std::string client_token;
  CopyKind kind = CopyKind::register_copy;
  CopyState state = CopyState::requested;
  UtcTime state_at;
  std::string state_by;
  std::string reason;                  // why voided, replaced, revoked, refused
  CopySource source;
  Medium to = Medium::electronic;
  std::string template_version;
  std::string resume_note;
  std::optional<ApprovedSource> approved;
  std::optional<UtcTime> approved_at;
  // From `numbered` on:
  BookId book_id = 0;
  std::string series;
  std::int64_t number = 0, book = 0;
  int year = 0;
  std::string copy_number;             // "05/2026-SCT/BS"
  std::string symbol;
  std::optional<UtcTime> numbered_at;
  LookupToken lookup{};                // made with the number
  std::string record_json;             // issue record, "" until set
  std::optional<Sha256> record;        // its digest
  std::optional<Sha256> file;          // blob, when issued
  std::optional<UtcTime> issued_at;
  std::optional<CopyId> replaced_by;
  std::vector<CopySignature> signatures;
};

// One line of the history of a copy, request or book: a leaf and what it commits to.
struct LogEntry {
  std::uint64_t index = 0;
  LogLeaf leaf;
  LogOpening opening;
};

struct CopyFilter {
  std::vector<CopyState> states{};  // empty: all
  std::optional<RequestId> request{};
  std::optional<BookId> book{};
  std::optional<CopySource> source{};
  std::optional<CopyKind> kind{};
  bool newest_first = false;
  std::int64_t offset = 0, limit = 1000;
};
struct RequestFilter {
  std::vector<RequestState> states{};
  std::optional<UtcTime> overdue_at{};  // received, and the deadline is before this
  std::int64_t offset = 0, limit = 1000;
};

// The signer process, as the log sees it. It keeps the head it signed last in its own record and
// signs only a head that is consistent with it: who holds the database alone cannot have a
// rewritten log signed.
struct HeadToSign {
  TreeHead head;
  std::uint64_t first_size = 0;  // of the head that the signer signed last, 0 = none
  std::vector<Sha256> consistency;  // consistency_path(first_size, head.tree_size)
};
class HeadSigner {
 public:
  virtual ~HeadSigner() = default;
  // What it signed last, by its own record.
  [[nodiscard]] virtual Result<std::optional<TreeHead>> last_head() = 0;
  // Signed, and timestamped when a time-stamping authority answers. Fails with invalid when the
  // new head is not consistent with the last one.
  [[nodiscard]] virtual Result<SignedTreeHead> sign_head(const HeadToSign& head) = 0;
};

class CopyStore {
 public:
  virtual ~CopyStore() = default;

  // ---- Requests
  [[nodiscard]] virtual Result<RequestDetails> add_request(const NewRequest& request, const Actor& by) = 0;
  [[nodiscard]] virtual Result<RequestDetails> request(RequestId id) = 0;
  [[nodiscard]] virtual Result<std::vector<RequestDetails>> requests(const RequestFilter& filter) = 0;
  // To answered, when every copy of it is issued, replaced, revoked, voided or refused; withdrawn.
  [[nodiscard]] virtual Result<RequestDetails> end_request(RequestId id, RequestState state, const std::string& note,
                                                       const Actor& by) = 0;
  // Takes a number of the replies' series. Repeated for the same request it gives the same reply.
  [[nodiscard]] virtual Result<RequestReply> answer_not_found(RequestId id, const std::string& searched,
                                                          const BookSeries& series, const Actor& by) = 0;
  [[nodiscard]] virtual Result<std::optional<RequestReply>> reply_to(RequestId id) = 0;

  // ---- Issue books
  [[nodiscard]] virtual Result<IssueBook> open_book(const BookSeries& series, bool carry, const Actor& by) = 0;
  [[nodiscard]] virtual Result<IssueBook> close_book(BookId id, bool year_end, const Actor& by) = 0;
  [[nodiscard]] virtual Result<std::vector<IssueBook>> books() = 0;  // with totals as they are now
  [[nodiscard]] virtual Result<IssueBook> book(BookId id) = 0;

  // ---- The life of a copy
  [[nodiscard]] virtual Result<CopyDetails> add_copy(const NewCopy& copy, const Actor& by) = 0;
  [[nodiscard]] virtual Result<CopyDetails> refuse_copy(CopyId id, const std::string& reason, const Actor& by) = 0;
  [[nodiscard]] virtual Result<CopyDetails> approve_copy(CopyId id, const ApprovedSource& source, const Actor& by) = 0;
  // Repeated, it gives the number that was taken.
  [[nodiscard]] virtual Result<CopyDetails> take_number(CopyId id, const BookSeries& series, const Actor& by) = 0;
  // All three in one transaction.
  [[nodiscard]] virtual Result<CopyDetails> begin_copy(const NewCopy& copy, const ApprovedSource& source,
                                                   const BookSeries& series, const Actor& by) = 0;
  // While numbered, once: the copy's own id and number must stand in it. The same again is no error.
  [[nodiscard]] virtual Done set_issue_record(CopyId id, const IssueRecord& record) = 0;
  // While numbered and not signed in this role: what is to be signed. A new digest makes approvals of
  // an older one worthless. `prepared` is a blob that stays until the copy is issued or voided.
  [[nodiscard]] virtual Done fix_digest(CopyId id, SignatureRole role, const Sha256& digest, const Sha256& prepared) = 0;
  // Conflict unless the digest is the one that is fixed.
  [[nodiscard]] virtual Done add_approval(const CopyApproval& approval, const Actor& by) = 0;
  [[nodiscard]] virtual Result<std::vector<CopyApproval>> approvals(CopyId id) = 0;
  // Needs an approval of this digest. The copy is signed once every role it needs is in.
  [[nodiscard]] virtual Result<CopyDetails> add_signature(CopyId id, SignatureRole role, const Sha256& digest,
                                                      const Sha256& signed_file, const std::string& level,
                                                      const std::string& receipt) = 0;
  // Conflict when the source was corrected after the approval: void it and issue anew.
  [[nodiscard]] virtual Result<CopyDetails> issue_copy(CopyId id, const Sha256& file, const Actor& by) = 0;
  [[nodiscard]] virtual Result<CopyDetails> void_copy(CopyId id, const std::string& reason, const Actor& by) = 0;
  [[nodiscard]] virtual Result<CopyDetails> replace_copy(CopyId id, std::optional<CopyId> by_copy, const std::string& reason,
                                                     const Actor& by) = 0;
  [[nodiscard]] virtual Result<CopyDetails> revoke_copy(CopyId id, const std::string& reason, const Actor& by) = 0;

  // ---- Finding copies
  [[nodiscard]] virtual Result<CopyDetails> copy(CopyId id) = 0;
  [[nodiscard]] virtual Result<std::vector<CopyDetails>> copies(const CopyFilter& filter) = 0;
  [[nodiscard]] virtual Result<std::optional<CopyDetails>> copy_by_token(const std::string& client_token) = 0;
  [[nodiscard]] virtual Result<std::optional<CopyDetails>> copy_by_lookup(const LookupToken& token) = 0;
  [[nodiscard]] virtual Result<std::optional<CopyDetails>> copy_by_file(const Sha256& file) = 0;
  [[nodiscard]] virtual Result<std::optional<CopyDetails>> copy_by_record(
      const std::array<std::uint8_t, kQrRecordBytes>& prefix) = 0;

  // ---- The log
  // Every leaf about a row, oldest first.
  [[nodiscard]] virtual Result<std::vector<LogEntry>> log_entries(LogSubject subject, std::int64_t id) = 0;
  [[nodiscard]] virtual Result<std::vector<LogEntry>> log_range(std::uint64_t first, std::uint64_t count) = 0;
  // What a head over everything that is in the log now would say.
  [[nodiscard]] virtual Result<TreeHead> current_head() = 0;
  [[nodiscard]] virtual Result<std::vector<Sha256>> log_inclusion(std::uint64_t index, std::uint64_t size) = 0;
  [[nodiscard]] virtual Result<std::vector<Sha256>> log_consistency(std::uint64_t first, std::uint64_t second) = 0;
  [[nodiscard]] virtual Result<Sha256> log_root(std::uint64_t size) = 0;
  // Stores a head that the signer gave; invalid when its root is not this log's.
  [[nodiscard]] virtual Done add_head(const SignedTreeHead& head) = 0;
  [[nodiscard]] virtual Result<std::vector<SignedTreeHead>> heads() = 0;
  [[nodiscard]] virtual Result<std::optional<SignedTreeHead>> latest_head() = 0;
};

// Signs a head over the whole log and stores it. Nothing is signed when the log has not grown and
// the last head is younger than a day.
[[nodiscard]] Result<SignedTreeHead> publish_head(CopyStore& store, HeadSigner& signer);
// The proof of the last leaf about a copy under the latest head that covers it (not_found: publish
// one first).
[[nodiscard]] Result<InclusionProof> prove_copy(CopyStore& store, CopyId id);
// That the latest head continues a remembered one.
[[nodiscard]] Result<ConsistencyProof> prove_consistency(CopyStore& store, const TreeHead& remembered);

}  // namespace sogoc
