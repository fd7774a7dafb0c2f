#include "tools/signer/approval.hpp"

#include <gtest/gtest.h>

namespace sogoc {
namespace {

// RFC 6238's secret, with its SHA-1 table cut to six digits.
const std::vector<std::uint8_t> kSecret{'1', '2', '3', '4', '5', '6', '7', '8', '9', '0',
                                        '1', '2', '3', '4', '5', '6', '7', '8', '9', '0'};

UtcTime at_second(std::int64_t seconds) { return UtcTime(std::chrono::seconds(seconds)); }

Sha256 digest_of(std::uint8_t first) {
  Sha256 digest;
  digest.bytes[0] = first;
  return digest;
}

ApprovalStatement statement() {
  return {"lan", "certifier", "B-LTA", at_second(1'111'111'109), {digest_of(1), digest_of(2)}};
}

TEST(OneTimeCode, IsTheOneOfTheStandard) {
  EXPECT_EQ(totp_code(kSecret, at_second(59)).value(), "287082");
  EXPECT_EQ(totp_code(kSecret, at_second(1'111'111'109)).value(), "081804");
  EXPECT_EQ(totp_code(kSecret, at_second(20'000'000'000)).value(), "353130");
}

TEST(Statement, ReadsBackAsItWasWritten) {
  const std::string text = statement_text(statement());
  const auto read = statement_in(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, statement());
  EXPECT_EQ(text.substr(0, 12), R"({"approver":)");
}

TEST(Statement, IsRefusedInAnyOtherForm) {
  const std::string text = statement_text(statement());
  const std::string other_order = R"({"v":1,)" + text.substr(1, text.size() - 8) + "}";
  for (const std::string& bad :
       {std::string(), std::string("{}"), std::string("[]"), text + " ", " " + text, other_order,
        text.substr(0, text.size() - 1) + R"(,"w":1})", std::string(200'000, '[')})
    EXPECT_FALSE(statement_in(bad)) << bad.substr(0, 80);
}

TEST(Statement, DigestsAreSortedAndEachOnce) {
  ApprovalStatement twice = statement();
  twice.digests = {digest_of(2), digest_of(2)};
  EXPECT_FALSE(statement_in(statement_text(twice)));
  twice.digests = {digest_of(2), digest_of(1)};
  EXPECT_FALSE(statement_in(statement_text(twice)));
  twice.digests.clear();
  EXPECT_FALSE(statement_in(statement_text(twice)));
}

TEST(TotpProof, HoldsInItsTimeAndNamesItsStep) {
  const std::string text = statement_text(statement());
  const ApprovalProof proof = totp_proof(text, totp_code(kSecret, at_second(1'000'000'020)).value());
  EXPECT_EQ(totp_step(text, proof, kSecret, at_second(1'000'000'020)), 33'333'334);
  EXPECT_EQ(totp_step(text, proof, kSecret, at_second(1'000'000'049)), 33'333'334);
  EXPECT_FALSE(totp_step(text, proof, kSecret, at_second(1'000'000'120)));
}

TEST(TotpProof, CannotBeMovedToAnotherStatement) {
  const ApprovalProof proof = totp_proof(statement_text(statement()),
                                         totp_code(kSecret, at_second(1'000'000'020)).value());
  ApprovalStatement other = statement();
  other.digests = {digest_of(9)};
  EXPECT_FALSE(totp_step(statement_text(other), proof, kSecret, at_second(1'000'000'020)));
}

TEST(TokenProof, OfNonsenseDoesNotHold) {
  EXPECT_FALSE(token_proof_holds("{}", {ProofKind::token, "AAAA"}, {}));
  EXPECT_FALSE(token_proof_holds("{}", {ProofKind::token, "!"}, kSecret));
}

}  // namespace
}  // namespace sogoc
