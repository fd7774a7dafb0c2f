// Asking TSA, OCSP responder and CRL server, who may be down, slow, wrong or hostile.

#include <gtest/gtest.h>

#include "tests/unit/signing/signing_world.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

class Network : public ::testing::Test {
 protected:
  std::vector<DerBytes> chain_of(const Credential& leaf) const {
    return {leaf.certificate, world_.ca.certificate, world_.root.certificate};
  }
  Error timestamp_error() {
    const auto token = world_.network()->timestamp(kImprint.bytes);
    EXPECT_FALSE(token);
    return token ? Error{} : token.error();
  }
  static inline const Sha256 kImprint = sha256_of(std::as_bytes(std::span("text", 4)));
  World world_;
};

TEST_F(Network, GivesATimestampForTheImprint) {
  const auto token = world_.network()->timestamp(kImprint.bytes);
  ASSERT_TRUE(token) << to_string(token.error());
  const auto facts = read_timestamp(*token, digests_of({'t', 'e', 'x', 't'}));
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_TRUE(facts->signature_valid);
  EXPECT_TRUE(facts->imprint_matches);
  EXPECT_EQ(facts->signer, world_.tsa.certificate);
}

TEST_F(Network, AuthorityThatIsDownIsTriedAgainAndThenTransient) {
  world_.tsa_says = HttpAnswer{503, "closed"};
  Error error = timestamp_error();
  EXPECT_EQ(error.code, ErrorCode::network);
  EXPECT_EQ(error.retry, Retry::same_step);
  EXPECT_NE(error.message.find("try again later"), std::string::npos) << error.message;
  EXPECT_EQ(world_.server.questions(), 2);
  world_.server.stop();
  error = timestamp_error();
  EXPECT_EQ(error.code, ErrorCode::network);
  EXPECT_EQ(error.retry, Retry::same_step);
}

TEST_F(Network, AuthorityThatHangsOrBreaksOffIsTransient) {
  world_.tsa_says = HttpAnswer{200, "late", "", 5000};
  ValidationClientSettings hasty = world_.settings();
  hasty.timeout = std::chrono::milliseconds(300);
  const auto begin = std::chrono::steady_clock::now();
  const auto late = make_validation_client(hasty, world_.store())->timestamp(kImprint.bytes);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::timeout);
  EXPECT_EQ(late.error().retry, Retry::same_step);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(5000));
  world_.tsa_says = HttpAnswer{200, std::string(1000, 'x'), "", 0, true};
  EXPECT_EQ(timestamp_error().retry, Retry::same_step);
}

TEST_F(Network, AuthorityThatTalksNonsenseIsNotAskedAgain) {
  for (const std::string& nonsense :
       {std::string(), std::string("<html>log in</html>"), std::string(1000, '\x30'),
        std::string("\x30\x03\x02\x01\x05", 5)}) {
    const int before = world_.server.questions();
    world_.tsa_says = HttpAnswer{200, nonsense};
    const Error error = timestamp_error();
    EXPECT_EQ(error.code, ErrorCode::network);
    EXPECT_EQ(error.retry, Retry::after_operator);
    EXPECT_EQ(world_.server.questions(), before + 1);
  }
}

TEST_F(Network, RefusalIsToldFromBeingDown) {
  for (const int status : {400, 403, 404, 302}) {
    world_.tsa_says =
        HttpAnswer{status, "no", "Location: " + world_.server.url("/ca.crl") + "\r\n"};
    const int before = world_.server.questions();
    const Error error = timestamp_error();
    EXPECT_EQ(error.retry, Retry::after_operator) << status;
    EXPECT_NE(error.message.find("refuses"), std::string::npos);
    EXPECT_EQ(world_.server.questions(), before + 1) << "no redirect is followed";
  }
  // status 2, rejection
  world_.tsa_says = HttpAnswer{200, std::string("\x30\x05\x30\x03\x02\x01\x02", 7)};
  EXPECT_NE(timestamp_error().message.find("status 2"), std::string::npos);
}

TEST_F(Network, AnswerLargerThanAnyTimestampIsRefused) {
  world_.tsa_says = HttpAnswer{200, std::string(1 << 20, 'x')};
  EXPECT_EQ(timestamp_error().code, ErrorCode::limit_exceeded);
}

TEST_F(Network, TimestampForAnotherRequestIsRefused) {
  world_.tsa_forgets_nonce = true;
  EXPECT_NE(timestamp_error().message.find("another request"), std::string::npos);
}

TEST_F(Network, OnlyHostsOfTheStoreAreAsked) {
  const TrustStore other =
      TrustStore::of({{world_.root.certificate, AnchorKind::trial, ""}}, {}, {"127.0.0.1:1"}, true);
  const auto token = make_validation_client(world_.settings(), other)->timestamp(kImprint.bytes);
  EXPECT_EQ(token.error().code, ErrorCode::no_permission);
  const auto evidence =
      make_validation_client(world_.settings(), other)->evidence_for(chain_of(world_.body));
  EXPECT_EQ(evidence.error().code, ErrorCode::no_permission);
  for (const std::string& url :
       {std::string("file:///etc/passwd"), "ftp://" + world_.server.host() + "/tsa",
        "http://user:pass@" + world_.server.host() + "/tsa",
        "http://" + world_.server.host() + "@evil.example/",
        "http://evil.example\\@" + world_.server.host() + "/",
        "http://127.0.0.1:1@" + world_.server.host(),
        std::string("http://localhost:") + std::to_string(world_.server.port()) + "/tsa",
        std::string("nonsense")}) {
    ValidationClientSettings settings = world_.settings();
    settings.tsa_url = url;
    EXPECT_EQ(
        make_validation_client(settings, world_.store())->timestamp(kImprint.bytes).error().code,
        ErrorCode::no_permission)
        << url;
  }
  EXPECT_EQ(world_.server.questions(), 0);
}

TEST_F(Network, EvidenceComesFromOcspAndForCertificatesWithoutItFromTheCrl) {
  const auto evidence = world_.network()->evidence_for(chain_of(world_.body));
  ASSERT_TRUE(evidence) << to_string(evidence.error());
  EXPECT_EQ(evidence->ocsp.size(), 1U);
  EXPECT_EQ(evidence->crls.size(), 1U);
  EXPECT_EQ(
      judge_certificate(world_.body.certificate, world_.body.chain,
                        CertificateUse::document_signing, world_.now, *evidence, world_.store())
          .status,
      CertificateStatus::good);
}

TEST_F(Network, EvidenceIsKeptWhileItIsFresh) {
  const auto network = world_.network();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(network->evidence_for(chain_of(world_.body)));
  EXPECT_EQ(world_.server.questions(), 2);
  ValidationClientSettings settings = world_.settings();
  settings.evidence_max_age = std::chrono::milliseconds(0);
  const auto forgetful = make_validation_client(settings, world_.store());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(forgetful->evidence_for(chain_of(world_.body)));
  EXPECT_EQ(world_.server.questions(), 2 + 6);
}

TEST_F(Network, CrlStepsInForOcspThatIsDownOrTalksNonsense) {
  OcspWish old;
  old.this_update = world_.now - std::chrono::hours(50);
  old.next_update = world_.now - std::chrono::hours(20);
  OcspWish fresh;
  fresh.this_update = world_.now - std::chrono::minutes(1);
  fresh.next_update = world_.now + std::chrono::hours(1);
  const Pki stranger = make_pki(world_.now);
  for (const HttpAnswer& answer : std::vector<HttpAnswer>{
           {500, ""},
           {404, ""},
           {200, "nonsense"},
           {200, ""},
           {200, std::string("\x30\x03\x0A\x01\x06", 5)},  // unauthorized
           {200,
            as_text(ocsp(world_.body.certificate, world_.ca.certificate, world_.responder, old))},
           {200, as_text(ocsp(world_.certifier.certificate, world_.ca.certificate, world_.responder,
                              fresh))},
           {200, as_text(ocsp(world_.body.certificate, world_.ca.certificate, stranger.responder,
                              fresh))},
           {200, as_text(ocsp(world_.body.certificate, world_.ca.certificate, world_.certifier,
                              fresh))}}) {
    world_.ocsp_says = answer;
    const auto evidence = world_.network()->evidence_for(chain_of(world_.body));
    ASSERT_TRUE(evidence) << to_string(evidence.error());
    EXPECT_EQ(evidence->ocsp.size(), 0U);
    EXPECT_EQ(evidence->crls.size(), 2U);
  }
}

TEST_F(Network, BothDownIsTransientAndNamesBoth) {
  world_.ocsp_says = world_.crl_says = HttpAnswer{503, ""};
  const auto evidence = world_.network()->evidence_for(chain_of(world_.body));
  ASSERT_FALSE(evidence);
  EXPECT_EQ(evidence.error().retry, Retry::same_step);
  EXPECT_NE(to_string(evidence.error()).find("OCSP"), std::string::npos);
  EXPECT_NE(to_string(evidence.error()).find("CRL"), std::string::npos);
}

TEST_F(Network, CrlOfAnotherIssuerOrOutOfDateIsRefused) {
  world_.ocsp_says = HttpAnswer{503, ""};
  const Pki stranger = make_pki(world_.now);
  CrlWish old;
  old.this_update = world_.now - std::chrono::hours(50);
  old.next_update = world_.now - std::chrono::hours(20);
  CrlWish fresh;
  fresh.this_update = world_.now;
  fresh.next_update = world_.now + std::chrono::hours(20);
  for (const std::string& answer :
       {as_text(crl(world_.ca, old)), as_text(crl(stranger.ca, fresh)), std::string("x")}) {
    world_.crl_says = HttpAnswer{200, answer};
    EXPECT_FALSE(world_.network()->evidence_for(chain_of(world_.body)));
  }
}

}  // namespace
}  // namespace sogoc
