#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// Port: bytes by SHA-256. Idempotent; durable on return (file and folder synced) unless the
// store was opened for a throw-away run.
//
// Thread: safe to use from several threads and processes at once.
class BlobStore {
 public:
  // A blob that arrives in pieces; nothing is visible before commit(). Dropping it leaves no trace.
  class Writer {
   public:
    virtual ~Writer() = default;
    [[nodiscard]] virtual Done append(std::span<const std::uint8_t> bytes) = 0;
    // Fails with invalid_input when the content's digest is not `expected`.
    [[nodiscard]] virtual Result<Sha256> commit(const Sha256* expected) = 0;
  };

  virtual ~BlobStore() = default;
  [[nodiscard]] virtual Result<std::unique_ptr<Writer>> begin() = 0;
  [[nodiscard]] virtual Result<Sha256> put(std::span<const std::uint8_t> bytes) = 0;
  [[nodiscard]] virtual Result<Sha256> put_file(const std::filesystem::path& file) = 0;
  // Where the blob lies; not_found when it is absent. Callers read, never write.
  [[nodiscard]] virtual Result<std::filesystem::path> find(const Sha256& digest) = 0;
  [[nodiscard]] virtual Result<std::string> load(const Sha256& digest) = 0;  // checks the digest
  [[nodiscard]] virtual Done remove(const Sha256& digest) = 0;
};

}  // namespace sogoc
