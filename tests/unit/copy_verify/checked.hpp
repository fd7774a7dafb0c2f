#pragma once

// What the tests of the verifier share: one PKI, an honest copy, and a short way to ask.

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/signed_pdf.hpp"
#include "workers/copy_verify/copy_verify.hpp"

namespace sogoc::test {

inline const UtcTime kNow = utc("2026-11-25T08:00:00Z");
inline const UtcTime kSigned = utc("2026-11-25T01:30:00Z");

inline const Pki& pki() {
  static const Pki one = make_pki(kNow);
  return one;
}
inline RevocationEvidence good_evidence() {
  return evidence(pki(), kSigned + std::chrono::hours(1));
}

inline std::filesystem::path written(const std::string& bytes) {
  static const std::filesystem::path file =
      std::filesystem::temp_directory_path() /
      ("copy-verify-test-" + std::to_string(::getpid()) + ".pdf");
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return file;
}

inline Result<FileReport> asked(const std::string& bytes, const RevocationEvidence& extra = {},
                                UtcTime now = kNow) {
  VerifySettings settings;
  settings.now = now;
  settings.extra = extra;
  const auto file = written(bytes);
  auto report = verify_file(file, store(pki()), settings);
  std::filesystem::remove(file);
  return report;
}

// With revocation data at hand, so that an honest signature is valid.
inline FileReport checked(const std::string& bytes, UtcTime now = kNow) {
  const auto report = asked(bytes, good_evidence(), now);
  EXPECT_TRUE(report) << (report ? "" : to_string(report.error()));
  return report.value_or(FileReport{});
}

inline std::string told(const FileReport& report) {
  std::string text = std::string(name(report.verdict)) + ":";
  for (const Finding& one : report.findings) text += " " + one.code + "[" + one.subject + "]";
  for (const SignatureReport& signature : report.signatures) {
    text += "\n  " + signature.field + " " + std::string(name(signature.verdict)) + " " +
            signature.certificate_reason + ":";
    for (const Finding& one : signature.findings) text += " " + one.code + "[" + one.subject + "]";
  }
  return text;
}

inline bool says(const FileReport& report, const std::string& code) {
  for (const Finding& one : report.findings)
    if (one.code == code) return true;
  for (const SignatureReport& signature : report.signatures)
    for (const Finding& one : signature.findings)
      if (one.code == code) return true;
  return false;
}

inline void expect(const FileReport& report, Verdict verdict, const std::string& code) {
  EXPECT_EQ(report.verdict, verdict) << told(report);
  EXPECT_TRUE(says(report, code)) << "wanted " << code << ", got " << told(report);
}

}  // namespace sogoc::test
