#include "workers/tiles/iiif_request.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

namespace sogoc::tiles {
namespace {

tl::unexpected<Error> malformed(const char* part, std::string_view text, const char* why) {
  return fail(ErrorCode::usage, Retry::never, std::string(part) + " " + std::string(text.substr(0, 60)), why);
}

// Digits with at most one point: no sign, no exponent, no blank.
std::optional<double> decimal(std::string_view text) {
  if (text.empty() || text.size() > 12 || text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<int> whole(std::string_view text) {
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

Result<BoxPx> read_region(SizePx picture, std::string_view text) {
  const BoxPx all{0, 0, picture.width, picture.height};
  if (text == "full") return all;
  if (text == "square") {
    const int side = std::min(picture.width, picture.height);
    const int left = (picture.width - side) / 2, top = (picture.height - side) / 2;
    return BoxPx{left, top, left + side, top + side};
  }
  const bool percent = text.starts_with("pct:");
  const auto parts = split(percent ? text.substr(4) : text);
  if (parts.size() != 4) return malformed("region", text, "is none of full, square, x,y,w,h and pct:x,y,w,h");
  std::array<double, 4> value{};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto number = percent ? decimal(parts[i]) : whole(parts[i]) ? std::optional<double>(*whole(parts[i])) : std::nullopt;
    if (!number) return malformed("region", text, "is none of full, square, x,y,w,h and pct:x,y,w,h");
    value[i] = percent ? std::round(*number / 100 * (i % 2 == 0 ? picture.width : picture.height)) : *number;
  }
  if (value[2] <= 0 || value[3] <= 0 || value[0] >= picture.width || value[1] >= picture.height)
    return malformed("region", text, "lies outside of the picture");
  return BoxPx{static_cast<int>(value[0]), static_cast<int>(value[1]), static_cast<int>(std::min<double>(value[0] + value[2], picture.width)),
               static_cast<int>(std::min<double>(value[1] + value[3], picture.height))};
}

int scaled(double side) { return std::max(1, static_cast<int>(std::lround(side))); }

Result<SizePx> read_size(const BoxPx& region, std::string_view text) {
  const double width = region.width(), height = region.height();
  if (text.starts_with("^")) return malformed("size", text, "asks for an enlarged picture, which is not made");
  SizePx size;
  if (text == "max") {
    const double down = std::min({1.0, kMostSide / width, kMostSide / height});
    size = {scaled(width * down), scaled(height * down)};
  } else if (text.starts_with("pct:")) {
    const auto percent = decimal(text.substr(4));
    if (!percent || *percent <= 0) return malformed("size", text, "is no percentage");
    if (*percent > 100) return malformed("size", text, "asks for an enlarged picture, which is not made");
    size = {scaled(width * *percent / 100), scaled(height * *percent / 100)};
  } else {
    const bool confined = text.starts_with("!");
    const auto parts = split(confined ? text.substr(1) : text);
    if (parts.size() != 2) return malformed("size", text, "is none of max, w,h w, ,h !w,h and pct:n");
    const auto w = whole(parts[0]), h = whole(parts[1]);
    const bool no_w = parts[0].empty(), no_h = parts[1].empty();
    if ((no_w && no_h) || (!no_w && (!w || *w == 0)) || (!no_h && (!h || *h == 0)) || (confined && (no_w || no_h)))
      return malformed("size", text, "is none of max, w,h w, ,h !w,h and pct:n");
    if (confined) {
      const double down = std::min({*w / width, *h / height, 1.0});
      size = {scaled(width * down), scaled(height * down)};
    } else if (no_h) {
      size = {*w, scaled(height * *w / width)};
    } else if (no_w) {
      size = {scaled(width * *h / height), *h};
    } else {
      size = {*w, *h};
    }
  }
  if (size.width > region.width() || size.height > region.height()) return malformed("size", text, "asks for an enlarged picture, which is not made");
  if (size.width > kMostSide || size.height > kMostSide) return malformed("size", text, "is larger than is answered at once; ask for a smaller one");
  return size;
}

}  // namespace

Result<PictureRequest> read_request(SizePx picture, std::string_view region, std::string_view size, std::string_view rotation,
                                    std::string_view quality_and_format) {
  PictureRequest request;
  SOGOC_TRY(request.region, read_region(picture, region));
  SOGOC_TRY(request.size, read_size(request.region, size));
  const auto turn = decimal(rotation);
  if (!turn || std::fmod(*turn, 90) != 0 || *turn > 360) return malformed("rotation", rotation, "is none of 0, 90, 180 and 270");
  request.quarter_turns = static_cast<int>(*turn / 90) % 4;
  const std::size_t point = quality_and_format.find('.');
  const std::string_view quality = quality_and_format.substr(0, point);
  const std::string_view format = point == std::string_view::npos ? std::string_view() : quality_and_format.substr(point + 1);
  if (quality == "gray") request.quality = Quality::gray;
  else if (quality == "bitonal") request.quality = Quality::bitonal;
  else if (quality != "default" && quality != "color") return malformed("quality", quality, "is none of default, color, gray and bitonal");
  if (format == "png") request.format = Format::png;
  else if (format != "jpg") return malformed("format", format, "is neither jpg nor png");
  return request;
}

}  // namespace sogoc::tiles
