// QR codes, offline bundles, proofs of the log, and the reports' JSON.

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "tests/unit/copy_verify/checked.hpp"
#include "workers/copy_verify/report_json.hpp"

namespace sogoc::test {
namespace {

// A key as an office publishes it.
class OfficeKey {
 public:
  OfficeKey() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free) {
    unsigned char* raw = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &raw);
    public_key.assign(raw, raw + size);
    OPENSSL_free(raw);
  }
  [[nodiscard]] Octets sign(std::span<const std::uint8_t> bytes) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    std::size_t size = 128;
    Octets der(size);
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
    EVP_DigestSign(context.get(), der.data(), &size, bytes.data(), bytes.size());
    der.resize(size);
    return der;
  }
  [[nodiscard]] Octets sign_raw(std::span<const std::uint8_t> bytes) const {
    const Octets der = sign(bytes);
    const unsigned char* at = der.data();
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
    Octets raw(64);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), raw.data(), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), raw.data() + 32, 32);
    return raw;
  }
  [[nodiscard]] std::vector<PublishedKey> published() const {
    return {{public_key, key_id_of(public_key)}};
  }
  Octets public_key;

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

const Sha256 kRecord = sha256_of(std::as_bytes(std::span("record", 6)));

QrPayload payload(const OfficeKey& key) {
  QrPayload one;
  one.key_id = qr_key_id(key_id_of(key.public_key));
  one.body = "UBND xã A";
  one.copy_number = "05/2026-SCT/BS";
  one.date = "2026-11-25";
  one.register_number = "125/2008";
  one.name = "NGUYỄN VĂN A";
  one.birth_date = "01/02/2008";
  one.record = qr_record_prefix(kRecord);
  return one;
}
std::string qr_text(const OfficeKey& key, const QrPayload& said) {
  return make_qr_text(
             said,
             [&key](std::span<const std::uint8_t> bytes) -> Result<Octets> {
               return key.sign_raw(bytes);
             },
             "")
      .value();
}
FileReport copy_report() {
  FileReport file;
  file.verdict = Verdict::valid;
  file.digest = sha256_of(std::as_bytes(std::span("file", 4)));
  file.copy_number = "05/2026-SCT/BS";
  file.issue_record = to_hex(kRecord);
  return file;
}
bool has(const std::vector<Finding>& findings, const std::string& code) {
  for (const Finding& one : findings)
    if (one.code == code) return true;
  return false;
}

TEST(QrCheck, ACodeOfTheOfficeShowsWhatThePaperMustSay) {
  const OfficeKey key;
  const auto report = check_qr(qr_text(key, payload(key)), key.published());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, Verdict::valid);
  EXPECT_EQ(report->payload.name, "NGUYỄN VĂN A");
}
TEST(QrCheck, TheCodeOfTheFileMatchesIt) {
  const OfficeKey key;
  auto report = check_qr(qr_text(key, payload(key)), key.published()).value();
  compare_qr_with_file(copy_report(), report);
  EXPECT_EQ(report.verdict, Verdict::valid);
}
TEST(AttackOnTheQr, OfAnotherCopy) {
  const OfficeKey key;
  QrPayload other = payload(key);
  other.copy_number = "06/2026-SCT/BS";
  auto report = check_qr(qr_text(key, other), key.published()).value();
  compare_qr_with_file(copy_report(), report);
  EXPECT_EQ(report.verdict, Verdict::invalid);
  EXPECT_TRUE(has(report.findings, "qr_of_other_copy"));
}
TEST(AttackOnTheQr, OfAnotherRecordUnderTheSameNumber) {
  const OfficeKey key;
  QrPayload other = payload(key);
  other.record[15] ^= 1;
  auto report = check_qr(qr_text(key, other), key.published()).value();
  compare_qr_with_file(copy_report(), report);
  EXPECT_EQ(report.verdict, Verdict::invalid);
}
TEST(AttackOnTheQr, SignedByAnotherKeyUnderTheOfficesId) {
  const OfficeKey key, thief;
  const auto report = check_qr(qr_text(thief, payload(key)), key.published()).value();
  EXPECT_EQ(report.verdict, Verdict::invalid);
  EXPECT_TRUE(has(report.findings, "qr_signature_mismatch"));
}
TEST(AttackOnTheQr, OfAKeyThatNobodyPublished) {
  const OfficeKey key, other;
  const auto report = check_qr(qr_text(other, payload(other)), key.published()).value();
  EXPECT_EQ(report.verdict, Verdict::undecidable);
  EXPECT_TRUE(has(report.findings, "qr_key_unknown"));
}
TEST(QrCheck, ATextThatIsNoCodeOfOursIsRefused) {
  const OfficeKey key;
  for (const char* text : {"", "SG1:", "SG1:AAAA", "https://a.example/", "SG2:BB8"})
    EXPECT_FALSE(check_qr(text, key.published())) << text;
}
TEST(PublishedKeys, PemAndDerAreReadAndOthersRefused) {
  const OfficeKey key;
  const auto folder =
      std::filesystem::temp_directory_path() / ("sogoc-keys-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "office.der", std::ios::binary)
      .write(reinterpret_cast<const char*>(key.public_key.data()),
             static_cast<std::streamsize>(key.public_key.size()));
  const auto keys = load_published_keys(folder);
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 1u);
  EXPECT_EQ(keys->front().id, key_id_of(key.public_key));
  std::ofstream(folder / "bad.pem")
      << "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
  EXPECT_FALSE(load_published_keys(folder));
  EXPECT_FALSE(load_published_keys(folder / "absent.pem"));
  EXPECT_TRUE(load_published_keys(folder / "absent")->empty());
  std::filesystem::remove_all(folder);
}

// ---- The log ---------------------------------------------------------------------------------

struct Event {
  std::string state;
  std::string file;
};
// A log about copy 12 (and others), and a proof for each of its leaves.
OfflineBundle bundle_of(const OfficeKey& key, const std::vector<Event>& events) {
  std::vector<std::string> leaves;
  std::vector<LogOpening> openings;
  for (const Event& event : events) {
    LogOpening opening;
    opening.salt.fill(static_cast<std::uint8_t>(leaves.size() + 1));
    opening.private_part =
        R"({"copy":12,"file":")" + event.file + R"(","record":")" + to_hex(kRecord) + R"("})";
    leaves.push_back(
        leaf_text({LogSubject::copy, 12, event.state, kSigned + std::chrono::hours(leaves.size()),
                   log_commitment(opening.salt, opening.private_part)}));
    openings.push_back(opening);
  }
  std::vector<std::vector<Sha256>> rows;
  const MerkleNodes nodes = [&rows](unsigned level, std::uint64_t index) -> Result<Sha256> {
    return rows[((index + 1) << level) - 1][level];
  };
  for (const std::string& leaf : leaves)
    rows.push_back(merkle_append(rows.size(), merkle_leaf_hash(leaf), nodes).value());
  SignedTreeHead head;
  head.head = {static_cast<std::uint64_t>(kNow.time_since_epoch().count()),
               leaves.size(),
               merkle_root(leaves.size(), nodes).value(),
               {}};
  head.public_key = key.public_key;
  head.signature = key.sign(tree_head_bytes(head.head));
  OfflineBundle bundle;
  bundle.made_at = "2026-11-25T15:00:00+07:00";
  bundle.body = "UBND xã A";
  bundle.heads = {head};
  for (std::size_t i = 0; i < leaves.size(); ++i)
    bundle.proofs.push_back(
        {leaves[i], i, inclusion_path(i, leaves.size(), nodes).value(), head, openings[i]});
  return bundle;
}
std::string file_digest() { return to_hex(copy_report().digest); }

TEST(LogCheck, TheLastLeafAboutTheCopyCounts) {
  const OfficeKey key;
  const auto issued = check_log(bundle_of(key, {{"numbered", ""}, {"issued", file_digest()}}),
                                copy_report(), key.published());
  EXPECT_EQ(issued.state, "issued");
  EXPECT_EQ(issued.verdict(), Verdict::valid);
  EXPECT_EQ(issued.head_time, kNow);
  const auto revoked =
      check_log(bundle_of(key, {{"issued", file_digest()}, {"revoked", file_digest()}}),
                copy_report(), key.published());
  EXPECT_EQ(revoked.verdict(), Verdict::invalid);
  EXPECT_TRUE(has(revoked.findings, "log_says_revoked"));
  const auto replaced_copy =
      check_log(bundle_of(key, {{"issued", file_digest()}, {"replaced", file_digest()}}),
                copy_report(), key.published());
  EXPECT_TRUE(has(replaced_copy.findings, "log_says_replaced"));
}
TEST(LogCheck, ABundleAboutOtherCopiesSaysNothing) {
  const OfficeKey key;
  FileReport other = copy_report();
  other.digest.bytes[0] ^= 1;
  other.issue_record = std::string(64, '0');
  const auto report =
      check_log(bundle_of(key, {{"issued", file_digest()}}), other, key.published());
  EXPECT_TRUE(has(report.findings, "log_says_nothing"));
  EXPECT_EQ(report.state, "");
}
TEST(AttackOnTheLog, ALeafEditedInTheBundle) {
  const OfficeKey key;
  OfflineBundle bundle = bundle_of(key, {{"issued", file_digest()}, {"revoked", file_digest()}});
  bundle.proofs[1].leaf = replaced(bundle.proofs[1].leaf, "revoked", "issued");
  const auto report = check_log(bundle, copy_report(), key.published());
  EXPECT_EQ(report.verdict(), Verdict::invalid);
  EXPECT_TRUE(has(report.findings, "log_proof_fails"));
}
TEST(AttackOnTheLog, AHeadSignedByAnotherKeyUnderTheOfficesName) {
  const OfficeKey key, thief;
  OfflineBundle bundle = bundle_of(thief, {{"issued", file_digest()}});
  for (InclusionProof& proof : bundle.proofs) proof.head.public_key = key.public_key;
  EXPECT_TRUE(has(check_log(bundle, copy_report(), key.published()).findings, "log_proof_fails"));
}
TEST(AttackOnTheLog, AWholeLogOfTheAttackersOwn) {
  const OfficeKey key, thief;
  const auto report =
      check_log(bundle_of(thief, {{"issued", file_digest()}}), copy_report(), key.published());
  EXPECT_EQ(report.verdict(), Verdict::undecidable);
  EXPECT_TRUE(has(report.findings, "log_key_unknown"));
}
TEST(AttackOnTheLog, AnotherFileUnderTheSameRecord) {
  const OfficeKey key;
  const auto report =
      check_log(bundle_of(key, {{"issued", std::string(64, 'a')}}), copy_report(), key.published());
  EXPECT_EQ(report.verdict(), Verdict::invalid);
  EXPECT_TRUE(has(report.findings, "log_file_differs"));
}

// ---- The bundle's own form -------------------------------------------------------------------

TEST(OfflineBundle, IsReadAsItWasWritten) {
  const OfficeKey key;
  OfflineBundle bundle = bundle_of(key, {{"issued", file_digest()}});
  bundle.evidence = good_evidence();
  bundle.certificates = pki().body.chain;
  const auto again = bundle_from_json(bundle_to_json(bundle));
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(again->evidence.ocsp, bundle.evidence.ocsp);
  EXPECT_EQ(again->evidence.crls, bundle.evidence.crls);
  EXPECT_EQ(again->certificates, bundle.certificates);
  EXPECT_EQ(again->proofs, bundle.proofs);
  EXPECT_EQ(again->heads, bundle.heads);
}
TEST(OfflineBundle, DecidesWhatTheFileAloneCannot) {
  const std::string file = SignedCopy(pki(), kSigned).certify(1).file;
  ASSERT_EQ(asked(file)->verdict, Verdict::undecidable);
  OfflineBundle bundle;
  bundle.evidence = good_evidence();
  const auto read = bundle_from_json(bundle_to_json(bundle));
  ASSERT_TRUE(read);
  EXPECT_EQ(asked(file, read->evidence)->verdict, Verdict::valid);
}
TEST(OfflineBundle, MalformedOnesAreRefused) {
  const OfficeKey key;
  OfflineBundle bundle = bundle_of(key, {{"issued", file_digest()}});
  bundle.evidence.crls = {{0x30, 0x00, 0x01}};
  const std::string good = bundle_to_json(bundle);
  ASSERT_TRUE(bundle_from_json(good));
  const std::vector<std::string> bad = {"",
                                        "[]",
                                        "{}",
                                        good.substr(0, good.size() / 2),
                                        good + "{}",
                                        replaced(good, "\"v\": 1", "\"v\": 2"),
                                        replaced(good, "\"body\"", "\"bodi\""),
                                        replaced(good, "\"v\": 1", "\"v\": 1, \"v\": 1"),
                                        replaced(good, "\"v\": 1", "\"v\": 1, \"anchors\": []"),
                                        replaced(good, "MAAB", "MAA!"),
                                        replaced(good, "MAAB", "MAB="),
                                        replaced(good, "\"MAAB\"", "7")};
  for (const std::string& text : bad) EXPECT_FALSE(bundle_from_json(text)) << text.substr(0, 80);
}

// ---- The worker's answer ---------------------------------------------------------------------

TEST(CheckAnswerJson, IsReadAsItWasWritten) {
  const OfficeKey key;
  CheckAnswer answer;
  answer.file = checked(SignedCopy(pki(), kSigned).certify(2).countersign().file);
  answer.qr = check_qr(qr_text(key, payload(key)), key.published()).value();
  answer.log =
      check_log(bundle_of(key, {{"issued", file_digest()}}), copy_report(), key.published());
  const std::string text = answer_to_json(answer);
  const auto again = answer_from_json(text);
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(answer_to_json(*again), text);
}
TEST(CheckAnswerJson, AWorkerThatIsAPuppetCannotMakeUpGoodNews) {
  CheckAnswer answer;
  answer.file = checked(
      SignedCopy(pki(), kSigned).update({.objects = {{part::content, "<< >>"}}}).certify(1).file);
  answer.file->findings.push_back({"digest_mismatch", Verdict::valid, "all is well", ""});
  const auto again = answer_from_json(answer_to_json(answer));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->file->findings.back().weight, Verdict::invalid);
  for (const char* bad : {"", "{", "[]", R"({"file":1})", R"({"file":{"verdict":"good"}})"})
    EXPECT_FALSE(answer_from_json(bad)) << bad;
}

}  // namespace
}  // namespace sogoc::test
