#include "workers/pdf_read/scan_page.hpp"

#include <map>
#include <numbers>

#include <fmt/format.h>

namespace sogoc::pdf {
namespace {

constexpr std::size_t kMaxPictures = 300;   // more: the page is rendered as one picture
constexpr double kMaxDpi = 600;             // of a raster made of several pictures
constexpr double kSameDpi = 1.25;           // a picture that much finer sets its own grid

struct Placed {
  const DrawnImage* drawn;
  NativeImage image;
};

// The grid of one picture: its own pixels in its own orientation, mirrored only when drawn so.
RasterGrid grid_of(const DrawnImage& drawn, SizePx size, const PageGeometry& geometry) {
  const Affine user_from_image = user_from_unit(drawn.ctm);
  const Affine displayed = user_from_image.then(geometry.displayed_from_user(1));
  Affine unit_from_raster{1.0 / size.width, 0, 0, 0, 1.0 / size.height, 0};
  double right_x = displayed.xx, right_y = displayed.yx;  // where the raster's x axis points
  if (determinant(displayed) < 0) {
    unit_from_raster = {-1.0 / size.width, 0, 1, 0, 1.0 / size.height, 0};
    right_x = -right_x;
    right_y = -right_y;
  }
  RasterGrid grid;
  grid.size = size;
  const double angle = std::atan2(right_y, right_x) * 180.0 / std::numbers::pi;
  grid.turn = (static_cast<int>(std::lround(angle / 90.0)) * 90 + 360) % 360;
  const double inch = 72.0 / geometry.user_unit;
  grid.resolution = {Dpi{size.width * inch / std::hypot(displayed.xx, displayed.yx)},
                     Dpi{size.height * inch / std::hypot(displayed.xy, displayed.yy)}};
  grid.raster_from_user = unit_from_raster.then(user_from_image).inverse();
  return grid;
}

// A resolution that is whole but for rounding in the file's numbers is whole.
Dpi rounded(Dpi dpi) {
  const double whole = std::round(dpi.value);
  return std::abs(dpi.value - whole) < 0.5 ? Dpi{whole} : dpi;
}

BoxPx crop_of(const RasterGrid& grid, const Rect& shown) {
  const BoxPx full{0, 0, grid.size.width, grid.size.height};
  BoxPx crop = pixels_of(bounds(grid.raster_from_user, shown));
  // Boxes in whole points cannot say where a pixel ends: close to the edge is the edge.
  const double points = 72.0 / std::max(1.0, grid.resolution.x.value);
  const int slack = std::max(2, static_cast<int>(std::ceil(1.0 / points)));
  if (crop.left <= slack) crop.left = 0;
  if (crop.top <= slack) crop.top = 0;
  if (crop.right >= full.right - slack) crop.right = full.right;
  if (crop.bottom >= full.bottom - slack) crop.bottom = full.bottom;
  crop = intersection(crop, full);
  return crop.empty() ? full : crop;
}

bool is_colour(const NativeImage& image) {
  if (image.pixels.format() != PixelFormat::rgb8) return false;
  if (!image.stencil) return true;
  const auto p = image.pixels.pixels();
  return p[0] != p[1] || p[1] != p[2];
}

// Bands (or tiles) of one scan: same orientation and scale, together a full rectangle.
std::optional<RasterGrid> grid_of_strips(const std::vector<Placed>& placed,
                                         const PageGeometry& geometry) {
  if (placed.size() < 2) return std::nullopt;
  const RasterGrid first = grid_of(*placed[0].drawn, placed[0].image.coded.picture.size, geometry);
  Rect all;
  double area = 0;
  for (const Placed& item : placed) {
    if (item.image.mask || item.image.stencil) return std::nullopt;
    const SizePx size = item.image.coded.picture.size;
    const Affine place = first.place_of(item.drawn->ctm);
    const double slant = std::abs(place.xy) + std::abs(place.yx);
    if (slant > 1.5 || std::abs(place.xx - size.width) > 1.5 ||
        std::abs(place.yy - size.height) > 1.5)
      return std::nullopt;
    const Rect box = bounds(place, kUnitSquare);
    all = united(all, box);
    area += box.area();
  }
  if (area < 0.97 * all.area() || area > 1.1 * all.area()) return std::nullopt;
  RasterGrid grid = first;
  const double left = std::round(all.left), top = std::round(all.bottom);
  grid.size = {static_cast<int>(std::lround(all.right - left)),
               static_cast<int>(std::lround(all.top - top))};
  grid.raster_from_user = first.raster_from_user.then(Affine{1, 0, -left, 0, 1, -top});
  return grid;
}

double cover(const DrawnImage& drawn, const PageGeometry& geometry) {
  return shown_box(drawn, geometry.visible).area() / geometry.visible.area();
}

// The grid: that of the scan when it fills the page and nothing finer or wider is drawn with it;
// else the displayed page at the finest sensible resolution.
struct Chosen {
  RasterGrid grid;
  std::optional<std::size_t> base;   // its pixels are the grid's
};

Chosen choose_grid(const std::vector<Placed>& placed, const PageGeometry& geometry) {
  std::size_t base = 0;
  double finest = 0;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    if (cover(*placed[i].drawn, geometry) > cover(*placed[base].drawn, geometry) + 0.02) base = i;
    if (cover(*placed[i].drawn, geometry) > 0.05)
      finest = std::max(finest, native_dpi(*placed[i].drawn, geometry));
  }
  const Placed& largest = placed[base];
  const RasterGrid grid = grid_of(*largest.drawn, largest.image.coded.picture.size, geometry);
  bool inside = true;
  for (const Placed& item : placed) {
    const Rect box = bounds(grid.place_of(item.drawn->ctm), kUnitSquare);
    const double margin = 0.01 * grid.size.width;
    inside = inside && box.left > -margin && box.bottom > -margin &&
             box.right < grid.size.width + margin && box.top < grid.size.height + margin;
  }
  const double dpi = native_dpi(*largest.drawn, geometry);
  const bool straight = !largest.image.mask && !largest.image.stencil;
  if (straight && inside && cover(*largest.drawn, geometry) >= kFullPage &&
      finest <= dpi * kSameDpi)
    return {grid, base};
  if (const auto strips = grid_of_strips(placed, geometry)) return {*strips, std::nullopt};
  return {displayed_grid(geometry, std::clamp(finest, 72.0, kMaxDpi)), std::nullopt};
}

Result<PageImage> raster_of(const std::vector<Placed>& placed, const Chosen& chosen,
                            const ReadingSettings& settings, const std::string& subject) {
  const RasterGrid& grid = chosen.grid;
  const Resolution resolution = grid.resolution;
  if (placed.size() == 1 && chosen.base) {
    const NativeImage& image = placed[0].image;
    const Affine place = grid.place_of(placed[0].drawn->ctm);
    if (place.xx > 0 && place.yy > 0) return image.pixels.with_resolution(resolution);
    SOGOC_TRY(const PageImage turned, mirrored(image.pixels));
    return turned.with_resolution(resolution);
  }
  if (static_cast<std::uint64_t>(grid.size.width) * static_cast<std::uint64_t>(grid.size.height) >
      settings.max_pixels)
    return fail(ErrorCode::limit_exceeded, Retry::never, subject,
                fmt::format("the page has {} x {} pixels, more than the limit allows",
                            grid.size.width, grid.size.height));
  bool colour = false, bilevel = true;
  for (const Placed& item : placed) {
    colour = colour || is_colour(item.image);
    bilevel = bilevel && !is_colour(item.image) &&
              (item.image.pixels.format() == PixelFormat::bit1 || item.image.stencil);
  }
  Canvas canvas(grid.size, colour);
  for (const Placed& item : placed)
    canvas.paint(item.image.pixels, item.image.mask_pixels, grid.place_of(item.drawn->ctm));
  return canvas.image(resolution, bilevel);
}

}  // namespace

RasterGrid displayed_grid(const PageGeometry& geometry, double dpi) {
  RasterGrid grid;
  const double scale = dpi * geometry.user_unit / 72.0;
  grid.size = {static_cast<int>(std::ceil(geometry.displayed_width() * scale - 1e-6)),
               static_cast<int>(std::ceil(geometry.displayed_height() * scale - 1e-6))};
  grid.resolution = {Dpi{dpi}, Dpi{dpi}};
  grid.raster_from_user = geometry.displayed_from_user(scale);
  return grid;
}

Result<std::optional<ScanPage>> take_out_scan(Document& document, const PageContent& content,
                                              const PageJudgement& judgement,
                                              const PageGeometry& geometry,
                                              const ReadingSettings& settings, BlobSink& blobs,
                                              const std::string& subject) {
  using Found = std::optional<ScanPage>;
  if (judgement.images.empty() || judgement.images.size() > kMaxPictures) return Found();
  std::vector<Placed> placed;
  std::map<QPDFObjGen, std::size_t> read_before;
  std::uint64_t pixels = 0;
  for (const std::size_t i : judgement.images) {
    const DrawnImage& drawn = content.images[i];
    const auto before = read_before.find(drawn.stream.getObjGen());
    if (before != read_before.end() && !placed[before->second].image.stencil &&
        before->second != 0) {
      placed.push_back({&drawn, placed[before->second].image});
      continue;
    }
    const MaskUse use = placed.empty() ? MaskUse::scan : MaskUse::stencil;
    SOGOC_TRY(std::optional<NativeImage> image,
              read_native_image(document, drawn, use, settings, subject));
    if (!image) return Found();
    const SizePx size = image->coded.picture.size;
    pixels += static_cast<std::uint64_t>(size.width) * static_cast<std::uint64_t>(size.height);
    if (pixels > 2 * settings.max_pixels)
      return fail(ErrorCode::limit_exceeded, Retry::never, subject,
                  "the pictures of the page have more pixels than the limit allows");
    read_before.emplace(drawn.stream.getObjGen(), placed.size());
    placed.push_back({&drawn, std::move(*image)});
  }
  // A picture cut by a clip inside the page: only a rendering cuts it.
  for (const Placed& item : placed) {
    const Rect whole = intersection(bounds(item.drawn->ctm, kUnitSquare), geometry.visible);
    const Rect shown = shown_box(*item.drawn, geometry.visible);
    if (placed.size() > 1 && shown.area() < 0.98 * whole.area()) return Found();
  }

  const Chosen chosen = choose_grid(placed, geometry);
  ScanPage scan;
  scan.grid = chosen.grid;
  scan.grid.resolution = {rounded(chosen.grid.resolution.x), rounded(chosen.grid.resolution.y)};
  DecodedPage& page = scan.page;
  SOGOC_TRY(const PageImage raster, raster_of(placed, chosen, settings, subject));
  page.raster = raster.with_resolution(scan.grid.resolution);
  page.known_turn = Degrees{static_cast<double>(scan.grid.turn)};
  const Rect shown = placed.size() == 1 && chosen.base
                         ? shown_box(*placed[0].drawn, geometry.visible)
                         : geometry.visible;
  page.crop = crop_of(scan.grid, shown);
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const NativeImage& image = placed[i].image;
    PlacedPicture picture;
    const bool is_base = chosen.base ? i == *chosen.base : (i == 0 || !image.mask);
    picture.role = is_base ? PictureRole::base : PictureRole::overlay;
    SOGOC_TRY(picture.picture, stored(image.coded, blobs));
    if (image.mask) {
      SOGOC_TRY(picture.soft_mask, stored(*image.mask, blobs));
    }
    picture.place = scan.grid.place_of(placed[i].drawn->ctm);
    page.jbig2_lossy = page.jbig2_lossy || image.jbig2;
    page.pictures.push_back(std::move(picture));
  }
  return Found(std::move(scan));
}

}  // namespace sogoc::pdf
