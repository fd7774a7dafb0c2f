#pragma once

#include "pipeline/flow/copy_flow.hpp"
#include "storage/archive.hpp"

namespace sogoc {

// Pages and documents of the archive as sources of copies: always the archived PDF/A, re-hashed when it
// is asked for.
class ArchiveSources final : public CopySources {
 public:
  ArchiveSources(Archive& archive, const Clock& clock) : archive_(archive), clock_(clock) {}
  [[nodiscard]] Result<GatheredSource> gather(const CopySource& source) override;

 private:
  Archive& archive_;
  const Clock& clock_;
};

// SHA-256 of a file as it is now, read in pieces.
[[nodiscard]] Result<Sha256> digest_of_file(const std::filesystem::path& file);

}  // namespace sogoc
