// Files of every level, as EU DSS sees them.

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/dss.hpp"
#include "tests/support/signable_pdf.hpp"
#include "tests/unit/signing/signing_world.hpp"
#include "workers/pades/pades.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;
namespace fs = std::filesystem;

class DssLevels : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string trouble;
    jars_ = dss_jars(trouble);
    if (!jars_) GTEST_SKIP() << trouble;
    std::ofstream(at("root.pem")) << dev_pki::certificate_pem(world_.root.certificate).value();
  }
  fs::path at(const std::string& name) const { return folder_.path() / name; }

  MadeCms fill(const fs::path& file, const SignatureHole& hole, SigningKey& key, bool timestamp) {
    auto made = make_cms({byte_range_digest(file, hole).value(), timestamp}, key, network_.get(),
                         world_.store(), world_.now);
    if (!made) throw std::runtime_error(to_string(made.error()));
    if (const Done filled = fill_hole(file, hole, made->cms); !filled)
      throw std::runtime_error(to_string(filled.error()));
    return *std::move(made);
  }
  static ValidationMaterial material(const std::vector<MadeCms>& all) {
    ValidationMaterial material;
    for (const MadeCms& made : all) {
      for (const auto* chain : {&made.chain, &made.tsa_chain})
        material.certificates.insert(material.certificates.end(), chain->begin(), chain->end());
      material.ocsp.insert(material.ocsp.end(), made.evidence.ocsp.begin(), made.evidence.ocsp.end());
      material.crls.insert(material.crls.end(), made.evidence.crls.begin(), made.evidence.crls.end());
    }
    return material;
  }
  void stamp(const fs::path& from, const fs::path& to) {
    const auto hole = append_document_timestamp(from, to);
    ASSERT_TRUE(hole);
    const auto made = make_timestamp(byte_range_digest(to, *hole).value(), *network_, world_.store(), world_.now);
    ASSERT_TRUE(made) << to_string(made.error());
    ASSERT_TRUE(fill_hole(to, *hole, made->token));
  }
  // All four levels of one key, named <name>-b.pdf and so on.
  void make_levels(const std::string& name, SigningKey& key) {
    fill(at(name + "-b.pdf"), write_signable_pdf(at(name + "-b.pdf")), key, false);
    const MadeCms made = fill(at(name + "-t.pdf"), write_signable_pdf(at(name + "-t.pdf")), key, true);
    ASSERT_TRUE(append_dss(at(name + "-t.pdf"), at(name + "-lt.pdf"), material({made})));
    stamp(at(name + "-lt.pdf"), at(name + "-lta.pdf"));
  }
  // file name without its ending -> format and indication of each signature
  void expect(const std::vector<DssReport>& reports, const std::string& file, const std::string& format,
              const std::string& indication, std::size_t signatures = 1) {
    for (const DssReport& report : reports) {
      if (report.file != file) continue;
      EXPECT_EQ(report.signatures.size(), signatures) << report.text();
      for (const DssSignature& one : report.signatures) {
        EXPECT_EQ(one.indication, indication) << report.text();
        EXPECT_EQ(one.format, format) << report.text();
      }
      for (const std::string& one : report.timestamps) EXPECT_EQ(one, "PASSED") << report.text();
      return;
    }
    ADD_FAILURE() << file << " was not judged";
  }

  std::optional<std::string> jars_;
  World world_;
  std::unique_ptr<ValidationClient> network_ = world_.network();
  TestFolder folder_;
};

TEST_F(DssLevels, PassTotallyFromBtoLta) {
  MemoryKey ec(world_.body, SignatureScheme::ecdsa_sha256);
  make_levels("ec", ec);
  const auto rsa_leaf = world_.certifier = world_.leaf(
      // Valid when the file says it was signed (/M), which DSS compares.
      dev_pki::signer_wish("RSA", world_.now - std::chrono::days(100), world_.now + std::chrono::days(9)),
      KeyKind::rsa_2048);
  const auto pkcs12 = dev_pki::make_pkcs12(rsa_leaf, "x", "pw").value();
  std::ofstream(at("key.p12"), std::ios::binary) << as_text(pkcs12);
  for (const bool pss : {false, true}) {
    const auto key = open_pkcs12_key(at("key.p12"), Secret("pw"), pss);
    ASSERT_TRUE(key) << to_string(key.error());
    make_levels(pss ? "pss" : "rsa", **key);
  }

  // With the addresses of the certificates at hand, each level is what it claims.
  const auto online = ask_dss(*jars_, at("root.pem"), folder_.path(), true);
  for (const std::string name : {"ec", "rsa", "pss"}) {
    expect(online, name + "-b.pdf", "PAdES-BASELINE-B", "TOTAL_PASSED");
    expect(online, name + "-t.pdf", "PAdES-BASELINE-T", "TOTAL_PASSED");
    expect(online, name + "-lt.pdf", "PAdES-BASELINE-LT", "TOTAL_PASSED");
    expect(online, name + "-lta.pdf", "PAdES-BASELINE-LTA", "TOTAL_PASSED");
  }
  // Without any network, the long-term levels stand by themselves and the others cannot.
  const auto offline = ask_dss(*jars_, at("root.pem"), folder_.path(), false);
  expect(offline, "ec-b.pdf", "PAdES-BASELINE-B", "INDETERMINATE");
  expect(offline, "ec-t.pdf", "PAdES-BASELINE-T", "INDETERMINATE");
  expect(offline, "ec-lt.pdf", "PAdES-BASELINE-LT", "TOTAL_PASSED");
  expect(offline, "ec-lta.pdf", "PAdES-BASELINE-LTA", "TOTAL_PASSED");
}

TEST_F(DssLevels, TwoSignaturesPassTotally) {
  MemoryKey body(world_.body, SignatureScheme::ecdsa_sha256);
  MemoryKey certifier(world_.certifier, SignatureScheme::ecdsa_sha256);
  const SignatureHole first = write_signable_pdf(at("1.pdf"), {{"Certifier", "Body"}, 2});
  const MadeCms a = fill(at("1.pdf"), first, certifier, true);
  const auto second = append_signature(
      at("1.pdf"), at("2.pdf"),
      {"Body", "2026-09-05T14:05:00+07:00", "UBND xã Mẫu", "Cấp bản sao", "Xã Mẫu"});
  ASSERT_TRUE(second);
  const MadeCms b = fill(at("2.pdf"), *second, body, true);
  ASSERT_TRUE(append_dss(at("2.pdf"), at("3.pdf"), material({a, b})));
  stamp(at("3.pdf"), at("4.pdf"));
  const auto offline = ask_dss(*jars_, at("root.pem"), folder_.path(), false);
  expect(offline, "3.pdf", "PAdES-BASELINE-LT", "TOTAL_PASSED", 2);
  expect(offline, "4.pdf", "PAdES-BASELINE-LTA", "TOTAL_PASSED", 2);
}

TEST_F(DssLevels, AStrangersAuthorityAndAChangedByteDoNotPass) {
  MemoryKey body(world_.body, SignatureScheme::ecdsa_sha256);
  fill(at("a.pdf"), write_signable_pdf(at("a.pdf")), body, true);
  const auto stranger = self_signed(dev_pki::ca_wish("Stranger", world_.now - std::chrono::hours(1), world_.now + std::chrono::hours(9)));
  std::ofstream(at("root.pem")) << dev_pki::certificate_pem(stranger.certificate).value();
  expect(ask_dss(*jars_, at("root.pem"), folder_.path(), true), "a.pdf", "PAdES-BASELINE-T", "INDETERMINATE");

  std::ofstream(at("root.pem")) << dev_pki::certificate_pem(world_.root.certificate).value();
  std::fstream file(at("a.pdf"), std::ios::in | std::ios::out | std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::size_t reason = bytes.find("/Reason <FEFF0043");
  ASSERT_NE(reason, std::string::npos);
  file.seekp(static_cast<std::streamoff>(reason + 16));
  file.put('4');
  file.close();
  expect(ask_dss(*jars_, at("root.pem"), folder_.path(), true), "a.pdf", "PAdES-BASELINE-T", "TOTAL_FAILED");
}

}  // namespace
}  // namespace sogoc
