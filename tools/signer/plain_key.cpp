#include "tools/signer/plain_key.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/free_with.hpp"
#include "storage/durable_file.hpp"

namespace sogoc {
namespace {

using KeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>>;

tl::unexpected<Error> openssl_failure(const std::string& subject) {
  ERR_clear_error();
  return fail(ErrorCode::internal, Retry::never, subject, "OpenSSL refuses the key");
}

std::string content_of(const BioPtr& bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &data);
  return length > 0 ? std::string(data, static_cast<std::size_t>(length)) : std::string();
}

Result<KeyPtr> make_key(const std::filesystem::path& file) {
  KeyPtr key(EVP_EC_gen("P-256"));
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  if (!key || !bio ||
      PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return openssl_failure(file.string());
  const mode_t before = ::umask(0077);
  const Done written = write_file_durably(file, content_of(bio));
  ::umask(before);
  if (!written) return tl::unexpected<Error>(written.error());
  return key;
}

}  // namespace

struct PlainKey::Inside {
  KeyPtr key;
};

PlainKey::PlainKey() : inside_(std::make_unique<Inside>()) {}
PlainKey::PlainKey(PlainKey&&) noexcept = default;
PlainKey& PlainKey::operator=(PlainKey&&) noexcept = default;
PlainKey::~PlainKey() = default;

Result<PlainKey> PlainKey::load_or_make(const std::filesystem::path& file) {
  PlainKey made;
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) {
    SOGOC_TRY(made.inside_->key, make_key(file));
    return made;
  }
  if ((facts.st_mode & 077) != 0)
    return fail(ErrorCode::no_permission, Retry::after_operator, file.string(),
                "others may read this key; run chmod 600 on it, and make a new one if they have");
  std::ifstream stream(file, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  const std::string pem = std::move(text).str();
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  made.inside_->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  EVP_PKEY* key = made.inside_->key.get();
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_EC || EVP_PKEY_get_bits(key) != 256) {
    ERR_clear_error();
    return fail(ErrorCode::invalid_input, Retry::after_operator, file.string(),
                "is not an ECDSA P-256 private key in PEM form");
  }
  return made;
}

Result<std::vector<std::uint8_t>> PlainKey::sign(std::span<const std::uint8_t> bytes) const {
  const DigestPtr context(EVP_MD_CTX_new());
  std::vector<std::uint8_t> der(80);
  std::size_t length = der.size();
  if (!context ||
      EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, inside_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), der.data(), &length, bytes.data(), bytes.size()) != 1)
    return openssl_failure("signer");
  der.resize(length);
  return der;
}

Result<std::vector<std::uint8_t>> PlainKey::sign_raw(std::span<const std::uint8_t> bytes) const {
  SOGOC_TRY(const auto der, sign(bytes));
  const unsigned char* at = der.data();
  const SignaturePtr signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::vector<std::uint8_t> raw(64);
  if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), 32) != 32 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + 32, 32) != 32)
    return openssl_failure("signer");
  return raw;
}

std::string PlainKey::public_pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PUBKEY(bio.get(), inside_->key.get()) != 1) return {};
  return content_of(bio);
}

std::vector<std::uint8_t> PlainKey::public_der() const {
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(inside_->key.get(), &der);
  std::vector<std::uint8_t> bytes;
  if (length > 0) bytes.assign(der, der + length);
  OPENSSL_free(der);
  return bytes;
}

std::string PlainKey::id() const {
  const std::vector<std::uint8_t> der = public_der();
  return to_hex(sha256_of(std::as_bytes(std::span(der)))).substr(0, 16);
}

}  // namespace sogoc
