#pragma once

// The PDF side of PAdES: where the hole is, what is hashed, how a revision is appended. Works on
// files that this project wrote (classic cross-reference tables, no object streams) and only ever
// appends. Everything a file says is checked anyway: the coordinator does not believe the worker.
//
// Thread: free functions without state. Nothing is half-written: on failure `to` does not exist.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// Room for the CMS of one signature, its timestamp and RSA-4096 chains, in bytes.
inline constexpr std::size_t kCmsCapacity = 16'384;

// Half-open byte positions in the file of the hexadecimal string of /Contents, '<' and '>'
// included.
struct SignatureHole {
  std::uint64_t begin = 0, end = 0;
  std::uint64_t file_bytes = 0;
  [[nodiscard]] std::array<std::uint64_t, 4> byte_range() const {
    return {0, begin, end, file_bytes - end};
  }
  // Bytes of CMS that fit.
  [[nodiscard]] std::uint64_t capacity() const {
    return end > begin + 2 ? (end - begin - 2) / 2 : 0;
  }
};

// For the coordinator. The hole is zeros between '<' and '>', it is the only one of the file, the
// /ByteRange before it says exactly byte_range(), and the file ends there. Fails with invalid.
[[nodiscard]] Done check_hole(const std::filesystem::path& file, const SignatureHole& hole);
// The one empty hole of a file, for a process that goes on with what another prepared. Fails with
// invalid unless check_hole holds for it.
[[nodiscard]] Result<SignatureHole> find_hole(const std::filesystem::path& file);
// What will be signed. Fails with invalid when the hole does not lie in the file.
[[nodiscard]] Result<Sha256> byte_range_digest(const std::filesystem::path& file,
                                               const SignatureHole& hole);
// Writes the CMS into the hole, padded with zeros, in place, after check_hole. Fails with
// limit_exceeded when it does not fit; a filled hole is never filled again (invalid). Not synced.
[[nodiscard]] Done fill_hole(const std::filesystem::path& file, const SignatureHole& hole,
                             std::span<const std::uint8_t> cms);
// The bytes of `before` are the first of `after`, and more follow: a revision only appended.
[[nodiscard]] Done check_only_appended(const std::filesystem::path& before,
                                       const std::filesystem::path& after);

// For the composer ------------------------------------------------------------------------------

struct SignatureText {
  std::string signing_time;            // ISO 8601 with offset, becomes /M
  std::string name, reason, location;  // UTF-8; "" leaves the key out
  // DocMDP P of the first signature: 1 = nothing may follow but DSS and DocTimeStamp, 2 = further
  // signatures too. The catalog then needs /Perms << /DocMDP (this dictionary) >>. Later: none.
  std::optional<int> permission;
};
// The text of a signature dictionary ("<< /Type /Sig ... >>", an indirect object of its own) with
// an empty hole of kCmsCapacity bytes and a placeholder /ByteRange that PoDoFo and qpdf write
// unchanged. Fails with usage for a malformed time, text or permission.
[[nodiscard]] Result<std::string> signature_dictionary(const SignatureText& text);

// After the first revision was written: finds the one field of /AcroForm /Fields that has a /V,
// writes its true /ByteRange in place and says where its hole is. Fails with invalid.
[[nodiscard]] Result<SignatureHole> settle_first_hole(const std::filesystem::path& file);

// Incremental revisions, in the copy worker. Each copies `from` to `to` (another file) and appends.
// Fails with invalid when `from` is not as our composer writes it, no_space, no_permission.
// --------

struct SecondSignature {
  std::string field;                   // /T of a signature field that exists and is empty
  std::string signing_time;            // ISO 8601 with offset, becomes /M
  std::string name, reason, location;  // UTF-8
};
[[nodiscard]] Result<SignatureHole> append_signature(const std::filesystem::path& from,
                                                     const std::filesystem::path& to,
                                                     const SecondSignature& signature);

// DER objects; what the file's /DSS already holds is kept, doubles are written once.
struct ValidationMaterial {
  std::vector<std::vector<std::uint8_t>> certificates, ocsp, crls;
};
// Adds or renews /DSS, with a /VRI entry for every filled signature that has none yet.
[[nodiscard]] Done append_dss(const std::filesystem::path& from, const std::filesystem::path& to,
                              const ValidationMaterial& material);
// A new signature field of no size on the first page, with an empty hole for an RFC 3161 token.
[[nodiscard]] Result<SignatureHole> append_document_timestamp(const std::filesystem::path& from,
                                                              const std::filesystem::path& to);

}  // namespace sogoc
