#include "workers/pdf_read/page_reader.hpp"

#include <fmt/format.h>

#include "workers/pdf_read/annotations.hpp"
#include "workers/pdf_read/graft_check.hpp"
#include "workers/pdf_read/ink_layer.hpp"
#include "workers/pdf_read/scan_page.hpp"

namespace sogoc::pdf {
namespace {

constexpr int kRenderedJpegQuality = 85;
constexpr double kInkDpi = 400;   // text over a scan needs no more

struct PageFacts {
  QPDFObjectHandle page;
  PageGeometry geometry;
  PageContent content;
  PageJudgement judgement;
  FlattenedPage annotations;
};

// Small text of two colours needs no JPEG: gray and bilevel renderings stay lossless.
Result<CodedPicture> coded_rendering(const PageImage& raster) {
  if (raster.format() == PixelFormat::bit1) return losslessly(raster);
  SOGOC_TRY(CodedPicture photo, as_jpeg(raster, kRenderedJpegQuality));
  if (raster.format() != PixelFormat::gray8) return photo;
  SOGOC_TRY(CodedPicture exact, losslessly(raster));
  return exact.data.size() <= photo.data.size() ? exact : photo;
}

// Scans of black and white stay black and white when they are rendered with what is over them.
bool all_bilevel(const PageFacts& facts) {
  if (facts.judgement.images.empty()) return false;
  for (const std::size_t i : facts.judgement.images) {
    QPDFObjectHandle dictionary = dictionary_of(facts.content.images[i].stream);
    if (int_of(dictionary.getKey("/BitsPerComponent"), 1) != 1) return false;
  }
  return true;
}

Result<PageImage> thresholded(const PageImage& gray) {
  Canvas canvas(gray.size(), false);
  canvas.paint(gray, PageImage(),
               Affine{static_cast<double>(gray.size().width), 0, 0, 0,
                      static_cast<double>(gray.size().height), 0});
  return canvas.image(gray.resolution(), true);
}

struct Rendering {
  RasterGrid grid;
  PageImage raster;
};

// The page without its annotations at `dpi` of paper.
Result<Rendering> rendered(const PageFacts& facts, const PageRequest& request, double dpi) {
  const PageGeometry& geometry = facts.geometry;
  const double wide = geometry.displayed_width(), high = geometry.displayed_height();
  // A map of two metres is rendered coarser rather than refused.
  const double most = std::sqrt(static_cast<double>(request.settings.max_pixels) * 0.9 *
                                72.0 * 72.0 / (wide * high)) / geometry.user_unit;
  dpi = std::min(dpi, std::max(most, 20.0));
  const int number = static_cast<int>(request.index.page_number());
  SOGOC_TRY(std::vector<PageImage> pages,
            render_pages(request.file, {number, number, dpi * geometry.user_unit, false}, wide,
                         high, request.settings, request.subject));
  Rendering rendering;
  rendering.grid = displayed_grid(geometry, dpi);
  rendering.grid.size = pages.front().size();
  rendering.raster = without_needless_colour(pages.front().with_resolution({Dpi{dpi}, Dpi{dpi}}));
  return rendering;
}

// The rendering as the one picture of the page.
Result<ScanPage> page_of(Rendering rendering, PageOrigin origin, BlobSink& blobs) {
  ScanPage scan;
  scan.grid = rendering.grid;
  DecodedPage& page = scan.page;
  page.raster = std::move(rendering.raster);
  const SizePx size = page.raster.size();
  page.crop = {0, 0, size.width, size.height};
  page.origin = origin;
  SOGOC_TRY(const CodedPicture coded, coded_rendering(page.raster));
  PlacedPicture picture;
  SOGOC_TRY(picture.picture, stored(coded, blobs));
  picture.place = {double(size.width), 0, 0, 0, double(size.height), 0};
  page.pictures.push_back(std::move(picture));
  return scan;
}

double scan_dpi(const PageFacts& facts, const ReadingSettings& settings) {
  double dpi = 0;
  for (const std::size_t i : facts.judgement.images)
    if (shown_box(facts.content.images[i], facts.geometry.visible).area() >
        0.05 * facts.geometry.visible.area())
      dpi = std::max(dpi, native_dpi(facts.content.images[i], facts.geometry));
  return dpi == 0 ? settings.render_dpi : std::clamp(dpi, 150.0, 600.0);
}

// A rendering that is read like a scan.
Result<ScanPage> scan_of_rendering(const PageFacts& facts, const PageRequest& request,
                                   BlobSink& blobs, const std::string& note) {
  SOGOC_TRY(Rendering rendering,
            rendered(facts, request, scan_dpi(facts, request.settings)));
  if (all_bilevel(facts) && rendering.raster.format() == PixelFormat::gray8) {
    SOGOC_TRY(rendering.raster, thresholded(rendering.raster));
  }
  SOGOC_TRY(ScanPage scan, page_of(std::move(rendering), PageOrigin::scan, blobs));
  for (const std::size_t i : facts.judgement.images) {
    QPDFObjectHandle filter = dictionary_of(facts.content.images[i].stream).getKey("/Filter");
    if (filter.isArray() && filter.getArrayNItems() > 0)
      filter = filter.getArrayItem(filter.getArrayNItems() - 1);
    scan.page.jbig2_lossy = scan.page.jbig2_lossy || name_of(filter) == "/JBIG2Decode";
  }
  scan.page.notes.push_back(note);
  return scan;
}

Result<ScanPage> read_scan(Document& document, PageFacts& facts, const PageRequest& request,
                           BlobSink& blobs) {
  const bool with_ink = facts.judgement.makeup == PageMakeup::scan_with_ink;
  const std::string inked = "the page shows text or lines over its scan: ";
  if (with_ink && !facts.judgement.ink_on_top)
    return scan_of_rendering(facts, request, blobs, inked + "rendered as one picture");
  SOGOC_TRY(std::optional<ScanPage> native,
            take_out_scan(document, facts.content, facts.judgement, facts.geometry,
                          request.settings, blobs, request.subject));
  if (!native)
    return scan_of_rendering(facts, request, blobs,
                             "the page's pictures cannot be carried over one by one: rendered as "
                             "one picture");
  if (!with_ink) return std::move(*native);
  SOGOC_TRY(std::optional<Appearance> ink,
            ink_over_pictures(facts.page, facts.content, facts.geometry,
                              std::min(scan_dpi(facts, request.settings), kInkDpi),
                              request.settings, request.subject));
  if (!ink) return scan_of_rendering(facts, request, blobs, inked + "rendered as one picture");
  // Painted into the raster below, like a note that somebody typed over the page.
  facts.annotations.appearances.insert(facts.annotations.appearances.begin(), std::move(*ink));
  native->page.notes.push_back(inked + "kept as a picture over it");
  return std::move(*native);
}

Result<ScanPage> read_digital(Document& document, const PageFacts& facts,
                              const PageRequest& request, BlobSink& blobs) {
  const int number = static_cast<int>(request.index.page_number());
  SOGOC_TRY(auto texts,
            text_of_pages(request.file, number, number, request.settings, request.subject));
  std::string doubt = why_garbage(texts.front());
  if (doubt.empty()) doubt = why_old_encoding(facts.content);
  if (!doubt.empty())
    return scan_of_rendering(facts, request, blobs, doubt + ": read from a rendering instead");
  SOGOC_TRY(Rendering rendering, rendered(facts, request, request.settings.render_dpi));
  const std::string obstacle =
      why_not_graftable(document, facts.page, facts.content, !facts.annotations.appearances.empty());
  ScanPage scan;
  if (obstacle.empty()) {
    scan.grid = rendering.grid;
    const SizePx size = rendering.raster.size();
    scan.page.raster = std::move(rendering.raster);
    scan.page.crop = {0, 0, size.width, size.height};
    scan.page.origin = PageOrigin::born_digital_graft;
  } else {
    SOGOC_TRY(scan, page_of(std::move(rendering), PageOrigin::born_digital_render, blobs));
    scan.page.notes.push_back("rendered, with its own text laid under: " + obstacle);
  }
  const double pixels = scan.grid.resolution.x.value * facts.geometry.user_unit / 72.0;
  scan.page.own_text = regions_of(texts.front(), Affine{pixels, 0, 0, 0, pixels, 0},
                                  RegionKind::text);
  return scan;
}

// Empty paper: a white page, so that it is counted and kept.
Result<ScanPage> read_empty(const PageFacts& facts, const PageRequest& request, BlobSink& blobs) {
  Rendering rendering;
  rendering.grid = displayed_grid(facts.geometry, request.settings.render_dpi);
  const SizePx size = rendering.grid.size;
  if (static_cast<std::uint64_t>(size.width) * static_cast<std::uint64_t>(size.height) >
      request.settings.max_pixels)
    return fail(ErrorCode::limit_exceeded, Retry::never, request.subject,
                "the page is larger than the limit allows");
  SOGOC_TRY(rendering.raster, Canvas(size, false).image(rendering.grid.resolution, true));
  return page_of(std::move(rendering), PageOrigin::scan, blobs);
}

bool is_gray(const PageImage& colours, const PageImage& opacity) {
  const auto shown = opacity.pixels();
  const auto rgb = colours.pixels();
  for (std::size_t i = 0; i < shown.size(); ++i)
    if (shown[i] != 0 && (rgb[3 * i] != rgb[3 * i + 1] || rgb[3 * i] != rgb[3 * i + 2])) return false;
  return true;
}

// Appearances as pictures over the page. Marks of signatures are not painted into the raster, so
// that what lies under them is read clean; other annotations are content and are painted.
Done add_appearances(const PageFacts& facts, ScanPage& scan, BlobSink& blobs) {
  DecodedPage& page = scan.page;
  for (const Appearance& appearance : facts.annotations.appearances) {
    const Rect& rect = appearance.rect;
    // Unit square, y down, to user space; whole pixels reach a little beyond the rectangle.
    const double point = 72.0 / appearance.colours.resolution().x.value;
    const SizePx mark_size = appearance.colours.size();
    const Affine user_from_mark{mark_size.width * point, 0, rect.left,
                                0, -mark_size.height * point, rect.top};
    PlacedPicture picture;
    picture.role =
        appearance.signature ? PictureRole::signature_appearance : PictureRole::overlay;
    SOGOC_TRY(const CodedPicture colours,
              losslessly(without_needless_colour(appearance.colours)));
    SOGOC_TRY(picture.picture, stored(colours, blobs));
    SOGOC_TRY(const CodedPicture opacity, losslessly(appearance.opacity));
    SOGOC_TRY(picture.soft_mask, stored(opacity, blobs));
    picture.place = snapped(user_from_mark.then(scan.grid.raster_from_user));
    if (!appearance.signature) {
      const bool colour = page.raster.format() == PixelFormat::rgb8 ||
                          !is_gray(appearance.colours, appearance.opacity);
      const SizePx size = page.raster.size();
      Canvas canvas(size, colour);
      canvas.paint(page.raster, PageImage(), Affine{double(size.width), 0, 0, 0,
                                                    double(size.height), 0});
      canvas.paint(appearance.colours, appearance.opacity, picture.place);
      SOGOC_TRY(page.raster, canvas.image(page.raster.resolution(),
                                          !colour && page.raster.format() == PixelFormat::bit1));
    }
    page.pictures.push_back(std::move(picture));

    const Affine displayed_from_user = scan.grid.displayed_from_user();
    const Affine displayed_from_points =
        Affine{1, 0, rect.left, 0, -1, rect.top}.then(displayed_from_user);
    if (!appearance.signature && page.origin == PageOrigin::scan) continue;  // read from pixels
    std::vector<Region> regions = regions_of(
        appearance.text, displayed_from_points,
        appearance.signature ? RegionKind::signature_overlay : RegionKind::text);
    if (!appearance.signature) {
      page.own_text.insert(page.own_text.end(), regions.begin(), regions.end());
      continue;
    }
    // One mark, one region, whatever its text is cut into.
    Region mark;
    mark.kind = RegionKind::signature_overlay;
    mark.source = "pdf";
    mark.box = pixels_of(bounds(displayed_from_user, rect));
    mark.illegible = regions.empty() || !why_garbage(appearance.text).empty();
    if (!mark.illegible) {
      mark.confidence = Confidence::from_fraction(1);
      for (Region& region : regions)
        std::move(region.lines.begin(), region.lines.end(), std::back_inserter(mark.lines));
    }
    page.own_text.push_back(std::move(mark));
  }
  return {};
}

}  // namespace

Result<DecodedPage> read_page(Document& document, const PageRequest& request, BlobSink& blobs) {
  return inside_qpdf(request.subject, [&]() -> Result<DecodedPage> {
    PageFacts facts;
    facts.page = document.pages.at(request.index.zero_based());
    SOGOC_TRY(facts.geometry, page_geometry(facts.page, request.subject));
    SOGOC_TRY(facts.content,
              walk_content(document, facts.page, facts.geometry, request.subject));
    facts.judgement = judge_page(facts.content, facts.geometry);
    SOGOC_TRY(facts.annotations, flatten_annotations(document, facts.page, facts.geometry,
                                                     request.settings, request.subject));
    const auto read = [&]() -> Result<ScanPage> {
      switch (facts.judgement.makeup) {
        case PageMakeup::scan:
        case PageMakeup::scan_with_ink: return read_scan(document, facts, request, blobs);
        case PageMakeup::digital: return read_digital(document, facts, request, blobs);
        case PageMakeup::drawing:
          return scan_of_rendering(facts, request, blobs,
                                   "the page is drawn without text: read from a rendering");
        case PageMakeup::empty: break;
      }
      return read_empty(facts, request, blobs);
    };
    SOGOC_TRY(ScanPage scan, read());
    SOGOC_CHECK(add_appearances(facts, scan, blobs));
    DecodedPage& page = scan.page;
    if (facts.judgement.hidden_text && page.origin == PageOrigin::scan)
      page.notes.push_back("an earlier text layer under the scan is not used");
    if (facts.content.missing_resource)
      page.notes.push_back("the page names a picture or font that the file does not hold");
    page.notes.insert(page.notes.end(), facts.annotations.notes.begin(),
                      facts.annotations.notes.end());
    return std::move(page);
  });
}

}  // namespace sogoc::pdf
