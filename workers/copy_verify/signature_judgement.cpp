#include "workers/copy_verify/signature_judgement.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "workers/copy_verify/finding_table.hpp"
#include "workers/copy_verify/range_digest.hpp"

namespace sogoc::verify {
namespace {

void add(SignatureReport& report, std::string_view code, std::string subject = "") {
  report.findings.push_back(finding(code, std::move(subject)));
}

std::string common_name_of(const DerBytes& certificate) {
  const auto facts = facts_of(certificate);
  if (!facts) return {};
  return facts->common_name.empty() ? facts->subject : facts->common_name;
}

void name_signer(const DerBytes& certificate, SignatureReport& report) {
  const auto facts = facts_of(certificate);
  if (!facts) return;
  report.signer = facts->subject;
  report.issuer = facts->issuer;
  report.signer_name = facts->common_name.empty() ? facts->subject : facts->common_name;
}

// Without a timestamp the time is now, and what is wrong now need not have been wrong then.
std::string_view code_for(const CertificateVerdict& verdict, bool trusted_time,
                          const std::optional<UtcTime>& claimed,
                          const std::optional<CertificateFacts>& facts) {
  switch (verdict.status) {
    case CertificateStatus::good: return "certificate_good";
    case CertificateStatus::revoked:
      if (trusted_time || (claimed && verdict.revoked_at && *claimed >= *verdict.revoked_at))
        return "certificate_revoked";
      return "certificate_revoked_time_unknown";
    case CertificateStatus::unknown: return "certificate_status_unknown";
    case CertificateStatus::not_yet_valid: return "certificate_not_yet_valid";
    case CertificateStatus::expired:
      if (trusted_time || (claimed && facts && *claimed > facts->not_after))
        return "certificate_expired";
      return "certificate_expired_time_unknown";
    case CertificateStatus::wrong_usage: return "certificate_wrong_usage";
    case CertificateStatus::weak_algorithm: return "certificate_weak";
    case CertificateStatus::bad_chain: return "certificate_bad_chain";
    case CertificateStatus::untrusted_root: return "untrusted_root";
    case CertificateStatus::incomplete_chain: return "incomplete_chain";
  }
  return "certificate_status_unknown";
}

DigestOf digest_of_range(const PdfBytes& file, const FoundSignature& found) {
  return [&file, &found](const std::string& algorithm) {
    return range_digest(file.bytes, found.hole_begin, found.hole_end, found.covered_end, algorithm);
  };
}

std::string_view problem_of(const TimestampFacts& stamp) {
  if (!stamp.signature_valid || !stamp.imprint_matches) return "timestamp_mismatch";
  return stamp.weak ? "timestamp_weak" : "";
}

void read_signature_stamp(const CmsFacts& cms, ReadSignature& read) {
  if (!cms.timestamp_token) return;
  auto stamp = read_timestamp(*cms.timestamp_token, [&cms](const std::string& algorithm) {
    return digest_of(cms.signature, algorithm);
  });
  if (!stamp) {
    read.signature_stamp_problem = "timestamp_unreadable";
    return;
  }
  read.signature_stamp_problem = problem_of(*stamp);
  read.signature_stamp = std::move(*stamp);
}

}  // namespace

std::optional<UtcTime> pdf_date(const std::string& text) {
  if (!text.starts_with("D:")) return std::nullopt;
  std::size_t at = 2;
  const auto digits = [&](std::size_t count, int otherwise) {
    int number = 0;
    if (text.size() < at + count) return otherwise;
    const char* const begin = text.data() + at;
    const auto parsed = std::from_chars(begin, begin + count, number);
    if (parsed.ec != std::errc() || parsed.ptr != begin + count) return otherwise;
    at += count;
    return number;
  };
  using namespace std::chrono;
  const year_month_day date{year(digits(4, -1)), month(static_cast<unsigned>(digits(2, 1))),
                            day(static_cast<unsigned>(digits(2, 1)))};
  const int hour = digits(2, 0), minute = digits(2, 0), second = digits(2, 0);
  if (!date.ok() || static_cast<int>(date.year()) < 1970 || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  minutes offset{0};
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    const int sign = text[at++] == '-' ? -1 : 1;
    const int hours_east = digits(2, 0);
    if (at < text.size() && text[at] == '\'') ++at;
    offset = sign * (hours(hours_east) + minutes(digits(2, 0)));
  }
  return UtcTime(sys_days(date) + hours(hour) + minutes(minute) + seconds(second) - offset);
}

ReadSignature read_signature_value(const PdfBytes& file, const FoundSignature& found,
                                   SignatureReport& report) {
  ReadSignature read;
  bool clean = false;
  const DerBytes value = without_padding(found.contents, clean);
  if (value.empty()) {
    add(report, "cms_unreadable");
    return read;
  }
  if (!clean) add(report, "contents_padding");
  if (found.document_timestamp) {
    auto stamp = read_timestamp(value, digest_of_range(file, found));
    if (!stamp) {
      add(report, "timestamp_unreadable");
      return read;
    }
    const std::string_view problem = problem_of(*stamp);
    if (!problem.empty()) add(report, problem);
    report.intact = stamp->signature_valid && stamp->imprint_matches;
    if (report.intact) add(report, "integrity_holds");
    name_signer(stamp->signer, report);
    read.stamp = std::move(*stamp);
    return read;
  }
  if (found.sub_filter == "adbe.pkcs7.sha1" || found.sub_filter == "adbe.x509.rsa_sha1") {
    add(report, "sha1_signature_format");
    return read;
  }
  if (found.sub_filter != "ETSI.CAdES.detached" && found.sub_filter != "adbe.pkcs7.detached") {
    add(report, "unknown_signature_format", found.sub_filter);
    return read;
  }
  auto cms = read_cms(value, digest_of_range(file, found));
  if (!cms) {
    add(report, "cms_unreadable");
    return read;
  }
  name_signer(cms->signer, report);
  report.digest_algorithm = cms->digest_algorithm;
  report.signature_algorithm = cms->signature_algorithm;
  if (cms->claimed_time) report.claimed_time = cms->claimed_time;
  if (!cms->digest_matches) add(report, "digest_mismatch");
  if (!cms->signature_valid) add(report, "signature_mismatch");
  if (cms->weak) add(report, "weak_algorithm", cms->digest_algorithm);
  report.intact = cms->digest_matches && cms->signature_valid;
  if (report.intact) add(report, "integrity_holds");
  if (found.sub_filter == "ETSI.CAdES.detached" && report.intact &&
      !cms->signing_certificate_v2_ok && !cms->weak)
    add(report, "signing_certificate_mismatch");
  read_signature_stamp(*cms, read);
  if (!read.signature_stamp_problem.empty()) add(report, read.signature_stamp_problem);
  read.cms = std::move(*cms);
  return read;
}

std::optional<TrustedTime> judge_timestamp(const TimestampFacts& stamp, std::uint64_t covers,
                                           const Knowledge& known,
                                           const std::vector<TrustedTime>& vouched_by,
                                           SignatureReport& report) {
  if (!problem_of(stamp).empty()) return std::nullopt;  // already said
  std::vector<DerBytes> helpers = known.helpers;
  helpers.insert(helpers.end(), stamp.certificates.begin(), stamp.certificates.end());
  const auto verdict_at = [&](UtcTime at) {
    return judge_certificate(stamp.signer, helpers, CertificateUse::timestamping, at,
                             known.evidence, *known.store);
  };
  const std::string authority = common_name_of(stamp.signer);
  const CertificateVerdict then = verdict_at(stamp.time);
  if (report.document_timestamp) {
    report.certificate = then.status;
    report.certificate_reason = then.reason;
    report.anchor = then.anchor;
  }
  if (then.status == CertificateStatus::revoked) {
    add(report, "timestamp_revoked", authority);
    return std::nullopt;
  }
  if (then.status != CertificateStatus::good || stamp.time > known.now + std::chrono::minutes(5)) {
    add(report, "timestamp_untrusted", authority);
    return std::nullopt;
  }
  // Whoever holds a key that was revoked later can still write an old date: only another timestamp,
  // made before the revocation, shows that this one is as old as it says.
  const CertificateVerdict today = verdict_at(known.now);
  if (today.status == CertificateStatus::revoked && today.revoked_at) {
    const bool vouched =
        std::any_of(vouched_by.begin(), vouched_by.end(), [&](const TrustedTime& other) {
          return other.covers > covers && other.time < *today.revoked_at;
        });
    if (!vouched) {
      add(report, "timestamp_untrusted", authority);
      return std::nullopt;
    }
  }
  return TrustedTime{stamp.time, authority, covers};
}

void judge_signer(const ReadSignature& read, const std::optional<TrustedTime>& time,
                  const Knowledge& known, SignatureReport& report) {
  if (!read.cms) return;
  const CmsFacts& cms = *read.cms;
  if (time) {
    report.stamped_time = time->time;
    report.timestamp_authority = time->authority;
    add(report, "time_trusted", time->authority);
    if (report.claimed_time && *report.claimed_time > time->time + std::chrono::hours(24))
      add(report, "claimed_time_later_than_stamp");
  } else {
    add(report, "time_only_claimed");
  }
  std::vector<DerBytes> helpers = known.helpers;
  helpers.insert(helpers.end(), cms.certificates.begin(), cms.certificates.end());
  RevocationEvidence evidence = known.evidence;
  append(evidence, cms.embedded);
  const UtcTime at = time ? time->time : known.now;
  const CertificateVerdict verdict = judge_certificate(
      cms.signer, helpers, CertificateUse::document_signing, at, evidence, *known.store);
  report.certificate = verdict.status;
  report.certificate_reason = verdict.reason;
  report.anchor = verdict.anchor;
  const auto facts = facts_of(cms.signer);
  if (facts && report.claimed_time && (*report.claimed_time < facts->not_before || *report.claimed_time > facts->not_after))
    add(report, "claimed_time_outside_certificate");
  add(report,
      code_for(verdict, time.has_value(), report.claimed_time,
               facts ? std::optional(*facts) : std::nullopt),
      report.signer_name);
}

}  // namespace sogoc::verify
