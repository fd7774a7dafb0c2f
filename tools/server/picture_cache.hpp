#pragma once

// Tiles of pages, made by a limited worker when a page is looked at for the first time and kept by the digest of the
// received file: a cache that may be thrown away. Any thread.

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"
#include "workers/tiles/iiif_request.hpp"
#include "workers/tiles/tile_file.hpp"

namespace sogoc::server {

struct PageFile {
  Sha256 digest;                  // of the received file
  std::filesystem::path master;   // where its bytes are
  std::uint32_t page = 0;         // of the file, from 0
};

class PictureCache {
 public:
  // Beyond `most_bytes` what was not used for longest goes.
  PictureCache(std::filesystem::path folder, std::uint64_t most_bytes) : folder_(std::move(folder)), most_bytes_(most_bytes) {}

  // Null when they are not made yet.
  [[nodiscard]] std::shared_ptr<const tiles::TileFile> ready(const PageFile& page);
  // Makes them where they are missing or damaged; who asks for the same page meanwhile waits for it. Fails as decoders
  // do, with limit_exceeded, crashed, no_space.
  [[nodiscard]] Result<std::shared_ptr<const tiles::TileFile>> tiles_of(const PageFile& page);
  // What is no ready tile is cut by a worker.
  [[nodiscard]] Result<std::string> cut(const PageFile& page, const std::string& region, const std::string& size, const std::string& rotation,
                                        const std::string& quality);

 private:
  [[nodiscard]] std::filesystem::path place_of(const std::string& key) const { return folder_ / key; }
  // Under the lock.
  [[nodiscard]] std::shared_ptr<const tiles::TileFile> known(const std::string& key);
  [[nodiscard]] Result<std::shared_ptr<const tiles::TileFile>> make(const PageFile& page, const std::string& key);
  void remember(const std::string& key, const std::shared_ptr<const tiles::TileFile>& file);
  void make_room();

  const std::filesystem::path folder_;
  const std::uint64_t most_bytes_;
  std::mutex lock_;
  std::condition_variable made_;
  std::set<std::string> in_making_;
  std::list<std::pair<std::string, std::shared_ptr<const tiles::TileFile>>> open_;  // newest first
};

}  // namespace sogoc::server
