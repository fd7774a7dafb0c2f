#include "workers/tiles/tile_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sogoc::tiles {
namespace {

constexpr std::string_view kMagic = "SOGOCTL2";
constexpr std::uint64_t kMostSidePx = 100'000;
constexpr std::uint64_t kMostTileBytes = 16u << 20;
constexpr std::size_t kFirstNumbers = 5;  // width, height, tile side, levels, turn

std::uint64_t tiles_of(const std::vector<Level>& levels) {
  std::uint64_t count = 0;
  for (const Level& level : levels) count += static_cast<std::uint64_t>(level.columns()) * static_cast<std::uint64_t>(level.rows());
  return count;
}

std::uint64_t head_bytes(const std::vector<Level>& levels) { return kMagic.size() + 8 * (kFirstNumbers + levels.size() * 3 + tiles_of(levels) * 2); }

tl::unexpected<Error> broken() { return fail(ErrorCode::corrupt, Retry::same_step, "tiles", "the tiles of this page are damaged; they are made again"); }

tl::unexpected<Error> full(const std::filesystem::path& file) {
  return fail(ErrorCode::no_space, Retry::after_operator, file.string(), "the tiles cannot be written; make room on the disk");
}

bool read_at(int file, void* into, std::size_t length, std::uint64_t at) {
  auto* bytes = static_cast<char*>(into);
  while (length > 0) {
    const ssize_t got = ::pread(file, bytes, length, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    length -= static_cast<std::size_t>(got);
    at += static_cast<std::uint64_t>(got);
  }
  return true;
}

bool write_at(int file, const void* from, std::size_t length, std::uint64_t at) {
  const auto* bytes = static_cast<const char*>(from);
  while (length > 0) {
    const ssize_t put = ::pwrite(file, bytes, length, static_cast<off_t>(at));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes += put;
    length -= static_cast<std::size_t>(put);
    at += static_cast<std::uint64_t>(put);
  }
  return true;
}

// The head as numbers; x86-64 and arm64 are little endian both.
struct Numbers {
  std::vector<std::uint64_t> all;
  std::size_t next = 0;
  std::uint64_t take() { return next < all.size() ? all[next++] : 0; }
};

}  // namespace

std::vector<Level> levels_of(SizePx picture) {
  std::vector<Level> levels;
  for (int factor = 1;; factor *= 2) {
    levels.push_back({factor, {(picture.width + factor - 1) / factor, (picture.height + factor - 1) / factor}});
    if (levels.back().columns() <= 1 && levels.back().rows() <= 1) return levels;
  }
}

Result<TileFile> TileFile::open(const std::filesystem::path& path) {
  TileFile file;
  file.path_ = path;
  file.file_ = OwnedFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.file_) return fail(ErrorCode::not_found, Retry::same_step, path.filename().string(), "has no tiles yet");
  char magic[8] = {};
  std::uint64_t sides[kFirstNumbers] = {};
  if (!read_at(file.file_.get(), magic, sizeof magic, 0) || std::string_view(magic, 8) != kMagic || !read_at(file.file_.get(), sides, sizeof sides, 8)) return broken();
  if (sides[0] < 1 || sides[1] < 1 || sides[0] > kMostSidePx || sides[1] > kMostSidePx || sides[2] != kTileSide) return broken();
  file.size_ = {static_cast<int>(sides[0]), static_cast<int>(sides[1])};
  file.levels_ = levels_of(file.size_);
  if (sides[3] != file.levels_.size() || sides[4] % 90 != 0 || sides[4] > 270) return broken();
  file.turn_ = static_cast<int>(sides[4]);
  struct stat about {};
  const std::uint64_t head = head_bytes(file.levels_);
  if (::fstat(file.file_.get(), &about) != 0 || static_cast<std::uint64_t>(about.st_size) < head) return broken();
  const auto length = static_cast<std::uint64_t>(about.st_size);
  constexpr std::uint64_t kFirst = sizeof magic + sizeof sides;
  Numbers numbers{std::vector<std::uint64_t>((head - kFirst) / 8)};
  if (!read_at(file.file_.get(), numbers.all.data(), numbers.all.size() * 8, kFirst)) return broken();
  for (Level& level : file.levels_) {
    if (numbers.take() != static_cast<std::uint64_t>(level.factor) || numbers.take() != static_cast<std::uint64_t>(level.size.width) ||
        numbers.take() != static_cast<std::uint64_t>(level.size.height))
      return broken();
    for (int i = 0; i < level.columns() * level.rows(); ++i) {
      const std::uint64_t begin = numbers.take(), bytes = numbers.take();
      if (begin < head || begin > length || bytes > length - begin || bytes > kMostTileBytes) return broken();
      level.pieces.emplace_back(begin, bytes);
    }
  }
  return file;
}

Result<std::string> TileFile::tile(std::size_t level, int column, int row) const {
  if (level >= levels_.size() || column < 0 || row < 0 || column >= levels_[level].columns() || row >= levels_[level].rows())
    return fail(ErrorCode::not_found, Retry::never, "tile", "does not exist");
  const auto& [begin, length] = levels_[level].pieces[static_cast<std::size_t>(row) * static_cast<std::size_t>(levels_[level].columns()) + static_cast<std::size_t>(column)];
  std::string bytes(length, '\0');
  if (!read_at(file_.get(), bytes.data(), bytes.size(), begin)) return broken();
  return bytes;
}

Result<TileWriter> TileWriter::create(const std::filesystem::path& path, SizePx picture, int turn) {
  TileWriter writer;
  writer.path_ = path;
  writer.file_ = OwnedFd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!writer.file_) return full(path);
  writer.size_ = picture;
  writer.turn_ = turn;
  writer.levels_ = levels_of(picture);
  writer.end_ = head_bytes(writer.levels_);
  return writer;
}

Done TileWriter::add(const std::vector<std::uint8_t>& jpeg) {
  if (!write_at(file_.get(), jpeg.data(), jpeg.size(), end_)) return full(path_);
  for (Level& level : levels_) {
    if (level.pieces.size() == static_cast<std::size_t>(level.columns()) * static_cast<std::size_t>(level.rows())) continue;
    level.pieces.emplace_back(end_, jpeg.size());
    break;
  }
  end_ += jpeg.size();
  return {};
}

Done TileWriter::finish() {
  std::vector<std::uint64_t> numbers{static_cast<std::uint64_t>(size_.width), static_cast<std::uint64_t>(size_.height), kTileSide, levels_.size(), static_cast<std::uint64_t>(turn_)};
  for (const Level& level : levels_) {
    numbers.insert(numbers.end(), {static_cast<std::uint64_t>(level.factor), static_cast<std::uint64_t>(level.size.width), static_cast<std::uint64_t>(level.size.height)});
    for (const auto& [begin, length] : level.pieces) numbers.insert(numbers.end(), {begin, length});
  }
  if (!write_at(file_.get(), numbers.data(), numbers.size() * 8, kMagic.size()) || !write_at(file_.get(), kMagic.data(), kMagic.size(), 0)) return full(path_);
  return {};
}

}  // namespace sogoc::tiles
