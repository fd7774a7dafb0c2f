#include "tools/sogoc/copy_answer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

const char* answer_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid: return tr("VALID");
    case Verdict::invalid: return tr("INVALID");
    case Verdict::undecidable: return tr("CANNOT BE DECIDED");
  }
  return tr("CANNOT BE DECIDED");
}

const char* status_words(CertificateStatus status) {
  switch (status) {
    case CertificateStatus::good: return "valid at that time";
    case CertificateStatus::revoked: return "revoked";
    case CertificateStatus::unknown: return "nothing known says whether it was revoked";
    case CertificateStatus::not_yet_valid: return "not yet valid";
    case CertificateStatus::expired: return "expired";
    case CertificateStatus::wrong_usage: return "not meant for this use";
    case CertificateStatus::weak_algorithm: return "an algorithm that is no longer safe";
    case CertificateStatus::bad_chain: return "not issued by the authority that it names";
    case CertificateStatus::untrusted_root:
      return "from an authority that is not in the list of trusted ones";
    case CertificateStatus::incomplete_chain: return "the issuer's certificate is missing";
  }
  return "unknown";
}

// What stands in a row of its own is not said a second time among the findings.
bool has_its_row(const std::string& code) {
  for (const char* own :
       {"integrity_holds", "certificate_good", "time_trusted", "time_only_claimed"})
    if (code == own) return true;
  return false;
}

std::string printable(std::string text) {
  // Names come from a stranger's file: no line breaks, no terminal commands.
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  constexpr std::size_t kMost = 300;
  if (text.size() > kMost) {
    std::size_t end = kMost;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text = text.substr(0, end) + "...";
  }
  return text;
}

// Columns count characters, not bytes.
std::string padded(const std::string& text, std::size_t width) {
  const auto length = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
  return text + std::string(length < width ? width - length : 1, ' ');
}

class Lines {
 public:
  void plain(std::string line) { all_.push_back(std::move(line)); }
  void row(const std::string& label, const std::string& value) {
    constexpr std::size_t kLabelWidth = 24;
    if (!value.empty()) all_.push_back("  " + padded(label, kLabelWidth) + printable(value));
  }
  void findings(const std::vector<Finding>& findings) {
    for (const Finding& one : findings) {
      if (has_its_row(one.code)) continue;
      const char* mark = one.weight == Verdict::valid     ? "-"
                         : one.weight == Verdict::invalid ? "!"
                                                          : "?";
      std::string line = fmt::format("  {} {}", mark, tr(one.text.c_str()));
      if (!one.subject.empty()) line += " (" + printable(one.subject) + ")";
      all_.push_back(std::move(line));
    }
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(all_); }

 private:
  std::vector<std::string> all_;
};

std::string time_words(const SignatureReport& one) {
  if (one.stamped_time)
    return say("{}, proven by a timestamp of {}", local_time(*one.stamped_time),
               one.timestamp_authority);
  if (one.claimed_time) return say("{}, stated by the signer only", local_time(*one.claimed_time));
  return tr("not stated");
}

void add_signature(const SignatureReport& one, Lines& lines) {
  lines.plain("");
  lines.plain(say(one.document_timestamp ? "Document timestamp {}: {}" : "Signature {}: {}",
                  printable(one.field), tr(answer_word(one.verdict))));
  lines.row(tr("signer"), one.signer_name);
  lines.row(tr("issuer"), one.issuer);
  lines.row(tr("signed"), time_words(one));
  lines.row(tr("signed bytes"), tr(one.intact ? "unchanged" : "changed, or cannot be checked"));
  if (!one.signer.empty()) {
    lines.row(tr("certificate"), tr(status_words(one.certificate)));
    lines.row(tr("algorithms"), one.digest_algorithm.empty()
                                    ? ""
                                    : one.digest_algorithm + ", " + one.signature_algorithm);
  }
  if (!one.level.empty()) lines.row(tr("level"), "PAdES " + one.level);
  lines.findings(one.findings);
}

void add_qr(const QrReport& qr, Lines& lines) {
  lines.plain("");
  lines.plain(say("QR code: {}; compare what it says with the paper", tr(answer_word(qr.verdict))));
  lines.row(tr("issued by"), qr.payload.body);
  lines.row(tr("kind"), std::string(name(qr.payload.kind)));
  lines.row(tr("copy number"), qr.payload.copy_number);
  lines.row(tr("date of issue"), qr.payload.date);
  lines.row(tr("register number"), qr.payload.register_number);
  lines.row(tr("name"), qr.payload.name);
  lines.row(tr("date of birth"), qr.payload.birth_date);
  lines.row(tr("look up at"), qr.lookup_address);
  lines.findings(qr.findings);
}

}  // namespace

std::optional<Reason> reason_of(const CheckAnswer& answer) {
  std::optional<Reason> reason;
  const auto look = [&reason](const std::vector<Finding>& findings, const std::string& signature) {
    for (const Finding& one : findings) {
      if (one.weight == Verdict::valid) continue;
      if (!reason || (reason->finding.weight != Verdict::invalid && one.weight == Verdict::invalid))
        reason = Reason{one, signature};
    }
  };
  if (answer.file) {
    for (const SignatureReport& one : answer.file->signatures) look(one.findings, one.field);
    look(answer.file->findings, "");
  }
  if (answer.log) look(answer.log->findings, "");
  if (answer.qr) look(answer.qr->findings, "");
  return reason;
}

std::vector<std::string> answer_in_words(const CheckAnswer& answer, const std::string& shown_name,
                                         const std::vector<AnswerRow>& more) {
  Lines lines;
  Verdict verdict = answer.verdict();
  const AnswerRow* gravest = nullptr;
  for (const AnswerRow& row : more) {
    if (row.weight == Verdict::valid || verdict == Verdict::invalid) continue;
    if (verdict == Verdict::valid || row.weight == Verdict::invalid) {
      verdict = row.weight;
      gravest = &row;
    }
  }
  const auto reason = reason_of(answer);
  std::string why =
      tr("every signature holds, and nothing was changed after signing that may not be");
  if (gravest != nullptr)
    why = gravest->label + ": " + gravest->value;
  else if (reason)
    why = tr(reason->finding.text.c_str());
  else if (!answer.file && answer.qr)
    why = tr("the QR code was signed by the body's published key");
  if (reason && gravest == nullptr && !reason->signature.empty())
    why += " (" + printable(reason->signature) + ")";
  lines.plain(fmt::format("{}: {}", tr(answer_word(verdict)), why));
  lines.plain("");
  if (answer.file) {
    const FileReport& file = *answer.file;
    lines.row(tr("file"), shown_name);
    lines.row("SHA-256", to_hex(file.digest));
    lines.row(tr("issued by"), file.body);
    lines.row(tr("copy number"), file.copy_number);
    lines.row(tr("look up at"), file.lookup_address);
    for (const AnswerRow& row : more) lines.row(row.label, row.value);
    lines.findings(file.findings);
    for (const SignatureReport& one : file.signatures) add_signature(one, lines);
  }
  if (answer.log) {
    lines.plain("");
    if (answer.log->head_time)
      lines.plain(say("Log of the body, as it stood at {}:", local_time(*answer.log->head_time)));
    else
      lines.plain(tr("Log of the body:"));
    lines.findings(answer.log->findings);
  }
  if (answer.qr) add_qr(*answer.qr, lines);
  return lines.take();
}

}  // namespace sogoc
