#include "workers/tiles/pictures.hpp"

#include <algorithm>
#include <cstring>

#include "workers/decode/codecs.hpp"

namespace sogoc::tiles {
namespace {

constexpr int kTileQuality = 82;
constexpr int kPictureQuality = 88;
constexpr int kMostSidePx = 60'000;

std::size_t at(int value) { return static_cast<std::size_t>(value); }

int channels_of(PixelFormat format) { return format == PixelFormat::rgb8 ? 3 : 1; }

Result<PageImage> as_bytes(const PageImage& picture) {
  if (picture.format() != PixelFormat::bit1) return picture;
  const SizePx size = picture.size();
  std::vector<std::uint8_t> gray(at(size.width) * at(size.height));
  for (int y = 0; y < size.height; ++y) {
    const auto row = picture.row(y);
    std::uint8_t* out = gray.data() + at(y) * at(size.width);
    for (int x = 0; x < size.width; ++x) out[x] = (row[at(x) / 8] >> (7 - x % 8)) & 1 ? 0 : 255;
  }
  return PageImage::create(size, PixelFormat::gray8, picture.resolution(), std::move(gray));
}

Result<PageImage> crop(const PageImage& picture, const BoxPx& box) {
  const std::size_t channels = at(channels_of(picture.format()));
  std::vector<std::uint8_t> pixels(at(box.width()) * at(box.height()) * channels);
  for (int y = 0; y < box.height(); ++y)
    std::memcpy(pixels.data() + at(y) * at(box.width()) * channels, picture.row(box.top + y).data() + at(box.left) * channels, at(box.width()) * channels);
  return PageImage::create({box.width(), box.height()}, picture.format(), picture.resolution(), std::move(pixels));
}

Result<PageImage> in_quality(const PageImage& picture, Quality quality) {
  if (quality == Quality::colour || (quality == Quality::gray && picture.format() == PixelFormat::gray8)) return picture;
  const SizePx size = picture.size();
  std::vector<std::uint8_t> gray(at(size.width) * at(size.height));
  const auto pixels = picture.pixels();
  const bool colour = picture.format() == PixelFormat::rgb8;
  for (std::size_t i = 0; i < gray.size(); ++i) {
    const unsigned value = colour ? (299u * pixels[i * 3] + 587u * pixels[i * 3 + 1] + 114u * pixels[i * 3 + 2]) / 1000u : pixels[i];
    gray[i] = static_cast<std::uint8_t>(quality == Quality::bitonal ? (value < 128 ? 0 : 255) : value);
  }
  return PageImage::create(size, PixelFormat::gray8, picture.resolution(), std::move(gray));
}

Done write_level(TileWriter& writer, const PageImage& picture, const Level& level) {
  for (int row = 0; row < level.rows(); ++row)
    for (int column = 0; column < level.columns(); ++column) {
      const BoxPx box{column * kTileSide, row * kTileSide, std::min((column + 1) * kTileSide, level.size.width), std::min((row + 1) * kTileSide, level.size.height)};
      SOGOC_TRY(const PageImage piece, crop(picture, box));
      SOGOC_TRY(const auto jpeg, encode_jpeg(piece, kTileQuality));
      SOGOC_CHECK(writer.add(jpeg));
    }
  return {};
}

// `box` of a level, put together from its tiles.
Result<PageImage> gather(const TileFile& tiles, std::size_t index, const BoxPx& box) {
  std::vector<std::uint8_t> pixels;
  std::optional<PixelFormat> format;
  std::size_t channels = 0;
  for (int row = box.top / kTileSide; row * kTileSide < box.bottom; ++row)
    for (int column = box.left / kTileSide; column * kTileSide < box.right; ++column) {
      SOGOC_TRY(const std::string bytes, tiles.tile(index, column, row));
      SOGOC_TRY(const PageImage tile, decode_jpeg({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, "tile", {}));
      if (!format) {
        format = tile.format();
        channels = at(channels_of(*format));
        pixels.resize(at(box.width()) * at(box.height()) * channels);
      }
      const BoxPx part{std::max(box.left, column * kTileSide), std::max(box.top, row * kTileSide), std::min(box.right, column * kTileSide + tile.size().width),
                       std::min(box.bottom, row * kTileSide + tile.size().height)};
      if (tile.format() != *format || part.empty()) return fail(ErrorCode::corrupt, Retry::same_step, "tiles", "the tiles of this page are damaged; they are made again");
      for (int y = part.top; y < part.bottom; ++y)
        std::memcpy(pixels.data() + (at(y - box.top) * at(box.width()) + at(part.left - box.left)) * channels,
                    tile.row(y - row * kTileSide).data() + at(part.left - column * kTileSide) * channels, at(part.width()) * channels);
    }
  return PageImage::create({box.width(), box.height()}, format.value_or(PixelFormat::gray8), {}, std::move(pixels));
}

}  // namespace

Result<PageImage> quarter_turned(const PageImage& given, int quarter_turns) {
  if (quarter_turns == 0) return given;
  SOGOC_TRY(const PageImage picture, as_bytes(given));
  const SizePx size = picture.size();
  const SizePx to = quarter_turns % 2 == 0 ? size : SizePx{size.height, size.width};
  const std::size_t channels = at(channels_of(picture.format()));
  std::vector<std::uint8_t> pixels(at(to.width) * at(to.height) * channels);
  for (int y = 0; y < size.height; ++y) {
    const auto row = picture.row(y);
    for (int x = 0; x < size.width; ++x) {
      const int tx = quarter_turns == 1 ? size.height - 1 - y : quarter_turns == 2 ? size.width - 1 - x : y;
      const int ty = quarter_turns == 1 ? x : quarter_turns == 2 ? size.height - 1 - y : size.width - 1 - x;
      std::memcpy(pixels.data() + (at(ty) * at(to.width) + at(tx)) * channels, row.data() + at(x) * channels, channels);
    }
  }
  return PageImage::create(to, picture.format(), picture.resolution(), std::move(pixels));
}

Result<PageImage> shrink(const PageImage& given, SizePx to) {
  SOGOC_TRY(const PageImage picture, as_bytes(given));
  const SizePx size = picture.size();
  if (size == to) return picture;
  const int channels = channels_of(picture.format());
  std::vector<std::uint8_t> pixels(at(to.width) * at(to.height) * at(channels));
  std::vector<std::uint64_t> sums(at(to.width) * at(channels));
  // Whole pixels only: which of the large ones a small one covers.
  const auto edge = [](int i, int small, int large) { return static_cast<int>(static_cast<std::int64_t>(i) * large / small); };
  for (int y = 0; y < to.height; ++y) {
    const int top = edge(y, to.height, size.height), bottom = std::max(top + 1, edge(y + 1, to.height, size.height));
    std::fill(sums.begin(), sums.end(), 0);
    for (int from = top; from < bottom; ++from) {
      const std::uint8_t* row = picture.row(from).data();
      for (int x = 0; x < to.width; ++x) {
        const int left = edge(x, to.width, size.width), right = std::max(left + 1, edge(x + 1, to.width, size.width));
        for (int sx = left; sx < right; ++sx)
          for (int c = 0; c < channels; ++c) sums[at(x * channels + c)] += row[at(sx) * at(channels) + at(c)];
      }
    }
    for (int x = 0; x < to.width; ++x) {
      const int left = edge(x, to.width, size.width), right = std::max(left + 1, edge(x + 1, to.width, size.width));
      const auto count = static_cast<std::uint64_t>(right - left) * static_cast<std::uint64_t>(bottom - top);
      for (int c = 0; c < channels; ++c)
        pixels[(at(y) * at(to.width) + at(x)) * at(channels) + at(c)] = static_cast<std::uint8_t>((sums[at(x * channels + c)] + count / 2) / count);
    }
  }
  return PageImage::create(to, picture.format(), picture.resolution(), std::move(pixels));
}

Done write_tiles(const PageImage& given, const std::filesystem::path& file, int turn_degrees) {
  if (given.size().width > kMostSidePx || given.size().height > kMostSidePx)
    return fail(ErrorCode::limit_exceeded, Retry::never, "picture", "is larger than any page");
  SOGOC_TRY(PageImage picture, as_bytes(given));
  SOGOC_TRY(TileWriter writer, TileWriter::create(file, picture.size(), turn_degrees));
  for (const Level& level : levels_of(picture.size())) {
    if (level.factor > 1) {
      SOGOC_TRY(picture, shrink(picture, level.size));  // from the level before: means of means
    }
    SOGOC_CHECK(write_level(writer, picture, level));
  }
  return writer.finish();
}

Result<std::vector<std::uint8_t>> cut_picture(const TileFile& tiles, const PictureRequest& request) {
  std::size_t index = 0;
  const auto& levels = tiles.levels();
  while (index + 1 < levels.size() && request.region.width() / levels[index + 1].factor >= request.size.width &&
         request.region.height() / levels[index + 1].factor >= request.size.height)
    ++index;
  const int factor = levels[index].factor;
  const SizePx whole = levels[index].size;
  BoxPx box{request.region.left / factor, request.region.top / factor, std::min(whole.width, (request.region.right + factor - 1) / factor),
            std::min(whole.height, (request.region.bottom + factor - 1) / factor)};
  box.left = std::min(box.left, whole.width - 1);
  box.top = std::min(box.top, whole.height - 1);
  SOGOC_TRY(const PageImage gathered, gather(tiles, index, box));
  const SizePx to{std::min(request.size.width, box.width()), std::min(request.size.height, box.height())};
  SOGOC_TRY(const PageImage small, shrink(gathered, to));
  SOGOC_TRY(const PageImage turned, quarter_turned(small, request.quarter_turns));
  SOGOC_TRY(const PageImage picture, in_quality(turned, request.quality));
  return request.format == Format::png ? encode_png(picture) : encode_jpeg(picture, kPictureQuality);
}

}  // namespace sogoc::tiles
