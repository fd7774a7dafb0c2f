#pragma once

// Pixels to tiles, and tiles to the picture an address asks for. Runs only in a worker process.

#include <filesystem>
#include <vector>

#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"
#include "workers/tiles/iiif_request.hpp"
#include "workers/tiles/tile_file.hpp"

namespace sogoc::tiles {

// `turn_degrees`: what the received file asks for. Fails as encoders do, with no_space, and with limit_exceeded when the picture is too large for tiles.
[[nodiscard]] Done write_tiles(const PageImage& picture, const std::filesystem::path& file, int turn_degrees = 0);

// The bytes of a JPEG or PNG. From the smallest level that still has every pixel asked for.
[[nodiscard]] Result<std::vector<std::uint8_t>> cut_picture(const TileFile& tiles, const PictureRequest& request);

// Turned clockwise; bit1 becomes gray8.
[[nodiscard]] Result<PageImage> quarter_turned(const PageImage& picture, int quarter_turns);

// Each pixel the mean of those it covers; bit1 becomes gray8. `to` is not larger than the picture.
[[nodiscard]] Result<PageImage> shrink(const PageImage& picture, SizePx to);

}  // namespace sogoc::tiles
