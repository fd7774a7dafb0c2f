#include "workers/pdf_read/poppler.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "workers/pdf_read/limited_process.hpp"

namespace sogoc::pdf {
namespace {

// "P6 W H 255" and its pixels; moves `at` past them.
Result<PageImage> next_ppm(const std::vector<std::uint8_t>& bytes, std::size_t& at, double dpi,
                           const std::string& subject) {
  const auto broken = [&] {
    return fail(ErrorCode::invalid_input, Retry::never, subject,
                "the page cannot be rendered: it is damaged; get a complete copy");
  };
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.substr(at, 2) != "P6") return broken();
  at += 2;
  int numbers[3] = {};
  for (int& number : numbers) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n')) ++at;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
    if (error != std::errc()) return broken();
    at = static_cast<std::size_t>(end - text.data());
  }
  ++at;
  const auto [width, height, top] = numbers;
  if (width <= 0 || height <= 0 || top != 255) return broken();
  const std::size_t size =
      3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  if (at > bytes.size() || size > bytes.size() - at) return broken();
  std::vector<std::uint8_t> pixels(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                                   bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
  at += size;
  return PageImage::create({width, height}, PixelFormat::rgb8, {Dpi{dpi}, Dpi{dpi}},
                           std::move(pixels));
}

Result<ProcessOutput> run_poppler(std::vector<std::string> argv, std::size_t output_bytes,
                                  const ReadingSettings& settings, const std::string& subject) {
  ProcessLimits limits;
  limits.memory_bytes = static_cast<std::uint64_t>(std::max(settings.memory_limit_mb, 512)) << 20;
  limits.cpu_s = std::max(10, settings.page_time_limit_s);
  limits.wall = std::chrono::seconds(limits.cpu_s);
  limits.output_bytes = output_bytes;
  Result<ProcessOutput> output = run_limited(argv, limits);
  if (!output) {
    Error error = output.error();
    if (error.code != ErrorCode::missing_model && error.code != ErrorCode::unavailable) {
      error.subject = subject;
      error.message = error.code == ErrorCode::timeout
                          ? "rendering the page took longer than its limit"
                          : "the page cannot be rendered within the limits";
    }
    return fail_while(std::move(error), "running " + argv.front());
  }
  if (output->exit_code != 0)
    return fail(ErrorCode::invalid_input, Retry::never, subject,
                "the page cannot be rendered: it is damaged; get a complete copy");
  return output;
}

double attribute(std::string_view tag, std::string_view name) {
  const std::size_t at = tag.find(fmt::format(" {}=\"", name));
  if (at == std::string_view::npos) return 0;
  const std::string number(tag.substr(at + name.size() + 3, 24));
  const double value = std::strtod(number.c_str(), nullptr);
  return std::isfinite(value) ? std::clamp(value, -1e7, 1e7) : 0;
}

std::string unescaped(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    bool replaced = false;
    for (const auto& [entity, character] : kEntities)
      if (text.substr(i, entity.size()) == entity) {
        plain += character;
        i += entity.size();
        replaced = true;
        break;
      }
    if (!replaced) plain += text[i++];
  }
  return plain;
}

icu::UnicodeString in_nfc(const std::string& utf8) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(utf8);
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return text;
  const icu::UnicodeString normal = nfc->normalize(text, status);
  return U_FAILURE(status) ? text : normal;
}

// Blanks of every kind out: they cannot stand inside a word.
std::string clean_word(std::string_view escaped) {
  const icu::UnicodeString text = in_nfc(unescaped(escaped));
  icu::UnicodeString kept;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (!u_isUWhiteSpace(c) && c != 0xFEFF) kept.append(c);
  }
  std::string utf8;
  kept.toUTF8String(utf8);
  return utf8;
}

}  // namespace

Result<std::vector<PageImage>> render_pages(const std::filesystem::path& file,
                                            const RenderedRange& range, double page_points_wide,
                                            double page_points_high,
                                            const ReadingSettings& settings,
                                            const std::string& subject) {
  const double width = std::ceil(page_points_wide * range.dpi / 72.0) + 1;
  const double height = std::ceil(page_points_high * range.dpi / 72.0) + 1;
  const int count = range.last_page - range.first_page + 1;
  if (width * height > static_cast<double>(settings.max_pixels))
    return fail(ErrorCode::limit_exceeded, Retry::never, subject,
                fmt::format("the page would have {:.0f} x {:.0f} pixels, more than the limit "
                            "allows",
                            width, height));
  const auto most = static_cast<std::size_t>((3 * width * height + 64) * count);
  std::vector<std::string> argv = {"pdftoppm", "-q", "-cropbox", "-r", fmt::format("{}", range.dpi),
                                   "-f", std::to_string(range.first_page),
                                   "-l", std::to_string(range.last_page)};
  if (!range.annotations) argv.push_back("-hide-annotations");
  argv.push_back(file.string());
  SOGOC_TRY(const ProcessOutput output, run_poppler(std::move(argv), most, settings, subject));
  std::vector<PageImage> pages;
  std::size_t at = 0;
  for (int i = 0; i < count; ++i) {
    SOGOC_TRY(PageImage page, next_ppm(output.out, at, range.dpi, subject));
    pages.push_back(std::move(page));
  }
  return pages;
}

Result<std::vector<std::vector<TextBlock>>> text_of_pages(const std::filesystem::path& file,
                                                          int first_page, int last_page,
                                                          const ReadingSettings& settings,
                                                          const std::string& subject) {
  constexpr std::size_t kMaxOutput = 64u << 20;
  SOGOC_TRY(const ProcessOutput output,
            run_poppler({"pdftotext", "-q", "-cropbox", "-bbox-layout", "-f",
                         std::to_string(first_page), "-l", std::to_string(last_page),
                         file.string(), "-"},
                        kMaxOutput, settings, subject));
  const std::string_view text(reinterpret_cast<const char*>(output.out.data()), output.out.size());
  std::vector<std::vector<TextBlock>> pages;
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at)) {
    const std::size_t end = text.find('>', at);
    if (end == std::string_view::npos) break;
    const std::string_view tag = text.substr(at, end - at);
    at = end + 1;
    if (tag.starts_with("<page ")) {
      pages.emplace_back();
    } else if (pages.empty()) {
      continue;
    } else if (tag.starts_with("<block ")) {
      pages.back().emplace_back();
    } else if (tag.starts_with("<line ") && !pages.back().empty()) {
      pages.back().back().lines.emplace_back();
    } else if (tag.starts_with("<word ") && !pages.back().empty() &&
               !pages.back().back().lines.empty()) {
      const std::size_t close = text.find("</word>", at);
      if (close == std::string_view::npos) break;
      TextWord word{clean_word(text.substr(at, close - at)),
                    {attribute(tag, "xMin"), attribute(tag, "yMin"), attribute(tag, "xMax"),
                     attribute(tag, "yMax")}};
      if (!word.text.empty()) pages.back().back().lines.back().push_back(std::move(word));
      at = close;
    }
  }
  pages.resize(static_cast<std::size_t>(last_page - first_page + 1));
  return pages;
}

std::vector<Region> regions_of(const std::vector<TextBlock>& blocks,
                               const Affine& displayed_from_points, RegionKind kind) {
  // Poppler's boxes reach from ascent to descent of the font; the baseline lies about a fifth up.
  constexpr double kDescentShare = 0.21;
  std::vector<Region> regions;
  for (const TextBlock& block : blocks) {
    Region region;
    region.kind = kind;
    region.source = "pdf";
    region.confidence = Confidence::from_fraction(1);
    for (const std::vector<TextWord>& words : block.lines) {
      TextLine line;
      double baseline = 0;
      for (const TextWord& word : words) {
        const Rect box = bounds(displayed_from_points, word.box);
        const BoxPx pixels = {static_cast<int>(std::floor(box.left)),
                              static_cast<int>(std::floor(box.bottom)),
                              static_cast<int>(std::ceil(box.right)),
                              static_cast<int>(std::ceil(box.top))};
        baseline = std::max(baseline, box.top - kDescentShare * box.height());
        line.box = line.words.empty() ? pixels : united(line.box, pixels);
        line.words.push_back({word.text, pixels, Confidence::from_fraction(1)});
      }
      if (line.words.empty()) continue;
      line.baseline = static_cast<int>(std::lround(baseline));
      region.box = region.lines.empty() ? line.box : united(region.box, line.box);
      region.lines.push_back(std::move(line));
    }
    if (!region.lines.empty()) regions.push_back(std::move(region));
  }
  return regions;
}

std::string why_garbage(const std::vector<TextBlock>& blocks) {
  std::int64_t all = 0, broken = 0, vietnamese = 0, tcvn = 0, vni = 0;
  // TCVN3 puts ă â ê ô ơ ư đ and most tones on punctuation of Latin-1, VNI writes a tone as a
  // second letter; neither happens inside words of Unicode text.
  const auto is_tcvn = [](UChar32 c) {
    return (c >= 0xA8 && c <= 0xAE) || (c >= 0xB5 && c <= 0xB9) || (c >= 0xBB && c <= 0xBE);
  };
  const auto is_vni_mark = [](UChar32 c) {
    static constexpr std::u32string_view marks = U"ùøûõïâáàåãäéèúüëêÙØÛÕÏÂÁÀÅÃÄÉÈÚÜËÊ";
    return marks.find(static_cast<char32_t>(c)) != std::u32string_view::npos;
  };
  const auto is_vni_vowel = [](UChar32 c) {
    static constexpr std::u32string_view vowels = U"aeouyAEOUYôöÔÖ";
    return vowels.find(static_cast<char32_t>(c)) != std::u32string_view::npos;
  };
  for (const TextBlock& block : blocks)
    for (const auto& line : block.lines)
      for (const TextWord& word : line) {
        const icu::UnicodeString text = icu::UnicodeString::fromUTF8(word.text);
        UChar32 before = 0;
        for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
          const UChar32 c = text.char32At(i);
          ++all;
          const bool private_use = (c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000;
          broken += c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFFFD || private_use;
          vietnamese += (c >= 0x1EA0 && c <= 0x1EF9) || c == 0x0103 || c == 0x0102 ||
                        c == 0x0111 || c == 0x0110 || c == 0x01A1 || c == 0x01A0 ||
                        c == 0x01B0 || c == 0x01AF;
          tcvn += is_tcvn(c) && u_isalpha(before);
          vni += is_vni_mark(c) && is_vni_vowel(before);
          before = c;
        }
      }
  if (all == 0) return "";
  if (broken * 10 > all) return "its own text has no usable Unicode map";
  if (all >= 40 && vietnamese * 100 < all) {
    if (tcvn * 100 > all * 4) return "its own text is in the old TCVN3 encoding";
    if (vni * 100 > all * 6) return "its own text is in the old VNI encoding";
  }
  return "";
}

PageImage without_needless_colour(const PageImage& image) {
  if (image.format() != PixelFormat::rgb8) return image;
  const auto pixels = image.pixels();
  bool gray = true, black_white = true;
  for (std::size_t i = 0; i < pixels.size() && gray; i += 3) {
    gray = pixels[i] == pixels[i + 1] && pixels[i] == pixels[i + 2];
    black_white = black_white && (pixels[i] == 0 || pixels[i] == 255);
  }
  if (!gray) return image;
  const auto width = static_cast<std::size_t>(image.size().width);
  const auto height = static_cast<std::size_t>(image.size().height);
  const PixelFormat format = black_white ? PixelFormat::bit1 : PixelFormat::gray8;
  const std::size_t stride = PageImage::stride_of(image.size().width, format);
  std::vector<std::uint8_t> out(stride * height);
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x) {
      const std::uint8_t value = pixels[3 * (y * width + x)];
      if (!black_white) out[y * stride + x] = value;
      else if (value == 0) out[y * stride + x / 8] |= static_cast<std::uint8_t>(0x80u >> (x % 8));
    }
  return PageImage::create(image.size(), format, image.resolution(), std::move(out))
      .value_or(image);
}

}  // namespace sogoc::pdf
