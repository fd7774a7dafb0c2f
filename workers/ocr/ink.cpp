#include "workers/ocr/ink.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace sogoc::ocr {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::size_t at(int x, int y, int width) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
         static_cast<std::size_t>(x);
}

}  // namespace

std::vector<std::uint8_t> gray_pixels(const PageImage& page) {
  const auto [width, height] = page.size();
  Bytes gray(at(0, height, width));
  for (int y = 0; y < height; ++y) {
    const auto row = page.row(y);
    std::uint8_t* out = &gray[at(0, y, width)];
    if (page.format() == PixelFormat::bit1) {
      for (int x = 0; x < width; ++x) {
        out[x] = (row[static_cast<std::size_t>(x) / 8] >> (7 - x % 8)) & 1 ? 0 : 255;
      }
      continue;
    }
    if (page.format() == PixelFormat::gray8) {
      std::copy(row.begin(), row.end(), out);
      continue;
    }
    for (int x = 0; x < width; ++x) {
      const std::size_t i = static_cast<std::size_t>(x) * 3;
      out[x] = static_cast<std::uint8_t>((row[i] * 77 + row[i + 1] * 150 + row[i + 2] * 29) >> 8);
    }
  }
  return gray;
}

namespace {

// Paper's brightness in tiles: the 80th percentile, so that dense text does not darken it; the
// brightest of the tile and its neighbours, so that a tile full of ink still knows the paper.
struct Paper {
  static constexpr int kTile = 64;
  int columns = 0;
  int rows = 0;
  std::vector<int> level;
};

Paper find_paper(const Bytes& gray, int width, int height) {
  Paper paper;
  paper.columns = (width + Paper::kTile - 1) / Paper::kTile;
  paper.rows = (height + Paper::kTile - 1) / Paper::kTile;
  std::vector<int> own(static_cast<std::size_t>(paper.columns) *
                       static_cast<std::size_t>(paper.rows));
  for (int row = 0; row < paper.rows; ++row) {
    for (int column = 0; column < paper.columns; ++column) {
      std::array<int, 256> count{};
      int all = 0;
      const int bottom = std::min(height, (row + 1) * Paper::kTile);
      const int right = std::min(width, (column + 1) * Paper::kTile);
      for (int y = row * Paper::kTile; y < bottom; y += 2) {
        for (int x = column * Paper::kTile; x < right; x += 2, ++all)
          ++count[gray[at(x, y, width)]];
      }
      int brighter = 0;
      int level = 255;
      while (level > 0 && (brighter += count[static_cast<std::size_t>(level)]) * 5 < all) --level;
      own[at(column, row, paper.columns)] = level;
    }
  }
  paper.level = own;
  for (int row = 0; row < paper.rows; ++row) {
    for (int column = 0; column < paper.columns; ++column) {
      int& level = paper.level[at(column, row, paper.columns)];
      for (int y = std::max(0, row - 1); y <= std::min(paper.rows - 1, row + 1); ++y) {
        for (int x = std::max(0, column - 1); x <= std::min(paper.columns - 1, column + 1); ++x) {
          level = std::max(level, own[at(x, y, paper.columns)]);
        }
      }
    }
  }
  return paper;
}

// Otsu's threshold over the page's brightness as a share of the paper's, in 1/256.
int ink_share(const Bytes& gray, const Paper& paper, int width, int height) {
  std::array<double, 256> count{};
  for (int y = 0; y < height; y += 3) {
    for (int x = 0; x < width; x += 3) {
      const int level =
          std::max(1, paper.level[at(x / Paper::kTile, y / Paper::kTile, paper.columns)]);
      ++count[static_cast<std::size_t>(std::min(255, gray[at(x, y, width)] * 255 / level))];
    }
  }
  double all = 0, sum = 0;
  for (std::size_t i = 0; i < count.size(); ++i) all += count[i], sum += double(i) * count[i];
  double dark = 0, dark_sum = 0, best = -1;
  int share = 160;
  for (std::size_t i = 0; i < count.size(); ++i) {
    dark += count[i];
    dark_sum += double(i) * count[i];
    if (dark <= 0 || all - dark <= 0) continue;
    const double apart = dark_sum / dark - (sum - dark_sum) / (all - dark);
    const double between = dark * (all - dark) * apart * apart;
    if (between > best) best = between, share = static_cast<int>(i);
  }
  constexpr int kDarkest = 115, kLightest = 190;  // outside, Otsu saw no two classes
  return std::clamp(share, kDarkest, kLightest);
}

// ---- Ruled lines ---------------------------------------------------------------------------

constexpr std::uint8_t kHorizontal = 1, kVertical = 2, kFaint = 4;

// Marks pixels of straight runs of at least `longest_glyph`, where the ink across is no thicker
// than `thickest`; a glyph that crosses the rule keeps its pixels.
void mark_rules(const Bytes& black, SizePx size, int longest_glyph, int thickest, bool horizontal,
                Bytes& mask) {
  const std::uint8_t bit = horizontal ? kHorizontal : kVertical;
  const int lines = horizontal ? size.height : size.width;
  const int length = horizontal ? size.width : size.height;
  const auto index = [&](int along, int line) {
    return horizontal ? at(along, line, size.width) : at(line, along, size.width);
  };
  const auto thickness = [&](int along, int line) {
    int first = line, last = line;
    while (first > 0 && line - first <= thickest && black[index(along, first - 1)]) --first;
    while (last + 1 < lines && last - line <= thickest && black[index(along, last + 1)]) ++last;
    return last - first + 1;
  };
  const auto mark_run = [&](int from, int to, int line) {
    for (int i = from; i < to; ++i) {
      if (thickness(i, line) <= thickest) mask[index(i, line)] |= bit;
    }
  };
  if (horizontal) {
    for (int line = 0; line < lines; ++line) {
      int start = 0;
      for (int i = 0; i <= length; ++i) {
        if (i < length && black[index(i, line)]) continue;
        if (i - start >= longest_glyph) mark_run(start, i, line);
        start = i + 1;
      }
    }
    return;
  }
  // Row by row, for the cache's sake: how far up the black goes in every column.
  std::vector<int> start(static_cast<std::size_t>(lines), 0);
  for (int i = 0; i <= length; ++i) {
    for (int line = 0; line < lines; ++line) {
      if (i < length && black[index(i, line)]) continue;
      int& from = start[static_cast<std::size_t>(line)];
      if (i - from >= longest_glyph) mark_run(from, i, line);
      from = i + 1;
    }
  }
}

// ---- Components ----------------------------------------------------------------------------

struct Forest {  // union-find over runs
  std::vector<std::size_t> parent;
  std::size_t root(std::size_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    a = root(a), b = root(b);
    if (a != b) parent[std::max(a, b)] = std::min(a, b);
  }
};

// 8-connected components of the black pixels whose mask has a wanted bit, or no bit at all when
// none is wanted.
void find_components(const Bytes& black, const Bytes& mask_of, std::uint8_t wanted, SizePx size,
                     std::vector<Run>& runs_out, std::vector<Component>& components_out) {
  std::vector<Run> runs;
  Forest forest;
  std::size_t above_begin = 0, above_end = 0;
  for (int y = 0; y < size.height; ++y) {
    const std::size_t row_begin = runs.size();
    const std::uint8_t* ink = &black[at(0, y, size.width)];
    const std::uint8_t* mask = &mask_of[at(0, y, size.width)];
    const auto on = [&](int x) {
      return ink[x] && (wanted ? (mask[x] & wanted) != 0 : mask[x] == 0);
    };
    for (int x = 0; x < size.width;) {
      if (!on(x)) {
        ++x;
        continue;
      }
      const int left = x;
      while (x < size.width && on(x)) ++x;
      forest.parent.push_back(runs.size());
      runs.push_back({y, left, x});
    }
    std::size_t above = above_begin;
    for (std::size_t i = row_begin; i < runs.size(); ++i) {
      while (above < above_end && runs[above].right < runs[i].left) ++above;
      for (std::size_t j = above; j < above_end && runs[j].left <= runs[i].right; ++j) {
        forest.join(i, j);
      }
    }
    above_begin = row_begin;
    above_end = runs.size();
  }
  std::vector<std::size_t> number(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::size_t root = forest.root(i);
    if (root == i) {
      number[i] = components_out.size();
      components_out.push_back({});
    } else {
      number[i] = number[root];
    }
    Component& component = components_out[number[i]];
    component.box = united(component.box, {runs[i].left, runs[i].y, runs[i].right, runs[i].y + 1});
    component.pixels += runs[i].right - runs[i].left;
    ++component.run_count;
  }
  std::size_t next = runs_out.size();
  for (Component& component : components_out) {
    component.first_run = next;
    next += component.run_count;
    component.run_count = 0;
  }
  runs_out.resize(next);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Component& component = components_out[number[i]];
    runs_out[component.first_run + component.run_count++] = runs[i];
  }
}

}  // namespace

std::vector<std::uint8_t> black_pixels(const PageImage& page) {
  const auto [width, height] = page.size();
  Bytes black(at(0, height, width));
  if (page.format() == PixelFormat::bit1) {
    for (int y = 0; y < height; ++y) {
      const auto row = page.row(y);
      std::uint8_t* out = &black[at(0, y, width)];
      for (int x = 0; x < width; ++x) {
        out[x] = (row[static_cast<std::size_t>(x) / 8] >> (7 - x % 8)) & 1;
      }
    }
    return black;
  }
  const Bytes gray = gray_pixels(page);
  const Paper paper = find_paper(gray, width, height);
  const int share = ink_share(gray, paper, width, height);
  for (int y = 0; y < height; ++y) {
    const int* level = &paper.level[at(0, y / Paper::kTile, paper.columns)];
    const std::uint8_t* in = &gray[at(0, y, width)];
    std::uint8_t* out = &black[at(0, y, width)];
    for (int x = 0; x < width; ++x) out[x] = in[x] * 256 < level[x / Paper::kTile] * share;
  }
  return black;
}

namespace {

// A rule is broken where another crosses it; its pieces lie on one line and nearly touch.
std::vector<Rule> joined_pieces(std::vector<Rule> pieces, int gap) {
  const auto begin = [](const Rule& r) { return r.horizontal ? r.box.left : r.box.top; };
  const auto end = [](const Rule& r) { return r.horizontal ? r.box.right : r.box.bottom; };
  const auto beside = [](const Rule& a, const Rule& b) {
    return a.horizontal ? std::min(a.box.bottom, b.box.bottom) - std::max(a.box.top, b.box.top)
                        : std::min(a.box.right, b.box.right) - std::max(a.box.left, b.box.left);
  };
  std::sort(pieces.begin(), pieces.end(),
            [&](const Rule& a, const Rule& b) { return begin(a) < begin(b); });
  std::vector<Rule> rules;
  for (const Rule& piece : pieces) {
    const auto before = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) {
      return rule.horizontal == piece.horizontal && beside(rule, piece) >= 0 &&
             begin(piece) >= begin(rule) && begin(piece) - end(rule) <= gap;
    });
    if (before == rules.end()) {
      rules.push_back(piece);
    } else {
      before->box = united(before->box, piece.box);
    }
  }
  return rules;
}

// Where two rules cross each is too thick for the other: what is left there is no ink of its own.
void drop_crossings(const Bytes& mask, int thickest, Ink& ink) {
  std::erase_if(ink.components, [&](const Component& component) {
    const BoxPx& box = component.box;
    if (box.width() > thickest + 2 || box.height() > thickest + 2) return false;
    std::uint8_t around = 0;
    for (int y = std::max(0, box.top - 1); y <= std::min(ink.size.height - 1, box.bottom); ++y) {
      for (int x = std::max(0, box.left - 1); x <= std::min(ink.size.width - 1, box.right); ++x)
        around |= mask[at(x, y, ink.size.width)];
    }
    return (around & kHorizontal) != 0 && (around & kVertical) != 0;
  });
}

// ---- Ink of two blacknesses -----------------------------------------------------------------

std::size_t level_at(const std::array<std::size_t, 256>& count, double share) {
  std::size_t all = 0, sum = 0, level = 0;
  for (const std::size_t n : count) all += n;
  while (level < 255 && double(sum += count[level]) < share * double(all)) ++level;
  return level;
}

// A red seal scanned in grey is grey, and lies over black print as one drawing with it. Where a
// large component is clearly lighter than print is, the lighter ink in its box gets the bit kFaint,
// but for the soft edge of the print. True when there was such.
bool mark_faint(const Bytes& gray, const Ink& ink, Bytes& mask) {
  const int width = ink.size.width;
  const auto large = [&](const Component& c) {
    return c.box.width() > ink.dpi * 0.45 && c.box.height() > ink.dpi * 0.45;
  };
  const auto count_levels = [&](const Component& c, std::array<std::size_t, 256>& count) {
    for (std::size_t r = c.first_run; r < c.first_run + c.run_count; ++r) {
      const Run& run = ink.runs[r];
      for (int x = run.left; x < run.right; ++x) ++count[gray[at(x, run.y, width)]];
    }
  };
  std::array<std::size_t, 256> letters{};
  for (const Component& c : ink.components) {
    const double h = c.box.height();
    if (h > ink.dpi * 0.035 && h < ink.dpi * 0.2 && c.box.width() < 2 * h) count_levels(c, letters);
  }
  const auto print = static_cast<int>(level_at(letters, 0.3));
  const int edge = std::max(1, static_cast<int>(ink.dpi / 140));
  struct Place {
    BoxPx box;
    int between;  // print and the lighter ink lie on either side
  };
  std::vector<Place> places;
  for (const Component& c : ink.components) {
    if (!large(c)) continue;
    std::array<std::size_t, 256> levels{};
    count_levels(c, levels);
    const auto other = static_cast<int>(level_at(levels, 0.6));
    if ((other - print) * 5 < 255 - print) continue;  // all of it as black as print
    places.push_back({c.box, (print + other) / 2});
  }
  // Within a seal its letters are small components of their own, some of them joined with print.
  bool found = false;
  for (const Component& c : ink.components) {
    const PointPx middle{(c.box.left + c.box.right) / 2.0, (c.box.top + c.box.bottom) / 2.0};
    const auto place = std::find_if(places.begin(), places.end(), [&](const Place& p) {
      return middle.x >= p.box.left && middle.x < p.box.right && middle.y >= p.box.top &&
             middle.y < p.box.bottom;
    });
    if (place == places.end()) continue;
    const auto near_print = [&](int x, int y) {
      for (int v = std::max(0, y - edge); v <= std::min(ink.size.height - 1, y + edge); ++v) {
        for (int u = std::max(0, x - edge); u <= std::min(width - 1, x + edge); ++u)
          if (gray[at(u, v, width)] <= place->between) return true;
      }
      return false;
    };
    for (std::size_t r = c.first_run; r < c.first_run + c.run_count; ++r) {
      const Run& run = ink.runs[r];
      for (int x = run.left; x < run.right; ++x) {
        if (near_print(x, run.y)) continue;
        mask[at(x, run.y, width)] |= kFaint;
        found = true;
      }
    }
  }
  return found;
}

}  // namespace

Ink find_ink(const PageImage& page, double dpi) {
  Ink ink;
  ink.size = page.size();
  ink.dpi = dpi;
  if (page.empty()) return ink;
  const Bytes black = black_pixels(page);
  const int longest_glyph = std::max(24, static_cast<int>(dpi / 3));
  const int thickest = std::max(3, static_cast<int>(dpi / 38));  // 0.67 mm
  Bytes mask(black.size(), 0);
  mark_rules(black, ink.size, longest_glyph, thickest, true, mask);
  mark_rules(black, ink.size, longest_glyph, thickest, false, mask);
  for (const std::uint8_t direction : {kHorizontal, kVertical}) {
    std::vector<Run> runs;
    std::vector<Component> parts;
    find_components(black, mask, direction, ink.size, runs, parts);
    for (const Component& part : parts) {
      const bool horizontal = direction == kHorizontal;
      const int length = horizontal ? part.box.width() : part.box.height();
      if (length >= longest_glyph / 2) ink.rules.push_back({part.box, horizontal});
    }
  }
  ink.rules = joined_pieces(std::move(ink.rules), thickest + 2);
  find_components(black, mask, 0, ink.size, ink.runs, ink.components);
  if (page.format() != PixelFormat::bit1 && mark_faint(gray_pixels(page), ink, mask)) {
    ink.runs.clear();
    ink.components.clear();
    find_components(black, mask, 0, ink.size, ink.runs, ink.components);
    find_components(black, mask, kFaint, ink.size, ink.faint_runs, ink.faint);
  }
  drop_crossings(mask, thickest, ink);
  return ink;
}

}  // namespace sogoc::ocr
