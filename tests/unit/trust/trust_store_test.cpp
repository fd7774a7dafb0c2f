#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/test_pki.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;

const UtcTime kNow = test::utc("2026-11-25T08:00:00Z");

class TrustFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "trust-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    store_ = root_ / "trust";
  }
  void TearDown() override { fs::remove_all(root_); }

  fs::path file(const std::string& name, const std::string& bytes) const {
    std::ofstream(root_ / name, std::ios::binary) << bytes;
    return root_ / name;
  }
  fs::path pem(const std::string& name, const std::vector<DerBytes>& certificates) const {
    std::string text;
    for (const DerBytes& one : certificates) text += *dev_pki::certificate_pem(one);
    return file(name, text);
  }
  auto import(const fs::path& what, AnchorKind kind = AnchorKind::national, bool trial = false) const {
    return import_certificates(store_, what, kind, trial, kNow);
  }

  fs::path root_, store_;
};

test::CertificateWish real_ca(const std::string& name, UtcTime to = kNow + days(999)) {
  auto wish = dev_pki::ca_wish(name, kNow - days(999), to);
  wish.trial = false;
  return wish;
}

TEST_F(TrustFolder, IsEmptyWhenAbsent) {
  const auto store = TrustStore::load(store_, false);
  ASSERT_TRUE(store);
  EXPECT_TRUE(store->anchors().empty() && store->hosts().empty());
}

TEST_F(TrustFolder, TakesRootsAndIntermediatesOfOneFile) {
  auto with_addresses = real_ca("Issuing");
  with_addresses.crl = {"http://crl.example.vn/root.crl"};
  const auto root = test::self_signed(real_ca("Root \"A\""));
  const auto ca = test::issued(root, with_addresses);
  const auto done = import(pem("both.pem", {root.certificate, ca.certificate}), AnchorKind::government);
  ASSERT_TRUE(done) << to_string(done.error());
  ASSERT_EQ(done->size(), 2u);
  EXPECT_TRUE((*done)[0].anchor);
  EXPECT_FALSE((*done)[1].anchor);

  const auto store = TrustStore::load(store_, false);
  ASSERT_TRUE(store) << to_string(store.error());
  ASSERT_EQ(store->anchors().size(), 1u);
  EXPECT_EQ(store->anchors()[0].certificate, root.certificate);
  EXPECT_EQ(store->anchors()[0].kind, AnchorKind::government);
  EXPECT_EQ(store->anchors()[0].label, "Root \"A\"");
  EXPECT_EQ(store->intermediates(), std::vector<DerBytes>{ca.certificate});
  EXPECT_EQ(store->hosts(), std::vector<std::string>{"crl.example.vn"});
}

TEST_F(TrustFolder, TakesASecondImportOfTheSameForNothingNew) {
  const auto root = test::self_signed(real_ca("Root"));
  const fs::path der = file("root.der", {root.certificate.begin(), root.certificate.end()});
  ASSERT_TRUE(import(der));
  const auto again = import(der);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->front().known);
  EXPECT_EQ(TrustStore::load(store_, false)->anchors().size(), 1u);
  const auto other_kind = import(der, AnchorKind::foreign);
  ASSERT_FALSE(other_kind);
  EXPECT_EQ(other_kind.error().code, ErrorCode::conflict);
}

TEST_F(TrustFolder, SaysThatARootHasExpired) {
  const auto done = import(pem("old.pem", {test::self_signed(real_ca("Old", kNow - days(1))).certificate}));
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->front().expired);
}

TEST_F(TrustFolder, RefusesWhatIsNoCaAndLeavesNothing) {
  auto leaf = dev_pki::signer_wish("Leaf", kNow - days(9), kNow + days(9));
  leaf.trial = false;
  const auto root = test::self_signed(real_ca("Root"));
  const auto done = import(pem("mixed.pem", {root.certificate, test::issued(root, leaf).certificate}));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(TrustStore::load(store_, false)->anchors().empty());
}

TEST_F(TrustFolder, RefusesFilesWithoutCertificates) {
  for (const char* text : {"", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    const auto done = import(file("odd.pem", text));
    ASSERT_FALSE(done) << text;
    EXPECT_EQ(done.error().code, ErrorCode::invalid_input) << text;
  }
  EXPECT_EQ(import(root_ / "absent").error().code, ErrorCode::not_found);
}

TEST_F(TrustFolder, RefusesAFileThatIsCutInItsSecondCertificate) {
  const auto one = *dev_pki::certificate_pem(test::self_signed(real_ca("One")).certificate);
  const auto two = *dev_pki::certificate_pem(test::self_signed(real_ca("Two")).certificate);
  EXPECT_FALSE(import(file("cut.pem", one + two.substr(0, two.size() / 2))));
}

TEST_F(TrustFolder, KeepsTrialRootsForTrialArchives) {
  const auto trial = test::self_signed(dev_pki::ca_wish("Trial", kNow - days(9), kNow + days(9)));
  const fs::path file = pem("trial.pem", {trial.certificate});
  EXPECT_EQ(import(file, AnchorKind::trial, false).error().code, ErrorCode::conflict);
  EXPECT_EQ(import(file, AnchorKind::national, true).error().code, ErrorCode::conflict);
  ASSERT_TRUE(import(file, AnchorKind::trial, true));
  EXPECT_EQ(TrustStore::load(store_, true)->anchors().size(), 1u);
  // The same folder copied into an archive that is not for trials.
  const auto real = TrustStore::load(store_, false);
  ASSERT_FALSE(real);
  EXPECT_EQ(real.error().code, ErrorCode::conflict);
}

TEST_F(TrustFolder, SeesAnAnchorThatWasPutThereByHand) {
  ASSERT_TRUE(import(pem("a.pem", {test::self_signed(real_ca("A")).certificate})));
  const auto b = test::self_signed(real_ca("B")).certificate;
  std::ofstream(store_ / "anchors" / "b.der", std::ios::binary).write(reinterpret_cast<const char*>(b.data()), static_cast<std::streamsize>(b.size()));
  const auto store = TrustStore::load(store_, false);
  ASSERT_FALSE(store);
  EXPECT_NE(store.error().message.find("anchors.toml"), std::string::npos);
}

TEST_F(TrustFolder, SeesAnAnchorThatWasReplaced) {
  const auto a = import(pem("a.pem", {test::self_signed(real_ca("A")).certificate}));
  ASSERT_TRUE(a);
  const auto b = test::self_signed(real_ca("B")).certificate;
  std::ofstream(store_ / "anchors" / (a->front().sha256_hex + ".der"), std::ios::binary).write(reinterpret_cast<const char*>(b.data()), static_cast<std::streamsize>(b.size()));
  EXPECT_FALSE(TrustStore::load(store_, false));
}

TEST_F(TrustFolder, ReadsHostsAndTimesWrittenByPeople) {
  const auto a = import(pem("a.pem", {test::self_signed(real_ca("A")).certificate}));
  ASSERT_TRUE(a);
  std::ofstream(store_ / "anchors.toml", std::ios::app) << "trusted_to = 2030-01-01T07:00:00+07:00\n";
  std::ofstream(store_ / "hosts.toml") << "hosts = [\"tsa.example.vn\"]\n";
  const auto store = TrustStore::load(store_, false);
  ASSERT_TRUE(store) << to_string(store.error());
  EXPECT_EQ(store->anchors()[0].trusted_to, test::utc("2030-01-01T00:00:00Z"));
  EXPECT_EQ(store->hosts(), std::vector<std::string>{"tsa.example.vn"});
  for (const char* wrong : {"hosts = 5", "hosts = [5]", "hosts = ["}) {
    std::ofstream(store_ / "hosts.toml") << wrong;
    EXPECT_FALSE(TrustStore::load(store_, false)) << wrong;
  }
}

}  // namespace
}  // namespace sogoc
