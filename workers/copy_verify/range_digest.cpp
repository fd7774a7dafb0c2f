#include "workers/copy_verify/range_digest.hpp"

#include <memory>

#include <openssl/err.h>
#include <openssl/evp.h>

namespace sogoc::verify {
namespace {

struct ContextFree {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

}  // namespace

std::optional<std::vector<std::uint8_t>> range_digest(Bytes file, std::uint64_t hole_begin,
                                                      std::uint64_t hole_end,
                                                      std::uint64_t covered_end,
                                                      const std::string& algorithm) {
  const EVP_MD* kind = EVP_get_digestbyname(algorithm.c_str());
  const std::unique_ptr<EVP_MD_CTX, ContextFree> context(EVP_MD_CTX_new());
  if (kind == nullptr || !context || hole_begin > hole_end || hole_end > covered_end ||
      covered_end > file.size())
    return std::nullopt;
  std::vector<std::uint8_t> digest(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  const bool done =
      EVP_DigestInit_ex(context.get(), kind, nullptr) == 1 &&
      EVP_DigestUpdate(context.get(), file.data(), hole_begin) == 1 &&
      EVP_DigestUpdate(context.get(), file.data() + hole_end, covered_end - hole_end) == 1 &&
      EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1;
  ERR_clear_error();
  if (!done) return std::nullopt;
  digest.resize(size);
  return digest;
}

std::optional<std::vector<std::uint8_t>> digest_of(Bytes bytes, const std::string& algorithm) {
  return range_digest(bytes, bytes.size(), bytes.size(), bytes.size(), algorithm);
}

}  // namespace sogoc::verify
