#include "workers/image/straightener.hpp"

#include <cmath>

#include <opencv2/core.hpp>

#include "workers/image/blank.hpp"
#include "workers/image/borders.hpp"
#include "workers/image/colour_ink.hpp"
#include "workers/image/geometry.hpp"
#include "workers/image/orientation.hpp"
#include "workers/image/page_map.hpp"
#include "workers/image/quality.hpp"
#include "workers/image/reading_image.hpp"
#include "workers/image/resolution.hpp"
#include "workers/image/skew.hpp"
#include "workers/image/spread.hpp"

namespace sogoc {
namespace {

using namespace image;

constexpr std::size_t kPageOfText = 40;  // letters from which an undecided page is worth a look

Resolution turned_resolution(Resolution resolution, int quarter_turns) {
  return quarter_turns % 2 == 0 ? resolution : Resolution{resolution.y, resolution.x};
}

// The visible part of the master with square pixels, turned as the file asks.
Placement page_as_asked(const DecodedPage& page) {
  const PageImage& master = page.raster;
  const BoxPx crop = page.crop.empty() ? whole(master) : intersection(page.crop, whole(master));
  Placement placement = cropped({master.size(), {}}, crop);
  // Fax scans twice as fine across as down; only a difference that the eye sees is evened out.
  const Resolution stated = master.resolution();
  const double ratio = stated.known() ? stated.x.value / stated.y.value : 1;
  if (std::isfinite(ratio) && ratio > 0.2 && ratio < 5 && std::abs(ratio - 1) > 0.03)
    placement = with_square_pixels(placement, stated);
  return turned(placement, quarter_turns_of(page.known_turn));
}

// What the file states, on the axes of the page as asked, with square pixels.
Resolution stated_for(const Placement& placement, const PageImage& master) {
  const Affine& map = placement.from_master;
  const double stretch_x = std::hypot(map.xx, map.yx), stretch_y = std::hypot(map.xy, map.yy);
  const Resolution stated = master.resolution();
  const Resolution square{{stated.x.value * stretch_x}, {stated.y.value * stretch_y}};
  return turned_resolution(square, std::abs(map.xy) > std::abs(map.xx) ? 1 : 0);
}

// The map of the page with its resolution measured.
struct MeasuredPage {
  PageMap map;
  MeasuredResolution resolution;
};

MeasuredPage measure(const PageImage& master, const Placement& placement, bool lines_stand) {
  MeasuredPage page{map_of(master, placement), {}};
  page.resolution = measure_resolution(placement.size, stated_for(placement, master),
                                       usual_letter_height(page.map, lines_stand));
  page.map.map_dpi = page.resolution.effective.y.value / page.map.reduction;
  return page;
}

std::vector<cv::Rect> signature_pictures(const DecodedPage& page, const PageMap& map) {
  std::vector<cv::Rect> boxes;
  for (const PlacedPicture& placed : page.pictures) {
    if (placed.role != PictureRole::signature_appearance) continue;
    const Affine to_page = placed.place.then(map.page.from_master);
    const PointPx a = to_page.apply(PointPx{0, 0}), b = to_page.apply(PointPx{1, 1});
    const double r = map.reduction;
    const cv::Rect frame = map.frame();
    const auto at = [](double value, int most) {
      return static_cast<int>(std::clamp<double>(value, 0, most));
    };
    const cv::Point from(at(std::min(a.x, b.x) / r - 2, frame.width),
                         at(std::min(a.y, b.y) / r - 2, frame.height));
    const cv::Point to(at(std::max(a.x, b.x) / r + 2, frame.width),
                       at(std::max(a.y, b.y) / r + 2, frame.height));
    boxes.emplace_back(from, to);
  }
  return boxes;
}

// One part of the page: cut out, then straightened about its own middle.
PagePart part_of_page(const PageMap& map, const BoxPx& kept, const Skew& skew) {
  const bool trusted =
      skew.confidence.fraction() >= kTrustedSkew && std::abs(skew.tilt.clockwise) >= kSmallestSkew;
  Placement placement = cropped(map.page, kept);
  if (trusted) {
    BoxPx content = intersection(content_box(map), kept);
    content = {content.left - kept.left, content.top - kept.top, content.right - kept.left,
               content.bottom - kept.top};
    placement = rotated(placement, Degrees{-skew.tilt.clockwise}, content);
  }
  PagePart part;
  part.size = placement.size;
  part.upright_from_master = placement.from_master;
  part.skew = skew.tilt;
  part.skew_confidence = skew.confidence;
  part.deskewed = trusted ? Degrees{-skew.tilt.clockwise} : Degrees{};
  part.kept = kept;
  return part;
}

std::vector<BoxPx> boxes_of_parts(const PageMap& map, const ReadingSettings& settings) {
  const SizePx size = map.page.size;
  if (const auto gutter = find_gutter(map, settings.profile == "book"))
    return {{0, 0, *gutter, size.height}, {*gutter, 0, size.width, size.height}};
  return {{0, 0, size.width, size.height}};
}

// A map of one part only, for measuring its own skew.
PageMap map_of_part(const PageMap& map, const BoxPx& kept) {
  PageMap part = map;
  for (Component& component : part.components) {
    const int middle = (component.box.x + component.box.width / 2) * map.reduction;
    if (middle < kept.left || middle >= kept.right) component.removed = true;
  }
  return part;
}

void add_ink_regions(const PageMap& map, const ColouredInk& coloured, StraightPage& straight) {
  for (const InkPlace& place : coloured.places) {
    const BoxPx page{place.box.x * map.reduction, place.box.y * map.reduction,
                     (place.box.x + place.box.width) * map.reduction,
                     (place.box.y + place.box.height) * map.reduction};
    const BoxPx on_master = map.page.from_master.inverse().apply(page);
    const int middle = (page.left + page.right) / 2;
    int index = 0;
    for (std::size_t i = 0; i < straight.parts.size(); ++i)
      if (middle >= straight.parts[i].kept.left && middle < straight.parts[i].kept.right)
        index = static_cast<int>(i);
    const PagePart& part = straight.parts[static_cast<std::size_t>(index)];
    Region region;
    region.kind = place.kind;
    region.box = intersection(part.upright_from_master.apply(on_master),
                              {0, 0, part.size.width, part.size.height});
    region.confidence = Confidence::from_fraction(place.confidence);
    region.source = "layout";
    if (region.box.empty()) continue;
    straight.ink_regions.push_back(region);
    straight.part_of.push_back(index);
  }
}

}  // namespace

Straightener::Straightener() { cv::setNumThreads(1); }

Result<StraightPage> Straightener::straighten(const DecodedPage& decoded,
                                              const ReadingSettings& settings) {
  const PageImage& master = decoded.raster;
  if (master.empty())
    return fail(ErrorCode::invalid_input, Retry::never, "page", "has no pixels to straighten");
  if (!decoded.crop.empty() && intersection(decoded.crop, whole(master)).empty())
    return fail(ErrorCode::invalid_input, Retry::never, "page",
                "the crop box shows nothing of the picture");

  // Born-digital pages lie as their file says; only scans are judged.
  const bool is_scan = decoded.origin == PageOrigin::scan;
  StraightPage straight;
  const Placement asked = page_as_asked(decoded);
  MeasuredPage page = measure(master, asked, false);
  EdgeMarks marks = find_edge_marks(page.map);

  // Turn: everything later happens on the page the right way up.
  Orientation orientation;
  if (is_scan) orientation = find_orientation(text_points(page.map), page.map);
  if (orientation.quarter_turns != 0) {
    page = measure(master, turned(asked, orientation.quarter_turns), false);
    marks = find_edge_marks(page.map);
  }
  const PageMap& map = page.map;

  const ColouredInk coloured = find_coloured_ink(map, signature_pictures(decoded, map));
  const Blankness blankness = judge_blank(map, coloured);

  PageQuality& quality = straight.quality;
  quality.stated = page.resolution.stated;
  quality.effective = page.resolution.effective;
  quality.resolution_source = page.resolution.source;
  quality.paper = page.resolution.paper;
  quality.blank = blankness.blank;
  quality.show_through = blankness.show_through;
  quality.jbig2_lossy = decoded.jbig2_lossy;
  judge_quality(master, map, marks, quality);

  // From here on the geometry: the parts of the page, each straightened on its own.
  const bool may_move = is_scan && !quality.blank;
  const BoxPx all{0, 0, map.page.size.width, map.page.size.height};
  const std::vector<BoxPx> boxes = may_move ? boxes_of_parts(map, settings) : std::vector{all};
  const int turns = (quarter_turns_of(decoded.known_turn) + orientation.quarter_turns) % 4;
  for (const BoxPx& kept : boxes) {
    Skew skew;
    if (may_move) skew = find_skew(text_points(boxes.size() == 1 ? map : map_of_part(map, kept)));
    PagePart part = part_of_page(map, kept, skew);
    part.resolution = page.resolution.effective;
    part.turned = Degrees{turns * 90.0};
    part.turn_confidence = orientation.confidence;
    PartPictures pictures = pictures_of_part(master, map, {marks, coloured}, part);
    straight.reading.push_back(std::move(pictures.reading));
    straight.upright.push_back(std::move(pictures.upright));
    straight.parts.push_back(std::move(part));
  }
  add_ink_regions(map, coloured, straight);
  straight.red_seal = coloured.red_seal;
  if (orientation.unsure && !quality.blank && map.components.size() >= kPageOfText)
    straight.doubts.emplace_back("the page may lie on its side or on its head");
  if (blankness.perhaps_pencil)
    straight.doubts.emplace_back("the page seems blank, but pale marks may be faint writing");
  return straight;
}

std::unique_ptr<PageStraightener> make_straightener() { return std::make_unique<Straightener>(); }

}  // namespace sogoc
