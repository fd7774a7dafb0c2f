#include "workers/layout/grid.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>

namespace sogoc::layout {
namespace {

constexpr double kDrawn = 0.6;        // of a cell's side: the line is there
constexpr double kWhole = 0.85;       // the same, where only few cells have a line at that height
constexpr double kRemains = 0.22;     // of a cell's side: the line was there
constexpr double kClosestMm = 2.4;    // two lines nearer than this are one double line
constexpr double kCancelled = 0.05;   // of a line that has writing on both sides: it cancels an entry
constexpr double kReachMm = 4;        // a line may end so far before the one it meets

// The rulings of one table, sorted, with the points where they cross.
class Lattice {
 public:
  Lattice(std::vector<Ruling> rows, std::vector<Ruling> cols, const RidgeMap& map, double dpi)
      : h_(std::move(rows)), v_(std::move(cols)), map_(map), mm_(dpi / 25.4) {}

  std::optional<Grid> grid(SizePx page);

 private:
  std::size_t rows() const { return h_.size() - 1; }
  std::size_t cols() const { return v_.size() - 1; }
  PointPx crossing(std::size_t i, std::size_t j) const;
  void merge_double_lines(std::vector<Ruling>& lines);
  void close_open_sides();
  void measure();
  bool drop_strays();
  double row_height(std::size_t row) const;
  double writing_across(const Ruling& line) const;
  bool drop_cancelling_stroke();
  void fill_regular_rows();
  void judge_damage();
  void bridge_columns();
  void bridge_rows();
  bool crossed_by_ink(std::size_t row, std::size_t line) const;
  std::vector<std::vector<int>> groups() const;
  double& vertical(std::size_t row, std::size_t line) { return vert_[row * v_.size() + line]; }
  double vertical(std::size_t row, std::size_t line) const { return vert_[row * v_.size() + line]; }
  double& level(std::size_t line, std::size_t col) { return horz_[line * cols() + col]; }
  double level(std::size_t line, std::size_t col) const { return horz_[line * cols() + col]; }
  bool v_there(std::size_t row, std::size_t line) const { return vertical(row, line) >= kDrawn; }
  bool h_there(std::size_t line, std::size_t col) const { return level(line, col) >= kDrawn; }

  std::vector<Ruling> h_, v_;
  const RidgeMap& map_;
  double mm_;
  std::vector<double> vert_;  // drawn share of vertical line j in row i; 1 where it was bridged
  std::vector<double> horz_;  // drawn share of level line i in column j
  bool broken_ = false;
  bool worn_ = false;        // lines are broken all over: that one is missing says nothing
  std::size_t leaf_ = 0;     // the head's last row
};

PointPx Lattice::crossing(std::size_t i, std::size_t j) const {
  double x = v_[j].a, y = h_[i].a;
  for (int step = 0; step < 4; ++step) {
    y = h_[i].at(x);
    x = v_[j].at(y);
  }
  return {x, y};
}

void Lattice::merge_double_lines(std::vector<Ruling>& lines) {
  const double least = kClosestMm * mm_;
  for (std::size_t i = 0; i + 1 < lines.size();) {
    const double from = std::max(lines[i].begin(), lines[i + 1].begin());
    const double to = std::min(lines[i].end(), lines[i + 1].end());
    const double middle = from < to ? (from + to) / 2 : lines[i].origin;
    if (std::abs(lines[i + 1].at(middle) - lines[i].at(middle)) >= least) {
      ++i;
      continue;
    }
    // Of a border's two strands the inner one bounds the cells; elsewhere the longer one.
    const bool first = i == 0;
    const bool last = i + 2 == lines.size();
    const bool similar = std::min(lines[i].length(), lines[i + 1].length()) >
                         0.7 * std::max(lines[i].length(), lines[i + 1].length());
    bool drop_first = lines[i].length() < lines[i + 1].length();
    if (similar && first) drop_first = true;
    if (similar && last && !first) drop_first = false;
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(drop_first ? i : i + 1));
  }
}

// A table without side rules: its level lines begin and end together.
void Lattice::close_open_sides() {
  const auto close = [&](std::vector<Ruling>& across, const std::vector<Ruling>& along,
                         bool at_begin) {
    std::vector<double> ends;
    for (const Ruling& line : along) ends.push_back(at_begin ? line.begin() : line.end());
    std::sort(ends.begin(), ends.end());
    const double end = ends[ends.size() / 2];
    const Ruling& outer = at_begin ? across.front() : across.back();
    const double away = at_begin ? outer.a - end : end - outer.a;
    // Half of the lines must reach there, so that one long underline makes no column.
    const auto near = std::count_if(ends.begin(), ends.end(),
                                    [&](double e) { return std::abs(e - end) < 5 * mm_; });
    if (away < 6 * mm_ || near * 2 < static_cast<std::ptrdiff_t>(ends.size())) return;
    Ruling side = outer;
    const double shift = (at_begin ? end + 0.5 * mm_ : end - 0.5 * mm_) - outer.at(outer.origin);
    for (auto& sample : side.samples) sample.across += shift;
    side.a += shift;
    if (at_begin)
      across.insert(across.begin(), side);
    else
      across.push_back(side);
  };
  close(v_, h_, true);
  close(v_, h_, false);
  close(h_, v_, true);
  close(h_, v_, false);
}

void Lattice::measure() {
  vert_.assign(rows() * v_.size(), 0);
  horz_.assign(h_.size() * cols(), 0);
  std::vector<PointPx> points(h_.size() * v_.size());
  for (std::size_t i = 0; i < h_.size(); ++i)
    for (std::size_t j = 0; j < v_.size(); ++j) points[i * v_.size() + j] = crossing(i, j);
  const double inset = 1.0 * mm_;  // at the crossing the other line is seen
  for (std::size_t i = 0; i < rows(); ++i)
    for (std::size_t j = 0; j < v_.size(); ++j) {
      const double from = points[i * v_.size() + j].y + inset;
      const double to = points[(i + 1) * v_.size() + j].y - inset;
      vertical(i, j) = to > from ? map_.drawn(v_[j], from, to) : 1;
    }
  for (std::size_t i = 0; i < h_.size(); ++i)
    for (std::size_t j = 0; j < cols(); ++j) {
      const double from = points[i * v_.size() + j].x + inset;
      const double to = points[i * v_.size() + j + 1].x - inset;
      level(i, j) = to > from ? map_.drawn(h_[i], from, to) : 1;
    }
  // The frame is whole whatever is left of it.
  for (std::size_t i = 0; i < rows(); ++i)
    for (const std::size_t j : {std::size_t{0}, cols()}) {
      broken_ = broken_ || (vertical(i, j) < kDrawn && vertical(i, j) >= kRemains);
      vertical(i, j) = 1;
    }
  for (std::size_t j = 0; j < cols(); ++j)
    for (const std::size_t i : {std::size_t{0}, rows()}) {
      broken_ = broken_ || (level(i, j) < kDrawn && level(i, j) >= kRemains);
      level(i, j) = 1;
    }
}

// A stroke of the pen through a word, an underline: at no cell's whole side. False when all stay.
bool Lattice::drop_strays() {
  judge_damage();
  const double whole = worn_ ? 0.55 : kWhole;
  for (std::size_t i = 1; i + 1 < h_.size(); ++i) {
    double most = 0;
    std::size_t touched = 0;
    for (std::size_t j = 0; j < cols(); ++j) {
      most = std::max(most, level(i, j));
      touched += level(i, j) >= 0.3 ? 1 : 0;
    }
    if (most >= whole || (worn_ && touched >= 3 && touched * 2 >= cols())) continue;
    h_.erase(h_.begin() + static_cast<std::ptrdiff_t>(i));
    return true;
  }
  for (std::size_t j = 1; j + 1 < v_.size(); ++j) {
    double most = 0;
    std::size_t touched = 0;
    for (std::size_t i = 0; i < rows(); ++i) {
      most = std::max(most, vertical(i, j));
      touched += vertical(i, j) >= 0.3 ? 1 : 0;
    }
    if (most >= whole || (worn_ && touched >= 3 && touched * 2 >= rows())) continue;
    v_.erase(v_.begin() + static_cast<std::ptrdiff_t>(j));
    return true;
  }
  return false;
}

double Lattice::row_height(std::size_t row) const {
  const double x = (v_.front().a + v_.back().a) / 2;
  return h_[row + 1].at(x) - h_[row].at(x);
}

// The share of a level line that has ink close above and close below it at the same place. Tails and
// tone marks reach a ruling from one side; a stroke through a word has the word on both.
double Lattice::writing_across(const Ruling& line) const {
  const double r = map_.reduction;
  const int near = std::max(1, static_cast<int>(0.5 * mm_ / r));
  const int far = std::max(near + 1, static_cast<int>(1.5 * mm_ / r));
  const int slant = std::max(1, static_cast<int>(0.4 * mm_ / r));
  const auto ink = [&](int x, int from, int to) {
    for (int y = std::max(0, from); y <= std::min(map_.height - 1, to); ++y)
      for (int u = std::max(0, x - slant); u <= std::min(map_.width - 1, x + slant); ++u)
        if (map_.ink[static_cast<std::size_t>(y) * static_cast<std::size_t>(map_.width) +
                     static_cast<std::size_t>(u)] != 0)
          return true;
    return false;
  };
  int all = 0, both = 0;
  for (int x = std::max(0, static_cast<int>(line.begin() / r));
       x < std::min(map_.width, static_cast<int>(line.end() / r)); ++x) {
    const bool at_upright = std::any_of(v_.begin(), v_.end(), [&](const Ruling& upright) {
      return std::abs(upright.at(line.a) - x * r) < 1.2 * mm_;
    });
    if (at_upright) continue;
    const int y = static_cast<int>(line.at(x * r) / r);
    ++all;
    both += ink(x, y - far, y - near) && ink(x, y + near, y + far) ? 1 : 0;
  }
  return all > 0 ? double(both) / all : 0;
}

// An entry cancelled with a ruler: a line through the writing of a row that it would cut in two, where
// the other rows are as high as both halves together. False when there is none.
bool Lattice::drop_cancelling_stroke() {
  if (rows() < 5) return false;
  std::vector<double> heights;
  for (std::size_t i = 0; i < rows(); ++i) heights.push_back(row_height(i));
  std::vector<double> sorted = heights;
  std::sort(sorted.begin(), sorted.end());
  const double usual = sorted[sorted.size() / 2];
  for (std::size_t i = 1; i + 1 < h_.size(); ++i) {
    const double both = heights[i - 1] + heights[i];
    if (both < 0.75 * usual || both > 1.25 * usual) continue;
    if (std::min(heights[i - 1], heights[i]) < 0.2 * usual) continue;
    if (writing_across(h_[i]) < kCancelled) continue;
    h_.erase(h_.begin() + static_cast<std::ptrdiff_t>(i));
    return true;
  }
  return false;
}

// Where nearly all rows are of one height, a row of twice that height has lost its line.
void Lattice::fill_regular_rows() {
  if (h_.size() < 6) return;
  std::vector<double> heights;
  const double x = (v_.front().a + v_.back().a) / 2;
  for (std::size_t i = 1; i < h_.size(); ++i) heights.push_back(h_[i].at(x) - h_[i - 1].at(x));
  std::vector<double> sorted = heights;
  std::sort(sorted.begin(), sorted.end());
  const double usual = sorted[sorted.size() / 2];
  const auto regular = std::count_if(heights.begin(), heights.end(), [&](double height) {
    return std::abs(height - usual) < 0.06 * usual;
  });
  if (static_cast<double>(regular) < 0.75 * static_cast<double>(heights.size())) return;
  std::vector<Ruling> filled;
  for (std::size_t i = 0; i < h_.size(); ++i) {
    if (i > 0) {
      const double times = heights[i - 1] / usual;
      const long whole = std::lround(times);
      // The head may be higher than a row: only between two regular rows something is missing.
      const bool between = i >= 2 && i + 1 < h_.size();
      if (between && whole >= 2 && whole <= 3 && std::abs(times - double(whole)) < 0.08) {
        for (long k = 1; k < whole; ++k) {
          Ruling made = h_[i - 1];
          const double share = double(k) / double(whole);
          for (auto& sample : made.samples)
            sample.across += share * (h_[i].at(sample.along) - h_[i - 1].at(sample.along));
          made.a += share * (h_[i].a - h_[i - 1].a);
          filled.push_back(std::move(made));
          broken_ = true;
        }
      }
    }
    filled.push_back(h_[i]);
  }
  h_ = std::move(filled);
}

// Is there ink over the place of a line, reaching to both of its sides?
bool Lattice::crossed_by_ink(std::size_t row, std::size_t line) const {
  const PointPx top = crossing(row, line), bottom = crossing(row + 1, line);
  const double r = map_.reduction;
  const int reach = std::max(2, static_cast<int>(1.2 * mm_ / r));
  int crossed = 0;
  for (double y = (top.y + mm_) / r; y < (bottom.y - mm_) / r; y += 1) {
    const int x = static_cast<int>(v_[line].at(y * r) / r);
    bool all = true;
    for (int off = -reach; off <= reach && all; ++off) {
      const int u = x + off, w = static_cast<int>(y);
      all = u >= 0 && w >= 0 && u < map_.width && w < map_.height &&
            map_.ink[static_cast<std::size_t>(w) * static_cast<std::size_t>(map_.width) +
                     static_cast<std::size_t>(u)] != 0;
    }
    crossed += all ? 1 : 0;
  }
  return crossed >= 2;
}

// Sides of cells that are drawn in part are seldom in a sound table.
void Lattice::judge_damage() {
  std::size_t part = 0, all = 0;
  const auto count = [&](double drawn) {
    if (drawn < 0.04) return;
    ++all;
    part += drawn < 0.9 ? 1 : 0;
  };
  for (std::size_t i = 0; i < rows(); ++i)
    for (std::size_t j = 1; j < cols(); ++j) count(vertical(i, j));
  for (std::size_t i = 1; i < rows(); ++i)
    for (std::size_t j = 0; j < cols(); ++j) count(level(i, j));
  worn_ = all >= 8 && part * 100 >= all * 15;
}

void Lattice::bridge_columns() {
  if (cols() < 2) return;
  const auto inner = cols() - 1;
  const auto there_in = [&](std::size_t row) {
    std::size_t there = 0;
    for (std::size_t j = 1; j < cols(); ++j)
      there += vertical(row, j) >= (worn_ ? 0.35 : kDrawn) ? 1 : 0;
    return there;
  };
  // The head's last row has a line for every column; rows above group them.
  std::size_t leaf = 0;
  for (std::size_t i = 1; i < std::min<std::size_t>(rows(), 4); ++i)
    if (there_in(i) > there_in(leaf)) leaf = i;
  leaf_ = leaf;
  const std::size_t body = std::min(leaf + 1, rows());
  for (std::size_t j = 1; j < cols(); ++j) {
    std::size_t there = 0;
    for (std::size_t i = body; i < rows(); ++i) there += v_there(i, j) ? 1 : 0;
    const std::size_t all = rows() - body;
    const bool is_column = vertical(leaf, j) >= (worn_ ? 0.35 : kDrawn) ||
                           (all > 0 && there * (worn_ ? 5 : 2) >= all);
    if (!is_column) continue;
    for (std::size_t i = leaf; i < rows(); ++i) {
      if (v_there(i, j)) continue;
      // A row without its inner lines is a heading over the whole width.
      const std::size_t has = there_in(i);
      const bool heading = inner >= 3 && !worn_ && has * 10 < inner * 3 && vertical(i, j) < kRemains;
      const bool crossed = !worn_ && vertical(i, j) < kRemains && crossed_by_ink(i, j);
      if (heading || crossed) continue;
      vertical(i, j) = 1;
      broken_ = true;
    }
  }
  // What is left of a line in the head: drawn in parts.
  for (std::size_t i = 0; i < leaf; ++i)
    for (std::size_t j = 1; j < cols(); ++j)
      if (!v_there(i, j) && vertical(i, j) >= 0.4) {
        vertical(i, j) = 1;
        broken_ = true;
      }
}

void Lattice::bridge_rows() {
  if (rows() < 2) return;
  double width = 0;
  std::vector<double> widths(cols());
  for (std::size_t j = 0; j < cols(); ++j) {
    widths[j] = v_[j + 1].a - v_[j].a;
    width += widths[j];
  }
  // How often each column has no line where most columns have one: a habit is no damage.
  std::vector<std::size_t> lacks(cols(), 0);
  std::vector<bool> is_row(h_.size(), false);
  std::size_t row_lines = 0;
  for (std::size_t i = 1; i < rows(); ++i) {
    double there = 0;
    for (std::size_t j = 0; j < cols(); ++j)
      there += (worn_ ? level(i, j) : h_there(i, j) ? 1 : 0) * widths[j];
    is_row[i] = there >= (worn_ && i > leaf_ ? 0.15 : 0.5) * width;
    if (!is_row[i] || i <= leaf_) continue;
    ++row_lines;
    for (std::size_t j = 0; j < cols(); ++j)
      if (level(i, j) < kRemains) ++lacks[j];
  }
  for (std::size_t i = 1; i < rows(); ++i)
    for (std::size_t j = 0; j < cols(); ++j) {
      // Where only few cells have a line, it must be whole.
      if (!is_row[i] && level(i, j) < (worn_ ? 0.4 : kWhole)) level(i, j) = 0;
      if (h_there(i, j)) continue;
      const bool in_head = i <= leaf_;
      const bool habit = !worn_ && lacks[j] >= 2 && lacks[j] * 5 >= row_lines;
      const bool bridge = in_head ? level(i, j) >= (worn_ ? 0.35 : 0.45) && (worn_ || is_row[i])
                                  : is_row[i] && (level(i, j) >= kRemains || !habit);
      if (!bridge) continue;
      level(i, j) = 1;
      broken_ = true;
    }
}

// Which group each place of the lattice belongs to: parted by the lines that are there.
std::vector<std::vector<int>> Lattice::groups() const {
  const std::size_t count = rows() * cols();
  std::vector<std::size_t> parent(count);
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  const std::function<std::size_t(std::size_t)> root = [&](std::size_t i) {
    return parent[i] == i ? i : parent[i] = root(parent[i]);
  };
  for (std::size_t i = 0; i < rows(); ++i)
    for (std::size_t j = 0; j < cols(); ++j) {
      if (j + 1 < cols() && !v_there(i, j + 1)) parent[root(i * cols() + j)] = root(i * cols() + j + 1);
      if (i + 1 < rows() && !h_there(i + 1, j)) parent[root(i * cols() + j)] = root((i + 1) * cols() + j);
    }
  std::vector<std::vector<int>> group(rows(), std::vector<int>(cols()));
  for (std::size_t i = 0; i < rows(); ++i)
    for (std::size_t j = 0; j < cols(); ++j) group[i][j] = static_cast<int>(root(i * cols() + j));
  return group;
}

std::optional<Grid> Lattice::grid(SizePx page) {
  merge_double_lines(h_);
  merge_double_lines(v_);
  if (h_.size() < 2 || v_.size() < 2) return std::nullopt;
  close_open_sides();
  do measure();
  while (drop_strays() || drop_cancelling_stroke());
  broken_ = false;  // from here on the lines are the table's own
  fill_regular_rows();
  measure();
  judge_damage();
  bridge_columns();
  bridge_rows();

  const std::vector<std::vector<int>> group = groups();
  Grid grid;
  grid.rows = static_cast<int>(rows());
  grid.cols = static_cast<int>(cols());
  grid.broken = broken_;
  std::vector<std::vector<bool>> taken(rows(), std::vector<bool>(cols(), false));
  for (std::size_t i = 0; i < rows(); ++i)
    for (std::size_t j = 0; j < cols(); ++j) {
      if (taken[i][j]) continue;
      // The widest, then highest rectangle of one group from here: cells are rectangles.
      std::size_t right = j + 1, bottom = i + 1;
      while (right < cols() && !taken[i][right] && group[i][right] == group[i][j] &&
             !v_there(i, right))
        ++right;
      const auto row_fits = [&](std::size_t row) {
        for (std::size_t k = j; k < right; ++k)
          if (taken[row][k] || group[row][k] != group[i][j] || h_there(row, k)) return false;
        return true;
      };
      while (bottom < rows() && row_fits(bottom)) ++bottom;
      for (std::size_t r = i; r < bottom; ++r)
        for (std::size_t k = j; k < right; ++k) taken[r][k] = true;
      GridCell cell;
      cell.row = static_cast<int>(i);
      cell.col = static_cast<int>(j);
      cell.row_span = static_cast<int>(bottom - i);
      cell.col_span = static_cast<int>(right - j);
      cell.corners = {crossing(i, j), crossing(i, right), crossing(bottom, right),
                      crossing(bottom, j)};
      double left = cell.corners[0].x, top = cell.corners[0].y, far = left, low = top;
      for (const PointPx& p : cell.corners) {
        left = std::min(left, p.x);
        far = std::max(far, p.x);
        top = std::min(top, p.y);
        low = std::max(low, p.y);
      }
      cell.box = intersection({static_cast<int>(std::floor(left)), static_cast<int>(std::floor(top)),
                               static_cast<int>(std::ceil(far)), static_cast<int>(std::ceil(low))},
                              {0, 0, page.width, page.height});
      grid.box = united(grid.box, cell.box);
      grid.cells.push_back(cell);
    }
  if (grid.cells.size() < 2 || grid.cols < 2) return std::nullopt;  // frames of forms
  return grid;
}

bool meet(const Ruling& row, const Ruling& col, double reach) {
  const double y = row.at(std::clamp(col.at(row.a), row.begin(), row.end()));
  const double x = col.at(std::clamp(y, col.begin(), col.end()));
  return x > row.begin() - reach && x < row.end() + reach && y > col.begin() - reach &&
         y < col.end() + reach;
}

}  // namespace

const GridCell* Grid::at(int row, int col) const {
  for (const GridCell& cell : cells)
    if (row >= cell.row && row < cell.row + cell.row_span && col >= cell.col &&
        col < cell.col + cell.col_span)
      return &cell;
  return nullptr;
}

std::vector<Grid> find_grids(const Rulings& rulings, SizePx page, double dpi) {
  const double mm = dpi / 25.4;
  const auto& rows = rulings.horizontal;
  const auto& cols = rulings.vertical;
  // Rulings that meet belong together.
  std::vector<std::size_t> parent(rows.size() + cols.size());
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  const std::function<std::size_t(std::size_t)> root = [&](std::size_t i) {
    return parent[i] == i ? i : parent[i] = root(parent[i]);
  };
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < cols.size(); ++j)
      if (meet(rows[i], cols[j], kReachMm * mm)) parent[root(i)] = root(rows.size() + j);
  std::vector<Grid> grids;
  for (std::size_t r = 0; r < parent.size(); ++r) {
    if (root(r) != r) continue;
    std::vector<Ruling> own_rows, own_cols;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (root(i) == r) own_rows.push_back(rows[i]);
    for (std::size_t j = 0; j < cols.size(); ++j)
      if (root(rows.size() + j) == r) own_cols.push_back(cols[j]);
    if (own_rows.size() < 2 || own_cols.size() < 2) continue;
    if (auto grid = Lattice(std::move(own_rows), std::move(own_cols), rulings.map, dpi).grid(page)) {
      if (grid->box.width() < 25 * mm || grid->box.height() < 8 * mm) continue;
      grids.push_back(std::move(*grid));
    }
  }
  std::sort(grids.begin(), grids.end(), [](const Grid& a, const Grid& b) {
    return std::pair(a.box.top, a.box.left) < std::pair(b.box.top, b.box.left);
  });
  return grids;
}

}  // namespace sogoc::layout
