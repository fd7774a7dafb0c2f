#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "pipeline/jobs/blob_store.hpp"
#include "storage/disk.hpp"

namespace sogoc {

// Blobs as files "ab/cd/<digest>", written as "incoming/*.partial", synced, then renamed: a blob
// is there whole or not at all. Blobs are read-only files.
//
// Owner:  Archive, or a throw-away run.
// Thread: safe from several threads and processes at once.
class FileBlobStore final : public BlobStore {
 public:
  struct Options {
    bool durable = true;  // false: no fsync; a power cut may lose blobs
    Disk* disk = nullptr;
  };
  // Makes the folder when it is absent (its parent must exist).
  [[nodiscard]] static Result<std::unique_ptr<FileBlobStore>> open(
      const std::filesystem::path& folder, Options options);
  [[nodiscard]] static Result<std::unique_ptr<FileBlobStore>> open(
      const std::filesystem::path& folder) {
    return open(folder, Options{});
  }

  [[nodiscard]] Result<std::unique_ptr<Writer>> begin() override;
  [[nodiscard]] Result<Sha256> put(std::span<const std::uint8_t> bytes) override;
  [[nodiscard]] Result<Sha256> put_file(const std::filesystem::path& file) override;
  [[nodiscard]] Result<std::filesystem::path> find(const Sha256& digest) override;
  [[nodiscard]] Result<std::string> load(const Sha256& digest) override;
  [[nodiscard]] Done remove(const Sha256& digest) override;

  // Removes it unless somebody put it (again) since `moment`. Returns its bytes when it went.
  [[nodiscard]] Result<std::optional<std::uint64_t>> remove_unless_put_since(
      const Sha256& digest, std::filesystem::file_time_type moment);
  // Cut-off writes that are older than `moment`; returns how many went.
  [[nodiscard]] Result<std::int64_t> remove_partials_before(std::filesystem::file_time_type moment);

 private:
  class FileWriter;
  FileBlobStore(std::filesystem::path folder, Options options);
  [[nodiscard]] std::filesystem::path path_of(const Sha256& digest) const;
  // True when it is there already; it then counts as put now.
  [[nodiscard]] bool touch(const std::filesystem::path& path, std::optional<std::uint64_t> size);
  [[nodiscard]] Done make_folder_for(const std::filesystem::path& object);
  [[nodiscard]] Done put_in_place(OwnedFd fd, const std::filesystem::path& partial,
                                  const std::filesystem::path& object);

  const std::filesystem::path folder_;
  const Options options_;
  Disk& disk_;
  std::mutex mutex_;                         // guards what follows
  std::set<std::filesystem::path> folders_;  // known to exist and to be synced
};

}  // namespace sogoc
