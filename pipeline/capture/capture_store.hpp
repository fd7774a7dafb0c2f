#pragma once

// Port: sessions and images in the archive, before they become pages. Implemented by storage.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/capture/assemble.hpp"
#include "pipeline/capture/capture.hpp"
#include "pipeline/jobs/job_store.hpp"

namespace sogoc {

using CaptureSessionId = std::int64_t;
using CaptureImageId = std::int64_t;

//            end of the stack                     finish
//   open --------------------> waiting ----------------------------> finished
//     ^                          | |  everything decided, counts agree
//     +-- one more order --------+ +------------ drop ----> dropped
//
enum class CaptureState : std::uint8_t { open, waiting, finished, dropped };
[[nodiscard]] std::string_view name(CaptureState state);

enum class ImageDecision : std::uint8_t {
  none,      // the machine's verdict stands
  accepted,  // a person keeps it in spite of its verdict
  rejected,  // stays in the archive, and is no page
  replaced,  // as rejected: another image took its place
};
[[nodiscard]] std::string_view name(ImageDecision decision);

struct CaptureImageRow {
  CaptureImageId id = 0;
  std::string order;
  std::int64_t sheet = 0, insert = 0;  // in the session
  CapturedSide about;
  std::string device, settings, operator_name;  // provenance
  ImageDecision decision = ImageDecision::none;
  std::string decided_by, reason;
  std::optional<UtcTime> decided_at;
  std::optional<BatchId> batch;                 // once it is a page
  std::optional<std::int64_t> file_ordinal;     // in the batch, from 1
  // Counts as a page.
  [[nodiscard]] bool stays() const { return decision == ImageDecision::none || decision == ImageDecision::accepted; }
  // A person must say something first.
  [[nodiscard]] bool waits() const { return decision == ImageDecision::none && about.worst() == FindingWeight::rescan; }
};

struct CaptureSessionRow {
  CaptureSessionId id = 0;
  std::string name;              // session id of its orders
  CaptureTarget target;
  CaptureState state = CaptureState::open;
  std::string operator_name, device;
  std::optional<std::int64_t> declared;
  bool turned_later = false;
  std::int64_t sheets = 0, images = 0, waiting = 0;  // waiting: images that need a person
  UtcTime started_at;
  std::vector<BatchId> batches;
};

// Owner:  Archive. Thread: belongs to the thread of its archive. Every call is one transaction.
class CaptureStore {
 public:
  virtual ~CaptureStore() = default;
  // ---- From a station; each may come twice and counts once.
  // Fails with not_found or conflict when book or dossier is unknown or closed, or the session is over.
  [[nodiscard]] virtual Result<CaptureSessionId> open_order(const CaptureOrder& order) = 0;
  // The pictures are in the blob store. Fails with conflict when a sheet before it is missing.
  [[nodiscard]] virtual Done add_sheet(const std::string& order, const CapturedSheet& sheet) = 0;
  [[nodiscard]] virtual Done end_order(const std::string& order) = 0;

  // ---- For people
  [[nodiscard]] virtual Result<std::vector<CaptureSessionRow>> sessions() = 0;  // newest first
  [[nodiscard]] virtual Result<CaptureSessionRow> session(CaptureSessionId id) = 0;
  [[nodiscard]] virtual Result<std::vector<CaptureImageRow>> images(CaptureSessionId id) = 0;  // in order, rejected ones too
  [[nodiscard]] virtual Done decide(CaptureSessionId session, CaptureImageId image, ImageDecision decision, const std::string& by,
                                    const std::string& reason) = 0;
  // What finishing would make, and what stands in the way.
  [[nodiscard]] virtual Result<Assembly> assembly(CaptureSessionId id) = 0;
  // Pages of all parts in one transaction; idempotent. `settings`: of a dossier's pages; a book's layouts are added.
  // `accept`: why differing counts are taken, "" = refuse with conflict.
  [[nodiscard]] virtual Result<std::vector<BatchId>> finish(CaptureSessionId id, const ReadingSettings& settings, const std::string& by,
                                                            const std::string& accept) = 0;
  [[nodiscard]] virtual Done drop(CaptureSessionId id, const std::string& by, const std::string& reason) = 0;
};

}  // namespace sogoc
