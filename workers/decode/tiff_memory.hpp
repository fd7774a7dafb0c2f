#pragma once

// Private to workers/decode: libtiff over bytes in memory, silent, with its messages kept.

#include <memory>
#include <string>
#include <vector>

#include <tiffio.h>

#include "workers/decode/decoding.hpp"

namespace sogoc::decoding {

// What libtiff said since the last clear(). A file can make it talk without end: only the first
// few are kept, all are counted.
struct TiffMessages {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
  std::size_t count = 0;
  void clear() { *this = {}; }
  [[nodiscard]] bool any_contains(std::string_view text) const;
};

struct TiffCloser {
  void operator()(TIFF* tiff) const noexcept { TIFFClose(tiff); }
};
using TiffPtr = std::unique_ptr<TIFF, TiffCloser>;

// A TIFF in memory, to read.
// Owner:  owns libtiff's handle; the bytes must outlive it. Not movable: libtiff points into it.
class TiffInMemory {
 public:
  TiffInMemory(Bytes bytes, std::uint64_t max_pixels);
  TiffInMemory(const TiffInMemory&) = delete;
  TiffInMemory& operator=(const TiffInMemory&) = delete;
  [[nodiscard]] TIFF* handle() const { return handle_.get(); }  // null: not a TIFF
  [[nodiscard]] TiffMessages& messages() { return messages_; }
  [[nodiscard]] Bytes bytes() const { return bytes_; }

  Bytes bytes_;
  std::size_t position_ = 0;

 private:
  TiffMessages messages_;
  TiffPtr handle_;  // last: closed before what it points to
};

// A TIFF written to memory, for encoding.
class TiffToMemory {
 public:
  TiffToMemory();
  TiffToMemory(const TiffToMemory&) = delete;
  TiffToMemory& operator=(const TiffToMemory&) = delete;
  [[nodiscard]] TIFF* handle() const { return handle_.get(); }
  [[nodiscard]] Buffer finish();  // closes the handle

  Buffer bytes_;
  std::size_t position_ = 0;

 private:
  TiffMessages messages_;
  TiffPtr handle_;
};

}  // namespace sogoc::decoding
