// The order of making a signature: refused before the key is touched, checked before it is given.

#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/signing/signing_world.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;
using std::chrono::days;

const std::vector<std::uint8_t> kContent{'c', 'o', 'p', 'y'};
const Sha256 kDigest = sha256_of(std::as_bytes(std::span(kContent)));

class Cms : public ::testing::Test {
 protected:
  // Must be refused, and without a signature.
  Error refusal(const Credential& signer, ErrorCode code, bool with_network = true) {
    MemoryKey key(signer, SignatureScheme::ecdsa_sha256);
    const auto network = world_.network();
    const auto made = make_cms({kDigest, false}, key, with_network ? network.get() : nullptr,
                               world_.store(), world_.now);
    EXPECT_FALSE(made);
    EXPECT_EQ(key.signatures, 0);
    if (made) return {};
    EXPECT_EQ(made.error().code, code) << to_string(made.error());
    return made.error();
  }
  Result<MadeCms> stamped() {
    MemoryKey key(world_.body, SignatureScheme::ecdsa_sha256);
    const auto network = world_.network();
    return make_cms({kDigest, true}, key, network.get(), world_.store(), world_.now);
  }
  World world_;
};

TEST_F(Cms, IsCadesBaselineWithoutSigningTime) {
  MemoryKey key(world_.body, SignatureScheme::ecdsa_sha256);
  const auto network = world_.network();
  const auto made = make_cms({kDigest, false}, key, network.get(), world_.store(), world_.now);
  ASSERT_TRUE(made) << to_string(made.error());
  const auto facts = read_cms(made->cms, digests_of(kContent));
  ASSERT_TRUE(facts);
  EXPECT_TRUE(facts->signature_valid);
  EXPECT_TRUE(facts->digest_matches);
  EXPECT_TRUE(facts->signing_certificate_v2_ok);
  EXPECT_FALSE(facts->has_signing_time_attribute);
  EXPECT_FALSE(facts->weak);
  EXPECT_FALSE(facts->timestamp_token);
  EXPECT_EQ(facts->digest_algorithm, "SHA-256");
  EXPECT_EQ(facts->signer, world_.body.certificate);
  EXPECT_EQ(facts->certificates.size(), 2U) << "signer and issuing CA, not the root";
  EXPECT_EQ(made->chain.size(), 3U);
  EXPECT_EQ(made->evidence.ocsp.size(), 1U);
  EXPECT_EQ(made->evidence.crls.size(), 1U);
  EXPECT_TRUE(made->tsa_chain.empty());
}

TEST_F(Cms, WithTimestampStampsTheSignatureAndBringsTheAuthoritysEvidence) {
  const auto made = stamped();
  ASSERT_TRUE(made) << to_string(made.error());
  const auto facts = read_cms(made->cms, digests_of(kContent));
  ASSERT_TRUE(facts && facts->timestamp_token);
  const auto stamp = read_timestamp(*facts->timestamp_token, digests_of(facts->signature));
  ASSERT_TRUE(stamp);
  EXPECT_TRUE(stamp->signature_valid && stamp->imprint_matches);
  EXPECT_EQ(made->tsa_chain.size(), 3U);
  EXPECT_EQ(made->evidence.ocsp.size(), 2U);
  EXPECT_EQ(made->evidence.crls.size(), 1U) << "the root's CRL once";
  EXPECT_EQ(judge_certificate(world_.tsa.certificate, made->tsa_chain, CertificateUse::timestamping,
                              world_.now, made->evidence, world_.store())
                .status,
            CertificateStatus::good);
}

TEST_F(Cms, IsRefusedForACertificateOutOfItsTime) {
  const Credential expired =
      world_.leaf(dev_pki::signer_wish("Old", world_.now - days(20), world_.now - days(1)));
  EXPECT_NE(refusal(expired, ErrorCode::invalid).message.find("expired"), std::string::npos);
  const Credential early =
      world_.leaf(dev_pki::signer_wish("New", world_.now + days(1), world_.now + days(20)));
  EXPECT_NE(refusal(early, ErrorCode::invalid).message.find("not"), std::string::npos);
  EXPECT_EQ(world_.server.questions(), 0) << "nobody needs to be asked";
}

TEST_F(Cms, IsRefusedForACertificateOfAnotherUse) {
  refusal(world_.tsa, ErrorCode::invalid);
  refusal(world_.ca, ErrorCode::invalid);
  CertificateWish wish =
      dev_pki::signer_wish("Encrypts", world_.now - days(1), world_.now + days(1));
  wish.key_usage = "critical,keyEncipherment";
  refusal(world_.leaf(wish), ErrorCode::invalid);
}

TEST_F(Cms, IsRefusedForACertificateOfASelfMadeAuthority) {
  const Pki stranger = make_pki(world_.now);
  refusal(stranger.body, ErrorCode::invalid);
  Credential lonely = stranger.body;
  lonely.chain.clear();
  refusal(lonely, ErrorCode::invalid);
}

TEST_F(Cms, IsRefusedForARevokedCertificate) {
  world_.status[world_.body.certificate] = OcspWish::Status::revoked;
  const Error error = refusal(world_.body, ErrorCode::invalid);
  EXPECT_EQ(error.retry, Retry::after_operator);
  EXPECT_NE(error.message.find("revoked"), std::string::npos) << error.message;
}

TEST_F(Cms, IsRefusedForACertificateThatTheCrlRevokesWhenOcspIsDown) {
  world_.ocsp_says = HttpAnswer{503, ""};
  world_.crl_revokes_body = true;
  EXPECT_NE(refusal(world_.body, ErrorCode::invalid).message.find("revoked"), std::string::npos);
  world_.crl_revokes_body = false;
  MemoryKey key(world_.body, SignatureScheme::ecdsa_sha256);
  const auto network = world_.network();
  EXPECT_TRUE(make_cms({kDigest, false}, key, network.get(), world_.store(), world_.now));
}

TEST_F(Cms, IsRefusedWhenNobodySaysWhetherTheCertificateWasRevoked) {
  const Credential silent =
      issued(world_.ca, dev_pki::signer_wish("Silent", world_.now - days(1), world_.now + days(1)));
  EXPECT_NE(refusal(silent, ErrorCode::undecidable).message.find("nobody says"), std::string::npos);
  refusal(world_.body, ErrorCode::undecidable, false);
  world_.status[world_.body.certificate] = OcspWish::Status::unknown;
  world_.crl_says = HttpAnswer{404, ""};
  refusal(world_.body, ErrorCode::network);
}

TEST_F(Cms, IsRefusedWhileOcspAndCrlAreDown) {
  world_.ocsp_says = world_.crl_says = HttpAnswer{503, ""};
  EXPECT_EQ(refusal(world_.body, ErrorCode::network).retry, Retry::same_step);
}

TEST_F(Cms, OfAKeyThatIsNotTheCertificatesIsNotGiven) {
  Credential mixed = world_.body;
  mixed.key = world_.certifier.key;
  MemoryKey key(mixed, SignatureScheme::ecdsa_sha256);
  const auto network = world_.network();
  const auto made = make_cms({kDigest, true}, key, network.get(), world_.store(), world_.now);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::invalid);
}

TEST_F(Cms, WithTimestampIsNotGivenWithoutOne) {
  world_.tsa_says = HttpAnswer{503, ""};
  EXPECT_EQ(stamped().error().retry, Retry::same_step);
  world_.tsa_says = HttpAnswer{200, "nonsense"};
  EXPECT_EQ(stamped().error().code, ErrorCode::network);
  world_.tsa_says.reset();
  world_.tsa_stamps_something_else = true;
  EXPECT_EQ(stamped().error().code, ErrorCode::invalid);
  MemoryKey key(world_.body, SignatureScheme::ecdsa_sha256);
  EXPECT_EQ(make_cms({kDigest, true}, key, nullptr, world_.store(), world_.now).error().code,
            ErrorCode::usage);
  EXPECT_EQ(key.signatures, 0);
}

TEST_F(Cms, TimestampOfAnAuthorityThatIsNotGoodIsRefused) {
  world_.tsa_signer = make_pki(world_.now).tsa;
  EXPECT_EQ(stamped().error().code, ErrorCode::invalid);
  world_.tsa_signer =
      world_.leaf(dev_pki::tsa_wish("Old TSA", world_.now - days(9), world_.now - days(1)));
  EXPECT_EQ(stamped().error().code, ErrorCode::invalid);
  world_.tsa_signer.reset();
  world_.status[world_.tsa.certificate] = OcspWish::Status::revoked;
  EXPECT_EQ(stamped().error().code, ErrorCode::invalid);
}

// A remote service whose answers a test makes.
class Service final : public RemoteSigner {
 public:
  explicit Service(std::function<std::vector<std::uint8_t>()> answer)
      : answer_(std::move(answer)) {}
  Result<std::vector<std::uint8_t>> sign_hash(const Sha256&) override { return answer_(); }

 private:
  std::function<std::vector<std::uint8_t>()> answer_;
};

class RemoteCms : public Cms {
 protected:
  Result<MadeCms> made(const CmsWish& wish, const Credential& signer, bool timestamp = false) {
    Service service([&] { return made_cms(signer, wish); });
    const auto network = world_.network();
    return make_cms_remotely({kDigest, timestamp}, service, world_.body.certificate,
                             world_.body.chain, network.get(), world_.store(), world_.now);
  }
  CmsWish good() const { return {.message_digest = {kDigest.bytes.begin(), kDigest.bytes.end()}}; }
};

TEST_F(RemoteCms, IsTakenWhenItIsWhatWasAsked) {
  const auto plain = made(good(), world_.body);
  ASSERT_TRUE(plain) << to_string(plain.error());
  EXPECT_EQ(plain->chain.size(), 3U);
  const auto stamped = made(good(), world_.body, true);
  ASSERT_TRUE(stamped) << to_string(stamped.error());
  const auto facts = read_cms(stamped->cms, digests_of(kContent));
  ASSERT_TRUE(facts && facts->timestamp_token);
  EXPECT_TRUE(
      read_timestamp(*facts->timestamp_token, digests_of(facts->signature))->signature_valid);
}

TEST_F(RemoteCms, ThatIsStampedAlreadyKeepsItsTimestampWhenItsAuthorityIsGood) {
  CmsWish wish = good();
  wish.timestamp = stamped_by(world_.tsa, world_.now);
  const auto kept = made(wish, world_.body, true);
  ASSERT_TRUE(kept) << to_string(kept.error());
  EXPECT_EQ(kept->tsa_chain.size(), 3U);
  wish.timestamp = stamped_by(make_pki(world_.now).tsa, world_.now);
  EXPECT_EQ(made(wish, world_.body, true).error().code, ErrorCode::invalid);
}

TEST_F(RemoteCms, ThatIsAnythingElseIsRefused) {
  CmsWish other_digest = good();
  other_digest.message_digest[0] ^= 1;
  CmsWish wrong = good();
  wrong.wrong_signature = true;
  CmsWish timed = good();
  timed.signing_time = world_.now;
  CmsWish nameless = good();
  nameless.ess_certificate_v2 = false;
  CmsWish misnamed = good();
  misnamed.ess_certificate = world_.certifier.certificate;
  CmsWish two = good();
  two.signers = 2;
  CmsWish sha1 = good();
  sha1.digest = "SHA1";
  sha1.message_digest = digest(kContent, "SHA1");
  for (const CmsWish& wish : {other_digest, wrong, timed, nameless, misnamed, two, sha1})
    EXPECT_FALSE(made(wish, world_.body));
  EXPECT_FALSE(made(good(), world_.certifier)) << "another signer";
  for (const std::string& nonsense :
       {std::string(), std::string("nonsense"), std::string(300, '\x30')}) {
    Service service([&] { return std::vector<std::uint8_t>(nonsense.begin(), nonsense.end()); });
    const auto network = world_.network();
    EXPECT_FALSE(make_cms_remotely({kDigest, false}, service, world_.body.certificate,
                                   world_.body.chain, network.get(), world_.store(), world_.now));
  }
}

TEST_F(RemoteCms, IsNotAskedForWithACertificateThatIsNotGood) {
  world_.status[world_.body.certificate] = OcspWish::Status::revoked;
  bool asked = false;
  Service service([&] {
    asked = true;
    return made_cms(world_.body, good());
  });
  const auto network = world_.network();
  EXPECT_FALSE(make_cms_remotely({kDigest, false}, service, world_.body.certificate,
                                 world_.body.chain, network.get(), world_.store(), world_.now));
  EXPECT_FALSE(asked);
}

}  // namespace
}  // namespace sogoc
