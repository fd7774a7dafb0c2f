#pragma once

// Private to this folder.

#include <filesystem>
#include <span>
#include <vector>

#include "pipeline/core/ports.hpp"

namespace sogoc {

// Passes blobs on and remembers their digests: they are needed until the document is written.
class RememberingSink final : public BlobSink {
 public:
  explicit RememberingSink(BlobSink& next) : next_(next) {}
  Result<Sha256> put(std::span<const std::uint8_t> bytes) override {
    return remember(next_.put(bytes));
  }
  Result<Sha256> put_file(const std::filesystem::path& file) override {
    return remember(next_.put_file(file));
  }
  std::vector<Sha256> digests;

 private:
  Result<Sha256> remember(Result<Sha256> digest) {
    if (digest) digests.push_back(*digest);
    return digest;
  }
  BlobSink& next_;
};

}  // namespace sogoc
