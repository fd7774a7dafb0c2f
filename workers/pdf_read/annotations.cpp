#include "workers/pdf_read/annotations.hpp"

#include <fmt/format.h>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include "workers/pdf_read/composite.hpp"
#include "workers/pdf_read/scratch_folder.hpp"

namespace sogoc::pdf {
namespace {

constexpr int kMaxAnnotations = 5'000;
constexpr std::size_t kMaxFlattened = 60;
constexpr double kDpi = 300;
constexpr double kMaxSide = 4000;   // pixels

struct Shown {
  bool signature;
  Rect rect;
  QPDFObjectHandle appearance;  // a form XObject
};

// The normal appearance in its present state; null when there is none.
QPDFObjectHandle appearance_of(QPDFObjectHandle annotation) {
  QPDFObjectHandle all = annotation.getKey("/AP");
  QPDFObjectHandle normal = all.isDictionary() ? all.getKey("/N") : QPDFObjectHandle::newNull();
  if (normal.isDictionary()) normal = normal.getKey(name_of(annotation.getKey("/AS")));
  return normal.isStream() ? normal : QPDFObjectHandle::newNull();
}

std::vector<Shown> shown_annotations(QPDFObjectHandle page, const Rect& visible,
                                     std::vector<std::string>& notes) {
  std::vector<Shown> found;
  QPDFObjectHandle annotations = page.getKey("/Annots");
  if (!annotations.isArray()) return found;
  const int count = std::min(annotations.getArrayNItems(), kMaxAnnotations);
  bool left_out = false;
  for (int i = 0; i < count; ++i) {
    QPDFObjectHandle annotation = annotations.getArrayItem(i);
    if (!annotation.isDictionary()) continue;
    constexpr int kInvisible = 1, kHidden = 2, kNoView = 32;
    if ((int_of(annotation.getKey("/F"), 0) & (kInvisible | kHidden | kNoView)) != 0) continue;
    const std::string kind = name_of(annotation.getKey("/Subtype"));
    if (kind == "/Link" || kind == "/Popup" || kind == "/Text") continue;
    const std::optional<Rect> rect = rect_of(annotation.getKey("/Rect"));
    if (!rect || intersection(*rect, visible).area() < 1) continue;
    QPDFObjectHandle appearance = appearance_of(annotation);
    if (appearance.isNull()) {
      left_out = left_out || kind != "/Widget";  // an unfilled field shows nothing
      continue;
    }
    const bool signature =
        kind == "/Stamp" || (kind == "/Widget" && is_made_signature(annotation));
    found.push_back({signature, *rect, appearance});
  }
  if (left_out) notes.push_back("an annotation without an appearance of its own is left out");
  return found;
}

// Each appearance alone on two pages: on white and on black paper. What differs tells how far
// one can see through.
Result<bool> write_pages(const std::vector<Shown>& shown, const std::filesystem::path& file) {
  QPDF pdf;
  pdf.setSuppressWarnings(true);
  pdf.emptyPDF();
  QPDFPageDocumentHelper pages(pdf);
  for (const Shown& item : shown) {
    if (!safe_to_copy(item.appearance)) return false;
    const QPDFObjectHandle form = pdf.copyForeignObject(item.appearance);
    QPDFObjectHandle dictionary = dictionary_of(item.appearance);
    const Rect box = rect_of(dictionary.getKey("/BBox")).value_or(
        Rect{0, 0, item.rect.width(), item.rect.height()});
    const Affine matrix = matrix_of(dictionary.getKey("/Matrix")).value_or(Affine{});
    const Rect drawn = bounds(matrix, box);
    if (drawn.empty()) return false;
    const double sx = item.rect.width() / drawn.width();
    const double sy = item.rect.height() / drawn.height();
    for (const int paper : {1, 0}) {
      const std::string content = fmt::format(
          "q {} g 0 0 {:.4f} {:.4f} re f Q q {:.8f} 0 0 {:.8f} {:.6f} {:.6f} cm /A Do Q", paper,
          item.rect.width(), item.rect.height(), sx, sy, -drawn.left * sx, -drawn.bottom * sy);
      QPDFObjectHandle page = QPDFObjectHandle::parse(
          fmt::format("<< /Type /Page /MediaBox [0 0 {:.4f} {:.4f}] /Resources << /XObject << >> "
                      ">> >>",
                      item.rect.width(), item.rect.height()));
      page.getKey("/Resources").getKey("/XObject").replaceKey("/A", form);
      page.replaceKey("/Contents", pdf.newStream(content));
      pages.addPage(QPDFPageObjectHelper(pdf.makeIndirectObject(page)), false);
    }
  }
  QPDFWriter writer(pdf, file.c_str());
  writer.setStreamDataMode(qpdf_s_preserve);
  writer.write();
  return true;
}

bool shows_nothing(const PageImage& opacity) {
  return std::all_of(opacity.pixels().begin(), opacity.pixels().end(),
                     [](std::uint8_t value) { return value == 0; });
}

}  // namespace

bool has_visible_annotations(QPDFObjectHandle page) {
  std::vector<std::string> notes;
  return !shown_annotations(page, {-1e9, -1e9, 1e9, 1e9}, notes).empty();
}

Result<FlattenedPage> flatten_annotations(Document&, QPDFObjectHandle page,
                                          const PageGeometry& geometry,
                                          const ReadingSettings& settings,
                                          const std::string& subject) {
  return inside_qpdf(subject, [&]() -> Result<FlattenedPage> {
    FlattenedPage flattened;
    std::vector<Shown> shown = shown_annotations(page, geometry.visible, flattened.notes);
    if (shown.empty()) return flattened;
    if (shown.size() > kMaxFlattened) {
      shown.resize(kMaxFlattened);
      flattened.notes.push_back("the page has more annotations than the limit allows; the rest "
                                "is left out");
    }
    SOGOC_TRY(const ScratchFolder folder, ScratchFolder::make());
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const std::filesystem::path file = folder.path() / fmt::format("annotation-{}.pdf", i);
      SOGOC_TRY(const bool written, write_pages({shown[i]}, file));
      const double width = shown[i].rect.width(), height = shown[i].rect.height();
      const double dpi = std::min(kDpi, kMaxSide * 72.0 / std::max(width, height));
      Result<std::vector<PageImage>> pictures =
          written ? render_pages(file, {1, 2, dpi, false}, width, height, settings, subject)
                  : Result<std::vector<PageImage>>(std::vector<PageImage>());
      if (!pictures && pictures.error().code == ErrorCode::missing_model)
        return tl::unexpected<Error>(pictures.error());
      if (!pictures || pictures->size() != 2) {
        flattened.notes.push_back("an annotation cannot be drawn and is left out");
        continue;
      }
      SOGOC_TRY(Layer layer, unmixed((*pictures)[0], (*pictures)[1]));
      if (shows_nothing(layer.opacity)) continue;
      Appearance appearance{shown[i].signature, shown[i].rect, std::move(layer.colours),
                            std::move(layer.opacity), {}};
      if (auto text = text_of_pages(file, 1, 1, settings, subject))
        appearance.text = std::move(text->front());
      flattened.appearances.push_back(std::move(appearance));
    }
    return flattened;
  });
}

}  // namespace sogoc::pdf
