// Whole signed files of every level and kind of key, judged by strangers: pdfsig, openssl, qpdf,
// veraPDF.

#include <gtest/gtest.h>

#include "tests/support/soft_token.hpp"
#include "tests/unit/signing/signed_files.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

class Levels : public SignedFiles {};

TEST_F(Levels, OneSignatureOnATokenUpToBLta) {
  SoftToken token;
  token.import(world_.body, "body", "01");
  token.import_certificate(world_.ca.certificate, "ca", "02");
  const auto key = open_pkcs11_key({SoftToken::module(), "body", std::nullopt, "body", false},
                                   Secret(SoftToken::kPin));
  ASSERT_TRUE(key) << to_string(key.error());
  sign(at("b-b.pdf"), write_signable_pdf(at("b-b.pdf")), **key, false);
  const MadeCms made = sign(at("b-t.pdf"), write_signable_pdf(at("b-t.pdf")), **key, true);
  ASSERT_TRUE(append_dss(at("b-t.pdf"), at("b-lt.pdf"), material({made})));
  stamp_document(at("b-lt.pdf"), at("b-lta.pdf"));
  for (const auto& [before, after] : {std::pair("b-t.pdf", "b-lt.pdf"), {"b-lt.pdf", "b-lta.pdf"}})
    EXPECT_TRUE(check_only_appended(at(before), at(after)));
  verifier_agrees("b-b.pdf", 1, "B-B", made.evidence);
  verifier_agrees("b-t.pdf", 1, "B-T", made.evidence);
  verifier_agrees("b-lt.pdf", 1, "B-LT");
  verifier_agrees("b-lta.pdf", 1, "B-LTA");
  judge({{"b-b.pdf", 1}, {"b-t.pdf", 1}, {"b-lt.pdf", 1}, {"b-lta.pdf", 1}});
}

TEST_F(Levels, TwoSignaturesOfDifferentKeysUpToBLta) {
  MemoryKey body(world_.body, SignatureScheme::ecdsa_sha256);
  MemoryKey certifier(world_.certifier, SignatureScheme::ecdsa_sha256);
  const SignatureHole first = write_signable_pdf(at("1.pdf"), {{"Certifier", "Body"}, 2});
  const MadeCms a = sign(at("1.pdf"), first, certifier, true);
  const auto second = append_signature(
      at("1.pdf"), at("2.pdf"),
      {"Body", "2026-09-05T14:05:00+07:00", "UBND xã Mẫu", "Cấp bản sao", "Xã Mẫu"});
  ASSERT_TRUE(second);
  const MadeCms b = sign(at("2.pdf"), *second, body, true);
  ASSERT_TRUE(append_dss(at("2.pdf"), at("3.pdf"), material({a, b})));
  stamp_document(at("3.pdf"), at("4.pdf"));
  verifier_agrees("3.pdf", 2, "B-LT");
  verifier_agrees("4.pdf", 2, "B-LTA");
  judge({{"1.pdf", 1}, {"2.pdf", 2}, {"3.pdf", 2}, {"4.pdf", 2}});
}

TEST_F(Levels, EveryKindOfKeyFromAFile) {
  std::vector<std::pair<std::string, int>> files;
  int number = 0;
  for (const KeyKind kind : {KeyKind::ec_p384, KeyKind::rsa_2048, KeyKind::rsa_3072})
    for (const bool pss : {false, true}) {
      if (kind == KeyKind::ec_p384 && pss) continue;
      world_.certifier =
          world_.leaf(dev_pki::signer_wish("Kind", world_.now - std::chrono::hours(1),
                                           world_.now + std::chrono::hours(9)),
                      kind);
      write_bytes(at("key.p12"),
                  as_text(dev_pki::make_pkcs12(world_.certifier, "x", "pw").value()));
      const auto key = open_pkcs12_key(at("key.p12"), Secret("pw"), pss);
      ASSERT_TRUE(key) << to_string(key.error());
      const std::string file = std::to_string(number++) + ".pdf";
      sign(at(file), write_signable_pdf(at(file)), **key, true);
      files.emplace_back(file, 1);
    }
  judge(files);
}

TEST_F(Levels, ChangedByteAfterSigningIsSeen) {
  MemoryKey body(world_.body, SignatureScheme::ecdsa_sha256);
  const SignatureHole hole = write_signable_pdf(at("a.pdf"));
  sign(at("a.pdf"), hole, body, false);
  std::string bytes = bytes_in(at("a.pdf"));
  const std::size_t reason = bytes.find("/Reason <FEFF0043");
  ASSERT_NE(reason, std::string::npos);
  bytes[reason + 16] = '4';
  write_bytes(at("a.pdf"), bytes);
  EXPECT_EQ(
      run_program({"pdfsig", "-nocert", at("a.pdf").string()}).text.find("Signature is Valid"),
      std::string::npos);
}

}  // namespace
}  // namespace sogoc
