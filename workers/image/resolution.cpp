#include "workers/image/resolution.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace sogoc::image {
namespace {

struct Paper {
  const char* name;
  double short_mm;
  double long_mm;
};
constexpr std::array kPapers = {Paper{"A4", 210, 297}, Paper{"A3", 297, 420}, Paper{"A5", 148, 210},
                                Paper{"letter", 215.9, 279.4}, Paper{"legal", 215.9, 355.6}};

constexpr double kTolerance = 0.03;
constexpr double kLowestDpi = 60, kHighestDpi = 1300;
constexpr double kShortestSideMm = 40, kLongestSideMm = 1300;  // a card .. an A0 drawing
constexpr double kLetterMm = 2.1;     // small letters of 13 to 14 point type, what offices print
constexpr double kLetterDoubt = 1.7;  // letters this many times off speak against the file
constexpr double kLikelier = 1.3;     // a known paper that suits the letters so much better wins
constexpr std::array kUsualDpi = {100.0, 150.0, 200.0, 240.0, 300.0, 400.0, 600.0};
constexpr double kAssumedDpi = 300;
constexpr double kFewestLetters = 80;  // fewer may all be capitals, or dirt

double off_by(double a, double b) { return std::max(a, b) / std::min(a, b); }

bool plausible(SizePx size, Resolution stated) {
  if (!stated.known()) return false;
  for (const double dpi : {stated.x.value, stated.y.value})
    if (!std::isfinite(dpi) || dpi < kLowestDpi || dpi > kHighestDpi) return false;
  if (off_by(stated.x.value, stated.y.value) > 4) return false;
  const double width = size.width * 25.4 / stated.x.value;
  const double height = size.height * 25.4 / stated.y.value;
  return std::min(width, height) >= kShortestSideMm && std::max(width, height) <= kLongestSideMm;
}

double nearest_usual(double dpi) {
  return *std::min_element(kUsualDpi.begin(), kUsualDpi.end(),
                           [dpi](double a, double b) { return off_by(a, dpi) < off_by(b, dpi); });
}

struct PaperGuess {
  double dpi = 0;
  double doubt = 0;  // factor by which it disagrees with the letters or with usual resolutions
};

// The resolution at which the page would be a known paper, the most likely one.
PaperGuess guess_from_paper(SizePx size, double letter_dpi) {
  const double long_px = std::max(size.width, size.height);
  const double short_px = std::min(size.width, size.height);
  PaperGuess best;
  for (const Paper& paper : kPapers) {
    const double dpi_long = long_px * 25.4 / paper.long_mm;
    const double dpi_short = short_px * 25.4 / paper.short_mm;
    if (off_by(dpi_long, dpi_short) > 1 + kTolerance) continue;
    const double dpi = (dpi_long + dpi_short) / 2;
    if (dpi < kLowestDpi || dpi > kHighestDpi) continue;
    // Letters decide between A5, A4 and A3; without letters, the resolutions scanners have.
    const double doubt = letter_dpi > 0 ? off_by(dpi, letter_dpi) : off_by(dpi, nearest_usual(dpi));
    if (best.dpi == 0 || doubt < best.doubt * 0.98) best = {dpi, doubt};
  }
  // A scanner's own resolution, where it is that within the tolerance.
  if (best.dpi > 0 && off_by(best.dpi, nearest_usual(best.dpi)) < 1 + kTolerance)
    best.dpi = nearest_usual(best.dpi);
  return best;
}

}  // namespace

std::string paper_of(double width_mm, double height_mm) {
  const double long_mm = std::max(width_mm, height_mm), short_mm = std::min(width_mm, height_mm);
  const Paper* best = nullptr;
  double best_error = kTolerance;
  for (const Paper& paper : kPapers) {
    const double error =
        std::max(std::abs(long_mm / paper.long_mm - 1), std::abs(short_mm / paper.short_mm - 1));
    if (error <= best_error) {
      best = &paper;
      best_error = error;
    }
  }
  if (best == nullptr) return "";
  return width_mm > height_mm ? std::string(best->name) + " landscape" : best->name;
}

MeasuredResolution measure_resolution(SizePx size, Resolution stated, double letter_height_px) {
  MeasuredResolution measured;
  const double letter_dpi = letter_height_px * 25.4 / kLetterMm;
  const bool believable = plausible(size, stated);
  if (believable) measured.stated = stated;
  const auto paper_at = [size](Resolution at) {
    return paper_of(size.width * 25.4 / at.x.value, size.height * 25.4 / at.y.value);
  };
  const PaperGuess guess = guess_from_paper(size, letter_dpi);
  if (believable) {
    const bool fits = !paper_at(stated).empty();
    const double file_doubt = letter_dpi > 0 ? off_by(letter_dpi, stated.y.value) : 1;
    const bool paper_is_likelier = guess.dpi > 0 && guess.doubt * kLikelier < file_doubt;
    const bool usual = std::min(stated.x.value, stated.y.value) >= 100;
    if (fits || (usual && file_doubt < kLetterDoubt && !paper_is_likelier)) {
      measured.effective = stated;
      measured.source = "file";
      measured.paper = paper_at(stated);
      return measured;
    }
  }
  if (guess.dpi > 0) {
    measured.effective = {{guess.dpi}, {guess.dpi}};
    measured.source = "paper";
  } else if (believable) {
    measured.effective = stated;  // strange, but nothing better is known
    measured.source = "file";
  } else {
    const double dpi = letter_dpi > 0 ? nearest_usual(letter_dpi) : kAssumedDpi;
    measured.effective = {{dpi}, {dpi}};
    measured.source = "assumed";
  }
  measured.paper = paper_at(measured.effective);
  return measured;
}

double usual_letter_height(const PageMap& map, bool lines_stand) {
  constexpr int kTallest = 200;
  std::array<double, kTallest + 2> counts{};
  double letters = 0;
  for (const Component& component : map.components) {
    const int h = lines_stand ? component.box.width : component.box.height;
    const int w = lines_stand ? component.box.height : component.box.width;
    // Below 4 map pixels letters cannot be told from marks; wide ones are words that touch.
    if (component.removed || h < 4 || h > kTallest || w > 3 * h || 4 * w < h) continue;
    if (component.fill() > 0.85) continue;
    counts[static_cast<std::size_t>(h)] += 1;
    ++letters;
  }
  if (letters < kFewestLetters) return 0;
  double best = 0, best_count = 0;
  for (std::size_t h = 4; h <= kTallest; ++h) {
    const double smooth = counts[h - 1] + 2 * counts[h] + counts[h + 1];
    if (smooth > best_count) {
      best_count = smooth;
      best = static_cast<double>(h);
    }
  }
  return best * map.reduction;
}

}  // namespace sogoc::image
