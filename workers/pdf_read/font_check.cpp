#include "workers/pdf_read/font_check.hpp"

#include <memory>

#include <qpdf/BufferInputSource.hh>
#include <qpdf/QPDFTokenizer.hh>

#include "workers/pdf_read/font_program.hpp"

namespace sogoc::pdf {
namespace {

constexpr std::uint64_t kMaxProgramBytes = 64u << 20;
constexpr std::uint64_t kMaxMapBytes = 8u << 20;
constexpr double kWidthTolerance = 1.0;   // thousandths of the em, as validators allow

std::uint32_t code_of(const std::string& bytes) {
  std::uint32_t code = 0;
  for (const char byte : bytes) code = code << 8 | static_cast<unsigned char>(byte);
  return code;
}

// Codes to whether they have a usable Unicode value.
class UnicodeMap {
 public:
  static UnicodeMap read(QPDFObjectHandle stream) {
    UnicodeMap map;
    const Result<std::vector<std::uint8_t>> bytes = decoded_bytes(stream, kMaxMapBytes, "font");
    if (!bytes) return map;
    auto input = std::make_shared<BufferInputSource>(
        "map", std::string(bytes->begin(), bytes->end()));
    QPDFTokenizer tokenizer;
    tokenizer.allowEOF();
    std::vector<std::string> strings;
    bool in_array = false;
    std::vector<std::string> array;
    for (;;) {
      const QPDFTokenizer::Token token = tokenizer.readToken(input, "map", true);
      const auto type = token.getType();
      if (type == QPDFTokenizer::tt_eof) break;
      if (type == QPDFTokenizer::tt_array_open) {
        in_array = true;
        array.clear();
      } else if (type == QPDFTokenizer::tt_array_close) {
        in_array = false;
        if (strings.size() >= 2)
          map.add_list(code_of(strings[strings.size() - 2]), array);
        strings.clear();
      } else if (type == QPDFTokenizer::tt_string) {
        (in_array ? array : strings).push_back(token.getValue());
        if (strings.size() == 2 && map.in_chars_) {
          map.add(code_of(strings[0]), strings[1]);
          strings.clear();
        } else if (strings.size() == 3 && map.in_ranges_) {
          map.add_range(code_of(strings[0]), code_of(strings[1]), strings[2]);
          strings.clear();
        }
      } else if (type == QPDFTokenizer::tt_word) {
        const std::string& word = token.getValue();
        map.in_chars_ = word == "beginbfchar";
        map.in_ranges_ = word == "beginbfrange";
        strings.clear();
      }
    }
    return map;
  }
  [[nodiscard]] bool has(std::uint32_t code) const { return code < 65536 && has_[code]; }

 private:
  static bool usable_value(const std::string& utf16) {
    if (utf16.size() < 2) return false;
    const std::uint32_t first = code_of(utf16.substr(0, 2));
    return first != 0 && first != 0xFEFF && first != 0xFFFE && first != 0xFFFD;
  }
  void add(std::uint32_t code, const std::string& value) {
    if (code < 65536) has_[code] = usable_value(value);
  }
  void add_range(std::uint32_t low, std::uint32_t high, const std::string& value) {
    for (std::uint32_t code = low; code <= high && code < 65536; ++code) add(code, value);
  }
  void add_list(std::uint32_t low, const std::vector<std::string>& values) {
    for (std::size_t i = 0; i < values.size() && low + i < 65536; ++i)
      add(low + static_cast<std::uint32_t>(i), values[i]);
  }
  std::vector<bool> has_ = std::vector<bool>(65536);
  bool in_chars_ = false;
  bool in_ranges_ = false;
};

// WinAnsi's part between 0x80 and 0x9F.
constexpr std::uint16_t kWinAnsi80[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

std::uint32_t unicode_in_win_ansi(std::uint32_t code) {
  if (code >= 0x80 && code < 0xA0) return kWinAnsi80[code - 0x80];
  return code == 0xAD ? 0x2D : code;
}

std::optional<TrueTypeProgram> program_of(QPDFObjectHandle descriptor) {
  QPDFObjectHandle file = descriptor.getKey("/FontFile2");
  if (!file.isStream()) return std::nullopt;
  Result<std::vector<std::uint8_t>> bytes = decoded_bytes(file, kMaxProgramBytes, "font");
  if (!bytes) return std::nullopt;
  return TrueTypeProgram::parse(std::move(*bytes));
}

bool same_width(double said, double is) { return std::abs(said - is) <= kWidthTolerance; }

// /W of a CID font: "c [w w w]" and "c c w".
std::vector<double> cid_widths(QPDFObjectHandle font) {
  std::vector<double> widths(65536, number_of(font.getKey("/DW"), 1000));
  QPDFObjectHandle list = font.getKey("/W");
  if (!list.isArray()) return widths;
  const int count = list.getArrayNItems();
  for (int i = 0; i + 1 < count;) {
    const int first = std::clamp(int_of(list.getArrayItem(i), 0), 0, 65535);
    QPDFObjectHandle next = list.getArrayItem(i + 1);
    if (next.isArray()) {
      for (int j = 0; j < next.getArrayNItems() && first + j < 65536; ++j)
        widths[static_cast<std::size_t>(first + j)] = number_of(next.getArrayItem(j), 0);
      i += 2;
    } else {
      const int last = std::clamp(int_of(next, 0), 0, 65535);
      const double width = i + 2 < count ? number_of(list.getArrayItem(i + 2), 0) : 0;
      for (int cid = first; cid <= last; ++cid) widths[static_cast<std::size_t>(cid)] = width;
      i += 3;
    }
  }
  return widths;
}

std::string composite_obstacle(QPDFObjectHandle font, const std::vector<bool>& codes) {
  if (name_of(font.getKey("/Encoding")) != "/Identity-H") return "a font with an encoding of its own";
  if (!font.getKey("/ToUnicode").isStream()) return "a font without a Unicode map";
  QPDFObjectHandle inner = font.getKey("/DescendantFonts");
  inner = inner.isArray() && inner.getArrayNItems() == 1 ? inner.getArrayItem(0)
                                                         : QPDFObjectHandle::newNull();
  if (!inner.isDictionary() || name_of(inner.getKey("/Subtype")) != "/CIDFontType2")
    return "a composite font that is not TrueType";
  QPDFObjectHandle descriptor = inner.getKey("/FontDescriptor");
  const auto program =
      descriptor.isDictionary() ? program_of(descriptor) : std::optional<TrueTypeProgram>();
  if (!program) return "a font that is not embedded as TrueType";
  QPDFObjectHandle glyphs = inner.getKey("/CIDToGIDMap");
  std::vector<std::uint8_t> map;
  if (glyphs.isStream()) {
    Result<std::vector<std::uint8_t>> bytes = decoded_bytes(glyphs, 1u << 18, "font");
    if (!bytes) return "a font with a damaged glyph map";
    map = std::move(*bytes);
  } else if (name_of(glyphs) != "/Identity") {
    return "a font without a glyph map";
  }
  const UnicodeMap unicode = UnicodeMap::read(font.getKey("/ToUnicode"));
  const std::vector<double> widths = cid_widths(inner);
  for (std::size_t code = 0; code < codes.size(); ++code) {
    if (!codes[code]) continue;
    int glyph = static_cast<int>(code);
    if (glyphs.isStream())
      glyph = 2 * code + 1 < map.size() ? map[2 * code] << 8 | map[2 * code + 1] : 0;
    if (glyph == 0 || glyph >= program->glyph_count()) return "a font that lacks a glyph";
    if (!same_width(widths[code], program->width(glyph))) return "a font with wrong widths";
    if (!unicode.has(static_cast<std::uint32_t>(code))) return "a font with gaps in its Unicode map";
  }
  return "";
}

std::string simple_obstacle(QPDFObjectHandle font, const std::vector<bool>& codes) {
  QPDFObjectHandle descriptor = font.getKey("/FontDescriptor");
  const auto program =
      descriptor.isDictionary() ? program_of(descriptor) : std::optional<TrueTypeProgram>();
  if (!program) return "a font that is not embedded as TrueType";
  QPDFObjectHandle widths = font.getKey("/Widths");
  if (!widths.isArray()) return "a font without widths";
  const int first = int_of(font.getKey("/FirstChar"), 0);
  const bool symbolic = (int_of(descriptor.getKey("/Flags"), 0) & 4) != 0;
  QPDFObjectHandle encoding = font.getKey("/Encoding");
  if (symbolic && !encoding.isNull()) return "a symbolic font with an encoding";
  if (!symbolic && name_of(encoding) != "/WinAnsiEncoding")
    return "a TrueType font without a standard encoding";
  if (!symbolic && !program->has_map(3, 1)) return "a font without a Unicode table";
  if (symbolic && program->map_count() != 1 && !program->has_map(3, 0))
    return "a symbolic font with several tables";
  const bool mapped = font.getKey("/ToUnicode").isStream();
  if (symbolic && !mapped) return "a font without a Unicode map";
  const UnicodeMap unicode = mapped ? UnicodeMap::read(font.getKey("/ToUnicode")) : UnicodeMap();
  for (std::uint32_t code = 0; code < 256; ++code) {
    if (!codes[code]) continue;
    int glyph = 0;
    if (!symbolic) {
      glyph = program->glyph_of(3, 1, unicode_in_win_ansi(code));
    } else {
      for (const std::uint32_t page : {0xF000u, 0u, 0xF100u, 0xF200u})
        if (glyph == 0) glyph = program->glyph_of(3, 0, page + code);
      if (glyph == 0) glyph = program->glyph_of(1, 0, code);
    }
    if (glyph == 0) return "a font that lacks a glyph";
    const int index = static_cast<int>(code) - first;
    if (index < 0 || index >= widths.getArrayNItems() ||
        !same_width(number_of(widths.getArrayItem(index), -1), program->width(glyph)))
      return "a font with wrong widths";
    if (mapped && !unicode.has(code)) return "a font with gaps in its Unicode map";
  }
  return "";
}

}  // namespace

std::string font_name(QPDFObjectHandle font) {
  std::string name = name_of(font.getKey("/BaseFont"));
  if (name.starts_with("/")) name.erase(0, 1);
  if (name.size() > 7 && name[6] == '+') name.erase(0, 7);
  return name;
}

std::string font_obstacle(const UsedFont& used) {
  QPDFObjectHandle font = used.font;
  const std::string kind = name_of(font.getKey("/Subtype"));
  if (kind == "/Type0") return composite_obstacle(font, used.codes);
  if (kind == "/TrueType") return simple_obstacle(font, used.codes);
  if (kind == "/Type3") return "a Type 3 font";
  return "a font of a kind that is not checked";
}

}  // namespace sogoc::pdf
