#pragma once

// Files of every level in a folder of their own, ready for EU DSS.

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/dss.hpp"
#include "tests/support/signable_pdf.hpp"
#include "tests/unit/signing/signing_world.hpp"
#include "workers/pades/pades.hpp"

namespace sogoc::test {

namespace fs = std::filesystem;

class DssWorld : public ::testing::Test {
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
      if (indication == "TOTAL_PASSED") {
        for (const std::string& one : report.timestamps) EXPECT_EQ(one, "PASSED") << report.text();
      }
      return;
    }
    ADD_FAILURE() << file << " was not judged";
  }

  std::optional<std::string> jars_;
  World world_;
  std::unique_ptr<ValidationClient> network_ = world_.network();
  TestFolder folder_;
};

}  // namespace sogoc::test
