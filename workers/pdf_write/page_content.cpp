#include "workers/pdf_write/page_content.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "workers/pdf_write/clean_text.hpp"
#include "workers/pdf_write/pdf_number.hpp"

namespace sogoc {

namespace {

constexpr double kEm = 1000;
constexpr double kSmallestFont = 0.1;      // points
constexpr double kNarrowestBlank = 0.02;   // of the font size, where words touch or overlap
constexpr std::size_t kMostInAString = 8000;  // PDF/A-2, 6.1.13: 32,767 bytes

std::string matrix(const Affine& map, std::string_view operation) {
  return fmt::format("{} {} {} {} {} {} {}\n", pdf_number(map.xx), pdf_number(map.yx),
                     pdf_number(map.xy), pdf_number(map.yy), pdf_number(map.x0),
                     pdf_number(map.y0), operation);
}

// One line as one run of glyphs. Keeps the pen's position from what was really written, so that
// rounded numbers do not add up along the line.
class LineRun {
 public:
  LineRun(const TextLine& line, const PaperSpace& paper, CharacterSet& used, std::string& out)
      : paper_(paper), used_(used), out_(out) {
    BoxPx ink;
    for (const Word& word : line.words) ink = united(ink, word.box);
    const double height = ink.height() * paper.points_per_pixel_y;
    size_ = std::max(std::round(height * 100) / 100, kSmallestFont);
    // Words reach exactly from ascent to descent; in Vietnamese, with marks above and below
    // nearly every line, that puts the font's baseline on the printed one.
    baseline_ = paper.height.value - ink.bottom * paper.points_per_pixel_y -
                size_ * kGlyphDescent / kEm;
  }

  void write(const TextLine& line, std::string_view font_resource) {
    fmt::format_to(std::back_inserter(out_), "/{} {} Tf\n", font_resource, pdf_number(size_));
    bool first = true;
    for (const Word& word : line.words) {
      const double left = word.box.left * paper_.points_per_pixel_x;
      const double right = word.box.right * paper_.points_per_pixel_x;
      if (!first) write_blank(left);
      if (first || std::abs(pen_ - left) > 0.01) move_to(left);
      show(code_points(word.text), right - left);
      first = false;
    }
    out_ += '\n';
  }

 private:
  void write_blank(double until) {
    const double narrowest = kNarrowestBlank * size_;
    show({U' '}, std::max(until - pen_, narrowest));
  }

  void move_to(double x) {
    out_ += matrix({1, 0, x, 0, 1, baseline_}, "Tm");
    pen_ = x;
  }

  void show(const std::vector<char32_t>& points, double width) {
    const double natural = static_cast<double>(points.size()) * size_ * kGlyphAdvance / kEm;
    const double percent = std::max(std::round(width / natural * 1e4) / 1e2, 0.01);
    fmt::format_to(std::back_inserter(out_), "{} Tz", pdf_number(percent));
    for (std::size_t at = 0; at < points.size(); at += kMostInAString) {
      const std::size_t end = std::min(points.size(), at + kMostInAString);
      out_ += '<';
      out_ += used_.encode({points.begin() + static_cast<std::ptrdiff_t>(at),
                            points.begin() + static_cast<std::ptrdiff_t>(end)});
      out_ += ">Tj";
    }
    out_ += ' ';
    pen_ += natural * percent / 100;
  }

  const PaperSpace& paper_;
  CharacterSet& used_;
  std::string& out_;
  double size_ = 0;
  double baseline_ = 0;
  double pen_ = 0;
};

}  // namespace

std::string_view mark_of(RegionKind kind) {
  switch (kind) {
    case RegionKind::signature_overlay: return "SogocSignatureOverlay";
    case RegionKind::seal: return "SogocSeal";
    case RegionKind::stamp: return "SogocStamp";
    case RegionKind::handwriting: return "SogocHandwriting";
    case RegionKind::picture: return "SogocPicture";
    case RegionKind::text:
    case RegionKind::table:
    case RegionKind::footnote:
    case RegionKind::page_number: break;
  }
  return {};
}

std::string picture_operators(const PlacedPicture& placed, const PagePart& part,
                              const PaperSpace& paper, std::string_view name) {
  // PDF draws a picture into the unit square with its first row on top, y up.
  const Affine top_left_from_unit{1, 0, 0, 0, -1, 1};
  const Affine points_from_unit = top_left_from_unit.then(placed.place)
                                      .then(part.upright_from_master)
                                      .then(paper.points_from_upright);
  const bool is_signature = placed.role == PictureRole::signature_appearance;
  std::string operators;
  if (is_signature) operators += fmt::format("/{} BMC\n", kSignatureAppearanceMark);
  operators += "q\n" + matrix(points_from_unit, "cm");
  operators += fmt::format("/{} Do\nQ\n", name);
  if (is_signature) operators += "EMC\n";
  return operators;
}

std::string text_operators(const PageText& text, const PaperSpace& paper,
                           std::string_view font_resource, CharacterSet& used) {
  std::string operators;
  for (const Region& region : text.regions) {
    if (region.illegible || region.lines.empty()) continue;
    const std::string_view mark = mark_of(region.kind);
    if (!mark.empty()) operators += fmt::format("/{} BMC\n", mark);
    operators += "BT\n3 Tr\n";
    for (const TextLine& line : region.lines) {
      if (line.words.empty()) continue;
      LineRun(line, paper, used, operators).write(line, font_resource);
    }
    operators += "ET\n";
    if (!mark.empty()) operators += "EMC\n";
  }
  return operators;
}

}  // namespace sogoc
