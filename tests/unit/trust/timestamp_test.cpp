#include <gtest/gtest.h>

#include "tests/support/der_builder.hpp"
#include "tests/support/test_pki.hpp"

namespace sogoc {
namespace {

const UtcTime kNow = test::utc("2026-11-25T08:00:00Z");
const std::vector<std::uint8_t> kStamped{'s', 'i', 'g'};

const test::Pki& pki() {
  static const test::Pki made = test::make_pki(kNow);
  return made;
}

test::StampWish wish() {
  return {.imprint = test::digest(kStamped), .time = kNow, .serial = 0x1234, .cms = {}};
}

TimestampFacts read(const DerBytes& token) {
  const auto facts = read_timestamp(token, test::digests_of(kStamped));
  EXPECT_TRUE(facts) << to_string(facts.error());
  return facts.value_or(TimestampFacts{});
}

TEST(ReadTimestamp, TellsEverythingAboutAToken) {
  const TimestampFacts facts = read(test::made_stamp(pki().tsa, wish()));
  EXPECT_TRUE(facts.signature_valid);
  EXPECT_TRUE(facts.imprint_matches);
  EXPECT_FALSE(facts.weak);
  EXPECT_EQ(facts.time, kNow);
  EXPECT_EQ(facts.serial_hex, "1234");
  EXPECT_EQ(facts.policy, "2.25.1");
  EXPECT_EQ(facts.digest_algorithm, "SHA-256");
  EXPECT_EQ(facts.signer, pki().tsa.certificate);
}

TEST(ReadTimestamp, SeesAStampOfSomethingElse) {
  auto made = wish();
  made.imprint[0] ^= 1;
  const TimestampFacts facts = read(test::made_stamp(pki().tsa, made));
  EXPECT_TRUE(facts.signature_valid);
  EXPECT_FALSE(facts.imprint_matches);
}

TEST(ReadTimestamp, SeesABrokenSignatureAndMissingAttributes) {
  auto made = wish();
  made.cms.wrong_signature = true;
  EXPECT_FALSE(read(test::made_stamp(pki().tsa, made)).signature_valid);
  made = wish();
  made.cms.ess_certificate_v2 = false;
  EXPECT_FALSE(read(test::made_stamp(pki().tsa, made)).signature_valid);
  made = wish();
  made.cms.ess_certificate = pki().ca.certificate;
  EXPECT_FALSE(read(test::made_stamp(pki().tsa, made)).signature_valid);
  made = wish();
  made.cms.signed_attributes = false;
  EXPECT_FALSE(read(test::made_stamp(pki().tsa, made)).signature_valid);
}

TEST(ReadTimestamp, CallsASha1ImprintWeak) {
  auto made = wish();
  made.imprint_digest = "SHA1";
  made.imprint = test::digest(kStamped, "SHA1");
  const TimestampFacts facts = read(test::made_stamp(pki().tsa, made));
  EXPECT_TRUE(facts.signature_valid && facts.imprint_matches && facts.weak);
}

TEST(ReadTimestamp, RefusesWhatIsNoToken) {
  const auto refusal = [](const DerBytes& bytes) {
    const auto facts = read_timestamp(bytes, test::digests_of(kStamped));
    return facts ? "accepted" : facts.error().message;
  };
  EXPECT_EQ(refusal({}), "there is no CMS: it is empty");
  EXPECT_NE(refusal(test::made_cms(pki().body, {.message_digest = test::digest(kStamped)}))
                .find("another kind of content"),
            std::string::npos);
  const DerBytes token = test::made_stamp(pki().tsa, wish());
  for (std::size_t size = 0; size < token.size(); size += 11)
    EXPECT_NE(refusal(DerBytes(token.begin(), token.begin() + static_cast<std::ptrdiff_t>(size))),
              "accepted");
  test::CmsWish garbage{.content_type_attribute = "1.2.840.113549.1.9.16.1.4",
                        .content = std::vector<std::uint8_t>{1, 2, 3},
                        .content_type = "1.2.840.113549.1.9.16.1.4"};
  EXPECT_EQ(refusal(test::made_cms(pki().tsa, garbage)), "the token's TSTInfo cannot be read");
}

}  // namespace
}  // namespace sogoc
