#include "tools/server/picture_cache.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include "tools/server/picture_worker.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc::server {
namespace {

namespace fs = std::filesystem;
using tiles::TileFile;

constexpr std::size_t kMostOpen = 64;
constexpr int kTilesMemoryMb = 2500;  // a page of 400 million pixels in colour, twice
constexpr int kCutMemoryMb = 800;
constexpr std::uintmax_t kMostPicture = 64u << 20;

std::string key_of(const PageFile& page) { return to_hex(page.digest) + "-" + std::to_string(page.page); }

}  // namespace

std::shared_ptr<const TileFile> PictureCache::known(const std::string& key) {
  const auto found = std::find_if(open_.begin(), open_.end(), [&](const auto& one) { return one.first == key; });
  if (found != open_.end()) {
    open_.splice(open_.begin(), open_, found);
    return found->second;
  }
  auto there = TileFile::open(place_of(key));
  if (!there) return nullptr;
  std::error_code ignored;
  fs::last_write_time(place_of(key), fs::file_time_type::clock::now(), ignored);
  auto file = std::make_shared<const TileFile>(std::move(*there));
  remember(key, file);
  return file;
}

std::shared_ptr<const TileFile> PictureCache::ready(const PageFile& page) {
  const std::lock_guard lock(lock_);
  return known(key_of(page));
}

void PictureCache::remember(const std::string& key, const std::shared_ptr<const TileFile>& file) {
  open_.emplace_front(key, file);
  if (open_.size() > kMostOpen) open_.pop_back();
}

Result<std::shared_ptr<const TileFile>> PictureCache::tiles_of(const PageFile& page) {
  const std::string key = key_of(page);
  {
    std::unique_lock lock(lock_);
    made_.wait(lock, [&] { return in_making_.count(key) == 0; });
    if (auto file = known(key)) return file;
    in_making_.insert(key);
  }
  auto made = make(page, key);
  {
    const std::lock_guard lock(lock_);
    in_making_.erase(key);
    if (made) remember(key, *made);
  }
  made_.notify_all();
  return made;
}

Result<std::shared_ptr<const TileFile>> PictureCache::make(const PageFile& page, const std::string& key) {
  make_room();
  SOGOC_TRY(const TemporaryFolder folder, TemporaryFolder::create(folder_));
  SOGOC_CHECK(ask_picture_worker(folder.path(), {{"do", "tiles"}, {"file", page.master.string()}, {"page", page.page}}, kTilesMemoryMb, std::chrono::seconds(120), "page"));
  // What the worker made is looked at before it gets its name.
  SOGOC_TRY(TileFile file, TileFile::open(folder.path() / "tiles"));
  std::error_code error;
  fs::rename(folder.path() / "tiles", place_of(key), error);
  if (error) return fail(ErrorCode::no_space, Retry::after_operator, folder_.string(), "the tiles cannot be kept there; make room on the disk");
  return std::make_shared<const TileFile>(std::move(file));
}

Result<std::string> PictureCache::cut(const PageFile& page, const std::string& region, const std::string& size, const std::string& rotation,
                                      const std::string& quality) {
  SOGOC_TRY(const auto tiles, tiles_of(page));
  SOGOC_TRY(const TemporaryFolder folder, TemporaryFolder::create(folder_));
  std::error_code error;
  const fs::path place = fs::absolute(place_of(key_of(page)), error);
  SOGOC_CHECK(ask_picture_worker(folder.path(), {{"do", "cut"}, {"file", place.string()}, {"region", region}, {"size", size}, {"rotation", rotation}, {"quality", quality}},
                                 kCutMemoryMb, std::chrono::seconds(30), "page"));
  const fs::path picture = folder.path() / "picture";
  const auto bytes = fs::is_symlink(picture, error) ? 0 : fs::file_size(picture, error);
  if (error || bytes == 0 || bytes > kMostPicture) return fail(ErrorCode::crashed, Retry::never, "page", "the process that reads pictures gave no answer");
  std::ifstream in(picture, std::ios::binary);
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

void PictureCache::make_room() {
  struct File {
    fs::file_time_type used;
    std::uintmax_t bytes;
    fs::path path;
  };
  std::vector<File> files;
  std::uintmax_t all = 0;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, error)) {
    if (!entry.is_regular_file(error)) continue;
    files.push_back({entry.last_write_time(error), entry.file_size(error), entry.path()});
    all += files.back().bytes;
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.used < b.used; });
  for (const File& file : files) {
    if (all <= most_bytes_) break;
    fs::remove(file.path, error);
    all -= file.bytes;
  }
}

}  // namespace sogoc::server
