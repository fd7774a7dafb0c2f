#include "workers/copy_verify/qr_check.hpp"

#include <algorithm>

#include "pipeline/core/p256.hpp"
#include "workers/copy_verify/finding_table.hpp"

namespace sogoc {
namespace {

Verdict worst_of(const std::vector<Finding>& findings) {
  Verdict worst = Verdict::valid;
  for (const Finding& one : findings) {
    if (one.weight == Verdict::invalid) return Verdict::invalid;
    if (one.weight == Verdict::undecidable) worst = Verdict::undecidable;
  }
  return worst;
}

}  // namespace

Result<QrReport> check_qr(std::string_view text, std::span<const PublishedKey> keys) {
  SOGOC_TRY(ReadQr read, read_qr_text(text));
  QrReport report;
  report.payload = std::move(read.payload);
  report.lookup_address = std::move(read.lookup_address);
  const auto key = std::find_if(keys.begin(), keys.end(), [&](const PublishedKey& one) {
    return qr_key_id(one.id) == report.payload.key_id;
  });
  if (key == keys.end())
    report.findings.push_back(finding("qr_key_unknown", hex_of(report.payload.key_id)));
  else if (p256_raw_signature_holds(key->public_key, read.signed_bytes, read.signature).value_or(false))
    report.findings.push_back(finding("qr_signature_holds", report.payload.body));
  else
    report.findings.push_back(finding("qr_signature_mismatch"));
  report.verdict = worst_of(report.findings);
  return report;
}

void compare_qr_with_file(const FileReport& file, QrReport& report) {
  if (file.issue_record.empty()) {
    report.findings.push_back(finding("qr_record_not_stated"));
  } else if (!file.issue_record.starts_with(hex_of(report.payload.record)) ||
             file.copy_number != report.payload.copy_number) {
    report.findings.push_back(finding("qr_of_other_copy", report.payload.copy_number));
  } else {
    report.findings.push_back(finding("qr_matches_file", report.payload.copy_number));
  }
  report.verdict = worst_of(report.findings);
}

}  // namespace sogoc
