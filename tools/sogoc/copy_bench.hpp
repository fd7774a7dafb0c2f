#pragma once

#include "pipeline/flow/copy_flow.hpp"
#include "pipeline/jobs/blob_store.hpp"

namespace sogoc {

// Copies are composed and extended by fresh worker processes (sogoc-copy-worker); what they leave is
// checked here byte for byte before it is believed, and kept as a blob.
//
// Thread: belongs to one thread; several benches over one store may work at once.
class WorkerBench final : public CopyBench {
 public:
  explicit WorkerBench(BlobStore& blobs) : blobs_(blobs) {}

  [[nodiscard]] Result<HeldRevision> compose(const CopyDraft& draft) override;
  [[nodiscard]] Result<HeldRevision> append_signature(const Sha256& from, const CopySignatureField& field,
                                                      const std::string& signing_time_iso) override;
  [[nodiscard]] Result<Sha256> append_evidence(const Sha256& from, const ValidationEvidence& evidence) override;
  [[nodiscard]] Result<HeldRevision> append_timestamp(const Sha256& from) override;
  [[nodiscard]] Result<Sha256> fill(const HeldRevision& revision, std::span<const std::uint8_t> cms) override;

  // One page of a form without a signature (slip, receipt, reply): the PDF is written to `out`.
  [[nodiscard]] Done print(const CopyDraft& draft, const std::filesystem::path& out);

 private:
  BlobStore& blobs_;
};

}  // namespace sogoc
