#include "tools/signer/signer_home.hpp"

#include <openssl/rand.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "pipeline/copies/text_codes.hpp"
#include "pipeline/transport/keys.hpp"
#include "storage/durable_file.hpp"
#include "tools/signer/plain_key.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTemplate = R"(# The signer's settings. Restart `sogoc signer` after a change.

# A timestamp service (RFC 3161); without it only level B-B can be made.
# tsa_url = "http://tsa.example/tsr"
{}
# The body's key. kind: pkcs11 (module, token, label), pkcs12 (file) or remote (command, certificate_file).
# secret_file holds the PIN or password (mode 0600); without it the PIN is asked for at start.
# [keys.body]
# kind = "pkcs11"
# module = "/usr/lib/softhsm/libsofthsm2.so"
# token = "..."
# label = "..."
# secret_file = "body.pin"
# unattended = false        # true: the body's signature needs no approval for each copy

# A key at a remote signing service: a program gets the SHA-256 in hex on its standard input and writes the
# CMS (DER) to its standard output; exit code 75 = ask again later, another = refused, the reason on stderr.
# [keys.body]
# kind = "remote"
# command = ["/usr/local/lib/our-service/sign-hash", "--account", "..."]
# certificate_file = "body.pem"   # in PEM also the certificates above it
# timeout_s = 120

# The certifier's own key: each copy needs his approval.
# [keys.certifier]
)";

Done make_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (!failed) fs::permissions(folder, fs::perms::owner_all, failed);
  if (failed)
    return fail(ErrorCode::no_permission, Retry::after_operator, folder.string(),
                "cannot be made: " + failed.message());
  return {};
}

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

// Files with secrets, or that decide who is believed.
Done write_private(const fs::path& file, std::string_view content) {
  const mode_t before = ::umask(0077);
  Done written = write_file_durably(file, content);
  ::umask(before);
  return written;
}

}  // namespace

Done set_up_signer(const SignerSetup& setup) {
  const fs::path home = fs::absolute(setup.home);
  for (const fs::path& folder : {home, home / "approvers", home / "trust"})
    SOGOC_CHECK(make_folder(folder));
  const fs::path keys_folder = setup.archive / "keys";
  std::error_code ignored;
  fs::create_directories(keys_folder, ignored);
  SOGOC_TRY(const CurveKeys server, load_or_make_keys(home / "curve.key"));
  SOGOC_TRY(const CurveKeys caller, load_or_make_keys(keys_folder / "signer-caller.key"));
  SOGOC_TRY(const auto callers, load_allowed_workers(home / "callers.txt"));
  const bool known = std::any_of(callers.begin(), callers.end(), [&](const AllowedWorker& one) {
    return one.public_key == caller.public_key;
  });
  if (!known)
    SOGOC_CHECK(write_private(home / "callers.txt",
                              content_of(home / "callers.txt") +
                                  fmt::format("archive-{} {}\n", callers.size() + 1, caller.public_key)));
  if (!fs::exists(home / "signer.toml", ignored))
    SOGOC_CHECK(write_private(home / "signer.toml",
                              !setup.settings.empty()
                                  ? setup.settings
                                  : fmt::format(fmt::runtime(kTemplate),
                                                setup.trial ? "\n# Certificates of `sogoc dev-pki` are "
                                                              "believed.\ntrial = true\n"
                                                            : "")));
  // Made now and not at the first start, so that the office can publish them with the archive.
  SOGOC_TRY(const PlainKey head_key, PlainKey::load_or_make(home / "head_key.pem"));
  SOGOC_TRY(const PlainKey qr_key, PlainKey::load_or_make(home / "qr_key.pem"));
  const fs::path published = setup.archive / "trust" / "keys";
  fs::create_directories(published, ignored);
  SOGOC_CHECK(write_file_durably(published / "log.pem", head_key.public_pem()));
  SOGOC_CHECK(write_file_durably(published / "qr.pem", qr_key.public_pem()));
  const nlohmann::ordered_json address{{"endpoint", "ipc://" + (home / "signer.sock").string()},
                                       {"server_key", server.public_key}};
  return write_private(keys_folder / "signer.json", address.dump(2) + "\n");
}

Result<Enrolled> enroll_approver(const fs::path& home, const std::string& name,
                                 const std::vector<std::string>& roles) {
  const bool plain = !name.empty() && name.size() <= 64 &&
                     std::all_of(name.begin(), name.end(), [](unsigned char c) {
                       return std::isalnum(c) != 0 || c == '-' || c == '_';
                     });
  if (!plain)
    return fail(ErrorCode::usage, Retry::never, name,
                "an approver's name is made of letters without marks, digits, - and _");
  for (const std::string& role : roles)
    if (role != "body" && role != "certifier")
      return fail(ErrorCode::usage, Retry::never, role, "is not a role: body or certifier");
  const fs::path config = home / "signer.toml";
  const std::string text = content_of(config);
  if (text.empty())
    return fail(ErrorCode::not_found, Retry::after_operator, home.string(),
                "there is no signer here; make one with `sogoc signer --home DIR --setup`");
  const fs::path secret_file = home / "approvers" / (name + ".totp");
  std::error_code ignored;
  if (text.find("[approvers." + name + "]") != std::string::npos || fs::exists(secret_file, ignored))
    return fail(ErrorCode::already_exists, Retry::never, name,
                "is enrolled already; remove him from signer.toml first");
  std::array<std::uint8_t, 20> secret{};
  if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1)
    return fail(ErrorCode::internal, Retry::same_step, name, "there is no randomness");
  Enrolled enrolled{base32_of(secret), {}};
  enrolled.address = fmt::format("otpauth://totp/sogoc:{}?secret={}&issuer=sogoc", name, enrolled.secret);
  SOGOC_CHECK(write_private(secret_file, enrolled.secret + "\n"));
  std::string list;
  for (const std::string& role : roles) list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", role);
  SOGOC_CHECK(write_private(config, text + fmt::format("\n[approvers.{}]\nroles = [{}]\n"
                                                       "totp_secret_file = \"approvers/{}.totp\"\n",
                                                       name, list, name)));
  return enrolled;
}

}  // namespace sogoc
