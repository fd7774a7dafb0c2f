#include "tools/sogoc/copy_bench.hpp"

#include <fstream>

#include <fmt/format.h>

#include "storage/durable_file.hpp"
#include "tools/sogoc/copy_worker.hpp"
#include "tools/sogoc/temporary_folder.hpp"
#include "workers/pades/pades.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> disk_failure(const fs::path& path, const std::error_code& why) {
  return fail(ErrorCode::no_space, Retry::after_operator, path.string(), why.message());
}

// The worker sees copies, never the store's own files.
Done lay_down(BlobStore& blobs, const Sha256& digest, const fs::path& target) {
  SOGOC_TRY(const fs::path stored, blobs.find(digest));
  std::error_code failed;
  fs::copy_file(stored, target, fs::copy_options::overwrite_existing, failed);
  if (!failed) fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write, failed);
  if (failed) return disk_failure(target, failed);
  return {};
}

Result<std::vector<std::string>> lay_down_all(std::span<const Octets> objects, const char* prefix,
                                              const fs::path& folder) {
  std::vector<std::string> names;
  for (const Octets& der : objects) {
    names.push_back(fmt::format("{}{}.der", prefix, names.size()));
    std::ofstream stream(folder / names.back(), std::ios::binary);
    stream.write(reinterpret_cast<const char*>(der.data()), static_cast<std::streamsize>(der.size()));
    stream.close();
    if (!stream)
      return fail(ErrorCode::no_space, Retry::after_operator, folder.string(), "cannot be written");
  }
  return names;
}

SignatureHole hole_of(const PreparedCopy& made) { return {made.hole_begin, made.hole_end, made.bytes}; }

// The worker says where the hole is; the file has to agree, and the digest is computed here.
Result<HeldRevision> hold(BlobStore& blobs, const fs::path& file, const PreparedCopy& made) {
  const SignatureHole hole = hole_of(made);
  SOGOC_CHECK(check_hole(file, hole));
  HeldRevision revision;
  SOGOC_TRY(revision.digest, byte_range_digest(file, hole));
  SOGOC_TRY(revision.file, blobs.put_file(file));
  return revision;
}

// A revision may add at the end and change nothing before it.
Result<PreparedCopy> append(BlobStore& blobs, const Sha256& from, CopyTask task, const fs::path& folder) {
  SOGOC_CHECK(lay_down(blobs, from, folder / "from.pdf"));
  task.from = "from.pdf";
  SOGOC_TRY(const PreparedCopy made, run_copy_worker(folder, task));
  SOGOC_TRY(const fs::path before, blobs.find(from));
  SOGOC_CHECK(check_only_appended(before, folder / "out.pdf"));
  return made;
}

}  // namespace

Result<HeldRevision> WorkerBench::compose(const CopyDraft& draft) {
  SOGOC_TRY(const TemporaryFolder folder, TemporaryFolder::create());
  if (draft.images)
    SOGOC_CHECK(lay_down(blobs_, draft.images->source, folder.path() / to_hex(draft.images->source)));
  CopyTask task;
  task.step = CopyStep::compose;
  task.draft = draft;
  SOGOC_TRY(const PreparedCopy made, run_copy_worker(folder.path(), task));
  return hold(blobs_, folder.path() / "out.pdf", made);
}

Result<HeldRevision> WorkerBench::append_signature(const Sha256& from, const CopySignatureField& field,
                                                   const std::string& signing_time_iso) {
  SOGOC_TRY(const TemporaryFolder folder, TemporaryFolder::create());
  CopyTask task;
  task.step = CopyStep::append_signature;
  task.field = field;
  task.signing_time_iso = signing_time_iso;
  SOGOC_TRY(const PreparedCopy made, append(blobs_, from, std::move(task), folder.path()));
  return hold(blobs_, folder.path() / "out.pdf", made);
}

Result<Sha256> WorkerBench::append_evidence(const Sha256& from, const ValidationEvidence& evidence) {
  SOGOC_TRY(const TemporaryFolder folder, TemporaryFolder::create());
  CopyTask task;
  task.step = CopyStep::append_dss;
  SOGOC_TRY(task.certificates, lay_down_all(evidence.certificates, "cert", folder.path()));
  SOGOC_TRY(task.ocsp, lay_down_all(evidence.ocsp, "ocsp", folder.path()));
  SOGOC_TRY(task.crls, lay_down_all(evidence.crls, "crl", folder.path()));
  SOGOC_TRY(const PreparedCopy made, append(blobs_, from, std::move(task), folder.path()));
  (void)made;
  return blobs_.put_file(folder.path() / "out.pdf");
}

Result<HeldRevision> WorkerBench::append_timestamp(const Sha256& from) {
  SOGOC_TRY(const TemporaryFolder folder, TemporaryFolder::create());
  CopyTask task;
  task.step = CopyStep::append_timestamp;
  SOGOC_TRY(const PreparedCopy made, append(blobs_, from, std::move(task), folder.path()));
  return hold(blobs_, folder.path() / "out.pdf", made);
}

Result<Sha256> WorkerBench::fill(const HeldRevision& revision, std::span<const std::uint8_t> cms) {
  SOGOC_TRY(const TemporaryFolder folder, TemporaryFolder::create());
  const fs::path file = folder.path() / "signed.pdf";
  SOGOC_CHECK(lay_down(blobs_, revision.file, file));
  SOGOC_TRY(const SignatureHole hole, find_hole(file));
  SOGOC_TRY(const Sha256 digest, byte_range_digest(file, hole));
  if (digest != revision.digest)
    return fail(ErrorCode::invalid, Retry::never, to_hex(revision.file),
                "the file is not the one whose digest was approved");
  SOGOC_CHECK(fill_hole(file, hole, cms));
  return blobs_.put_file(file);
}

Done WorkerBench::print(const CopyDraft& draft, const fs::path& out) {
  SOGOC_TRY(const TemporaryFolder folder, TemporaryFolder::create());
  if (draft.images)
    SOGOC_CHECK(lay_down(blobs_, draft.images->source, folder.path() / to_hex(draft.images->source)));
  CopyTask task;
  task.step = CopyStep::compose;
  task.draft = draft;
  SOGOC_TRY(const PreparedCopy made, run_copy_worker(folder.path(), task));
  (void)made;
  return copy_file_durably(folder.path() / "out.pdf", out);
}

}  // namespace sogoc
