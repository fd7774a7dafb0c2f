#include "workers/copy_verify/copy_verify.hpp"

#include <algorithm>
#include <fstream>
#include <new>

#include <fmt/format.h>

#include "workers/copy_verify/changes.hpp"
#include "workers/copy_verify/copy_facts.hpp"
#include "workers/copy_verify/finding_table.hpp"
#include "workers/copy_verify/signature_judgement.hpp"

namespace sogoc {

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid: return "valid";
    case Verdict::invalid: return "invalid";
    case Verdict::undecidable: return "undecidable";
  }
  return "undecidable";
}

namespace verify {
namespace {

// Invalid weighs more than undecidable: one proof of forgery is enough.
Verdict worse(Verdict a, Verdict b) {
  if (a == Verdict::invalid || b == Verdict::invalid) return Verdict::invalid;
  return a == Verdict::undecidable || b == Verdict::undecidable ? Verdict::undecidable
                                                                : Verdict::valid;
}

Verdict worst_of(const std::vector<Finding>& findings) {
  Verdict worst = Verdict::valid;
  for (const Finding& one : findings) worst = worse(worst, one.weight);
  return worst;
}

Result<std::vector<std::uint8_t>> read_whole(const std::filesystem::path& file,
                                             std::uint64_t max_bytes) {
  const std::string subject = file.filename().string();
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) return fail(ErrorCode::not_found, Retry::never, subject, "the file cannot be opened");
  if (size == 0)
    return fail(ErrorCode::invalid_input, Retry::never, subject,
                "the file is empty (0 bytes); get it again from its source");
  if (size > max_bytes)
    return fail(ErrorCode::limit_exceeded, Retry::never, subject,
                "the file is larger than a copy can be; it was not opened");
  std::vector<std::uint8_t> bytes(size);
  std::ifstream in(file, std::ios::binary);
  if (!in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size)))
    return fail(ErrorCode::invalid_input, Retry::never, subject,
                "the file cannot be read to its end");
  return bytes;
}

class FileCheck {
 public:
  FileCheck(PdfBytes& file, PdfView& last, const TrustStore& store, const VerifySettings& settings)
      : file_(file), last_(last) {
    known_.store = &store;
    known_.now = settings.now;
    known_.stored = stored_evidence(last);
    known_.helpers = settings.helpers;
    known_.helpers.insert(known_.helpers.end(), known_.stored.certificates.begin(),
                          known_.stored.certificates.end());
    known_.helpers.insert(known_.helpers.end(), store.intermediates().begin(),
                          store.intermediates().end());
    known_.evidence = known_.stored.revocation;
    append(known_.evidence, settings.extra);
  }

  void run(FileReport& report) {
    const bool header =
        file_.bytes.size() > 5 && std::equal(file_.bytes.begin(), file_.bytes.begin() + 5, "%PDF-");
    if (!header) report.findings.push_back(finding("header_not_at_start"));
    found_ = find_signatures(file_, last_);
    read_values(report);
    check_revisions(report);
    trust_times(report);
    for (std::size_t i = 0; i < found_.size(); ++i) judge(i, report.signatures[i]);
    check_file(report);
    for (const SignatureReport& one : report.signatures)
      report.verdict = worse(report.verdict, one.verdict);
    report.verdict = worse(report.verdict, worst_of(report.findings));
  }

 private:
  void read_values(FileReport& report) {
    for (const FoundSignature& found : found_) {
      SignatureReport one;
      one.field = found.field;
      one.document_timestamp = found.document_timestamp;
      one.covered_bytes = found.covered_end;
      one.claimed_time = pdf_date(found.stated_time);
      for (const std::string& problem : found.problems) one.findings.push_back(finding(problem));
      read_.push_back(found.covered_end != 0 ? read_signature_value(file_, found, one)
                                             : ReadSignature{});
      if (const auto& cms = read_.back().cms)
        known_.helpers.insert(known_.helpers.end(), cms->certificates.begin(),
                              cms->certificates.end());
      report.signatures.push_back(std::move(one));
    }
  }

  // What each signature signed, against what the file shows now.
  void check_revisions(FileReport& report) {
    std::vector<FieldLock> locks;
    std::vector<std::size_t> order(found_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return found_[a].covered_end < found_[b].covered_end;
    });
    std::optional<int> permission;
    for (const std::size_t i : order) {
      const FoundSignature& found = found_[i];
      if (found.covered_end == 0) continue;
      locks.insert(locks.end(), found.locks.begin(), found.locks.end());
      SignatureReport& one = report.signatures[i];
      std::string problem;
      auto signed_view = signed_revision(found, problem);
      if (!signed_view) {
        one.findings.push_back(finding(problem));
        continue;
      }
      // What a certification forbids stays forbidden for everybody who comes later.
      for (const std::optional<int>& stated :
           {certified_permission(*signed_view), found.permission})
        if (stated && (!permission || *stated < *permission)) permission = stated;
      one.covers_whole_file =
          std::all_of(file_.bytes.begin() + static_cast<std::ptrdiff_t>(found.covered_end),
                      file_.bytes.end(), [](std::uint8_t byte) { return is_pdf_space(byte); });
      if (one.covers_whole_file) {
        one.findings.push_back(finding("covers_whole_file"));
        continue;
      }
      for (Finding& change : changes_between(file_, *signed_view, last_, {permission, locks}))
        one.findings.push_back(std::move(change));
      for (const StructureProblem& damage : signed_view->problems())
        keep_damage(report, damage, false);
    }
  }

  std::optional<PdfView> signed_revision(const FoundSignature& found, std::string& problem) {
    const auto end = static_cast<std::size_t>(found.covered_end);
    const auto mark = last_end_mark(file_.bytes, end);
    const bool whole = mark && std::all_of(file_.bytes.begin() + static_cast<std::ptrdiff_t>(*mark),
                                           file_.bytes.begin() + static_cast<std::ptrdiff_t>(end),
                                           [](std::uint8_t byte) { return is_pdf_space(byte); });
    std::string why;
    auto view = whole ? PdfView::read(file_, end, why) : std::nullopt;
    if (!view) {
      problem = "range_ends_inside";
      return std::nullopt;
    }
    const std::int64_t number = found.value_number != 0 ? found.value_number : found.field_number;
    const XrefEntry* then = view->entry(number);
    const XrefEntry* now = last_.entry(number);
    bool odd = false;
    const auto nodes = form_nodes(*view, odd);
    const bool shown = std::any_of(nodes.begin(), nodes.end(), [&](const FormNode& node) {
      return node.number == found.field_number && node.has_signature;
    });
    if (then == nullptr || now == nullptr || *then != *now || found.hole_end > end || !shown) {
      problem = "signature_not_in_signed_revision";
      return std::nullopt;
    }
    return view;
  }

  // Document timestamps first, the newest first: each proves that what it covers is older.
  void trust_times(FileReport& report) {
    std::vector<std::size_t> stamps;
    for (std::size_t i = 0; i < found_.size(); ++i)
      if (read_[i].stamp && worst_of(report.signatures[i].findings) != Verdict::invalid)
        stamps.push_back(i);
    std::sort(stamps.begin(), stamps.end(), [&](std::size_t a, std::size_t b) {
      return found_[a].covered_end > found_[b].covered_end;
    });
    for (const std::size_t i : stamps) {
      SignatureReport& one = report.signatures[i];
      auto time = judge_timestamp(*read_[i].stamp, found_[i].covered_end, known_, times_, one);
      if (!time) continue;
      one.stamped_time = time->time;
      one.timestamp_authority = time->authority;
      one.findings.push_back(finding("time_trusted", time->authority));
      times_.push_back(*time);
    }
  }

  void judge(std::size_t i, SignatureReport& one) {
    const FoundSignature& found = found_[i];
    const ReadSignature& read = read_[i];
    std::optional<TrustedTime> time;
    if (read.signature_stamp)
      time = judge_timestamp(*read.signature_stamp, found.covered_end, known_, times_, one);
    // The earliest later document timestamp proves it as well.
    for (const TrustedTime& later : times_)
      if (later.covers > found.covered_end && (!time || later.time < time->time)) time = later;
    judge_signer(read, time, known_, one);
    one.level = level_of(found, read);
    one.verdict = worst_of(one.findings);
    if (!one.intact && one.verdict == Verdict::valid) one.verdict = Verdict::undecidable;
  }

  std::string level_of(const FoundSignature& found, const ReadSignature& read) const {
    if (!read.cms || found.sub_filter != "ETSI.CAdES.detached" ||
        !read.cms->signing_certificate_v2_ok || read.cms->has_signing_time_attribute)
      return "";
    const auto is_later_stamp = [&](std::size_t i, std::uint64_t than) {
      return read_[i].stamp && found_[i].covered_end > than && read_[i].stamp->imprint_matches &&
             read_[i].stamp->signature_valid;
    };
    bool stamped = read.signature_stamp && read.signature_stamp_problem.empty();
    for (std::size_t i = 0; i < found_.size(); ++i)
      stamped = stamped || is_later_stamp(i, found.covered_end);
    if (!stamped) return "B-B";
    const StoredEvidence& stored = known_.stored;
    if (!stored.present || (stored.revocation.ocsp.empty() && stored.revocation.crls.empty()))
      return "B-T";
    for (std::size_t i = 0; i < found_.size(); ++i)
      if (is_later_stamp(i, std::max(found.covered_end, stored.written_by))) return "B-LTA";
    return "B-LT";
  }

  void keep_damage(FileReport& report, const StructureProblem& damage, bool of_last) {
    // Damage in what was added later is the work of whoever added it.
    std::uint64_t first_end = 0;
    for (const FoundSignature& found : found_)
      if (found.covered_end != 0 && (first_end == 0 || found.covered_end < first_end))
        first_end = found.covered_end;
    const XrefEntry* entry = last_.entry(damage.object);
    const bool later = of_last && first_end != 0 && entry != nullptr &&
                       entry->type == XrefEntry::Type::at_offset && entry->place >= first_end;
    const std::string subject =
        damage.object > 0 ? fmt::format("object {}", damage.object) : std::string();
    Finding one = finding(later ? "update_damaged" : damage.code, subject);
    const bool said =
        std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& other) {
          return other.code == one.code && other.subject == one.subject;
        });
    if (!said) report.findings.push_back(std::move(one));
  }

  void check_file(FileReport& report) {
    const CopyFacts facts = copy_facts(last_);
    report.copy_number = facts.copy_number;
    report.body = facts.body;
    report.kind = facts.kind;
    report.issue_record = facts.issue_record;
    report.lookup_address = facts.lookup_address;
    for (const std::uint64_t place : forgotten_signatures(file_, last_, found_))
      report.findings.push_back(finding("signature_removed", fmt::format("byte {}", place)));
    // A timestamp alone says when, not who.
    if (std::all_of(found_.begin(), found_.end(),
                    [](const FoundSignature& one) { return one.document_timestamp; }))
      report.findings.push_back(
          finding(facts.copy_number.empty() ? "no_signature" : "copy_without_signature"));
    for (const StructureProblem& damage : last_.problems()) keep_damage(report, damage, true);
  }

  PdfBytes& file_;
  PdfView& last_;
  Knowledge known_;
  std::vector<FoundSignature> found_;
  std::vector<ReadSignature> read_;
  std::vector<TrustedTime> times_;
};

// The last revision cannot be read: perhaps an earlier one, which somebody signed, still can.
std::optional<PdfView> revision_before_damage(PdfBytes& file, FileReport& report) {
  constexpr int kMaxTries = 16;
  std::size_t before = file.bytes.size();
  for (int tries = 0; tries < kMaxTries; ++tries) {
    const auto mark = last_end_mark(file.bytes, before);
    if (!mark) return std::nullopt;
    std::string problem;
    auto view = PdfView::read(file, *mark, problem);
    if (view && *mark < before && !find_signatures(file, *view).empty()) {
      report.findings.push_back(finding("update_damaged"));
      return view;
    }
    before = *mark - 5;
  }
  return std::nullopt;
}

Result<FileReport> verify_bytes(const std::vector<std::uint8_t>& bytes, const std::string& subject,
                                const TrustStore& store, const VerifySettings& settings) {
  FileReport report;
  report.verdict = Verdict::valid;
  report.digest = sha256_of(std::as_bytes(std::span(bytes)));
  report.bytes = bytes.size();
  PdfBytes file{.bytes = bytes};
  constexpr std::string_view kHeader = "%PDF-";
  const auto head_end =
      bytes.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(bytes.size(), 1024));
  if (std::search(bytes.begin(), head_end, kHeader.begin(), kHeader.end()) == head_end)
    return fail(ErrorCode::invalid_input, Retry::never, subject,
                "the file does not begin like a PDF; get it again from its source");
  std::string problem;
  auto last = PdfView::read(file, bytes.size(), problem);
  if (!last) last = revision_before_damage(file, report);
  if (!last)
    return fail(ErrorCode::invalid_input, Retry::never, subject,
                problem == "no_end_mark"
                    ? "the file was cut: its end is missing; get it again from its source"
                    : "the file's index is damaged, so nothing in it can be trusted; get it again "
                      "from its source");
  if (last->trailer().get("Encrypt").kind != Value::Kind::null)
    return fail(ErrorCode::password_required, Retry::after_operator, subject,
                "the file is encrypted; signatures are checked on files without a password");
  FileCheck(file, *last, store, settings).run(report);
  if (file.values_left == 0 || file.decoded_left == 0)
    return fail(ErrorCode::limit_exceeded, Retry::never, subject,
                "the file is more complex than any document can be; it was not checked to its end");
  return report;
}

}  // namespace
}  // namespace verify

Result<FileReport> verify_file(const std::filesystem::path& file, const TrustStore& store,
                               const VerifySettings& settings) {
  SOGOC_TRY(const std::vector<std::uint8_t> bytes, verify::read_whole(file, settings.max_bytes));
  return verify::verify_bytes(bytes, file.filename().string(), store, settings);
}

}  // namespace sogoc
