#include "workers/pdf_write/page_content.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "workers/pdf_write/clean_text.hpp"
#include "workers/pdf_write/pdf_number.hpp"

namespace sogoc {

namespace {

constexpr double kEm = 1000;
constexpr double kSmallestFont = 0.1;         // points
constexpr double kNarrowestBlank = 0.02;      // of the font size, where words touch or overlap
constexpr double kBlankAfterOverlap = 0.2;    // of the font size: what readers take for a blank
constexpr std::size_t kMostInAString = 8000;  // PDF/A-2, 6.1.13: 32,767 bytes

std::string matrix(const Affine& map, std::string_view operation) {
  return fmt::format("{} {} {} {} {} {} {}\n", pdf_number(map.xx), pdf_number(map.yx),
                     pdf_number(map.xy), pdf_number(map.yy), pdf_number(map.x0), pdf_number(map.y0),
                     operation);
}

// How a line lies on its page: pixels, y down.
struct Lie {
  double slope = 0;  // pixels down for each pixel to the right
  double top = 0;    // of the line's ink at x = 0
  double bottom = 0;
};

double middle_x(const BoxPx& box) { return (box.left + box.right) / 2.0; }
double middle_y(const BoxPx& box) { return (box.top + box.bottom) / 2.0; }

// The ink of all words between two parallels of this slope.
Lie between_parallels(const TextLine& line, double slope) {
  Lie lie{slope, 1e9, -1e9};
  for (const Word& word : line.words) {
    lie.top = std::min(lie.top, word.box.top - slope * middle_x(word.box));
    lie.bottom = std::max(lie.bottom, word.box.bottom - slope * middle_x(word.box));
  }
  return lie;
}

// Level, unless the words clearly climb or fall: on a page whose tilt was left alone, or near the
// spine of a book. Words differ in height, so a slope must make the line markedly thinner to count.
Lie lie_of(const TextLine& line) {
  const Lie level = between_parallels(line, 0);
  if (line.words.size() < 4) return level;
  double x = 0, y = 0, xx = 0, xy = 0;
  const auto n = static_cast<double>(line.words.size());
  for (const Word& word : line.words) {
    x += middle_x(word.box) / n;
    y += middle_y(word.box) / n;
  }
  for (const Word& word : line.words) {
    xx += (middle_x(word.box) - x) * (middle_x(word.box) - x);
    xy += (middle_x(word.box) - x) * (middle_y(word.box) - y);
  }
  constexpr double kSteepest = 0.3;
  if (xx <= 0 || std::abs(xy / xx) > kSteepest) return level;
  const Lie sloping = between_parallels(line, xy / xx);
  const bool thinner = sloping.bottom - sloping.top < 0.8 * (level.bottom - level.top);
  return thinner ? sloping : level;
}

// One line as one run of glyphs. Keeps the pen's position from what was really written, so that
// rounded numbers do not add up along the line.
class LineRun {
 public:
  LineRun(const TextLine& line, const PaperSpace& paper, CharacterSet& used, std::string& out)
      : paper_(paper), used_(used), out_(out), lie_(lie_of(line)) {
    const double height = (lie_.bottom - lie_.top) * paper.points_per_pixel_y;
    size_ = std::max(std::round(height * 100) / 100, kSmallestFont);
  }

  void write(const TextLine& line, std::string_view font_resource) {
    fmt::format_to(std::back_inserter(out_), "/{} {} Tf\n", font_resource, pdf_number(size_));
    for (std::size_t i = 0; i < line.words.size(); ++i) {
      const Word& word = line.words[i];
      const double left = word.box.left * paper_.points_per_pixel_x;
      if (i > 0) write_blank(left);
      if (i == 0 || lie_.slope != 0 || std::abs(pen_ - left) > 0.01) move_to(word.box);
      show(code_points(word.text), right_edge(line, i) - left);
    }
    out_ += '\n';
  }

 private:
  // A box that reaches into the next word is wrong somewhere; readers would tear the line there.
  [[nodiscard]] double right_edge(const TextLine& line, std::size_t i) const {
    const double left = line.words[i].box.left * paper_.points_per_pixel_x;
    const double right = line.words[i].box.right * paper_.points_per_pixel_x;
    if (i + 1 == line.words.size()) return right;
    const double next = line.words[i + 1].box.left * paper_.points_per_pixel_x;
    if (next <= left || right <= next) return right;
    return std::max(next - kBlankAfterOverlap * size_, left + (next - left) / 2);
  }

  void write_blank(double until) {
    const double narrowest = kNarrowestBlank * size_;
    show({U' '}, std::max(until - pen_, narrowest));
  }

  void move_to(const BoxPx& word) {
    // Words reach exactly from ascent to descent; in Vietnamese, with marks above and below
    // nearly every line, that puts the font's baseline on the printed one. On a sloping line each
    // word stands level on its step: readers of turned text tear words apart.
    const double bottom = lie_.bottom + lie_.slope * middle_x(word);
    const double y =
        paper_.height.value - bottom * paper_.points_per_pixel_y - size_ * kGlyphDescent / kEm;
    pen_ = word.left * paper_.points_per_pixel_x;
    out_ += matrix({1, 0, pen_, 0, 1, y}, "Tm");
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
  Lie lie_;
  double size_ = 0;
  double pen_ = 0;  // points from the left edge
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
