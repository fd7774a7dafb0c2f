#include "workers/pdf_read/ink_layer.hpp"

#include <fmt/format.h>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include "workers/pdf_read/composite.hpp"
#include "workers/pdf_read/scratch_folder.hpp"

namespace sogoc::pdf {
namespace {

// A stencil of one pixel that paints nothing.
void blank(QPDFObjectHandle image) {
  QPDFObjectHandle dictionary = image.getDict();
  for (const char* key : {"/SMask", "/Mask", "/ColorSpace", "/Decode", "/Filter", "/DecodeParms",
                          "/Intent", "/SMaskInData"})
    dictionary.removeKey(key);
  dictionary.replaceKey("/ImageMask", QPDFObjectHandle::newBool(true));
  for (const char* key : {"/Width", "/Height", "/BitsPerComponent"})
    dictionary.replaceKey(key, QPDFObjectHandle::newInteger(1));
  image.replaceStreamData(std::string("\x80"), QPDFObjectHandle::newNull(),
                          QPDFObjectHandle::newNull());
}

// The page without its pictures, unrotated, once on white and once on black paper.
Result<bool> write_pages(QPDFObjectHandle page, const PageContent& content, const Rect& visible,
                         const std::filesystem::path& file) {
  QPDFObjectHandle carrier = QPDFObjectHandle::newDictionary();
  for (const char* key : {"/Contents", "/Resources"})
    if (QPDFObjectHandle value = inherited(page, key); !value.isNull())
      carrier.replaceKey(key, value);
  if (!safe_to_copy(carrier)) return false;
  QPDF pdf;
  pdf.setSuppressWarnings(true);
  pdf.emptyPDF();
  const QPDFObjectHandle kept = page.getOwningQPDF()->makeIndirectObject(carrier);
  QPDFObjectHandle copy = pdf.copyForeignObject(kept);
  for (const DrawnImage& image : content.images) {
    if (image.inlined || !QPDFObjectHandle(image.stream).isIndirect()) return false;
    blank(pdf.copyForeignObject(image.stream));  // the copy that was made with the resources
  }
  QPDFPageDocumentHelper pages(pdf);
  for (const int paper : {1, 0}) {
    QPDFObjectHandle contents = QPDFObjectHandle::newArray();
    contents.appendItem(pdf.newStream(fmt::format("q {} g {:.4f} {:.4f} {:.4f} {:.4f} re f Q\n", paper,
                                                  visible.left, visible.bottom, visible.width(),
                                                  visible.height())));
    QPDFObjectHandle own = copy.getKey("/Contents");
    for (int i = 0; own.isArray() && i < own.getArrayNItems(); ++i)
      contents.appendItem(own.getArrayItem(i));
    if (own.isStream()) contents.appendItem(own);
    QPDFObjectHandle leaf = QPDFObjectHandle::parse(
        fmt::format("<< /Type /Page /MediaBox [{:.4f} {:.4f} {:.4f} {:.4f}] >>", visible.left,
                    visible.bottom, visible.right, visible.top));
    leaf.replaceKey("/Resources", copy.getKey("/Resources"));
    leaf.replaceKey("/Contents", contents);
    pages.addPage(QPDFPageObjectHelper(pdf.makeIndirectObject(leaf)), false);
  }
  QPDFWriter writer(pdf, file.c_str());
  writer.setStreamDataMode(qpdf_s_preserve);
  writer.write();
  return true;
}

// The box around everything that shows.
BoxPx shown_part(const PageImage& opacity) {
  const SizePx size = opacity.size();
  BoxPx box{size.width, size.height, 0, 0};
  for (int y = 0; y < size.height; ++y) {
    const auto row = opacity.row(y);
    for (int x = 0; x < size.width; ++x)
      if (row[static_cast<std::size_t>(x)] != 0) {
        box.left = std::min(box.left, x);
        box.right = std::max(box.right, x + 1);
        box.top = std::min(box.top, y);
        box.bottom = y + 1;
      }
  }
  return box;
}

Result<PageImage> cut_out(const PageImage& image, const BoxPx& box) {
  const std::size_t channels = image.format() == PixelFormat::rgb8 ? 3 : 1;
  std::vector<std::uint8_t> pixels;
  for (int y = box.top; y < box.bottom; ++y) {
    const auto row = image.row(y).subspan(channels * static_cast<std::size_t>(box.left),
                                          channels * static_cast<std::size_t>(box.width()));
    pixels.insert(pixels.end(), row.begin(), row.end());
  }
  return PageImage::create({box.width(), box.height()}, image.format(), image.resolution(),
                           std::move(pixels));
}

}  // namespace

Result<std::optional<Appearance>> ink_over_pictures(QPDFObjectHandle page,
                                                    const PageContent& content,
                                                    const PageGeometry& geometry, double dpi,
                                                    const ReadingSettings& settings,
                                                    const std::string& subject) {
  using Found = std::optional<Appearance>;
  const Rect& visible = geometry.visible;
  SOGOC_TRY(const ScratchFolder folder, ScratchFolder::make());
  const std::filesystem::path file = folder.path() / "ink.pdf";
  SOGOC_TRY(const bool written, write_pages(page, content, visible, file));
  if (!written) return Found();
  SOGOC_TRY(const std::vector<PageImage> papers,
            render_pages(file, {1, 2, dpi * geometry.user_unit, false}, visible.width(),
                         visible.height(), settings, subject));
  SOGOC_TRY(const Layer layer, unmixed(papers.at(0), papers.at(1)));
  const BoxPx box = shown_part(layer.opacity);
  if (box.empty()) return Found();
  const double unit = 72.0 / papers[0].resolution().x.value;  // user units a pixel
  Appearance ink;
  ink.rect = {visible.left + box.left * unit, visible.top - box.bottom * unit,
              visible.left + box.right * unit, visible.top - box.top * unit};
  SOGOC_TRY(ink.colours, cut_out(layer.colours, box));
  SOGOC_TRY(ink.opacity, cut_out(layer.opacity, box));
  return Found(std::move(ink));
}

}  // namespace sogoc::pdf
