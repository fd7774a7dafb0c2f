#include "tests/support/soft_token.hpp"

#include <cstdlib>
#include <stdexcept>

#include "tests/support/pdf_checks.hpp"

namespace sogoc::test {

namespace {

void run(const std::vector<std::string>& arguments) {
  const ProgramOutput output = run_program(arguments);
  if (output.exit_code != 0) throw std::runtime_error(arguments[0] + ": " + output.text);
}

}  // namespace

SoftToken::SoftToken(const std::string& label) : label_(label) {
  std::filesystem::create_directory(folder_.path() / "tokens");
  const auto conf = folder_.path() / "softhsm2.conf";
  write_bytes(conf, "directories.tokendir = " + (folder_.path() / "tokens").string() +
                        "\nobjectstore.backend = file\nlog.level = ERROR\n");
  ::setenv("SOFTHSM2_CONF", conf.c_str(), 1);
  run({"softhsm2-util", "--init-token", "--free", "--label", label, "--pin", kPin, "--so-pin",
       "314159"});
}

SoftToken::~SoftToken() { ::unsetenv("SOFTHSM2_CONF"); }

std::filesystem::path SoftToken::module() {
  for (const char* path :
       {"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"})
    if (std::filesystem::exists(path)) return path;
  throw std::runtime_error("libsofthsm2.so is not installed");
}

void SoftToken::import(const dev_pki::Credential& credential, const std::string& key_label,
                       const std::string& id, bool with_certificate) const {
  const auto pem = dev_pki::key_pem(credential.key);
  if (!pem) throw std::runtime_error(to_string(pem.error()));
  const auto file = folder_.path() / "key.pem";
  write_bytes(file, *pem);
  run({"softhsm2-util", "--import", file.string(), "--token", label_, "--label", key_label, "--id",
       id, "--pin", kPin, "--no-public-key"});
  std::filesystem::remove(file);
  if (with_certificate) import_certificate(credential.certificate, key_label, id);
}

void SoftToken::import_certificate(const DerBytes& certificate, const std::string& label,
                                   const std::string& id) const {
  const auto file = folder_.path() / "certificate.der";
  write_bytes(file, std::string(certificate.begin(), certificate.end()));
  run({"pkcs11-tool", "--module", module().string(), "--token-label", label_, "--login", "--pin",
       kPin, "--write-object", file.string(), "--type", "cert", "--label", label, "--id", id});
}

void SoftToken::unplug() const { std::filesystem::remove_all(folder_.path() / "tokens"); }

}  // namespace sogoc::test
