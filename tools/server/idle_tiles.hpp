#pragma once

// Tiles of pages that people will review are made while nobody asks for anything, so that the first look waits for nothing.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "storage/archive.hpp"
#include "tools/server/picture_cache.hpp"

namespace sogoc::server {

// Thread: one of its own, with the archive open; start() and stop() from the one that owns it.
class IdleTiles {
 public:
  using Quiet = std::function<std::chrono::milliseconds()>;  // since the last request; any thread
  // `most_pages`: so many are made ahead at most, that what is looked at stays in the cache.
  IdleTiles(std::filesystem::path archive, PictureCache& pictures, std::size_t most_pages, Quiet quiet)
      : archive_(std::move(archive)), pictures_(pictures), most_pages_(most_pages), quiet_(std::move(quiet)) {}
  ~IdleTiles() { stop(); }
  void start();
  void stop();

 private:
  void work();
  // Makes one page's tiles; false: nothing is left to make now.
  [[nodiscard]] bool make_one(Archive& archive);
  [[nodiscard]] bool make_of_batch(Archive& archive, BatchId batch);

  const std::filesystem::path archive_;
  PictureCache& pictures_;
  const std::size_t most_pages_;
  const Quiet quiet_;
  std::set<PageId> done_;
  std::mutex lock_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sogoc::server
