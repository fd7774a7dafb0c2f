#include "workers/copy_verify/published_keys.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "pipeline/copies/log_leaf.hpp"
#include "pipeline/core/free_with.hpp"

namespace sogoc {
namespace {

using KeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;

bool is_p256(const EVP_PKEY* key) {
  char group[64] = {};
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                        nullptr) == 1 &&
         (std::string_view(group) == "prime256v1" || std::string_view(group) == "P-256");
}

KeyPtr key_from(std::span<const std::uint8_t> der) {
  const unsigned char* at = der.data();
  KeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  if (key && (at != der.data() + der.size() || !is_p256(key.get()))) key.reset();
  return key;
}

Octets der_of(const EVP_PKEY* key) {
  unsigned char* raw = nullptr;
  const int size = i2d_PUBKEY(key, &raw);
  Octets der;
  if (size > 0) der.assign(raw, raw + size);
  OPENSSL_free(raw);
  return der;
}

Result<PublishedKey> read_key(const std::filesystem::path& file) {
  constexpr std::size_t kMost = 64u << 10;
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return fail(ErrorCode::not_found, Retry::never, file.filename().string(),
                "the published key cannot be opened");
  std::string bytes(kMost + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  KeyPtr key;
  if (bytes.find("-----BEGIN PUBLIC KEY-----") != std::string::npos) {
    const BioPtr memory(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
    key.reset(PEM_read_bio_PUBKEY(memory.get(), nullptr, nullptr, nullptr));
    if (key && !is_p256(key.get())) key.reset();
  } else {
    key = key_from(octets(bytes));
  }
  ERR_clear_error();
  if (!key || bytes.size() > kMost)
    return fail(
        ErrorCode::invalid_input, Retry::never, file.filename().string(),
        "this is no P-256 public key (PEM or DER); get it again from the office that published it");
  PublishedKey published{der_of(key.get()), {}};
  published.id = key_id_of(published.public_key);
  return published;
}

}  // namespace

Result<std::vector<PublishedKey>> load_published_keys(const std::filesystem::path& place) {
  std::vector<PublishedKey> keys;
  std::error_code error;
  if (!std::filesystem::is_directory(place, error)) {
    if (!std::filesystem::exists(place, error) && !place.has_extension()) return keys;
    SOGOC_TRY(PublishedKey key, read_key(place));
    keys.push_back(std::move(key));
    return keys;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(place, error))
    if (entry.path().extension() == ".pem" || entry.path().extension() == ".der")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    SOGOC_TRY(PublishedKey key, read_key(file));
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace sogoc
