#pragma once

// Fonts as office programs put them into born-digital PDFs, made from DejaVu Sans.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/pdf_builder.hpp"
#include "workers/pdf_read/font_program.hpp"

namespace sogoc::test {

inline constexpr const char* kFontFile = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline const pdf::TrueTypeProgram& program() {
  static const pdf::TrueTypeProgram parsed = [] {
    const std::string bytes = bytes_of(kFontFile);
    return pdf::TrueTypeProgram::parse({bytes.begin(), bytes.end()}).value();
  }();
  return parsed;
}

inline std::string hex(int value) {
  std::string digits(4, '0');
  for (std::size_t i = 4; i-- > 0; value /= 16) digits[i] = "0123456789ABCDEF"[value % 16];
  return digits;
}

inline int font_file(PdfBuilder& pdf) {
  const std::string bytes = bytes_of(kFontFile);
  return pdf.add_stream("/Length1 " + std::to_string(bytes.size()), bytes);
}

// A composite font by glyph numbers; the map to Unicode may leave out a letter.
inline int composite_font(PdfBuilder& pdf, const std::u16string& letters, bool whole_map = true) {
  const int descriptor = pdf.add(
      "<< /Type /FontDescriptor /FontName /DejaVuSans /Flags 4 /FontBBox [-1021 -463 1793 1232] "
      "/ItalicAngle 0 /Ascent 928 /Descent -236 /CapHeight 729 /StemV 80 /FontFile2 " +
      std::to_string(font_file(pdf)) + " 0 R >>");
  std::string widths, map;
  for (const char16_t letter : letters) {
    const int glyph = program().glyph_of(3, 1, letter);
    widths += std::to_string(glyph) + " [" + std::to_string(program().width(glyph)) + "] ";
    if (whole_map || letter != letters.back()) map += "<" + hex(glyph) + "> <" + hex(letter) + ">\n";
  }
  const int unicode = pdf.add_stream("", "begincmap 1 begincodespacerange <0000> <FFFF> "
      "endcodespacerange " + std::to_string(letters.size()) + " beginbfchar\n" + map +
      "endbfchar endcmap");
  const int inner = pdf.add(
      "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /DejaVuSans /CIDSystemInfo << /Registry (Adobe) "
      "/Ordering (Identity) /Supplement 0 >> /CIDToGIDMap /Identity /W [" + widths +
      "] /FontDescriptor " + std::to_string(descriptor) + " 0 R >>");
  return pdf.add("<< /Type /Font /Subtype /Type0 /BaseFont /DejaVuSans /Encoding /Identity-H "
                 "/DescendantFonts [" + std::to_string(inner) + " 0 R] /ToUnicode " +
                 std::to_string(unicode) + " 0 R >>");
}

inline std::string shown(const std::u16string& letters) {
  std::string codes;
  for (const char16_t letter : letters) codes += hex(program().glyph_of(3, 1, letter));
  return "BT /F 12 Tf 20 100 Td <" + codes + "> Tj ET";
}

// A simple font in WinAnsi.
inline int embedded_font(PdfBuilder& pdf, const std::string& name = "DejaVuSans",
                         double wrong_widths = 0) {
  const int file = font_file(pdf);
  const int descriptor = pdf.add(
      "<< /Type /FontDescriptor /FontName /" + name + " /Flags 32 /FontBBox [-1021 -463 1793 1232] "
      "/ItalicAngle 0 /Ascent 928 /Descent -236 /CapHeight 729 /StemV 80 /FontFile2 " +
      std::to_string(file) + " 0 R >>");
  std::string widths;
  for (std::uint32_t c = 32; c < 127; ++c)
    widths += std::to_string(program().width(program().glyph_of(3, 1, c)) + wrong_widths) + " ";
  return pdf.add("<< /Type /Font /Subtype /TrueType /BaseFont /" + name + " /FirstChar 32 /LastChar "
                 "126 /Widths [" + widths + "] /Encoding /WinAnsiEncoding /FontDescriptor " +
                 std::to_string(descriptor) + " 0 R >>");
}

inline std::string font_resource(int font) {
  return "/Font << /F " + std::to_string(font) + " 0 R >>";
}

}  // namespace sogoc::test
