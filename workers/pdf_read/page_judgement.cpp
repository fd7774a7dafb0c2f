#include "workers/pdf_read/page_judgement.hpp"

#include <bitset>

namespace sogoc::pdf {
namespace {

constexpr std::uint64_t kFewCharacters = 30;  // page numbers, stamps of software
constexpr double kSomePicture = 0.10;
constexpr double kThinLine = 3;                // user units; thicker may hide what lies below

bool is_opaque(const DrawnImage& image) {
  QPDFObjectHandle dictionary = dictionary_of(image.stream);
  QPDFObjectHandle mask = dictionary.getKey("/ImageMask");
  return image.plain_state && !image.optional_content && image.clip.exact &&
         !(mask.isBool() && mask.getBoolValue()) && dictionary.getKey("/SMask").isNull() &&
         dictionary.getKey("/Mask").isNull();
}

}  // namespace

double covered_share(const std::vector<Rect>& boxes, const Rect& visible) {
  constexpr std::size_t kCells = 64;
  std::bitset<kCells * kCells> covered;
  for (const Rect& box : boxes) {
    const auto cell = [](double at, double from, double length) {
      return std::clamp((at - from) / length, 0.0, 1.0) * static_cast<double>(kCells);
    };
    // A cell counts when its centre lies within the box.
    const double left = cell(box.left, visible.left, visible.width());
    const double right = cell(box.right, visible.left, visible.width());
    const double bottom = cell(box.bottom, visible.bottom, visible.height());
    const double top = cell(box.top, visible.bottom, visible.height());
    for (std::size_t y = 0; y < kCells; ++y)
      for (std::size_t x = 0; x < kCells; ++x) {
        const double cx = static_cast<double>(x) + 0.5;
        const double cy = static_cast<double>(y) + 0.5;
        if (cx >= left && cx < right && cy >= bottom && cy < top) covered.set(y * kCells + x);
      }
  }
  return static_cast<double>(covered.count()) / static_cast<double>(kCells * kCells);
}

Rect shown_box(const DrawnImage& image, const Rect& visible) {
  return intersection(intersection(bounds(image.ctm, kUnitSquare), image.clip.box), visible);
}

double native_dpi(const DrawnImage& image, const PageGeometry& geometry) {
  QPDFObjectHandle dictionary = dictionary_of(image.stream);
  const double inch = 72.0 / geometry.user_unit;
  const double wide = std::hypot(image.ctm.xx, image.ctm.yx) / inch;
  const double high = std::hypot(image.ctm.xy, image.ctm.yy) / inch;
  if (wide <= 0 || high <= 0) return 0;
  return std::min(int_of(dictionary.getKey("/Width"), 0) / wide,
                  int_of(dictionary.getKey("/Height"), 0) / high);
}

PageJudgement judge_page(const PageContent& content, const PageGeometry& geometry) {
  PageJudgement judgement;
  std::vector<Rect> boxes;
  std::uint32_t last_image = 0;
  bool opaque = true;
  for (std::size_t i = 0; i < content.images.size(); ++i) {
    const DrawnImage& image = content.images[i];
    const Rect box = shown_box(image, geometry.visible);
    if (box.area() < 1) continue;  // spacers and images beside the page
    // An opaque picture over the whole page hides everything before it.
    if (is_opaque(image) && covered_share({box}, geometry.visible) > 0.995) {
      judgement.images.clear();
      boxes.clear();
      opaque = true;
    }
    judgement.images.push_back(i);
    boxes.push_back(box);
    opaque = opaque && is_opaque(image);
    last_image = image.order;
  }
  const double share = covered_share(boxes, geometry.visible);
  const bool full_page = share >= kFullPage;
  const std::uint32_t hidden_until = full_page && opaque ? last_image : 0;

  std::uint64_t text = 0;
  bool on_top = true;
  for (const ShownText& shown : content.texts) {
    // Without the pictures, what they cover would come to light.
    on_top = on_top && (!shown.visible || shown.order > last_image);
    if (!shown.visible || shown.order <= hidden_until) {
      judgement.hidden_text = true;
      continue;
    }
    text += shown.characters;
  }
  bool lines = false;
  const std::uint32_t first_image =
      judgement.images.empty() ? 0 : content.images[judgement.images.front()].order;
  for (const PaintedPath& path : content.paths) {
    on_top = on_top && path.order > last_image && !path.white &&
             std::min(path.box.width(), path.box.height()) <= kThinLine;
    if (path.order <= hidden_until) continue;
    const bool on_paper = path.white && (judgement.images.empty() || path.order < first_image);
    lines = lines || !on_paper;  // white over a picture hides something: that counts as ink
  }

  if (full_page || (share >= kSomePicture && text < kFewCharacters)) {
    bool exact = true;
    for (const std::size_t i : judgement.images) {
      const DrawnImage& image = content.images[i];
      exact = exact && image.plain_state && !image.optional_content && image.clip.exact;
    }
    judgement.makeup =
        text == 0 && !lines && exact ? PageMakeup::scan : PageMakeup::scan_with_ink;
    judgement.ink_on_top = exact && on_top;
  } else if (text > 0) {
    judgement.makeup = PageMakeup::digital;
  } else if (lines || !judgement.images.empty()) {
    judgement.makeup = PageMakeup::drawing;
  }
  return judgement;
}

}  // namespace sogoc::pdf
