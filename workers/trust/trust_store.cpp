// The folder `trust/` of an archive: README.md describes it.

#include "workers/trust/trust_folder_private.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <toml++/toml.h>

#include "pipeline/core/digest.hpp"
#include "workers/trust/certificate_private.hpp"

namespace sogoc {

namespace fs = std::filesystem;
using namespace openssl;

namespace trust_folder {
namespace {

constexpr std::uintmax_t kMostFileBytes = 4u << 20;
constexpr std::size_t kMostFiles = 4096;

tl::unexpected<Error> broken(const fs::path& file, std::string why) {
  return fail(ErrorCode::invalid_input, Retry::after_operator, file.string(), std::move(why));
}

// "2026-11-25T00:00:00Z", TOML's own offset date-time.
std::optional<UtcTime> utc_of(const toml::date_time& value) {
  using namespace std::chrono;
  const year_month_day day{year(value.date.year), month(value.date.month),
                           std::chrono::day(value.date.day)};
  if (!day.ok() || !value.offset) return std::nullopt;
  return UtcTime(sys_days(day)) + hours(value.time.hour) + minutes(value.time.minute) +
         seconds(value.time.second) - minutes(value.offset->minutes);
}

Result<UtcTime> optional_time(const toml::table& entry, const char* key, UtcTime otherwise,
                              const fs::path& file) {
  const auto node = entry[key];
  if (!node) return otherwise;
  const auto value = node.value<toml::date_time>();
  const auto time = value ? utc_of(*value) : std::nullopt;
  if (!time) return broken(file, std::string(key) + " is no time with offset");
  return *time;
}

bool is_plain_file_name(const std::string& name) {
  return !name.empty() && name.size() < 200 && name.front() != '.' &&
         name.find('/') == std::string::npos;
}

Result<toml::table> read_toml(const fs::path& file) {
  std::error_code error;
  if (fs::file_size(file, error) > kMostFileBytes || error)
    return broken(file, "the file is too large to be one of the trust store");
  try {
    return toml::parse_file(file.string());
  } catch (const toml::parse_error& wrong) {
    return broken(file, "line " + std::to_string(wrong.source().begin.line) + ": " +
                            std::string(wrong.description()));
  }
}

Result<DerBytes> one_certificate(const fs::path& file) {
  SOGOC_TRY(const std::vector<DerBytes> found, certificates_in(file));
  if (found.size() != 1) return broken(file, "the file must hold one certificate");
  return found.front();
}

Result<TrustAnchor> read_anchor(const toml::table& entry, const fs::path& folder,
                                const fs::path& list, std::vector<std::string>& named) {
  for (const auto& [key, value] : entry) {
    static constexpr std::string_view known[] = {"file", "kind", "label", "sha256", "trusted_from", "trusted_to"};
    if (std::find(std::begin(known), std::end(known), key.str()) == std::end(known))
      return broken(list, std::string(key.str()) + " is not known in an anchor");
  }
  const auto file = entry["file"].value_or(std::string());
  const auto kind = anchor_kind_named(entry["kind"].value_or(std::string()));
  if (!is_plain_file_name(file)) return broken(list, "an anchor names no file");
  if (!kind) return broken(list, file + ": kind must be national, government, foreign or trial");
  SOGOC_TRY(DerBytes certificate, one_certificate(folder / "anchors" / file));
  const auto digest = sha256_from_hex(entry["sha256"].value_or(std::string()));
  if (!digest || *digest != sha256_of(std::as_bytes(std::span(certificate))))
    return broken(folder / "anchors" / file, "the certificate is not the one that was imported");
  TrustAnchor anchor{std::move(certificate), *kind, entry["label"].value_or(std::string())};
  SOGOC_TRY(anchor.trusted_from, optional_time(entry, "trusted_from", UtcTime{}, list));
  SOGOC_TRY(anchor.trusted_to, optional_time(entry, "trusted_to", UtcTime::max(), list));
  named.push_back(file);
  return anchor;
}

// A certificate that lies there without a line in the list was not imported: it is not believed,
// and saying nothing about it would hide a mistake or worse.
Done nothing_unlisted(const fs::path& folder, const std::vector<std::string>& named) {
  std::error_code error;
  for (fs::directory_iterator it(folder / "anchors", error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.front() != '.' && std::find(named.begin(), named.end(), name) == named.end())
      return broken(it->path(), "the file is not in anchors.toml; import it with sogoc trust import");
  }
  return {};
}

}  // namespace

Result<std::vector<DerBytes>> certificates_in(const fs::path& file) {
  const QuietQueue quiet;
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error)
    return fail(error == std::errc::permission_denied ? ErrorCode::no_permission : ErrorCode::not_found,
                Retry::after_operator, file.string(), "the file cannot be read");
  if (size > kMostFileBytes) return broken(file, "the file is too large to hold certificates");
  std::ifstream in(file, std::ios::binary);
  const DerBytes bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.eof() && !in)
    return fail(ErrorCode::no_permission, Retry::after_operator, file.string(), "the file cannot be read");
  if (certificate_from(bytes) != nullptr) return std::vector<DerBytes>{bytes};
  std::vector<DerBytes> found;
  const BioPtr memory(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  while (memory != nullptr) {
    const CertificatePtr one(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
    if (one == nullptr) break;
    found.push_back(der_of(one.get()));
  }
  // Stops at the end, which OpenSSL calls NO_START_LINE, or at a block that is no certificate.
  const unsigned long code = ERR_peek_last_error();
  if (!found.empty() && code != 0 && ERR_GET_REASON(code) != PEM_R_NO_START_LINE)
    return broken(file, "a certificate in the file cannot be read");
  if (found.empty()) return broken(file, "the file holds no certificate in PEM or DER");
  return found;
}

Result<Contents> read(const fs::path& folder) {
  Contents contents;
  std::error_code error;
  if (!fs::exists(folder, error)) {
    if (error)
      return fail(ErrorCode::no_permission, Retry::after_operator, folder.string(),
                  "the folder cannot be read");
    return contents;
  }
  const fs::path list = folder / "anchors.toml";
  std::vector<std::string> named;
  if (fs::exists(list, error)) {
    SOGOC_TRY(const toml::table table, read_toml(list));
    const toml::array* anchors = table["anchor"].as_array();
    if (anchors != nullptr)
      for (const toml::node& node : *anchors) {
        if (!node.is_table()) return broken(list, "anchor must be a table");
        SOGOC_TRY(TrustAnchor anchor, read_anchor(*node.as_table(), folder, list, named));
        contents.anchors.push_back(std::move(anchor));
      }
  }
  SOGOC_CHECK(nothing_unlisted(folder, named));
  std::vector<fs::path> files;
  for (fs::directory_iterator it(folder / "intermediates", error), end; !error && it != end; it.increment(error))
    if (it->path().filename().string().front() != '.') files.push_back(it->path());
  if (files.size() > kMostFiles) return broken(folder, "the store holds too many files");
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    SOGOC_TRY(DerBytes one, one_certificate(file));
    contents.intermediates.push_back(std::move(one));
  }
  const fs::path hosts = folder / "hosts.toml";
  if (fs::exists(hosts, error)) {
    SOGOC_TRY(const toml::table table, read_toml(hosts));
    const toml::array* list_of_hosts = table["hosts"].as_array();
    if (list_of_hosts == nullptr) return broken(hosts, "hosts = [\"ocsp.example.vn\"] is missing");
    for (const toml::node& node : *list_of_hosts) {
      const auto host = node.value<std::string>();
      if (!host || host->empty()) return broken(hosts, "a host must be a text");
      contents.hosts.push_back(*host);
    }
  }
  return contents;
}

}  // namespace trust_folder

namespace {

// Addresses of evidence that the CAs themselves name: in their own certificates. What a leaf names
// is asked only when its host is among these or in hosts.toml.
void add_hosts_of(const DerBytes& certificate, std::vector<std::string>& hosts) {
  const CertificateAddresses addresses = addresses_of(certificate);
  for (const auto* list : {&addresses.ocsp, &addresses.crl, &addresses.ca_issuers})
    for (const std::string& address : *list) {
      const std::string host = host_of(address);
      if (!host.empty() && std::find(hosts.begin(), hosts.end(), host) == hosts.end())
        hosts.push_back(host);
    }
}

}  // namespace

std::string host_of(const std::string& address) {
  const std::size_t scheme = address.find("://");
  if (scheme == std::string::npos) return "";
  std::string rest = address.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#\\"));
  if (rest.find('@') != std::string::npos) return "";
  std::transform(rest.begin(), rest.end(), rest.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return rest;
}

TrustStore TrustStore::of(std::vector<TrustAnchor> anchors, std::vector<DerBytes> intermediates,
                          std::vector<std::string> hosts, bool trial_archive) {
  TrustStore store;
  store.trial_ = trial_archive;
  const auto refused = [&](const DerBytes& der) { return !trial_archive && carries_trial_mark(der); };
  for (TrustAnchor& anchor : anchors)
    if (!refused(anchor.certificate) && (trial_archive || anchor.kind != AnchorKind::trial))
      store.anchors_.push_back(std::move(anchor));
  for (DerBytes& one : intermediates)
    if (!refused(one)) store.intermediates_.push_back(std::move(one));
  store.hosts_ = std::move(hosts);
  for (const TrustAnchor& anchor : store.anchors_) add_hosts_of(anchor.certificate, store.hosts_);
  for (const DerBytes& one : store.intermediates_) add_hosts_of(one, store.hosts_);
  return store;
}

Result<TrustStore> TrustStore::load(const fs::path& folder, bool trial_archive) {
  SOGOC_TRY(trust_folder::Contents contents, trust_folder::read(folder));
  const auto trial_here = [&](const std::string& what) {
    return fail(ErrorCode::conflict, Retry::after_operator, folder.string(),
                what + " is of dev-pki, which only an archive made by init --trial believes; remove it");
  };
  if (!trial_archive) {
    for (const TrustAnchor& anchor : contents.anchors)
      if (anchor.kind == AnchorKind::trial || carries_trial_mark(anchor.certificate))
        return trial_here(anchor.label.empty() ? "an anchor" : anchor.label);
    for (const DerBytes& one : contents.intermediates)
      if (carries_trial_mark(one)) return trial_here("an intermediate");
  }
  return of(std::move(contents.anchors), std::move(contents.intermediates),
            std::move(contents.hosts), trial_archive);
}

}  // namespace sogoc
