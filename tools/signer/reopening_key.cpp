#include "tools/signer/reopening_key.hpp"

namespace sogoc {

Result<std::unique_ptr<SigningKey>> ReopeningKey::open(Opener open) {
  SOGOC_TRY(auto key, open());
  return std::unique_ptr<SigningKey>(new ReopeningKey(std::move(open), std::move(key)));
}

Done ReopeningKey::ensure_open() {
  if (key_) return {};
  if (refused_) return tl::unexpected<Error>(*refused_);
  auto opened = open_();
  if (!opened) {
    if (opened.error().code == ErrorCode::no_permission) refused_ = opened.error();
    return tl::unexpected<Error>(std::move(opened).error());
  }
  if ((*opened)->certificate() != certificate_ || (*opened)->scheme() != scheme_)
    return fail(ErrorCode::conflict, Retry::after_operator, "token",
                "another certificate is on the token than at start; plug the old one in, or start the signer again");
  key_ = *std::move(opened);
  return {};
}

Result<std::vector<std::uint8_t>> ReopeningKey::sign_digest(std::span<const std::uint8_t> digest) {
  const bool was_open = key_ != nullptr;
  SOGOC_CHECK(ensure_open());
  auto signature = key_->sign_digest(digest);
  if (signature || signature.error().code != ErrorCode::unavailable) return signature;
  // Its session is worth nothing any more. Unplugged and plugged in again since the last signature?
  key_.reset();
  if (!was_open || !ensure_open()) return signature;
  auto again = key_->sign_digest(digest);
  if (!again && again.error().code == ErrorCode::unavailable) key_.reset();
  return again;
}

}  // namespace sogoc
