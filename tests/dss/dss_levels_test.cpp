// Files of every level, as EU DSS sees them.

#include <gtest/gtest.h>

#include "tests/dss/dss_world.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

class DssLevels : public DssWorld {
 protected:
  // All four levels of one key, named <name>-b.pdf and so on.
  void make_levels(const std::string& name, SigningKey& key) {
    fill(at(name + "-b.pdf"), write_signable_pdf(at(name + "-b.pdf")), key, false);
    const MadeCms made = fill(at(name + "-t.pdf"), write_signable_pdf(at(name + "-t.pdf")), key, true);
    ASSERT_TRUE(append_dss(at(name + "-t.pdf"), at(name + "-lt.pdf"), material({made})));
    stamp(at(name + "-lt.pdf"), at(name + "-lta.pdf"));
  }
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
