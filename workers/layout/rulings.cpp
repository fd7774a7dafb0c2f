#include "workers/layout/rulings.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <opencv2/imgproc.hpp>

#include "workers/layout/pixels_bridge.hpp"

namespace sogoc::layout {
namespace {

constexpr double kMapDpi = 150;       // fine enough for a hair line, small enough for A3
constexpr int kThickest = 7;          // map pixels: 1.2 mm, thicker is no ruling
constexpr int kWindow = 54;           // map pixels: 9 mm, longer than letters are joined
constexpr double kCovered = 0.72;     // of the window that must be dark
constexpr double kSolid = 0.94;       // a ruling has a window like this somewhere; text has none
constexpr int kBeside = 4;            // map pixels: where a ruling has paper on one side at least
constexpr int kSampleEvery = 12;      // map pixels

// Darkness against the paper around, 0..255.
cv::Mat darkness(const cv::Mat& gray) {
  cv::Mat paper;
  cv::Mat small;
  cv::resize(gray, small, {}, 0.25, 0.25, cv::INTER_AREA);
  cv::dilate(small, paper, cv::getStructuringElement(cv::MORPH_RECT, {9, 9}));
  cv::blur(paper, paper, {15, 15});
  cv::resize(paper, paper, gray.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat dark;
  cv::subtract(paper, gray, dark);
  cv::divide(dark, paper, dark, 255);
  return dark;
}

// Otsu over what is not paper at all.
int ink_level(const cv::Mat& dark) {
  cv::Mat unused;
  const double otsu = cv::threshold(dark, unused, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
  return std::clamp(static_cast<int>(otsu), 30, 110);
}

// Thin dark things along one axis: what an opening across the axis takes away.
cv::Mat thin(const cv::Mat& dark, bool horizontal, int level) {
  const cv::Size across = horizontal ? cv::Size(1, kThickest) : cv::Size(kThickest, 1);
  cv::Mat hat;
  cv::morphologyEx(dark, hat, cv::MORPH_TOPHAT, cv::getStructuringElement(cv::MORPH_RECT, across));
  return hat > level;
}

// Of the thin pixels those in stretches that are dark nearly throughout; in `solid` those that are
// dark all along.
cv::Mat stretches(const cv::Mat& thin_pixels, bool horizontal, cv::Mat& solid) {
  cv::Mat wide;  // a slanted line drifts a pixel within the window
  const cv::Size drift = horizontal ? cv::Size(1, 3) : cv::Size(3, 1);
  cv::dilate(thin_pixels, wide, cv::getStructuringElement(cv::MORPH_RECT, drift));
  cv::Mat covered;
  const cv::Size window = horizontal ? cv::Size(kWindow, 1) : cv::Size(1, kWindow);
  cv::boxFilter(wide, covered, CV_8U, window, {-1, -1}, true, cv::BORDER_CONSTANT);
  solid = (covered > 255 * kSolid) & wide;
  cv::Mat core = covered > 255 * kCovered;
  cv::dilate(core, core, cv::getStructuringElement(cv::MORPH_RECT, window));
  cv::Mat found;
  cv::bitwise_and(core, wide, found);
  // Crossings and specks part a line: joined before it is followed.
  const cv::Size joint = horizontal ? cv::Size(15, 1) : cv::Size(1, 15);
  cv::morphologyEx(found, found, cv::MORPH_CLOSE,
                   cv::getStructuringElement(cv::MORPH_RECT, joint));
  return found;
}

void fit(Ruling& ruling) {
  const auto& s = ruling.samples;
  ruling.origin = (s.front().along + s.back().along) / 2;
  const double reach = std::max(1.0, (s.back().along - s.front().along) / 2);
  const bool bent = s.size() >= 8;
  cv::Matx33d normal = cv::Matx33d::zeros();
  cv::Vec3d right{};
  for (const auto& sample : s) {
    const double t = (sample.along - ruling.origin) / reach;
    const cv::Vec3d row{1, t, bent ? t * t : 0};
    for (int i = 0; i < 3; ++i) {
      right[i] += row[i] * sample.across;
      for (int j = 0; j < 3; ++j) normal(i, j) += row[i] * row[j];
    }
  }
  if (!bent) normal(2, 2) = 1;
  const cv::Vec3d solved = normal.solve(right, cv::DECOMP_CHOLESKY);
  ruling.a = solved[0];
  ruling.b = solved[1] / reach;
  ruling.c = bent ? solved[2] / (reach * reach) : 0;
}

double fitted(const Ruling& ruling, double along) {
  // Beyond its ends a ruling goes on straight: a parabola would run away.
  const double reach = (ruling.end() - ruling.begin()) / 2;
  const double t = along - ruling.origin;
  const double inside = std::clamp(t, -reach, reach);
  return ruling.a + ruling.b * inside + ruling.c * inside * inside +
         (t - inside) * (ruling.b + 2 * ruling.c * inside);
}

// The pieces of the mask as samples in map pixels.
std::vector<Ruling> pieces_of(const cv::Mat& mask, const cv::Mat& solid, const cv::Mat& ink,
                              bool horizontal) {
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(mask, labels, stats, centres, 8, CV_32S);
  struct Sums {
    std::vector<double> sum;
    std::vector<int> number;
    int first = 0;
    int solid = 0;           // pixels
    int before = 0, after = 0, pixels = 0;  // ink on either side
  };
  const auto is_ink = [&](int x, int y) {
    return x >= 0 && y >= 0 && x < ink.cols && y < ink.rows && ink.at<std::uint8_t>(y, x) != 0;
  };
  std::vector<Sums> sums(static_cast<std::size_t>(count));
  for (int i = 1; i < count; ++i) {
    const int length = stats.at<int>(i, horizontal ? cv::CC_STAT_WIDTH : cv::CC_STAT_HEIGHT);
    if (length < kWindow * 2 / 3) continue;
    Sums& s = sums[static_cast<std::size_t>(i)];
    s.first = stats.at<int>(i, horizontal ? cv::CC_STAT_LEFT : cv::CC_STAT_TOP);
    const auto bins = static_cast<std::size_t>(length / kSampleEvery + 1);
    s.sum.assign(bins, 0);
    s.number.assign(bins, 0);
  }
  for (int y = 0; y < labels.rows; ++y) {
    const int* row = labels.ptr<int>(y);
    for (int x = 0; x < labels.cols; ++x) {
      if (row[x] == 0) continue;
      Sums& s = sums[static_cast<std::size_t>(row[x])];
      if (s.sum.empty()) continue;
      const auto bin = static_cast<std::size_t>(((horizontal ? x : y) - s.first) / kSampleEvery);
      s.sum[bin] += horizontal ? y : x;
      ++s.number[bin];
      s.solid += solid.at<std::uint8_t>(y, x) != 0 ? 1 : 0;
      ++s.pixels;
      s.before += (horizontal ? is_ink(x, y - kBeside) : is_ink(x - kBeside, y)) ? 1 : 0;
      s.after += (horizontal ? is_ink(x, y + kBeside) : is_ink(x + kBeside, y)) ? 1 : 0;
    }
  }
  std::vector<Ruling> pieces;
  for (const Sums& s : sums) {
    // A row of small letters is dark all along too, but has ink above and below.
    if (s.sum.empty() || s.solid == 0 || std::min(s.before, s.after) * 10 > s.pixels * 3) continue;
    Ruling piece;
    piece.horizontal = horizontal;
    for (std::size_t bin = 0; bin < s.sum.size(); ++bin)
      if (s.number[bin] > 0)
        piece.samples.push_back({s.first + (double(bin) + 0.5) * kSampleEvery,
                                 s.sum[bin] / s.number[bin] + 0.5});
    if (piece.samples.size() < 3) continue;
    fit(piece);
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

// Which way rulings run at each place of the page: what all pieces together say is far truer than
// what a short piece says of itself. slope = p0 + p1 along + p2 across + p3 along^2, in map widths.
struct Field {
  cv::Vec4d p{};
  double scale = 1;
  [[nodiscard]] cv::Vec4d terms(double along, double across) const {
    const double u = along / scale, v = across / scale;
    return {1, u, v, u * u};
  }
  [[nodiscard]] double slope(double along, double across) const {
    return p.dot(terms(along, across));
  }
};

Field field_of(const std::vector<Ruling>& pieces, double scale) {
  Field field;
  field.scale = scale;
  constexpr double kFarOff = 0.03;  // a stroke of the pen, a letter
  for (int pass = 0; pass < 3; ++pass) {
    cv::Matx44d normal = cv::Matx44d::eye() * 1e-3;
    cv::Vec4d right{};
    for (const Ruling& piece : pieces) {
      const double slope = piece.b;
      const cv::Vec4d row = field.terms(piece.origin, piece.a);
      if (pass > 0 && std::abs(slope - field.slope(piece.origin, piece.a)) > kFarOff) continue;
      const double weight = std::min(piece.length() / kWindow, 12.0);
      right += row * (weight * slope);
      for (int a = 0; a < 4; ++a)
        for (int b = 0; b < 4; ++b) normal(a, b) += weight * row[a] * row[b];
    }
    field.p = normal.solve(right, cv::DECOMP_CHOLESKY);
  }
  return field;
}

// Where a piece would be further along.
double reached(const Ruling& piece, double along, const Field& field) {
  const auto& s = piece.samples;
  if (along >= piece.begin() && along <= piece.end()) return piece.at(along);
  const bool after = along > piece.end();
  double x = 0, y = 0;
  const std::size_t count = std::min<std::size_t>(4, s.size());
  for (std::size_t k = 0; k < count; ++k) {
    const auto& sample = after ? s[s.size() - 1 - k] : s[k];
    x += sample.along / static_cast<double>(count);
    y += sample.across / static_cast<double>(count);
  }
  return y + field.slope((x + along) / 2, y) * (along - x);
}

// Do two pieces lie on one curve? Nearer ends must agree better than far ones.
bool continues(const Ruling& line, const Ruling& piece, const Field& field) {
  const double gap = std::max({0.0, piece.begin() - line.end(), line.begin() - piece.end()});
  const double slack = 3.5 + 0.008 * gap;
  if (gap <= 0)
    return std::abs(line.at(piece.origin) - piece.at(piece.origin)) < slack &&
           std::abs(line.at(std::max(line.begin(), piece.begin())) -
                    piece.at(std::max(line.begin(), piece.begin()))) < slack + 2;
  const bool after = piece.begin() > line.end();
  const double middle =
      after ? (line.end() + piece.begin()) / 2 : (line.begin() + piece.end()) / 2;
  return std::abs(reached(line, middle, field) - reached(piece, middle, field)) < slack;
}

void add(Ruling& line, const Ruling& piece) {
  line.samples.insert(line.samples.end(), piece.samples.begin(), piece.samples.end());
  std::sort(line.samples.begin(), line.samples.end(),
            [](const auto& a, const auto& b) { return a.along < b.along; });
  // Two strands of one thick line: their middle.
  std::vector<Ruling::Sample> merged;
  for (const auto& sample : line.samples) {
    if (!merged.empty() && sample.along - merged.back().along < kSampleEvery / 2.0)
      merged.back().across = (merged.back().across + sample.across) / 2;
    else
      merged.push_back(sample);
  }
  line.samples = std::move(merged);
  fit(line);
}

std::vector<Ruling> joined(std::vector<Ruling> pieces, double scale) {
  const Field field = field_of(pieces, scale);
  std::sort(pieces.begin(), pieces.end(),
            [](const Ruling& a, const Ruling& b) { return a.length() > b.length(); });
  std::vector<Ruling> lines;
  for (const Ruling& piece : pieces) {
    const auto home = std::find_if(lines.begin(), lines.end(),
                                   [&](const Ruling& line) {
                                     return continues(line, piece, field);
                                   });
    if (home == lines.end())
      lines.push_back(piece);
    else
      add(*home, piece);
  }
  // A line that grew may now meet another one.
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = 0; i < lines.size() && !again; ++i)
      for (std::size_t j = i + 1; j < lines.size() && !again; ++j)
        if (continues(lines[i], lines[j], field)) {
          add(lines[i], lines[j]);
          lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(j));
          again = true;
        }
  }
  return lines;
}

void to_page(std::vector<Ruling>& lines, double reduction) {
  for (Ruling& line : lines) {
    for (auto& sample : line.samples) {
      sample.along *= reduction;
      sample.across *= reduction;
    }
    fit(line);
  }
  std::sort(lines.begin(), lines.end(),
            [](const Ruling& a, const Ruling& b) { return a.at(a.origin) < b.at(b.origin); });
}

std::vector<std::uint8_t> bytes_of(const cv::Mat& mask) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(mask.total());
  for (int y = 0; y < mask.rows; ++y) {
    const std::uint8_t* row = mask.ptr(y);
    for (int x = 0; x < mask.cols; ++x) bytes.push_back(row[x] != 0 ? 1 : 0);
  }
  return bytes;
}

}  // namespace

double Ruling::at(double along) const {
  const double base = fitted(*this, along);
  const auto after = std::lower_bound(samples.begin(), samples.end(), along,
                                      [](const Sample& s, double v) { return s.along < v; });
  const auto off = [&](const Sample& s) { return s.across - fitted(*this, s.along); };
  if (after == samples.begin()) return base + off(*after);
  if (after == samples.end()) return base + off(samples.back());
  const Sample& before = *std::prev(after);
  const double share = (along - before.along) / std::max(1e-9, after->along - before.along);
  return base + off(before) * (1 - share) + off(*after) * share;
}

double RidgeMap::drawn(const Ruling& ruling, double from, double to) const {
  const std::uint8_t bit = ruling.horizontal ? 1 : 2;
  // Strokes of letters are shorter than this: what crosses or touches the line is not the line.
  constexpr int shortest = 7;  // map pixels
  int all = 0, dark = 0, run = 0;
  for (double along = from / reduction; along <= to / reduction; along += 1) {
    const int at = static_cast<int>(std::lround(ruling.at(along * reduction) / reduction - 0.5));
    const int step = static_cast<int>(along);
    bool found = false;
    for (int off = -2; off <= 2 && !found; ++off) {
      const int x = ruling.horizontal ? step : at + off;
      const int y = ruling.horizontal ? at + off : step;
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      found = (across[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                      static_cast<std::size_t>(x)] &
               bit) != 0;
    }
    ++all;
    if (found) {
      ++run;
    } else {
      if (run >= shortest) dark += run;
      run = 0;
    }
  }
  if (run >= shortest || run == all) dark += run;
  return all == 0 ? 0 : double(dark) / all;
}

Rulings find_rulings(const PageImage& page, double dpi) {
  Rulings found;
  constexpr int kSmallest = 32;  // pixels a side: smaller is no page
  if (std::min(page.size().width, page.size().height) < kSmallest) return found;
  const double reduction = std::max(1.0, dpi / kMapDpi);
  const cv::Mat dark = darkness(reduced_gray(page, reduction));
  const int level = ink_level(dark);
  const cv::Mat ink = dark > level;
  // A faded ruling is paler than ink; what is thin and long may be paler too.
  const cv::Mat level_ridges = thin(dark, true, std::max(10, level / 3));
  const cv::Mat upright_ridges = thin(dark, false, std::max(10, level / 3));
  cv::Mat level_solid, upright_solid;
  const cv::Mat level_lines = stretches(level_ridges, true, level_solid);
  const cv::Mat upright_lines = stretches(upright_ridges, false, upright_solid);
  found.horizontal = joined(pieces_of(level_lines, level_solid, ink, true), dark.cols);
  found.vertical = joined(pieces_of(upright_lines, upright_solid, ink, false), dark.cols);
  RidgeMap& map = found.map;
  map.width = dark.cols;
  map.height = dark.rows;
  map.reduction = double(page.size().width) / dark.cols;
  map.across = bytes_of(level_ridges);
  const std::vector<std::uint8_t> upright = bytes_of(upright_ridges);
  for (std::size_t i = 0; i < upright.size(); ++i)
    map.across[i] = static_cast<std::uint8_t>(map.across[i] | (upright[i] << 1));
  map.ink = bytes_of(ink);
  map.ruled = bytes_of(level_lines | upright_lines);
  to_page(found.horizontal, map.reduction);
  to_page(found.vertical, map.reduction);
  return found;
}

}  // namespace sogoc::layout
