#pragma once

// Files that people send in pieces: what arrived is on disk and stays there when the connection, the browser or the
// server goes. A finished file becomes part of a batch like any other; nothing of it is opened here.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/jobs/job.hpp"

namespace sogoc {

class Database;

using UploadId = std::int64_t;

struct UploadRow {
  UploadId id = 0;
  std::string by, name;        // name: as the person's machine called it, one component
  std::uint64_t bytes = 0;     // of the whole file
  std::uint64_t received = 0;  // on disk
  UtcTime begun_at, touched_at;
  [[nodiscard]] bool complete() const { return received == bytes; }
};

// What one may send, and what all together may hold.
struct UploadLimits {
  std::uint64_t file_bytes = 4ull << 30;
  std::uint64_t person_bytes = 32ull << 30;  // not yet a batch
  std::uint64_t all_bytes = 128ull << 30;
  std::int64_t person_files = 2000;
  std::uint64_t disk_reserve = 1ull << 30;   // stays free
  std::chrono::hours kept{7 * 24};           // since the last piece
};

// usage: empty, too long, a path, hidden, control or direction characters, no UTF-8.
[[nodiscard]] Done check_upload_name(std::string_view name);

// Owner:  Archive.
// Thread: belongs to the thread of its archive; several may send pieces of one file: one of them wins.
// A person sees only what that person sends: all else is not_found.
class Uploads {
 public:
  Uploads(Database& database, std::filesystem::path folder, const Clock& clock)
      : database_(database), folder_(std::move(folder)), clock_(clock) {}

  // Forgets first what nobody touched for long. limit_exceeded, no_space.
  [[nodiscard]] Result<UploadRow> begin(const std::string& name, std::uint64_t bytes, const std::string& by, const UploadLimits& limits = {});
  [[nodiscard]] Result<std::vector<UploadRow>> open_of(const std::string& by);
  [[nodiscard]] Result<UploadRow> upload(UploadId id, const std::string& by);
  // The bytes of `piece` behind what is there; durable on return. Conflict: the file has not `offset` bytes now;
  // invalid_input: the piece is not what was sent, or goes beyond the file.
  [[nodiscard]] Result<UploadRow> append(UploadId id, const std::string& by, std::uint64_t offset, const std::filesystem::path& piece,
                                         const Sha256& digest);
  [[nodiscard]] Done drop(UploadId id, const std::string& by);
  // They are safe elsewhere.
  [[nodiscard]] Done became_batch(const std::vector<UploadId>& ids, BatchId batch, const std::string& by);
  [[nodiscard]] std::filesystem::path file(UploadId id) const { return folder_ / std::to_string(id); }

 private:
  [[nodiscard]] Done forget_old(const UploadLimits& limits);

  Database& database_;
  const std::filesystem::path folder_;
  const Clock& clock_;
};

}  // namespace sogoc
