#include "workers/copy_verify/pdf_filters.hpp"

#include <cstdlib>
#include <memory>

#include <zlib.h>

namespace sogoc::verify {
namespace {

struct InflateEnd {
  void operator()(z_stream* stream) const noexcept { inflateEnd(stream); }
};

std::uint8_t paeth(int left, int up, int corner) {
  const int guess = left + up - corner;
  const int by_left = std::abs(guess - left), by_up = std::abs(guess - up),
            by_corner = std::abs(guess - corner);
  if (by_left <= by_up && by_left <= by_corner) return static_cast<std::uint8_t>(left);
  return static_cast<std::uint8_t>(by_up <= by_corner ? up : corner);
}

}  // namespace

std::optional<std::vector<std::uint8_t>> inflated(Bytes coded, std::size_t cap) {
  z_stream stream{};
  if (coded.size() > 0xFFFFFFFFu || inflateInit(&stream) != Z_OK) return std::nullopt;
  const std::unique_ptr<z_stream, InflateEnd> owner(&stream);
  stream.next_in = const_cast<Bytef*>(coded.data());  // zlib has no const here; it only reads
  stream.avail_in = static_cast<uInt>(coded.size());
  std::vector<std::uint8_t> out;
  constexpr std::size_t kPiece = 64 << 10;
  for (;;) {
    const std::size_t had = out.size();
    if (had > cap) return std::nullopt;
    out.resize(had + kPiece);
    stream.next_out = out.data() + had;
    stream.avail_out = static_cast<uInt>(kPiece);
    const int status = inflate(&stream, Z_NO_FLUSH);
    out.resize(had + kPiece - stream.avail_out);
    if (status == Z_STREAM_END) break;
    if (status != Z_OK || out.size() == had) return std::nullopt;
  }
  if (out.size() > cap) return std::nullopt;
  return out;
}

std::optional<std::vector<std::uint8_t>> unpredicted(std::vector<std::uint8_t> bytes,
                                                     std::int64_t predictor, std::int64_t colors,
                                                     std::int64_t bits, std::int64_t columns) {
  if (predictor == 1) return bytes;
  if (predictor < 10 || predictor > 15 || colors < 1 || colors > 32 || bits < 1 || bits > 16 ||
      columns < 1 || columns > (1 << 24))
    return std::nullopt;
  const std::size_t pixel = static_cast<std::size_t>((colors * bits + 7) / 8);
  const std::size_t row = static_cast<std::size_t>((colors * bits * columns + 7) / 8);
  if (bytes.size() % (row + 1) != 0) return std::nullopt;
  const std::size_t rows = bytes.size() / (row + 1);
  std::vector<std::uint8_t> out(rows * row);
  for (std::size_t y = 0; y < rows; ++y) {
    const std::uint8_t* in = bytes.data() + y * (row + 1);
    const int kind = *in++;
    std::uint8_t* here = out.data() + y * row;
    const std::uint8_t* above = y > 0 ? here - row : nullptr;
    for (std::size_t x = 0; x < row; ++x) {
      const int left = x >= pixel ? here[x - pixel] : 0;
      const int up = above != nullptr ? above[x] : 0;
      const int corner = above != nullptr && x >= pixel ? above[x - pixel] : 0;
      int add = 0;
      switch (kind) {
        case 0: break;
        case 1: add = left; break;
        case 2: add = up; break;
        case 3: add = (left + up) / 2; break;
        case 4: add = paeth(left, up, corner); break;
        default: return std::nullopt;
      }
      here[x] = static_cast<std::uint8_t>(in[x] + add);
    }
  }
  return out;
}

}  // namespace sogoc::verify
