#include "workers/ocr/line_finder.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace sogoc::ocr {
namespace {

double middle(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  return *half;
}

int overlap_y(const BoxPx& a, const BoxPx& b) {
  return std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
}
int overlap_x(const BoxPx& a, const BoxPx& b) {
  return std::min(a.right, b.right) - std::max(a.left, b.left);
}

// The commonest height of components that could be letters: lower-case letters without ascender
// outnumber all else in running text. Counted in a sliding window of +-8 %.
double commonest_height(const Ink& ink) {
  const double smallest = ink.dpi * 0.035, largest = ink.dpi * 0.35;  // x-height of 5 to 50 pt
  std::vector<double> heights;
  for (const Component& c : ink.components) {
    const double h = c.box.height(), w = c.box.width();
    if (h < smallest || h > largest || w > 4 * h || w * 6 < h) continue;
    heights.push_back(h);
  }
  std::sort(heights.begin(), heights.end());
  std::size_t best = 0;
  double height = 0;
  for (std::size_t i = 0, j = 0; i < heights.size(); ++i) {
    while (j < heights.size() && heights[j] <= heights[i] * 1.17) ++j;
    if (j - i > best) {
      best = j - i;
      height = heights[i + (j - i) / 2];
    }
  }
  return height;
}

class LineFinder {
 public:
  explicit LineFinder(const Ink& ink) : ink_(ink) {}

  PageLines find() {
    page_.letter_height = unit_ = commonest_height(ink_);
    if (unit_ <= 0) return std::move(page_);
    sort_components();
    chain_letters();
    measure_lines();
    join_rows();
    measure_lines();
    adopt_fragments();
    measure_lines();
    adopt_marks();
    share_touching_letters();
    return std::move(page_);
  }

 private:
  const BoxPx& box(std::size_t component) const { return ink_.components[component].box; }

  void sort_components() {
    for (std::size_t i = 0; i < ink_.components.size(); ++i) {
      const Component& c = ink_.components[i];
      const double h = c.box.height(), w = c.box.width();
      if (c.pixels < 0.01 * unit_ * unit_ || std::max(h, w) < 0.1 * unit_) {
        specks_.push_back(i);
      } else if (h > 4.2 * unit_ || w > 14 * unit_) {
        page_.big.push_back(i);
      } else if (h >= 0.55 * unit_ && h <= 2.9 * unit_) {
        letters_.push_back(i);
      } else if (h > 2.9 * unit_) {
        tall_.push_back(i);
      } else {
        marks_.push_back(i);
      }
    }
    const auto by_left = [&](std::size_t a, std::size_t b) { return box(a).left < box(b).left; };
    std::sort(letters_.begin(), letters_.end(), by_left);
    demote_stacked_marks();
    std::sort(marks_.begin(), marks_.end(), by_left);
  }

  // A circumflex with its tone mark can be as high as a small letter; but it sits close on one.
  void demote_stacked_marks() {
    std::vector<std::size_t> kept;
    for (std::size_t k = 0; k < letters_.size(); ++k) {
      const BoxPx& a = box(letters_[k]);
      bool is_mark = false;
      if (a.height() < 0.8 * unit_) {
        const auto sits_on = [&](const BoxPx& b) {
          return b.height() >= 0.8 * unit_ && b.height() > a.height() &&
                 overlap_x(a, b) * 2 >= std::min(a.width(), b.width()) &&
                 b.top - a.bottom < 0.28 * unit_ && b.top > a.top && b.bottom > a.bottom;
        };
        for (std::size_t j = k; j-- > 0 && !is_mark;) {
          if (box(letters_[j]).left < a.left - 3 * unit_) break;
          is_mark = sits_on(box(letters_[j]));
        }
        for (std::size_t j = k + 1; j < letters_.size() && !is_mark; ++j) {
          if (box(letters_[j]).left > a.right) break;
          is_mark = sits_on(box(letters_[j]));
        }
      }
      (is_mark ? marks_ : kept).push_back(letters_[k]);
    }
    letters_ = std::move(kept);
  }

  bool rule_between(const BoxPx& a, const BoxPx& b) const {
    const int left = std::min(a.right, b.left), right = std::max(a.right, b.left);
    const int top = std::max(a.top, b.top), bottom = std::min(a.bottom, b.bottom);
    for (const Rule& rule : ink_.rules) {
      if (rule.horizontal || rule.box.height() < 2.5 * unit_) continue;
      if (rule.box.left >= left - 2 && rule.box.right <= right + 2 && rule.box.top <= top &&
          rule.box.bottom >= bottom) {
        return true;
      }
    }
    return false;
  }

  // Each letter to its nearest right neighbour at the same height.
  void chain_letters() {
    std::vector<std::size_t> parent(letters_.size());
    std::iota(parent.begin(), parent.end(), std::size_t{0});
    const auto root = [&](std::size_t i) {
      while (parent[i] != i) i = parent[i] = parent[parent[i]];
      return i;
    };
    for (std::size_t i = 0; i < letters_.size(); ++i) {
      const BoxPx& a = box(letters_[i]);
      const double reach = 1.6 * std::min(1.6 * unit_, std::max<double>(a.height(), 0.7 * unit_));
      std::optional<std::size_t> nearest;
      for (std::size_t j = i + 1; j < letters_.size(); ++j) {
        const BoxPx& b = box(letters_[j]);
        if (b.left - a.right > reach) break;
        const int shared = overlap_y(a, b);
        if (shared * 2 < std::min(a.height(), b.height())) continue;
        if (b.right <= a.right) {  // inside: a broken letter
          parent[root(j)] = root(i);
          continue;
        }
        if (rule_between(a, b)) continue;
        nearest = j;
        break;
      }
      if (nearest) parent[root(*nearest)] = root(i);
    }
    std::vector<std::vector<std::size_t>> groups(letters_.size());
    for (std::size_t i = 0; i < letters_.size(); ++i) groups[root(i)].push_back(letters_[i]);
    for (auto& group : groups) {
      if (!group.empty()) page_.lines.push_back(line_of(std::move(group)));
    }
  }

  static InkLine line_of(std::vector<std::size_t> components) {
    InkLine line;
    line.letters = components.size();
    line.components = std::move(components);
    return line;
  }

  void measure_lines() {
    for (InkLine& line : page_.lines) measure(line);
  }

  // Baseline: a straight line through the bottoms of the letters, without descenders and commas.
  void measure(InkLine& line) const {
    line.core = {};
    std::vector<double> bottoms;
    for (std::size_t i = 0; i < line.letters; ++i) {
      line.core = united(line.core, box(line.components[i]));
      bottoms.push_back(box(line.components[i]).bottom);
    }
    line.box = line.core;
    line.slope = 0;
    line.baseline = middle(bottoms);
    // A slope needs a long line; a robust one comes from letter pairs half a line apart.
    if (line.letters >= 12) {
      std::vector<double> slopes;
      const std::size_t half = line.letters / 2;
      std::vector<std::size_t> by_left(
          line.components.begin(),
          line.components.begin() + static_cast<std::ptrdiff_t>(line.letters));
      std::sort(by_left.begin(), by_left.end(),
                [&](std::size_t a, std::size_t b) { return box(a).left < box(b).left; });
      for (std::size_t i = 0; i + half < by_left.size(); ++i) {
        const BoxPx &a = box(by_left[i]), &b = box(by_left[i + half]);
        const double run = b.left - a.left;
        const double rise = b.bottom - a.bottom;
        if (run > 3 * unit_ && std::abs(rise) < 0.03 * run + 0.35 * unit_) {
          slopes.push_back(rise / run);
        }
      }
      if (slopes.size() >= 5) line.slope = middle(slopes);
    }
    std::vector<double> offsets, tops;
    for (std::size_t i = 0; i < line.letters; ++i) {
      const BoxPx& b = box(line.components[i]);
      offsets.push_back(b.bottom - line.slope * ((b.left + b.right) / 2.0 - line.box.left));
    }
    line.baseline = middle(offsets);
    for (std::size_t i = 0; i < line.letters; ++i) {
      const BoxPx& b = box(line.components[i]);
      const double base = line.baseline_at((b.left + b.right) / 2.0);
      if (std::abs(b.bottom - base) < 0.25 * unit_) tops.push_back(base - b.top);
    }
    line.x_height = tops.empty() ? line.core.height() : middle(tops);
  }

  // Does another line lie across the gap, close above or below? Then the gap is a wide blank in
  // running text and no gutter between columns.
  bool gap_is_crossed(const InkLine& a, const InkLine& b) const {
    const int left = a.core.right, right = b.core.left;
    const int top = std::min(a.core.top, b.core.top),
              bottom = std::max(a.core.bottom, b.core.bottom);
    for (const InkLine& other : page_.lines) {
      if (&other == &a || &other == &b || other.letters < 4) continue;
      const bool near =
          other.core.top < bottom + 2.2 * unit_ && other.core.bottom > top - 2.2 * unit_;
      if (near && other.core.left < left - unit_ && other.core.right > right + unit_) return true;
    }
    return false;
  }

  void join_rows() {
    auto& lines = page_.lines;
    std::sort(lines.begin(), lines.end(),
              [](const InkLine& a, const InkLine& b) { return a.core.left < b.core.left; });
    for (std::size_t i = 0; i < lines.size(); ++i) {
      for (bool grown = true; grown;) {
        grown = false;
        std::optional<std::size_t> next;
        for (std::size_t j = i + 1; j < lines.size(); ++j) {
          if (lines[j].letters == 0 || lines[i].letters == 0) continue;
          const double gap = lines[j].core.left - lines[i].core.right;
          if (gap > 7 * unit_) break;
          if (gap < -0.5 * unit_ || !same_row(lines[i], lines[j])) continue;
          if (!next || lines[j].core.left < lines[*next].core.left) next = j;
        }
        if (!next) break;
        InkLine &a = lines[i], &b = lines[*next];
        const double gap = b.core.left - a.core.right;
        if (gap > 2.4 * unit_ && !gap_is_crossed(a, b)) break;
        if (rule_between(a.core, b.core)) break;
        a.components.insert(a.components.end(), b.components.begin(), b.components.end());
        a.letters = a.components.size();
        measure(a);
        b.components.clear();
        b.letters = 0;
        b.core = b.box = {};
        grown = true;
      }
    }
    std::erase_if(lines, [](const InkLine& line) { return line.letters == 0; });
  }

  bool same_row(const InkLine& a, const InkLine& b) const {
    const double x = (a.core.right + b.core.left) / 2.0;
    const double sizes =
        std::max(a.x_height, b.x_height) / std::max(1.0, std::min(a.x_height, b.x_height));
    const int shared = overlap_y(a.core, b.core);
    if (shared * 2 < std::min(a.core.height(), b.core.height())) return false;
    return std::abs(a.baseline_at(x) - b.baseline_at(x)) < 0.4 * unit_ || sizes > 1.6 ||
           std::min(a.letters, b.letters) < 3;
  }

  // Raised figures, broken letters, brackets: a few letters beside or inside a longer line.
  void adopt_fragments() {
    auto& lines = page_.lines;
    for (InkLine& small : lines) {
      if (small.letters > 2) continue;
      InkLine* home = nullptr;
      double nearest = 1e9;
      for (InkLine& line : lines) {
        if (&line == &small || line.letters < 3 || line.letters < 2 * small.letters) continue;
        const double gap =
            std::max(line.core.left - small.core.right, small.core.left - line.core.right);
        if (gap > 0.8 * unit_) continue;
        const double x = (small.core.left + small.core.right) / 2.0;
        const double base = line.baseline_at(x);
        const double height = std::max(line.x_height, 0.6 * unit_);
        if (small.core.bottom < base - height * 0.9 || small.core.top > base - height * 0.1 ||
            small.core.top < base - 2.4 * height || small.core.bottom > base + 0.9 * height) {
          continue;
        }
        const double away =
            std::max(0.0, gap) +
            std::abs((small.core.top + small.core.bottom) / 2.0 - (base - height / 2));
        if (away < nearest) nearest = away, home = &line;
      }
      if (home == nullptr) continue;
      home->components.insert(home->components.end(), small.components.begin(),
                              small.components.end());
      home->letters = home->components.size();
      home->core = united(home->core, small.core);
      small.letters = 0;
      small.components.clear();
    }
    std::erase_if(lines, [](const InkLine& line) { return line.letters == 0; });
  }

  // A mark goes to the line whose letters, or marks already there, it is nearest to: first those
  // close to a letter, then what is stacked on them, then punctuation and stragglers.
  void adopt_marks() {
    std::vector<int> right_edge;
    for (const InkLine& line : page_.lines) right_edge.push_back(line.core.right);
    for (const double reach : {0.3, 0.45, 1.0}) {
      std::vector<std::size_t> left_over;
      for (const std::size_t mark : marks_) {
        const BoxPx& m = box(mark);
        std::optional<std::size_t> home;
        double nearest = reach * unit_;
        for (std::size_t k = 0; k < page_.lines.size(); ++k) {
          const double away = distance(page_.lines[k], right_edge[k], m);
          if (away < nearest) nearest = away, home = k;
        }
        if (home) {
          page_.lines[*home].components.push_back(mark);
          right_edge[*home] = std::max(right_edge[*home], m.right);
        } else {
          left_over.push_back(mark);
        }
      }
      marks_ = std::move(left_over);
    }
    page_.loose.insert(page_.loose.end(), marks_.begin(), marks_.end());
    adopt_specks();
    for (const std::size_t tall : tall_) adopt_tall(tall);
  }

  // A thin hook or tilde may be broken into single pixels. Right above a letter they are its tone;
  // anywhere else they are dust.
  void adopt_specks() {
    for (const std::size_t speck : specks_) {
      const BoxPx& m = box(speck);
      InkLine* home = nullptr;
      double nearest = 0.32 * unit_;
      for (InkLine& line : page_.lines) {
        if (m.right < line.core.left || m.left > line.core.right || line.letters < 3) continue;
        const double size = std::max(line.x_height, 0.6 * unit_);
        const double base = line.baseline_at(m.left);
        if (m.bottom > base - 0.9 * size || m.bottom < base - 2.4 * size) continue;
        const double away = distance_to_letters(line, m, size);
        if (away < nearest) nearest = away, home = &line;
      }
      if (home != nullptr) home->components.push_back(speck);
    }
  }

  // How far a mark is from a line's ink; out of reach when it is outside the line's band.
  double distance(const InkLine& line, int right_edge, const BoxPx& m) const {
    constexpr double kOut = 1e9;
    const double size = std::max(line.x_height, 0.6 * unit_);
    const double aside = std::max<double>(line.core.left - m.right, m.left - right_edge);
    if (aside > 1.3 * size) return kOut;
    const double base = line.baseline_at((m.left + m.right) / 2.0);
    // A full stop stands close to its letter, and no line begins with one.
    const bool low = (m.top + m.bottom) / 2.0 > base - 0.3 * size;
    if (low && (aside > 0.7 * size || line.core.left - m.right > 0.2 * size)) return kOut;
    if (m.bottom < base - 2.9 * size || m.top > base + 0.75 * size) return kOut;
    // Between letters, in their height: a full stop, a hyphen, a quotation mark.
    const double inside_top = base - 1.75 * size, inside_bottom = base + 0.45 * size;
    double away = 0.3 * size + std::max({0.0, inside_top - m.bottom, m.top - inside_bottom}) +
                  0.2 * std::max(0.0, aside);
    return std::min(away, distance_to_letters(line, m, size));
  }

  // Over or under a letter; italics lean, so a mark may stand beside its letter's box.
  double distance_to_letters(const InkLine& line, const BoxPx& m, double size) const {
    const double lean = 0.3 * size;
    double away = 1e9;
    for (const std::size_t c : line.components) {
      const BoxPx& b = box(c);
      if (b.left - m.right > lean || m.left - b.right > lean) continue;
      const double across = std::max({0, b.left - m.right, m.left - b.right});
      const double up = std::max({0, b.top - m.bottom, m.top - b.bottom});
      away = std::min(away, std::hypot(across, up));
    }
    return away;
  }

  // Higher than a letter: touching letters of two lines belong to both; otherwise a bracket or a
  // scrawl, which is left to whoever looks for handwriting.
  void adopt_tall(std::size_t tall) {
    const BoxPx& t = box(tall);
    std::vector<InkLine*> homes;
    for (InkLine& line : page_.lines) {
      if (t.left > line.core.right + unit_ || t.right < line.core.left - unit_) continue;
      const double base = line.baseline_at((t.left + t.right) / 2.0);
      if (t.top < base - 0.5 * line.x_height && t.bottom > base - 0.5 * line.x_height) {
        homes.push_back(&line);
      }
    }
    if (homes.empty()) {
      page_.big.push_back(tall);
      return;
    }
    for (InkLine* line : homes) line->components.push_back(tall);
  }

  // Clips every line half-way to its neighbours, so that a letter shared by two is cut there.
  void share_touching_letters() {
    for (InkLine& line : page_.lines) {
      line.clip_top = 0;
      line.clip_bottom = ink_.size.height;
      bool shares = false;
      for (const std::size_t c : line.components) shares = shares || box(c).height() > 2.9 * unit_;
      if (shares) {
        line.clip_top = std::max(0, static_cast<int>(line.core.top - 0.7 * unit_));
        line.clip_bottom = static_cast<int>(line.core.bottom + 0.3 * unit_);
      }
      line.box = {};
      for (const std::size_t c : line.components) {
        BoxPx b = box(c);
        b.top = std::max(b.top, line.clip_top);
        b.bottom = std::min(b.bottom, line.clip_bottom);
        line.box = united(line.box, b);
      }
      // baseline is told at box.left, which just moved
      line.baseline += line.slope * (line.box.left - line.core.left);
    }
  }

  const Ink& ink_;
  PageLines page_;
  double unit_ = 0;
  std::vector<std::size_t> letters_, marks_, tall_, specks_;
};

}  // namespace

PageLines find_lines(const Ink& ink) { return LineFinder(ink).find(); }

}  // namespace sogoc::ocr
