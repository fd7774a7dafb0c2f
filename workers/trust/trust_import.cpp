#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include "pipeline/core/digest.hpp"
#include "workers/trust/certificate_private.hpp"
#include "workers/trust/trust_folder_private.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
using namespace openssl;

tl::unexpected<Error> refused(const fs::path& file, std::string why) {
  return fail(ErrorCode::invalid_input, Retry::never, file.string(), std::move(why));
}

tl::unexpected<Error> disk_error(const fs::path& file, int code) {
  if (code == ENOSPC || code == EDQUOT)
    return fail(ErrorCode::no_space, Retry::after_operator, file.string(), "the disk is full");
  return fail(ErrorCode::no_permission, Retry::after_operator, file.string(),
              "the trust store cannot be written: " + std::string(std::strerror(code)));
}

// Whole or absent: written beside, synced, renamed.
Done write_durably(const fs::path& file, std::span<const std::uint8_t> bytes) {
  const fs::path part = file.parent_path() / ("." + file.filename().string() + ".part");
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return disk_error(file, errno);
  std::size_t done = 0;
  int failed = 0;
  while (done < bytes.size() && failed == 0) {
    const ssize_t wrote = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) failed = errno;
    else done += static_cast<std::size_t>(wrote);
  }
  if (failed == 0 && ::fsync(fd) != 0) failed = errno;
  ::close(fd);
  if (failed == 0 && ::rename(part.c_str(), file.c_str()) != 0) failed = errno;
  if (failed != 0) {
    ::unlink(part.c_str());
    return disk_error(file, failed);
  }
  const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
  return {};
}

// As a TOML basic string.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) out += ' ';
    else out += c;
  }
  return out + "\"";
}

struct NewCertificate {
  DerBytes der;
  ImportedCertificate report;
  std::string label;
};

bool is_self_signed(X509* certificate) {
  return X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0 &&
         X509_verify(certificate, X509_get0_pubkey(certificate)) == 1;
}

Result<NewCertificate> looked_at(const DerBytes& der, bool alone, AnchorKind kind,
                                 bool trial_archive, UtcTime now, const fs::path& file) {
  const CertificatePtr parsed = certificate_from(der);
  if (parsed == nullptr) return refused(file, "a certificate in the file cannot be read");
  const std::string who = short_name(parsed.get());
  if (!is_ca(parsed.get()))
    return refused(file, who + " is not the certificate of a CA; only CAs are imported");
  const bool trial = has_trial_mark(parsed.get());
  const auto conflict = [&](const char* why) {
    return fail(ErrorCode::conflict, Retry::never, file.string(), who + why);
  };
  if ((trial || kind == AnchorKind::trial) && !trial_archive)
    return conflict(" is for trials, and this archive was not made by init --trial");
  if (trial && kind != AnchorKind::trial)
    return conflict(" is of dev-pki: import it with --kind trial");
  SOGOC_TRY(const CertificateFacts facts, facts_of(der));
  NewCertificate made{der, {}, who};
  made.report.subject = facts.subject;
  made.report.sha256_hex = to_hex(sha256_of(std::as_bytes(std::span(der))));
  made.report.anchor = alone || is_self_signed(parsed.get());
  made.report.expired = facts.not_after < now;
  return made;
}

// Is it there already? Under another kind or part it stays as it is, and that is said.
Done find_known(NewCertificate& one, AnchorKind kind, const trust_folder::Contents& contents,
                const fs::path& file) {
  for (const TrustAnchor& anchor : contents.anchors) {
    if (anchor.certificate != one.der) continue;
    if (one.report.anchor && anchor.kind != kind)
      return fail(ErrorCode::conflict, Retry::never, file.string(),
                  one.label + " is known already as " + std::string(name(anchor.kind)));
    one.report.known = one.report.anchor = true;
  }
  if (!one.report.anchor)
    one.report.known = std::find(contents.intermediates.begin(), contents.intermediates.end(),
                                 one.der) != contents.intermediates.end();
  return {};
}

}  // namespace

Result<std::vector<ImportedCertificate>> import_certificates(const fs::path& folder,
                                                             const fs::path& file, AnchorKind kind,
                                                             bool trial_archive, UtcTime now) {
  const QuietQueue quiet;
  SOGOC_TRY(const trust_folder::Contents contents, trust_folder::read(folder));
  SOGOC_TRY(const std::vector<DerBytes> ders, trust_folder::certificates_in(file));
  std::vector<NewCertificate> made;
  for (const DerBytes& der : ders) {
    if (std::any_of(made.begin(), made.end(), [&](const auto& one) { return one.der == der; })) continue;
    SOGOC_TRY(NewCertificate one,
              looked_at(der, ders.size() == 1, kind, trial_archive, now, file));
    SOGOC_CHECK(find_known(one, kind, contents, file));
    made.push_back(std::move(one));
  }

  std::error_code error;
  for (const char* part : {"anchors", "intermediates"}) {
    fs::create_directories(folder / part, error);
    if (error) return disk_error(folder, error.value());
  }
  // The list is what counts, so it is written last: until then nothing new is believed. Files of an
  // import that was cut off are written over by the next try.
  std::string list;
  const fs::path list_file = folder / "anchors.toml";
  if (std::ifstream in(list_file, std::ios::binary); in)
    list.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  bool longer = false;
  std::vector<ImportedCertificate> reports;
  for (const NewCertificate& one : made) {
    reports.push_back(one.report);
    if (one.report.known) continue;
    const std::string der_name = one.report.sha256_hex + ".der";
    SOGOC_CHECK(write_durably(folder / (one.report.anchor ? "anchors" : "intermediates") / der_name,
                              one.der));
    if (!one.report.anchor) continue;
    longer = true;
    if (!list.empty() && list.back() != '\n') list += '\n';
    list += "\n[[anchor]]\nfile = " + quoted(der_name) + "\nkind = " + quoted(std::string(name(kind))) +
            "\nlabel = " + quoted(one.label) + "\nsha256 = " + quoted(one.report.sha256_hex) + "\n";
  }
  if (longer)
    SOGOC_CHECK(write_durably(list_file, {reinterpret_cast<const std::uint8_t*>(list.data()), list.size()}));
  return reports;
}

}  // namespace sogoc
