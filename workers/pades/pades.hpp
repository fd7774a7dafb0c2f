#pragma once

// The PDF side of PAdES: where the hole is, what is hashed, how a revision is appended. Works on
// files that this project wrote (PoDoFo never sees a foreign file) and only ever appends.

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// Half-open byte positions in the file of the hexadecimal string of /Contents, '<' and '>' included.
struct SignatureHole {
  std::uint64_t begin = 0, end = 0;
  std::uint64_t file_bytes = 0;
  [[nodiscard]] std::array<std::uint64_t, 4> byte_range() const { return {0, begin, end, file_bytes - end}; }
  [[nodiscard]] std::uint64_t capacity() const { return end > begin + 2 ? (end - begin - 2) / 2 : 0; }  // bytes of CMS
};

// The hole is zeros between '<' and '>', and the /ByteRange before it says exactly byte_range().
// Fails with invalid. The caller (coordinator) does this itself: it does not believe the worker.
[[nodiscard]] Done check_hole(const std::filesystem::path& file, const SignatureHole& hole);
[[nodiscard]] Result<Sha256> byte_range_digest(const std::filesystem::path& file, const SignatureHole& hole);
// Writes the CMS into the hole, padded with zeros, in place; fails with limit_exceeded when it does not fit.
[[nodiscard]] Done fill_hole(const std::filesystem::path& file, const SignatureHole& hole, std::span<const std::uint8_t> cms);
// The first `before_bytes` bytes of `after` are those of `before`: a revision only appended.
[[nodiscard]] Done check_only_appended(const std::filesystem::path& before, const std::filesystem::path& after);

// Incremental revisions, in the copy worker. Each copies `from` to `to` and appends.
struct SecondSignature { std::string field; std::string signing_time; std::string name, reason, location; };  // ISO times; /M
[[nodiscard]] Result<SignatureHole> append_signature(const std::filesystem::path& from, const std::filesystem::path& to,
                                                     const SecondSignature& signature);
struct ValidationMaterial { std::vector<std::vector<std::uint8_t>> certificates, ocsp, crls; };
[[nodiscard]] Done append_dss(const std::filesystem::path& from, const std::filesystem::path& to,
                              const ValidationMaterial& material);
[[nodiscard]] Result<SignatureHole> append_document_timestamp(const std::filesystem::path& from, const std::filesystem::path& to);

// For the composer: the text of a signature dictionary with an empty hole and a placeholder
// ByteRange of fixed width, and the pass that finds and patches it after the file was written.
[[nodiscard]] Result<SignatureHole> settle_first_hole(const std::filesystem::path& file);

}  // namespace sogoc
