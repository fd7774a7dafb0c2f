#include "workers/copy_write/plain_sheets.hpp"

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "workers/copy_write/page_operators.hpp"
#include "workers/copy_write/qr_symbol.hpp"
#include "workers/copy_write/typeset.hpp"
#include "workers/pdf_write/pdf_number.hpp"

namespace sogoc {
namespace {

constexpr double kQuietModules = 4;

std::string number(double value) { return pdf_number(value, 3); }

// A file of numbered objects and a classic table: there is nothing in it that needs more.
class PdfText {
 public:
  std::size_t reserve() {
    places_.push_back(0);
    return places_.size();
  }
  void put(std::size_t object, const std::string& body) {
    places_[object - 1] = text_.size();
    text_ += fmt::format("{} 0 obj\n{}\nendobj\n", object, body);
  }
  std::size_t add(const std::string& body) {
    const std::size_t object = reserve();
    put(object, body);
    return object;
  }
  std::size_t add_stream(const std::string& keys, std::string_view bytes) {
    return add(fmt::format("<< {} /Length {} >>\nstream\n{}\nendstream", keys, bytes.size(), bytes));
  }
  std::string finish(std::size_t catalog, std::size_t info) {
    const std::size_t table = text_.size();
    text_ += fmt::format("xref\n0 {}\n0000000000 65535 f \n", places_.size() + 1);
    for (const std::size_t place : places_) text_ += fmt::format("{:010} 00000 n \n", place);
    text_ += fmt::format("trailer\n<< /Size {} /Root {} 0 R /Info {} 0 R >>\nstartxref\n{}\n%%EOF\n", places_.size() + 1, catalog, info, table);
    return std::move(text_);
  }

 private:
  std::string text_ = "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";
  std::vector<std::size_t> places_;
};

std::string operators_of(const SheetBox& box, double page_height) {
  const double angle = -box.tilt * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  const double x = (box.left + box.width / 2) * kPointsPerMm, y = page_height - (box.top + box.height / 2) * kPointsPerMm;
  const double w = box.width * kPointsPerMm, h = box.height * kPointsPerMm;
  return fmt::format("q {} {} {} rg {} {} {} {} {} {} cm {} {} {} {} re f Q\n", number(box.red), number(box.green), number(box.blue),
                     pdf_number(c, 6), pdf_number(s, 6), pdf_number(-s, 6), pdf_number(c, 6), number(x), number(y), number(-w / 2), number(-h / 2),
                     number(w), number(h));
}

Result<LaidPage> laid(const PlainSheet& sheet, Typesetter& typesetter) {
  LaidPage page;
  page.width = sheet.width * kPointsPerMm;
  page.height = sheet.height * kPointsPerMm;
  for (const SheetText& text : sheet.texts) {
    SOGOC_TRY(const auto strips, typesetter.paragraph({{text.text, text.bold, false}}, text.size_pt, text.width * kPointsPerMm, text.align));
    double y = text.top * kPointsPerMm;
    for (const Strip& strip : strips) {
      for (PlacedLine line : strip.lines) {
        line.x += text.left * kPointsPerMm;
        line.baseline += y;
        page.content.lines.push_back(std::move(line));
      }
      y += strip.height;
    }
  }
  for (const SheetSymbol& wanted : sheet.symbols) {
    SOGOC_TRY(QrSymbol symbol, qr_symbol(wanted.payload));
    const double module = wanted.side * kPointsPerMm / (symbol.modules + 2 * kQuietModules);
    page.content.symbols.push_back({std::move(symbol), wanted.left * kPointsPerMm + kQuietModules * module,
                                    wanted.top * kPointsPerMm + kQuietModules * module, module});
  }
  return page;
}

std::string_view view(const std::vector<std::uint8_t>& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::size_t add_font(PdfText& pdf, const EmbeddedFace& face) {
  const std::size_t program = pdf.add_stream(fmt::format("/Length1 {}", face.program.size()), view(face.program));
  const std::size_t glyphs = pdf.add_stream("", view(face.cid_to_gid));
  const std::size_t unicode = pdf.add_stream("", face.to_unicode);
  const std::size_t descriptor = pdf.add(fmt::format(
      "<< /Type /FontDescriptor /FontName /{} /Flags 6 /FontBBox [{} {} {} {}] /ItalicAngle {} /Ascent {} /Descent {} /CapHeight {} "
      "/StemV {} /FontFile2 {} 0 R >>",
      face.name, face.box[0], face.box[1], face.box[2], face.box[3], face.italic_angle, face.ascent, face.descent, face.cap_height, face.stem, program));
  const std::size_t cid_font = pdf.add(fmt::format(
      "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
      "/W {} /CIDToGIDMap {} 0 R /FontDescriptor {} 0 R >>",
      face.name, face.widths, glyphs, descriptor));
  return pdf.add(fmt::format("<< /Type /Font /Subtype /Type0 /BaseFont /{} /Encoding /Identity-H /DescendantFonts [{} 0 R] /ToUnicode {} 0 R >>",
                             face.name, cid_font, unicode));
}

// UTF-16BE as hex: a PDF's text string in any language. Titles of ours are ASCII.
std::string text_string(const std::string& ascii) {
  std::string hex = "<FEFF";
  for (const char c : ascii) hex += fmt::format("00{:02X}", static_cast<unsigned char>(c));
  return hex + ">";
}

}  // namespace

Result<std::string> write_plain_sheets(const std::vector<PlainSheet>& sheets, const std::string& title, const std::filesystem::path& fonts) {
  SOGOC_TRY(FontSet faces, FontSet::open(fonts));
  Typesetter typesetter(faces);
  PdfText pdf;
  const std::size_t catalog = pdf.reserve(), pages = pdf.reserve(), resources = pdf.reserve();
  std::string kids;
  for (const PlainSheet& sheet : sheets) {
    SOGOC_TRY(const LaidPage page, laid(sheet, typesetter));
    std::string operators;
    for (const SheetBox& box : sheet.boxes) operators += operators_of(box, page.height);
    operators += page_operators(page, {});
    const std::size_t content = pdf.add_stream("", operators);
    kids += fmt::format("{} 0 R ", pdf.add(fmt::format("<< /Type /Page /Parent {} 0 R /MediaBox [0 0 {} {}] /Resources {} 0 R /Contents {} 0 R >>", pages,
                                                       number(page.width), number(page.height), resources, content)));
  }
  SOGOC_TRY(const auto embedded, faces.embed());
  std::string names;
  for (const EmbeddedFace& face : embedded) names += fmt::format("/F{} {} 0 R ", static_cast<int>(face.face), add_font(pdf, face));
  pdf.put(resources, fmt::format("<< /Font << {}>> >>", names));
  pdf.put(pages, fmt::format("<< /Type /Pages /Kids [{}] /Count {} >>", kids, sheets.size()));
  pdf.put(catalog, fmt::format("<< /Type /Catalog /Pages {} 0 R >>", pages));
  const std::size_t info = pdf.add(fmt::format("<< /Title {} >>", text_string(title)));
  return pdf.finish(catalog, info);
}

}  // namespace sogoc
