#pragma once

// Signs whole files as coordinator and signer do, and asks strangers about them.

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/pdf_checks.hpp"
#include "tests/support/signable_pdf.hpp"
#include "tests/support/verapdf.hpp"
#include "tests/unit/signing/signing_world.hpp"
#include "workers/copy_verify/copy_verify.hpp"

namespace sogoc::test {

class SignedFiles : public ::testing::Test {
 protected:
  std::filesystem::path at(const std::string& name) const { return folder_.path() / name; }

  // What the coordinator and the signer do with a file whose hole is known.
  MadeCms sign(const std::filesystem::path& file, const SignatureHole& hole, SigningKey& key,
               bool timestamp) {
    EXPECT_TRUE(check_hole(file, hole));
    const Sha256 digest = byte_range_digest(file, hole).value();
    auto made = make_cms({digest, timestamp}, key, network_.get(), world_.store(), world_.now);
    if (!made) throw std::runtime_error(to_string(made.error()));
    const Done filled = fill_hole(file, hole, made->cms);
    if (!filled) throw std::runtime_error(to_string(filled.error()));
    strangers_accept(file, hole, made->cms, timestamp);
    return *std::move(made);
  }

  // OpenSSL's programs, over bytes cut out by this test.
  void strangers_accept(const std::filesystem::path& file, const SignatureHole& hole,
                        const std::vector<std::uint8_t>& cms, bool timestamp) {
    const std::string bytes = bytes_in(file);
    const std::string covered = bytes.substr(0, hole.begin) + bytes.substr(hole.end);
    write_bytes(at("signed"), covered);
    write_bytes(at("cms"), as_text(cms));
    write_bytes(at("root"), dev_pki::certificate_pem(world_.root.certificate).value());
    write_bytes(at("ca"), dev_pki::certificate_pem(world_.ca.certificate).value());
    const ProgramOutput verified =
        run_program({"openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in",
                     at("cms").string(), "-content", at("signed").string(), "-CAfile",
                     at("root").string(), "-purpose", "any", "-out", "/dev/null"});
    EXPECT_EQ(verified.exit_code, 0) << verified.text;
    if (!timestamp) return;
    const Sha256 digest = sha256_of(std::as_bytes(std::span(covered)));
    const auto facts = read_cms(cms, [&](const std::string&) {
      return std::vector<std::uint8_t>(digest.bytes.begin(), digest.bytes.end());
    });
    ASSERT_TRUE(facts && facts->timestamp_token);
    write_bytes(at("value"), as_text(facts->signature));
    stamp_is_accepted(as_text(*facts->timestamp_token), at("value"));
  }
  void stamp_is_accepted(const std::string& token, const std::filesystem::path& data) {
    write_bytes(at("token"), token);
    const ProgramOutput verified = run_program(
        {"openssl", "ts", "-verify", "-in", at("token").string(), "-token_in", "-data",
         data.string(), "-CAfile", at("root").string(), "-untrusted", at("ca").string()});
    EXPECT_EQ(verified.exit_code, 0) << verified.text;
    EXPECT_NE(verified.text.find("Verification: OK"), std::string::npos) << verified.text;
  }

  ValidationMaterial material(const std::vector<MadeCms>& all) const {
    ValidationMaterial material;
    for (const MadeCms& made : all) {
      for (const auto* chain : {&made.chain, &made.tsa_chain})
        material.certificates.insert(material.certificates.end(), chain->begin(), chain->end());
      material.ocsp.insert(material.ocsp.end(), made.evidence.ocsp.begin(),
                           made.evidence.ocsp.end());
      material.crls.insert(material.crls.end(), made.evidence.crls.begin(),
                           made.evidence.crls.end());
    }
    return material;
  }
  void stamp_document(const std::filesystem::path& from, const std::filesystem::path& to) {
    const auto hole = append_document_timestamp(from, to);
    ASSERT_TRUE(hole);
    ASSERT_TRUE(check_hole(to, *hole));
    const auto made =
        make_timestamp(byte_range_digest(to, *hole).value(), *network_, world_.store(), world_.now);
    ASSERT_TRUE(made) << to_string(made.error());
    ASSERT_TRUE(fill_hole(to, *hole, made->token));
    const std::string bytes = bytes_in(to);
    write_bytes(at("signed"), bytes.substr(0, hole->begin) + bytes.substr(hole->end));
    stamp_is_accepted(as_text(made->token), at("signed"));
  }
  // Our own verifier knows nothing of how the file was made.
  void verifier_agrees(const std::string& file, int signatures, const std::string& level,
                       const RevocationEvidence& extra = {}) {
    VerifySettings settings;
    settings.now = world_.now;
    settings.extra = extra;
    const auto report = verify_file(at(file), world_.store(), settings);
    ASSERT_TRUE(report) << to_string(report.error());
    std::string findings;
    int seen = 0;
    for (const SignatureReport& one : report->signatures) {
      for (const Finding& finding : one.findings)
        findings += one.field + ": " + finding.code + " " + finding.text + "\n";
      if (one.document_timestamp) continue;
      ++seen;
      EXPECT_EQ(one.level, level) << file;
      EXPECT_EQ(one.signature_algorithm.empty(), false);
    }
    for (const Finding& finding : report->findings)
      findings += finding.code + " " + finding.text + "\n";
    EXPECT_EQ(seen, signatures) << file;
    EXPECT_EQ(report->verdict, Verdict::valid) << file << "\n" << findings;
  }
  // Every signature of these files by pdfsig and qpdf; all of them by veraPDF at once.
  void judge(const std::vector<std::pair<std::string, int>>& files) {
    for (const auto& [file, signatures] : files) {
      EXPECT_EQ(qpdf_complaints(at(file)), "");
      const std::string said = run_program({"pdfsig", "-nocert", at(file).string()}).text;
      int valid = 0;
      for (std::size_t i = said.find("Signature is Valid"); i != std::string::npos;
           i = said.find("Signature is Valid", i + 1))
        ++valid;
      EXPECT_EQ(valid, signatures) << file << "\n" << said;
      EXPECT_EQ(said.find("Invalid"), std::string::npos) << said;
    }
    if (verapdf_is_waived()) return;
    const PdfaVerdicts verdicts = check_pdfa2u(folder_.path());
    EXPECT_EQ(verdicts.trouble, "");
    EXPECT_EQ(verdicts.passed.size(), files.size());
    for (const std::string& failed : verdicts.failed) ADD_FAILURE() << failed;
  }

  World world_;
  std::unique_ptr<ValidationClient> network_ = world_.network();
  TestFolder folder_;
};

}  // namespace sogoc::test
