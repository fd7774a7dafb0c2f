#include "workers/pdf_write/checked_page.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include <fmt/format.h>

#include "workers/pdf_write/clean_text.hpp"

namespace sogoc {

namespace {

constexpr int kLongestSide = 1'000'000;  // pixels
constexpr double kLargestScale = 500;    // between master and upright
constexpr double kLargestShift = 1e9;
constexpr std::size_t kMostParts = 16;
constexpr std::size_t kMostPictures = 10'000;
constexpr double kSmallestPage = 3;  // points: PDF/A-2, 6.1.13
constexpr double kLargestPage = 14'400;

tl::unexpected<Error> refuse(const std::string& subject, std::string what) {
  return fail(ErrorCode::invalid_input, Retry::never, subject,
              "the page record " + std::move(what) + "; read the page again");
}

bool is_between(double value, double low, double high) {
  return std::isfinite(value) && value >= low && value <= high;
}

bool sensible(SizePx size) {
  return size.width > 0 && size.height > 0 && size.width <= kLongestSide &&
         size.height <= kLongestSide;
}

bool sensible(Resolution resolution) {
  return is_between(resolution.x.value, 1, 100'000) && is_between(resolution.y.value, 1, 100'000);
}

bool bounded(const Affine& map, double scale, double shift) {
  for (double factor : {map.xx, map.xy, map.yx, map.yy})
    if (!is_between(factor, -scale, scale)) return false;
  for (double offset : {map.x0, map.y0})
    if (!is_between(offset, -shift, shift)) return false;
  return true;
}

bool turns_back(const Affine& map) {
  const double det = map.xx * map.yy - map.xy * map.yx;
  return std::isfinite(det) && std::abs(det) > 1e-9;
}

bool one_of(int value, std::initializer_list<int> allowed) {
  return std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

// What is wrong with a picture; "" when nothing is.
std::string fault_of(const Picture& picture, bool is_mask) {
  if (!sensible(picture.size)) return "has a picture without a sensible size";
  const auto colour = picture.colour;
  if (is_mask && colour != ColourModel::gray && colour != ColourModel::bilevel)
    return "has a soft mask in colour";
  const int bits = picture.bits_per_component;
  switch (picture.coding) {
    case PictureCoding::jpeg:
      if (bits != 8 || colour == ColourModel::bilevel || colour == ColourModel::indexed)
        return "has a JPEG picture that is not 8 bit gray, RGB or CMYK";
      break;
    case PictureCoding::jpx:
      if (bits < 1 || bits > 16 || colour == ColourModel::indexed)
        return "has a JPEG 2000 picture of an unknown kind";
      break;
    case PictureCoding::ccitt_g4:
    case PictureCoding::jbig2:
      if (bits != 1 || colour != ColourModel::bilevel)
        return "has a G4 or JBIG2 picture that is not black and white";
      break;
    case PictureCoding::flate:
      if (!one_of(bits, {1, 2, 4, 8, 16}) || (colour == ColourModel::bilevel && bits != 1) ||
          (colour == ColourModel::indexed && bits == 16))
        return "has a picture with an impossible depth";
      if (!one_of(picture.predictor, {1, 2, 10, 11, 12, 13, 14, 15}))
        return "has a picture with an unknown predictor";
      break;
  }
  if (colour == ColourModel::indexed) {
    const std::size_t colours = picture.palette.size() / 3;
    if (colours == 0 || picture.palette.size() % 3 != 0 || colours > (std::size_t{1} << bits))
      return "has a picture whose palette does not fit its depth";
  }
  return {};
}

// Inside the page and at least one pixel wide and high, wherever it claims to be.
BoxPx clipped(const BoxPx& box, SizePx page) {
  BoxPx inside;
  inside.left = std::clamp(box.left, 0, page.width - 1);
  inside.top = std::clamp(box.top, 0, page.height - 1);
  inside.right = std::clamp(box.right, inside.left + 1, page.width);
  inside.bottom = std::clamp(box.bottom, inside.top + 1, page.height);
  return inside;
}

void clean(PageText& text, SizePx page) {
  text.engine = clean_text(text.engine);
  text.language = clean_text(text.language);
  for (Region& region : text.regions) {
    region.box = clipped(region.box, page);
    if (region.illegible) region.lines.clear();
    for (TextLine& line : region.lines) {
      for (Word& word : line.words) {
        word.text = clean_text(word.text);
        word.box = clipped(word.box, page);
      }
      std::erase_if(line.words, [](const Word& word) { return word.text.empty(); });
      line.box = clipped(line.box, page);
      line.baseline = std::clamp(line.baseline, 0, page.height);
    }
    std::erase_if(region.lines, [](const TextLine& line) { return line.words.empty(); });
  }
}

}  // namespace

Result<PageRecord> checked_page(PageRecord record, const std::string& subject) {
  if (!sensible(record.master_size)) return refuse(subject, "gives no sensible size of the scan");
  if (record.parts.empty() || record.parts.size() > kMostParts)
    return refuse(subject, "has no parts or too many");
  if (record.pictures.size() > kMostPictures) return refuse(subject, "has too many pictures");
  for (const PlacedPicture& placed : record.pictures) {
    if (std::string fault = fault_of(placed.picture, false); !fault.empty())
      return refuse(subject, fault);
    if (placed.soft_mask)
      if (std::string fault = fault_of(*placed.soft_mask, true); !fault.empty())
        return refuse(subject, fault);
    if (!bounded(placed.place, kLongestSide * 10.0, kLargestShift) || !turns_back(placed.place))
      return refuse(subject, "places a picture nowhere");
  }
  for (PagePart& part : record.parts) {
    if (!sensible(part.size)) return refuse(subject, "gives no sensible size of a page");
    if (!sensible(part.resolution)) return refuse(subject, "gives no sensible resolution");
    const Affine& map = part.upright_from_master;
    if (!bounded(map, kLargestScale, kLargestShift) || !turns_back(map) ||
        !bounded(map.inverse(), kLargestScale, kLargestShift))
      return refuse(subject, "does not say where the page lies in its scan");
    for (double angle : {part.turned.clockwise, part.skew.clockwise, part.deskewed.clockwise})
      if (!is_between(angle, -360, 360)) return refuse(subject, "gives an angle that is none");
    clean(part.text, part.size);
  }
  return record;
}

PaperSpace paper_space(const PagePart& part) {
  PaperSpace space;
  double x = 72.0 / part.resolution.x.value;
  double y = 72.0 / part.resolution.y.value;
  const double longest = std::max(part.size.width * x, part.size.height * y);
  const double shortest = std::min(part.size.width * x, part.size.height * y);
  double scale = 1;
  if (longest > kLargestPage)
    scale = kLargestPage / longest;
  else if (shortest < kSmallestPage)
    scale = std::min(kSmallestPage / shortest, kLargestPage / longest);
  space.scaled = scale != 1;
  x *= scale;
  y *= scale;
  // A strip that is still too narrow gets white paper beside it.
  space.width = {std::max(part.size.width * x, kSmallestPage)};
  space.height = {std::max(part.size.height * y, kSmallestPage)};
  space.points_per_pixel_x = x;
  space.points_per_pixel_y = y;
  space.points_from_upright = {x, 0, 0, 0, -y, space.height.value};
  return space;
}

}  // namespace sogoc
