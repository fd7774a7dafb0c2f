#include "storage/schema.hpp"
#include "tests/unit/storage/copies_fixture.hpp"

namespace sogoc {
namespace {

using namespace std::chrono_literals;

TEST_F(CopiesTest, NumbersAreGivenFrom01WithoutAGap) {
  for (int i = 1; i <= 12; ++i) {
    const CopyDetails copy = value_of(begin());
    EXPECT_EQ(copy.number, i);
    EXPECT_EQ(copy.copy_number, (i < 10 ? "0" : "") + std::to_string(i) + "/2026-BSG");
  }
  EXPECT_EQ(value_of(copies().book(book_.id)).last_number, 12);
  EXPECT_TRUE(log_problems().empty());
}

TEST_F(CopiesTest, ACopyGoesItsWholeWayAndTheLogSaysSo) {
  const CopyDetails copy = issued();
  EXPECT_EQ(copy.state, CopyState::issued);
  std::vector<std::string> states;
  for (const LogEntry& entry : value_of(copies().log_entries(LogSubject::copy, copy.id))) {
    states.push_back(entry.leaf.state);
    EXPECT_EQ(log_commitment(entry.opening.salt, entry.opening.private_part), entry.leaf.commitment);
    EXPECT_EQ(leaf_text(entry.leaf).find("Trần"), std::string::npos);  // no names in a leaf
  }
  EXPECT_EQ(states, (std::vector<std::string>{"requested", "approved", "numbered", "numbered", "signed", "issued"}));
  EXPECT_TRUE(log_problems().empty());
}

TEST_F(CopiesTest, TwoSignaturesAreNeededWhereTheLawWantsTwo) {
  const CopyDetails copy = value_of(begin(CopyKind::certified_copy));
  ASSERT_TRUE(copies().set_issue_record(copy.id, record_of(copy)));
  const Sha256 digest = digest_of("d");
  EXPECT_DONE(copies().fix_digest(copy.id, SignatureRole::body, digest, source_));
  EXPECT_DONE(copies().add_approval({copy.id, SignatureRole::body, digest, "B-B", kClerk.name, clock_.now(), "{}", "token", {1}}, kClerk));
  EXPECT_EQ(value_of(copies().add_signature(copy.id, SignatureRole::body, digest, source_, "B-B", "")).state, CopyState::numbered);
  EXPECT_EQ(copies().issue_copy(copy.id, source_, kClerk).error().code, ErrorCode::conflict);
  const Sha256 second = digest_of("e");
  EXPECT_DONE(copies().fix_digest(copy.id, SignatureRole::certifier, second, source_));
  // The clerk cannot stand in for the certifier.
  EXPECT_EQ(copies().add_approval({copy.id, SignatureRole::certifier, second, "B-B", kClerk.name, clock_.now(), "{}", "token", {1}}, kClerk).error().code,
            ErrorCode::no_permission);
  EXPECT_DONE(copies().add_approval({copy.id, SignatureRole::certifier, second, "B-B", kCertifier.name, clock_.now(), "{}", "token", {1}}, kCertifier));
  EXPECT_EQ(value_of(copies().add_signature(copy.id, SignatureRole::certifier, second, source_, "B-B", "")).state, CopyState::signed_);
  EXPECT_TRUE(log_problems().empty());
}

TEST_F(CopiesTest, NothingIsSignedWithoutAnApprovalOfThatDigest) {
  const CopyDetails copy = value_of(begin());
  ASSERT_TRUE(copies().set_issue_record(copy.id, record_of(copy)));
  const Sha256 old = digest_of("old"), now = digest_of("now");
  EXPECT_DONE(copies().fix_digest(copy.id, SignatureRole::body, old, source_));
  EXPECT_FALSE(copies().add_signature(copy.id, SignatureRole::body, old, source_, "B-B", ""));
  EXPECT_DONE(copies().add_approval({copy.id, SignatureRole::body, old, "B-B", kClerk.name, clock_.now(), "{}", "token", {1}}, kClerk));
  EXPECT_DONE(copies().fix_digest(copy.id, SignatureRole::body, now, source_));  // composed again
  EXPECT_EQ(copies().add_signature(copy.id, SignatureRole::body, now, source_, "B-B", "").error().code, ErrorCode::conflict);
  EXPECT_EQ(copies().add_approval({copy.id, SignatureRole::body, old, "B-B", kHead.name, clock_.now(), "{}", "token", {1}}, kHead).error().code,
            ErrorCode::conflict);
  EXPECT_EQ(copies().add_approval({copy.id, SignatureRole::body, now, "B-B", kHead.name, clock_.now(), "{}", "token", {1}}, kClerk).error().code,
            ErrorCode::usage);  // in somebody else's name
  EXPECT_EQ(copies().fix_digest(copy.id, SignatureRole::certifier, now, source_).error().code, ErrorCode::usage);
}

TEST_F(CopiesTest, TheIssueRecordIsFixedOnceAndSaysWhatTheBookSays) {
  const CopyDetails copy = value_of(begin());
  IssueRecord record = record_of(copy);
  record.number = 99;
  EXPECT_EQ(copies().set_issue_record(copy.id, record).error().code, ErrorCode::internal);
  EXPECT_DONE(copies().set_issue_record(copy.id, record_of(copy)));
  EXPECT_DONE(copies().set_issue_record(copy.id, record_of(copy)));  // the same again
  record = record_of(copy);
  record.holder_name = "NGUYỄN VĂN KHÁC";
  EXPECT_EQ(copies().set_issue_record(copy.id, record).error().code, ErrorCode::conflict);
}

TEST_F(CopiesTest, AVoidedCopyKeepsNumberAndReason) {
  const CopyDetails copy = value_of(begin());
  EXPECT_EQ(copies().void_copy(copy.id, " ", kClerk).error().code, ErrorCode::usage);
  const CopyDetails voided = value_of(copies().void_copy(copy.id, "in hỏng", kClerk));
  EXPECT_EQ(voided.number, 1);
  EXPECT_EQ(voided.reason, "in hỏng");
  EXPECT_EQ(value_of(begin()).number, 2);  // never given again
  EXPECT_EQ(copies().issue_copy(copy.id, source_, kClerk).error().code, ErrorCode::conflict);
  EXPECT_TRUE(log_problems().empty());
}

TEST_F(CopiesTest, ATokenGivesTheSameCopyAgain) {
  const CopyDetails first = value_of(begin(CopyKind::register_copy, "t1"));
  EXPECT_EQ(value_of(begin(CopyKind::register_copy, "t1")).id, first.id);
  EXPECT_EQ(value_of(copies().book(book_.id)).last_number, 1);
  EXPECT_EQ(begin(CopyKind::sao_y, "t1").error().code, ErrorCode::conflict);
  EXPECT_EQ(value_of(copies().copy_by_token("t1"))->id, first.id);
  EXPECT_EQ(value_of(copies().take_number(first.id, test_series(), kClerk)).number, 1);
  const CopyDetails done = value_of(sign_and_issue(*archive_, first));
  EXPECT_EQ(value_of(begin(CopyKind::register_copy, "t1")).state, CopyState::issued);
  EXPECT_EQ(value_of(copies().issue_copy(done.id, *done.file, kClerk)).issued_at, done.issued_at);
}

TEST_F(CopiesTest, StepByStepGivesTheSameAsAtOnce) {
  const CopyDetails copy = value_of(copies().add_copy(wanted(), kClerk));
  EXPECT_EQ(copies().take_number(copy.id, test_series(), kClerk).error().code, ErrorCode::conflict);
  EXPECT_EQ(value_of(copies().approve_copy(copy.id, {source_, {"gray"}, "sổ hỏng", "Trần Thị Văn Thư"}, kClerk)).state, CopyState::approved);
  const CopyDetails numbered = value_of(copies().take_number(copy.id, test_series(), kClerk));
  EXPECT_EQ(numbered.number, 1);
  EXPECT_EQ(numbered.approved->exceptions, std::vector<std::string>{"gray"});
  const CopyDetails other = value_of(copies().add_copy(wanted(), kClerk));
  EXPECT_EQ(value_of(copies().refuse_copy(other.id, "không đủ giấy tờ", kClerk)).state, CopyState::refused);
  EXPECT_TRUE(log_problems().empty());
}

TEST_F(CopiesTest, OfNothingIsRefused) {
  NewCopy copy = wanted();
  copy.source.id = 999;
  EXPECT_EQ(copies().add_copy(copy, kClerk).error().code, ErrorCode::not_found);
  copy.source = {CopySourceKind::page, 999};
  EXPECT_EQ(copies().add_copy(copy, kClerk).error().code, ErrorCode::not_found);
  copy = wanted();
  copy.request = 77;
  EXPECT_EQ(copies().add_copy(copy, kClerk).error().code, ErrorCode::not_found);
  EXPECT_EQ(copies().copy(5).error().code, ErrorCode::not_found);
}

TEST_F(CopiesTest, ACorrectedValueReplacesTheEarlierCopiesOfItsDocument) {
  EXPECT_DONE(catalogue().confirm_field(document_, "subject", "Khai sinh", "A"));
  const CopyDetails before = issued();
  const CopyDetails in_work = value_of(sign_and_issue(*archive_, value_of(begin()), false));
  EXPECT_DONE(catalogue().confirm_field(document_, "subject", "Khai sinh", "A"));  // says the same
  EXPECT_EQ(value_of(copies().copy(before.id)).state, CopyState::issued);
  EXPECT_DONE(catalogue().confirm_field(document_, "subject", "Khai tử", "A"));
  const CopyDetails after = value_of(copies().copy(before.id));
  EXPECT_EQ(after.state, CopyState::replaced);
  EXPECT_EQ(after.reason, "the value subject of its source was corrected");
  EXPECT_EQ(value_of(copies().log_entries(LogSubject::copy, before.id)).back().leaf.state, "replaced");
  // What was approved before the correction cannot be handed out.
  EXPECT_EQ(copies().issue_copy(in_work.id, source_, kClerk).error().code, ErrorCode::conflict);
  EXPECT_DONE(copies().void_copy(in_work.id, "sổ đã cải chính", kClerk).map([](auto) {}));
  EXPECT_EQ(issued().state, CopyState::issued);
  EXPECT_TRUE(log_problems().empty());
}

TEST_F(CopiesTest, ACorrectedValueThatStandsOnNoCopyReplacesNone) {
  EXPECT_DONE(catalogue().confirm_field(document_, "signerTitle", "Phó Chủ tịch", "A"));
  const CopyDetails copy = issued();
  ASSERT_EQ(copy.record_json.find("Phó Chủ tịch"), std::string::npos);
  ASSERT_FALSE(copy.record_json.empty());
  EXPECT_DONE(catalogue().confirm_field(document_, "signerTitle", "Chủ tịch", "A"));
  EXPECT_EQ(value_of(copies().copy(copy.id)).state, CopyState::issued);
  // Every copy names its source by type and number.
  EXPECT_DONE(catalogue().confirm_field(document_, "codeNumber", "12", "A"));
  EXPECT_DONE(catalogue().confirm_field(document_, "codeNumber", "13", "A"));
  EXPECT_EQ(value_of(copies().copy(copy.id)).state, CopyState::replaced);
}

TEST_F(CopiesTest, AreFoundByTokenFileAndRecord) {
  const CopyDetails copy = issued();
  EXPECT_EQ(value_of(copies().copy_by_lookup(copy.lookup))->id, copy.id);
  EXPECT_EQ(value_of(copies().copy_by_file(*copy.file))->id, copy.id);
  EXPECT_EQ(value_of(copies().copy_by_record(qr_record_prefix(*copy.record)))->id, copy.id);
  auto prefix = qr_record_prefix(*copy.record);
  prefix[15] ^= 1;
  EXPECT_FALSE(value_of(copies().copy_by_record(prefix)));
  EXPECT_FALSE(value_of(copies().copy_by_lookup(LookupToken{})));
  EXPECT_NE(copy.lookup, value_of(begin()).lookup);
  EXPECT_EQ(value_of(copies().copies({.states = {CopyState::issued}})).size(), 1u);
  EXPECT_EQ(value_of(copies().copies({.source = CopySource{CopySourceKind::document, document_}})).size(), 2u);
}

TEST_F(CopiesTest, OnlyTheHeadRevokesAndReplacingNamesTheNewCopy) {
  const CopyDetails one = issued(), two = issued();
  EXPECT_EQ(copies().revoke_copy(one.id, "cấp sai", kClerk).error().code, ErrorCode::no_permission);
  EXPECT_EQ(value_of(copies().revoke_copy(one.id, "cấp sai", kHead)).state, CopyState::revoked);
  EXPECT_EQ(copies().replace_copy(one.id, two.id, "x", kClerk).error().code, ErrorCode::conflict);
  const CopyDetails three = issued();
  EXPECT_EQ(copies().replace_copy(two.id, two.id, "x", kClerk).error().code, ErrorCode::conflict);
  EXPECT_EQ(value_of(copies().replace_copy(two.id, three.id, "cấp lại", kClerk)).replaced_by, three.id);
  EXPECT_TRUE(log_problems().empty());
}

TEST_F(CopiesTest, ABookIsClosedWithTotalsAndThenReadOnly) {
  (void)issued();
  (void)value_of(copies().void_copy(value_of(begin()).id, "hỏng", kClerk));
  const CopyDetails open = value_of(begin());
  EXPECT_EQ(copies().close_book(book_.id, false, kHead).error().code, ErrorCode::conflict);  // one is unfinished
  (void)value_of(copies().revoke_copy(value_of(sign_and_issue(*archive_, open)).id, "sai", kHead));
  EXPECT_EQ(copies().close_book(book_.id, false, kClerk).error().code, ErrorCode::no_permission);
  const IssueBook closed = value_of(copies().close_book(book_.id, false, kHead));
  EXPECT_EQ(closed.totals, (BookTotals{3, 1, 0, 1, 1, 0}));
  EXPECT_EQ(begin().error().code, ErrorCode::not_found);
  const IssueBook next = value_of(copies().open_book(test_series(), false, kClerk));
  EXPECT_EQ(next.book, 2);
  EXPECT_EQ(value_of(begin()).number, 4);
  EXPECT_TRUE(log_problems().empty());
}

TEST_F(CopiesTest, TheNewYearStartsAt01OnceTheOldOneIsClosed) {
  (void)issued();
  clock_.turn(24h * 200);
  EXPECT_EQ(begin().error().code, ErrorCode::conflict);
  EXPECT_TRUE(value_of(copies().close_book(book_.id, true, kHead)).year_closed);
  EXPECT_EQ(value_of(copies().open_book(test_series(), true, kClerk)).carried_from, book_.id);
  const CopyDetails copy = value_of(begin());
  EXPECT_EQ(copy.copy_number, "01/2027-BSG");
  EXPECT_TRUE(log_problems().empty());
}

TEST_F(CopiesTest, SeriesHaveNumbersOfTheirOwn) {
  (void)value_of(begin());
  (void)value_of(copies().open_book(test_series("sao"), false, kClerk));
  EXPECT_EQ(value_of(copies().begin_copy(wanted(CopyKind::sao_y), {source_, {}, "", ""}, test_series("sao"), kClerk)).copy_number, "01/2026-SY");
  EXPECT_EQ(copies().begin_copy(wanted(CopyKind::trich_sao), {source_, {}, "", ""}, test_series("sao"), kClerk).error().code, ErrorCode::usage);
}

TEST_F(CopiesTest, WithTheClockSetBackNoCopyMovesAndTheLogKeepsItsOrder) {
  (void)value_of(begin());
  clock_.turn(-5min);
  EXPECT_TRUE(begin());  // a clock that was corrected a little
  clock_.turn(-1h);
  const auto refused = begin();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("set the clock"), std::string::npos);
  EXPECT_DONE(catalogue().add_event("A", "view", "page 1", ""));  // the audit goes on, and verify tells
  const auto problems = log_problems();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].find("back-dated"), std::string::npos);
}

// ---- Requests --------------------------------------------------------------------------------------

TEST_F(CopiesTest, ARequestIsKeptOnceAndListedWhenOverdue) {
  const RequestDetails one = request("r1");
  EXPECT_EQ(request("r1").id, one.id);
  EXPECT_TRUE(value_of(copies().requests({.overdue_at = clock_.now()})).empty());
  clock_.turn(6h);
  EXPECT_EQ(value_of(copies().requests({.overdue_at = clock_.now()})).size(), 1u);
  NewCopy copy = wanted();
  copy.request = one.id;
  const CopyDetails made = value_of(copies().begin_copy(copy, {source_, {}, "", ""}, test_series(), kClerk));
  EXPECT_EQ(copies().end_request(one.id, RequestState::answered, "", kClerk).error().code, ErrorCode::conflict);
  (void)value_of(sign_and_issue(*archive_, made));
  EXPECT_EQ(value_of(copies().end_request(one.id, RequestState::answered, "", kClerk)).state, RequestState::answered);
  EXPECT_TRUE(value_of(copies().requests({.overdue_at = clock_.now()})).empty());
  EXPECT_EQ(value_of(copies().end_request(one.id, RequestState::answered, "", kClerk)).state, RequestState::answered);
  EXPECT_EQ(copies().end_request(one.id, RequestState::withdrawn, "", kClerk).error().code, ErrorCode::conflict);
  EXPECT_TRUE(log_problems().empty());
}

TEST_F(CopiesTest, ARequestThatTheRulesRefuseIsNotKept) {
  NewRequest wrong;
  wrong.request.full_name = "A";
  EXPECT_EQ(copies().add_request(wrong, kClerk).error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(value_of(copies().requests({})).empty());
}

TEST_F(CopiesTest, NotFoundIsAnsweredByANumberOfItsOwnSeries) {
  const RequestDetails one = request(), two = request();
  EXPECT_EQ(copies().answer_not_found(one.id, "sổ 2008", test_series("reply"), kClerk).error().code, ErrorCode::not_found);  // no book
  (void)value_of(copies().open_book(test_series("reply"), false, kClerk));
  EXPECT_EQ(copies().answer_not_found(one.id, "", test_series("reply"), kClerk).error().code, ErrorCode::usage);
  const RequestReply reply = value_of(copies().answer_not_found(one.id, "Sổ khai sinh 2007, 2008", test_series("reply"), kClerk));
  EXPECT_EQ(reply.reply_number, "01/2026-TB");
  EXPECT_EQ(value_of(copies().answer_not_found(one.id, "x", test_series("reply"), kClerk)).number, 1);  // asked again
  EXPECT_EQ(value_of(copies().answer_not_found(two.id, "Sổ 2008", test_series("reply"), kClerk)).number, 2);
  EXPECT_EQ(value_of(copies().request(one.id)).state, RequestState::not_found);
  EXPECT_EQ(value_of(begin()).number, 1);  // copies are not disturbed
  EXPECT_TRUE(log_problems().empty());
}

// ---- The log ---------------------------------------------------------------------------------------

TEST_F(CopiesTest, EveryLeafIsProvenUnderASignedHeadAndHeadsFollowEachOther) {
  TestHeadSigner signer{P256Key()};
  (void)issued();
  const SignedTreeHead first = value_of(publish_head(copies(), signer));
  EXPECT_EQ(value_of(publish_head(copies(), signer)), first);  // nothing new
  const CopyDetails copy = issued();
  EXPECT_EQ(prove_copy(copies(), copy.id).error().code, ErrorCode::not_found);  // no head covers it
  const SignedTreeHead second = value_of(publish_head(copies(), signer));
  EXPECT_GT(second.head.tree_size, first.head.tree_size);
  const InclusionProof proof = value_of(prove_copy(copies(), copy.id));
  EXPECT_DONE(check_inclusion(proof));
  EXPECT_NE(proof.opening->private_part.find(to_hex(*copy.file)), std::string::npos);
  EXPECT_DONE(check_consistency(value_of(prove_consistency(copies(), first.head)), first.head));
  for (std::uint64_t i = 0; i < second.head.tree_size; ++i)
    EXPECT_TRUE(inclusion_holds(merkle_leaf_hash(leaf_text(value_of(copies().log_range(i, 1))[0].leaf)), i, second.head.tree_size,
                                value_of(copies().log_inclusion(i, second.head.tree_size)), second.head.root));
  EXPECT_TRUE(log_problems({first, second}).empty());
  EXPECT_EQ(value_of(copies().heads()).size(), 2u);
}

TEST_F(CopiesTest, AHeadOfAnotherLogOrWithoutItsSignatureIsNotStored) {
  const P256Key key;
  SignedTreeHead head = key.sign_head(value_of(copies().current_head()));
  SignedTreeHead changed = head;
  changed.head.timestamp += 1;
  EXPECT_EQ(copies().add_head(changed).error().code, ErrorCode::invalid);
  TreeHead other = head.head;
  other.root = digest_of("another log");
  EXPECT_EQ(copies().add_head(key.sign_head(other)).error().code, ErrorCode::invalid);
  other = head.head;
  other.tree_size += 1;
  EXPECT_EQ(copies().add_head(key.sign_head(other)).error().code, ErrorCode::invalid);
  EXPECT_DONE(copies().add_head(head));
  EXPECT_DONE(copies().add_head(head));
}

TEST_F(CopiesTest, TheWholeArchiveVerifiesWithItsCopies) {
  // Only what was put exists in this fixture, so only problems of copies and log count.
  const CopyDetails copy = issued();
  const VerifyReport report = value_of(archive_->verify({}));
  for (const VerifyProblem& problem : report.problems) {
    EXPECT_NE(problem.kind, VerifyKind::log) << problem.path << problem.reason;
    for (const std::string& who : problem.needed_by) EXPECT_EQ(who.find("copy"), std::string::npos) << who;
  }
  EXPECT_GE(report.copies, 2);  // the issued file and its source
  EXPECT_EQ(report.log_leaves, static_cast<std::int64_t>(value_of(copies().current_head()).tree_size));
  (void)value_of(archive_->sweep(true));
  EXPECT_TRUE(archive_->blobs().find(*copy.file));
  EXPECT_FALSE(archive_->blobs().find(digest_of("prepared body" + std::to_string(copy.id))));  // its draft went
}

TEST(Migration, AnArchiveOfVersion1GetsTheLogOfItsEventsInOrder) {
  const TempFolder folder;
  const auto root = folder.path() / "archive";
  { (void)value_of(Archive::create(root, {}, {.durable = false})); }
  const auto file = root / "catalogue.sqlite";
  std::filesystem::remove(file);
  {
    auto database = value_of(Database::open(file, Database::Mode::create, false));
    EXPECT_DONE(migrate(*database, 1));
    EXPECT_DONE(database->write([&]() -> Done {
      for (int i = 1; i <= 5; ++i)  // a name that is no UTF-8, and a clock that went back
        database->run("INSERT INTO events (at, by, what, subject, note) VALUES (?1, ?2, 'view', 'page 1', '')",
                      UtcTime(std::chrono::milliseconds(i == 3 ? 1'000 : 2'000 + i)), i == 2 ? "A \xFF" : "A");
      return {};
    }));
  }
  auto archive = value_of(Archive::open(root, {.durable = false}));
  const LogFindings report = value_of(archive->verify_log({}));
  EXPECT_TRUE(report.holds()) << (report.holds() ? "" : report.problems[0].reason);
  EXPECT_EQ(report.leaves, 5);
  const auto entries = value_of(archive->copies().log_range(0, 100));
  for (std::size_t i = 0; i < entries.size(); ++i) EXPECT_EQ(entries[i].leaf.id, static_cast<std::int64_t>(i) + 1);
  EXPECT_DONE(archive->catalogue().add_event("A", "view", "page 2", ""));
  EXPECT_TRUE(value_of(archive->verify_log({})).holds());
}

}  // namespace
}  // namespace sogoc
