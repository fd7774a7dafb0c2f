#pragma once

// Draws pages for tests: letters that are rings with stems, tails and marks as often as Vietnamese
// has them, so that lines, heights and up and down can be measured; seals, holes, edges, shadows.
// Nothing here can be read; everything can be straightened.

#include <array>
#include <cstdint>
#include <vector>

#include "pipeline/core/image.hpp"

namespace sogoc::test {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;
};
constexpr Colour kBlack{};
constexpr Colour kWhite{255, 255, 255};
constexpr Colour kSealRed{215, 40, 45};
constexpr Colour kPenBlue{40, 60, 190};

class PagePainter {
 public:
  explicit PagePainter(SizePx size, double dpi, Colour paper = kWhite);
  [[nodiscard]] static PagePainter a4(double dpi = 300, Colour paper = kWhite);

  // Lines of words that fill the box; the same seed draws the same text. 13 point type.
  PagePainter& text(const BoxPx& box, std::uint32_t seed = 1, Colour ink = kBlack);
  // One word of so many letters, its small letters standing on `baseline`.
  PagePainter& word(double left, double baseline, int letters, std::uint32_t seed = 1,
                    Colour ink = kBlack);
  PagePainter& rectangle(const BoxPx& box, Colour ink = kBlack);
  PagePainter& disc(PointPx middle, double radius, Colour ink = kBlack);
  PagePainter& ring(PointPx middle, double radius, double stroke, Colour ink = kBlack,
                    double from_degrees = 0, double to_degrees = 360);
  // A round seal 38 mm wide: two rims, a star-like middle and letters between.
  PagePainter& seal(PointPx middle, Colour ink = kSealRed);
  PagePainter& stroke(PointPx from, PointPx to, double width, Colour ink = kBlack);
  PagePainter& specks(int count, std::uint32_t seed = 1);
  // Darkens columns towards x, as the fold of a book does: factor `depth` at x, none at `reach`.
  PagePainter& fold(double x, double reach, double depth);

  [[nodiscard]] double px(double mm) const { return mm * dpi_ / 25.4; }
  [[nodiscard]] SizePx size() const { return size_; }
  [[nodiscard]] BoxPx inside_margins(double mm = 25) const;
  [[nodiscard]] PageImage colour() const;
  [[nodiscard]] PageImage gray() const;
  [[nodiscard]] PageImage bilevel() const;

 private:
  void dot(int x, int y, Colour ink);
  double letter(double left, double baseline, std::uint32_t& seed, Colour ink);

  SizePx size_;
  double dpi_;
  std::vector<std::uint8_t> rgb_;
};

}  // namespace sogoc::test
