#include "pipeline/copies/copy_states.hpp"

#include <set>

#include "pipeline/copies/copy_kind.hpp"
#include "pipeline/copies/office_roles.hpp"
#include "pipeline/copies/source_rules.hpp"
#include "tests/unit/copies/copies_fixture.hpp"

namespace sogoc {
namespace {

TEST(CopyStates, MoveAlongTheDrawnArrowsAndNoOther) {
  const std::set<std::pair<std::string_view, std::string_view>> drawn = {
      {"requested", "approved"}, {"requested", "refused"}, {"approved", "numbered"}, {"approved", "refused"},
      {"numbered", "signed"},    {"numbered", "voided"},   {"signed", "issued"},     {"signed", "voided"},
      {"issued", "replaced"},    {"issued", "revoked"}};
  for (const auto& [from, from_name] : kCopyStateNames)
    for (const auto& [to, to_name] : kCopyStateNames)
      EXPECT_EQ(may_move(from, to), drawn.contains({from_name, to_name})) << from_name << " to " << to_name;
}

TEST(CopyStates, ANumberIsNeverGivenBack) {
  // From every state with a number, only states that keep it can be reached.
  for (const CopyState from : {CopyState::numbered, CopyState::signed_, CopyState::issued, CopyState::replaced,
                               CopyState::revoked, CopyState::voided})
    for (const CopyState to : {CopyState::requested, CopyState::approved, CopyState::refused})
      EXPECT_FALSE(may_move(from, to));
}

TEST(CopyStates, OnlyAnIssuedCopyIsValid) {
  for (const auto& [state, state_name] : kCopyStateNames)
    EXPECT_EQ(log_status(state) == LogStatus::valid, state == CopyState::issued) << state_name;
  EXPECT_EQ(log_status(CopyState::signed_), LogStatus::unknown);
  EXPECT_EQ(log_status(CopyState::voided), LogStatus::voided);
}

TEST(CopyStates, SayWhatCannotBecomeWhat) {
  EXPECT_EQ(check_move("copy 3", CopyState::voided, CopyState::issued).error().message, "is voided: it cannot become issued");
}

TEST(RequestStates, AreAnsweredOnce) {
  for (const auto& [from, from_name] : kRequestStateNames)
    for (const auto& [to, to_name] : kRequestStateNames)
      EXPECT_EQ(may_move(from, to), from == RequestState::received && to != RequestState::received) << from_name << to_name;
}

TEST(Conversions, AreThoseOfTheDecree) {
  struct Row {
    CopyKind kind;
    Medium from, to;
    bool of_sao_y, allowed;
  };
  using enum CopyKind;
  using enum Medium;
  const Row rows[] = {
      {sao_y, paper, paper, false, true},         {sao_y, electronic, paper, false, true},
      {sao_y, paper, electronic, false, true},    {sao_y, electronic, electronic, false, false},
      {sao_luc, paper, paper, true, true},        {sao_luc, paper, electronic, true, true},
      {sao_luc, electronic, paper, true, true},   {sao_luc, electronic, electronic, true, false},
      {sao_luc, paper, paper, false, false},      {sao_luc, paper, electronic, false, false},
      {trich_sao, paper, paper, false, true},     {trich_sao, paper, electronic, false, true},
      {trich_sao, electronic, electronic, false, true}, {trich_sao, electronic, paper, false, true},
      {certified_copy, paper, electronic, false, true}, {certified_copy, electronic, electronic, false, false},
      {certified_copy, paper, paper, false, false}, {certified_copy, paper, electronic, true, false},
      {register_copy, paper, electronic, false, true}, {reader_copy, paper, electronic, false, true}};
  for (const Row& row : rows) {
    const auto checked = check_conversion(row.kind, row.from, row.to, row.of_sao_y);
    EXPECT_EQ(checked.has_value(), row.allowed) << name(row.kind) << " " << name(row.from) << " to " << name(row.to);
    if (checked) continue;
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_input);
    EXPECT_NE(checked.error().message.find("ND "), std::string::npos) << checked.error().message;  // names the rule
    EXPECT_NE(checked.error().message.find(": "), std::string::npos);  // and what to do
  }
}

class Source : public ::testing::Test {
 protected:
  Source() {
    facts.subject = "document batch1.1";
    facts.confirmed_by = "Trần Thị Mẫu";
    facts.digest = Sha256{};
    facts.fixity_checked_at = now;
    facts.pages = {{"batch 1 page 1", 24, 300, false, true}};
  }
  Result<SourceApproval> check(CopyKind kind = CopyKind::register_copy) {
    return check_source(kind, Medium::electronic, facts, exception, now);
  }
  UtcTime now{std::chrono::milliseconds{1'790'000'000'000}};
  SourceFacts facts;
  std::optional<QualityException> exception;
};

TEST_F(Source, ThatIsConfirmedWholeAndInColourMayBeCopied) { EXPECT_TRUE(value_of(check()).exceptions.empty()); }

TEST_F(Source, ThatNobodyConfirmedIsRefused) {
  facts.confirmed_by = "";
  EXPECT_EQ(check().error().code, ErrorCode::invalid_input);
  facts.confirmed_by = "A";
  facts.confirmed_by_machine_only = true;
  EXPECT_EQ(check().error().code, ErrorCode::invalid_input);
}

TEST_F(Source, WhoseBytesChangedIsRefusedWhateverElseHolds) {
  facts.digest.reset();
  EXPECT_EQ(check().error().code, ErrorCode::corrupt);
}

TEST_F(Source, MustBeCheckedAtThisMoment) {
  facts.fixity_checked_at = now - std::chrono::minutes(6);
  EXPECT_EQ(check().error().code, ErrorCode::conflict);
  facts.fixity_checked_at = now + std::chrono::seconds(1);
  EXPECT_EQ(check().error().code, ErrorCode::conflict);
}

TEST_F(Source, BelowColourOrResolutionNeedsAReasonThatIsKept) {
  facts.pages = {{"batch 1 page 1", 8, 300, false, true}, {"batch 1 page 2", 24, 150, false, true},
                 {"batch 1 page 3", 24, 250, true, true}, {"batch 1 page 4", 24, 0, false, true}};
  const auto refused = check();
  ASSERT_FALSE(refused);
  for (const char* page : {"page 1", "page 2", "page 3", "page 4"})
    EXPECT_NE(refused.error().message.find(page), std::string::npos) << page;
  exception = QualityException{"", "A"};
  EXPECT_FALSE(check());
  exception = QualityException{"sổ đã hỏng, không quét lại được", "Trần Thị Mẫu"};
  EXPECT_EQ(value_of(check()).exceptions.size(), 4u);
}

TEST_F(Source, ThatWasNeverPaperHasNoScanRule) {
  facts.medium = Medium::electronic;
  facts.pages = {{"batch 1 page 1", 1, 0, false, false}};
  EXPECT_TRUE(check(CopyKind::trich_sao));
}

TEST_F(Source, AtTheLimitPasses) {
  facts.pages = {{"batch 1 page 1", 24, 200, false, true}, {"batch 1 page 2", 24, 300, true, true}};
  EXPECT_TRUE(check());
  facts.pages[0].dpi = 199;
  EXPECT_FALSE(check());
}

TEST_F(Source, WithASecrecyMarkIsRefusedEvenWithAReason) {
  facts.restricted = true;
  exception = QualityException{"x", "y"};
  EXPECT_FALSE(check());
}

TEST_F(Source, OfACertifiedCopyMustHaveBeenPresented) {
  EXPECT_FALSE(check(CopyKind::certified_copy));
  facts.original_presented = true;
  EXPECT_TRUE(check(CopyKind::certified_copy));
}

TEST_F(Source, WithoutAPageImageIsRefused) {
  facts.pages.clear();
  EXPECT_FALSE(check());
}

TEST(OfficeRoles, OnlyThoseTheLawNamesMayActAndTheAnswerSaysWho) {
  EXPECT_TRUE(check_may({"A", OfficeRole::clerk}, CopyAct::approve_body));
  EXPECT_FALSE(check_may({"A", OfficeRole::archivist}, CopyAct::approve_body));
  EXPECT_FALSE(check_may({"A", OfficeRole::clerk}, CopyAct::approve_certifier));
  EXPECT_FALSE(check_may({"A", OfficeRole::head}, CopyAct::approve_certifier));
  EXPECT_TRUE(check_may({"A", OfficeRole::certifier}, CopyAct::approve_certifier));
  EXPECT_NE(check_may({"A", OfficeRole::clerk}, CopyAct::revoke).error().message.find("head"), std::string::npos);
  EXPECT_EQ(check_may({"", OfficeRole::head}, CopyAct::revoke).error().code, ErrorCode::usage);
}

}  // namespace
}  // namespace sogoc
