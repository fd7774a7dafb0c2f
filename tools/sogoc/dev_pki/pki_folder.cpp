#include "tools/sogoc/dev_pki/pki_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include "pipeline/core/owned_fd.hpp"
#include "tools/sogoc/dev_pki/http_server.hpp"
#include "tools/sogoc/dev_pki/softhsm.hpp"
#include "workers/trust/openssl_boundary.hpp"

namespace sogoc::dev_pki {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using std::chrono::days;
using std::chrono::hours;

constexpr const char* kMarker = "dev-pki.json";
constexpr int kVersion = 1;

tl::unexpected<Error> disk_error(const fs::path& file, int code) {
  if (code == ENOSPC || code == EDQUOT)
    return fail(ErrorCode::no_space, Retry::after_operator, file.string(), "the disk is full");
  return fail(ErrorCode::no_permission, Retry::after_operator, file.string(),
              "cannot be written: " + std::string(std::strerror(code)));
}

tl::unexpected<Error> foreign(const fs::path& folder) {
  return fail(ErrorCode::already_exists, Retry::never, folder.string(),
              "the folder holds something else; name a new one");
}

// Whole or absent; `mode` 0600 for what is secret.
Done write_file(const fs::path& file, std::string_view bytes, mode_t mode) {
  const fs::path part = file.string() + ".part";
  const OwnedFd fd(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!fd) return disk_error(file, errno);
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return disk_error(file, errno);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  if (::rename(part.c_str(), file.c_str()) != 0) return disk_error(file, errno);
  return {};
}

Result<std::string> read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return fail(ErrorCode::no_permission, Retry::after_operator, file.string(), "cannot be read");
  return std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Result<DerBytes> read_certificate(const fs::path& file) {
  SOGOC_TRY(const std::string pem, read_file(file));
  const openssl::QuietQueue quiet;
  const openssl::BioPtr memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const openssl::CertificatePtr parsed(
      memory != nullptr ? PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr) : nullptr);
  if (parsed == nullptr)
    return fail(ErrorCode::corrupt, Retry::never, file.string(),
                "is no certificate; remove the folder and make it again");
  return openssl::der_of(parsed.get());
}

std::string random_text(const char* alphabet, std::size_t size) {
  std::vector<unsigned char> random(size);
  RAND_bytes(random.data(), static_cast<int>(size));
  std::string text;
  for (const unsigned char byte : random) text += alphabet[byte % std::strlen(alphabet)];
  return text;
}

std::string iso(UtcTime time) {
  const std::time_t seconds = openssl::seconds_of(time);
  std::tm broken{};
  gmtime_r(&seconds, &broken);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &broken);
  return text;
}

// What dev-pki.json says.
struct State {
  std::uint16_t port = 0;
  std::string module;
  KeyKind keys = KeyKind::ec_p256;
  std::map<std::string, Revoked> revoked;
};

std::string to_text(const State& state) {
  Json revoked = Json::object();
  for (const auto& [member, what] : state.revoked)
    revoked[member] = {{"at", iso(what.at)}, {"reason", what.reason}};
  return Json{{"version", kVersion},
              {"port", state.port},
              {"module", state.module},
              {"keys", state.keys == KeyKind::ec_p256 ? "ec-p256" : "rsa-2048"},
              {"revoked", revoked}}
             .dump(2) +
         "\n";
}

Result<State> read_state(const fs::path& folder) {
  SOGOC_TRY(const std::string text, read_file(folder / kMarker));
  const auto corrupt = [&] {
    return fail(ErrorCode::corrupt, Retry::never, (folder / kMarker).string(),
                "cannot be understood; remove the folder and make it again");
  };
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || json.value("version", 0) != kVersion) return corrupt();
  State state;
  state.port = json.value("port", std::uint16_t{0});
  state.module = json.value("module", "");
  state.keys = json.value("keys", "") == "rsa-2048" ? KeyKind::rsa_2048 : KeyKind::ec_p256;
  const Json revoked = json.value("revoked", Json::object());
  for (const auto& [member, what] : revoked.items()) {
    std::tm broken{};
    if (strptime(what.value("at", "").c_str(), "%Y-%m-%dT%H:%M:%SZ", &broken) == nullptr)
      return corrupt();
    state.revoked[member] = {UtcTime(std::chrono::seconds(timegm(&broken))), what.value("reason", 1)};
  }
  return state;
}

CertificateWish wish_for(const std::string& member, Validity validity, std::uint16_t port, UtcTime now) {
  const std::string site = "http://127.0.0.1:" + std::to_string(port);
  UtcTime from = now - days(30), to = now + days(730);
  if (validity == Validity::expired) to = now - hours(1);
  if (validity == Validity::not_yet) from = now + days(1);
  CertificateWish wish;
  if (member == "root") return ca_wish("Sogoc Dev Root CA", now - days(3650), now + days(3650));
  if (member == "issuing") {
    wish = ca_wish("Sogoc Dev Issuing CA", now - days(3600), now + days(3600));
    wish.basic_constraints = "critical,CA:TRUE,pathlen:0";
    wish.crl = {site + "/root.crl"};
    wish.ca_issuers = {site + "/root.der"};
    return wish;
  }
  if (member == "tsa") wish = tsa_wish("Sogoc Dev TSA", from, to);
  if (member == "ocsp") wish = responder_wish("Sogoc Dev OCSP", from, to);
  if (member == "body") wish = signer_wish("UBND xã Dùng Thử", from, to);
  if (member == "certifier") wish = signer_wish("Người Chứng Thực Thử", from, to);
  if (member != "ocsp") {
    wish.ocsp = {site + "/ocsp"};
    wish.crl = {site + "/issuing.crl"};
  }
  wish.ca_issuers = {site + "/issuing.der"};
  return wish;
}

std::string softhsm_config(const fs::path& tokens) {
  return "# for SOFTHSM2_CONF; made by sogoc dev-pki\n"
         "directories.tokendir = " + tokens.string() + "\n"
         "objectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n";
}

Result<std::string> kept_secret(const fs::path& file, const char* alphabet, std::size_t size) {
  std::error_code error;
  if (fs::exists(file, error)) {
    SOGOC_TRY(std::string text, read_file(file));
    return text.substr(0, text.find('\n'));
  }
  std::string made = random_text(alphabet, size);
  SOGOC_CHECK(write_file(file, made + "\n", 0600));
  return made;
}

// Everything of a member that depends on its certificate.
Done write_member(const fs::path& folder, const std::string& member, const Credential& credential,
                  const std::string& module) {
  SOGOC_TRY(const std::string certificate, certificate_pem(credential.certificate));
  SOGOC_CHECK(write_file(folder / (member + ".pem"), certificate, 0644));
  SOGOC_TRY(const std::string key, key_pem(credential.key));
  SOGOC_CHECK(write_file(folder / "private" / (member + ".key.pem"), key, 0600));
  if (!has_token(member)) return {};
  constexpr const char* kDigits = "0123456789";
  constexpr const char* kLetters = "abcdefghijkmnpqrstuvwxyz23456789";
  SOGOC_TRY(const std::string password, kept_secret(folder / (member + ".password"), kLetters, 20));
  SOGOC_TRY(const DerBytes pkcs12, make_pkcs12(credential, member, password));
  SOGOC_CHECK(write_file(folder / (member + ".p12"), {reinterpret_cast<const char*>(pkcs12.data()), pkcs12.size()}, 0600));
  SOGOC_TRY(const std::string pin, kept_secret(folder / (member + ".pin"), kDigits, 8));
  SOGOC_TRY(const std::string so_pin, kept_secret(folder / "private" / "so.pin", kDigits, 8));
  return store_in_token({.module = module,
                         .config = folder / "softhsm2.conf",
                         .token_label = "sogoc-" + member,
                         .key_label = member,
                         .pin = pin,
                         .so_pin = so_pin},
                        credential);
}

std::vector<DerBytes> chain_of(const std::string& member, const std::map<std::string, Credential>& all) {
  if (member == "root") return {};
  if (member == "issuing") return {all.at("root").certificate};
  return {all.at("issuing").certificate, all.at("root").certificate};
}

Done make_members(const fs::path& folder, const State& state, const FolderWish& wish, UtcTime now) {
  std::map<std::string, Credential> made;
  for (const std::string& member : member_names()) {
    const auto asked = wish.validity.find(member);
    const CertificateWish certificate =
        wish_for(member, asked == wish.validity.end() ? Validity::now : asked->second, state.port, now);
    SOGOC_TRY(made[member], member == "root" ? make_root(certificate, wish.keys)
                                             : issue(made.at(member == "issuing" ? "root" : "issuing"), certificate, wish.keys));
    made[member].chain = chain_of(member, made);
    SOGOC_CHECK(write_member(folder, member, made[member], state.module));
  }
  SOGOC_TRY(const std::string root, certificate_pem(made["root"].certificate));
  SOGOC_TRY(const std::string issuing, certificate_pem(made["issuing"].certificate));
  return write_file(folder / "ca.pem", root + issuing, 0644);
}

// Takes away what was begun, unless it was finished.
struct Begun {
  fs::path folder;
  bool finished = false;
  explicit Begun(fs::path where) : folder(std::move(where)) {}
  Begun(const Begun&) = delete;
  Begun& operator=(const Begun&) = delete;
  ~Begun() {
    std::error_code error;
    if (!finished) fs::remove_all(folder, error);
  }
};

Done make_new(const fs::path& folder, const FolderWish& wish, UtcTime now) {
  State state{.port = wish.port, .module = "", .keys = wish.keys, .revoked = wish.revoked};
  SOGOC_TRY(const fs::path module, find_softhsm(wish.softhsm_module));
  state.module = module.string();
  if (state.port == 0) {
    SOGOC_TRY(state.port, free_port());
  }
  std::error_code error;
  fs::create_directories(folder.parent_path(), error);
  std::string pattern = (folder.parent_path() / ("." + folder.filename().string() + ".XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) return disk_error(folder, errno);
  Begun begun{pattern};
  for (const char* part : {"private", "tokens"})
    if (::mkdir((begun.folder / part).c_str(), 0700) != 0) return disk_error(begun.folder / part, errno);
  SOGOC_CHECK(write_file(begun.folder / "softhsm2.conf", softhsm_config(begun.folder / "tokens"), 0644));
  SOGOC_CHECK(make_members(begun.folder, state, wish, now));
  // From here on the folder stands at its last place; the marker was the last file written.
  SOGOC_CHECK(write_file(begun.folder / "softhsm2.conf", softhsm_config(folder / "tokens"), 0644));
  SOGOC_CHECK(write_file(begun.folder / kMarker, to_text(state), 0644));
  if (::rename(begun.folder.c_str(), folder.c_str()) != 0) {
    if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) return foreign(folder);
    return disk_error(folder, errno);
  }
  begun.finished = true;
  return {};
}

Done apply(const PkiFolder& pki, const FolderWish& wish, UtcTime now) {
  SOGOC_TRY(State state, read_state(pki.folder()));
  const auto conflict = [&](const char* what) {
    return fail(ErrorCode::conflict, Retry::never, pki.folder().string(), what);
  };
  if (wish.port != 0 && wish.port != state.port)
    return conflict("its certificates name another port; make a new folder");
  if (wish.keys != state.keys) return conflict("it has another kind of keys; make a new folder");
  for (const auto& [member, validity] : wish.validity) {
    Credential credential = pki.member(member);
    SOGOC_TRY(credential.certificate,
              certify(pki.member(member == "issuing" ? "root" : "issuing"),
                      wish_for(member, validity, state.port, now), credential.key));
    SOGOC_CHECK(write_member(pki.folder(), member, credential, state.module));
  }
  if (wish.revoked.empty()) return {};
  for (const auto& [member, what] : wish.revoked) state.revoked[member] = what;
  return write_file(pki.folder() / kMarker, to_text(state), 0644);
}

}  // namespace

const std::vector<std::string>& member_names() {
  static const std::vector<std::string> names{"root", "issuing", "body", "certifier", "tsa", "ocsp"};
  return names;
}

bool has_token(const std::string& member) { return member == "body" || member == "certifier"; }

Result<PkiFolder> PkiFolder::make(const fs::path& folder, const FolderWish& wish, UtcTime now) {
  std::error_code error;
  fs::path place = fs::absolute(folder, error).lexically_normal();
  if (place.filename().empty()) place = place.parent_path();  // "dir/"
  if (fs::exists(place / kMarker, error)) {
    SOGOC_TRY(const PkiFolder there, open(place));
    SOGOC_CHECK(apply(there, wish, now));
    return open(place);
  }
  if (fs::exists(place, error) && (!fs::is_directory(place, error) || !fs::is_empty(place, error)))
    return foreign(place);
  SOGOC_CHECK(make_new(place, wish, now));
  return open(place);
}

Result<PkiFolder> PkiFolder::open(const fs::path& folder) {
  PkiFolder pki;
  std::error_code error;
  pki.folder_ = fs::absolute(folder, error).lexically_normal();
  SOGOC_TRY(const State state, read_state(pki.folder_));
  pki.port_ = state.port;
  pki.module_ = state.module;
  for (const std::string& member : member_names()) {
    Credential credential;
    SOGOC_TRY(credential.certificate, read_certificate(pki.folder_ / (member + ".pem")));
    SOGOC_TRY(const std::string key, read_file(pki.folder_ / "private" / (member + ".key.pem")));
    SOGOC_TRY(credential.key, key_from_pem(key));
    credential.chain = chain_of(member, pki.members_);
    pki.members_.emplace(member, std::move(credential));
  }
  return pki;
}

std::string PkiFolder::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

Result<std::map<std::string, Revoked>> PkiFolder::revoked() const {
  SOGOC_TRY(State state, read_state(folder_));
  return std::move(state.revoked);
}

}  // namespace sogoc::dev_pki
