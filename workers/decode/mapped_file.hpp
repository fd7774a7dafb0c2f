#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "pipeline/core/ports.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc::decoding {

// A file's bytes, mapped, never written.
// Owner:  owns the mapping. The file must not shrink meanwhile: a worker maps its own copy.
class MappedFile {
 public:
  // Fails with not_found, no_permission, invalid_input (empty, not a regular file) or
  // limit_exceeded.
  [[nodiscard]] static Result<MappedFile> open(const std::filesystem::path& file,
                                               const std::string& shown_name,
                                               std::uint64_t max_bytes);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::span<const std::uint8_t> bytes_;
};

}  // namespace sogoc::decoding
