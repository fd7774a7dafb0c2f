#pragma once

// A picture as tiles in one file: every level half as large as the one before, each tile a JPEG of its own, so that
// what a viewer asks for is a piece of the file.
//
//   "SOGOCTL2" | width | height | tile side | levels | turn | for each level: factor, width, height, then for each of its tiles
//   (row by row) where it begins and how long it is | the tiles.     All numbers: 8 bytes, little endian. `turn`: 0, 90, 180 or 270
//   degrees clockwise that the received file asks for (EXIF, /Rotate); the tiles are as stored, not turned.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/owned_fd.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/core/units.hpp"

namespace sogoc::tiles {

inline constexpr int kTileSide = 512;

struct Level {
  int factor = 1;  // how many pixels of the picture are one of it
  SizePx size;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> pieces{};  // begin, length
  [[nodiscard]] int columns() const { return (size.width + kTileSide - 1) / kTileSide; }
  [[nodiscard]] int rows() const { return (size.height + kTileSide - 1) / kTileSide; }
};

// Levels of a picture, the whole one first, until one tile holds it all. Without pieces.
[[nodiscard]] std::vector<Level> levels_of(SizePx picture);

// Owner: holds the file open. Thread: any, reads by position.
class TileFile {
 public:
  // The file was made by a process that had strangers' bytes: everything in it is checked. Fails with corrupt,
  // not_found.
  [[nodiscard]] static Result<TileFile> open(const std::filesystem::path& file);
  [[nodiscard]] SizePx size() const { return size_; }
  [[nodiscard]] int turn() const { return turn_; }  // degrees
  [[nodiscard]] const std::vector<Level>& levels() const { return levels_; }
  // The bytes of a JPEG. Fails with not_found, corrupt.
  [[nodiscard]] Result<std::string> tile(std::size_t level, int column, int row) const;

 private:
  OwnedFd file_;
  std::filesystem::path path_;
  SizePx size_;
  int turn_ = 0;
  std::vector<Level> levels_;
};

// Writes one: tiles in the order of the levels, then finish. Fails with no_space.
class TileWriter {
 public:
  [[nodiscard]] static Result<TileWriter> create(const std::filesystem::path& file, SizePx picture, int turn = 0);
  [[nodiscard]] Done add(const std::vector<std::uint8_t>& jpeg);
  [[nodiscard]] Done finish();

 private:
  OwnedFd file_;
  std::filesystem::path path_;
  SizePx size_;
  int turn_ = 0;
  std::vector<Level> levels_;
  std::uint64_t end_ = 0;
};

}  // namespace sogoc::tiles
