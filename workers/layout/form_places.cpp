#include "workers/layout/form_places.hpp"

#include <algorithm>
#include <cmath>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::layout {
namespace {

constexpr double kUpShare = 0.93;    // of the room up to the line above
constexpr double kDownShare = 0.34;  // of the pitch: tails
constexpr int kMostLines = 3;        // below the first

}  // namespace

ValuePlace ValuePlace::between(double from, double to) const {
  ValuePlace part = *this;
  part.left = std::clamp(from, left, right);
  part.right = std::clamp(to, left, right);
  const auto along = [&](const PointPx& a, const PointPx& b, double x) {
    return PointPx{x, a.y + (b.y - a.y) * (x - left) / std::max(1.0, right - left)};
  };
  part.corners = {along(corners[0], corners[1], part.left), along(corners[0], corners[1], part.right),
                  along(corners[3], corners[2], part.right), along(corners[3], corners[2], part.left)};
  return part;
}

BoxPx ValuePlace::box() const {
  if (empty()) return {};
  double top = corners[0].y, bottom = corners[2].y;
  for (const PointPx& p : corners) top = std::min(top, p.y), bottom = std::max(bottom, p.y);
  return {static_cast<int>(left), static_cast<int>(top), static_cast<int>(std::ceil(right)),
          static_cast<int>(std::ceil(bottom))};
}

FormPlaces::FormPlaces(const FormMatch& form, const PageWords& words,
                       const std::vector<WritingLine>& lines,
                       const std::vector<PageRegion>& regions, SizePx page, double dpi)
    : form_(form), lines_(lines), page_(page), mm_(dpi / 25.4) {
  for (const PageRegion& region : regions)
    if (region.kind == "checkbox") boxes_.push_back(region.box);
  std::vector<double> gaps, heights;
  for (const FormLabel& label : form.labels) heights.push_back(label.baseline);
  for (const WritingLine& line : lines) heights.push_back(line.at((line.left() + line.right()) / 2));
  std::sort(heights.begin(), heights.end());
  for (std::size_t i = 1; i < heights.size(); ++i)
    if (const double gap = heights[i] - heights[i - 1]; gap > 4 * mm_) gaps.push_back(gap);
  std::sort(gaps.begin(), gaps.end());
  pitch_ = gaps.empty() ? 8 * mm_ : std::min(gaps[gaps.size() / 2], 16 * mm_);

  const auto mark_of = [&](const BoxPx& box, double baseline) {
    return Mark{box, baseline, line_at(box.right, baseline)};
  };
  for (const FormLabel& label : form.labels) labels_.push_back(mark_of(label.box, label.baseline));
  marks_ = labels_;
  for (const FormStop& stop : form.stops) marks_.push_back(mark_of(stop.box, stop.baseline));
  // Labels that the template does not know end a value too: print that ends in a colon.
  const auto& all = words.all();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const PlacedWord& last = all[i];
    if (last.confidence < 0.85 || last.text.size() < 3 || last.text.back() != ':') continue;
    BoxPx box = last.box;
    for (std::size_t k = i; k-- > 0;) {
      const PlacedWord& before = all[k];
      if (before.line != last.line || before.confidence < 0.75 || before.text.back() == ':' ||
          box.left - before.box.right > 2.2 * mm_ || before.box.left > box.left)
        break;
      box = united(box, before.box);
    }
    const Mark mark = mark_of(box, last.baseline);
    if (std::none_of(marks_.begin(), marks_.end(),
                     [&](const Mark& known) { return !intersection(known.box, box).empty(); }))
      marks_.push_back(mark);
  }
  left_ = page.width;
  for (const FormLabel& label : form.labels) left_ = std::min<double>(left_, label.box.left);
  for (const WritingLine& line : lines) right_ = std::max(right_, line.right());
  if (lines.empty()) {
    for (const PlacedWord& word : all) right_ = std::max<double>(right_, word.box.right);
    right_ = std::max(right_, page.width - left_);
  }
  right_ = std::clamp(right_, left_ + 1, page.width - 2 * mm_);
}

int FormPlaces::line_at(double x, double baseline) const {
  int found = -1;
  double least = 0.5 * pitch_;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const WritingLine& line = lines_[i];
    if (x < line.left() - 80 * mm_ || x > line.right() + 30 * mm_) continue;
    const double off = std::abs(line.at(x) - baseline);
    if (off < least) least = off, found = static_cast<int>(i);
  }
  return found;
}

double FormPlaces::y_of(const Mark& mark, double x) const {
  if (mark.line >= 0) return lines_[static_cast<std::size_t>(mark.line)].at(x);
  return mark.baseline + form_.tilt.slope(mark.baseline) * (x - mark.box.left);
}

bool FormPlaces::on_one_line(const Mark& a, const Mark& b) const {
  if (a.line >= 0 && b.line >= 0) return a.line == b.line;
  return std::abs(b.baseline - y_of(a, b.box.left)) < 0.45 * pitch_;
}

double FormPlaces::stop_after(const Mark& mark, double from, bool by_ticking) const {
  double stop = right_ + 2 * mm_;
  for (const Mark& other : marks_)
    if (other.box.left > from - mm_ && other.box != mark.box && on_one_line(mark, other))
      stop = std::min<double>(stop, other.box.left - 0.5 * mm_);
  for (const BoxPx& box : boxes_) {
    const double below = y_of(mark, box.left) - (box.top + box.bottom) / 2.0;
    if (!by_ticking && box.left > from && below > -0.3 * pitch_ && below < 0.7 * pitch_)
      stop = std::min<double>(stop, box.left - 0.8 * mm_);
  }
  if (mark.line < 0 || by_ticking) return stop;
  // Where the leader ends, a frame or something else of the page may follow.
  double end = 0;
  for (const WritingLine::Stretch& leader : lines_[static_cast<std::size_t>(mark.line)].leaders)
    if (leader.left < stop) end = std::max(end, leader.right);
  return end > from + 3 * mm_ ? std::min(stop, end + 6 * mm_) : stop;
}

// How far it is up to the next line, label or head above.
double FormPlaces::room_over(double left, double right, double y) const {
  double room = pitch_ * 1.25;
  const double x = (left + right) / 2;
  const auto over = [&](double above) {
    if (above < y - 0.45 * pitch_) room = std::min(room, y - above);
  };
  for (const WritingLine& line : lines_)
    if (line.right() > left && line.left() < right) over(line.at(x));
  for (const Mark& mark : marks_)
    if (mark.box.right > left && mark.box.left < right) over(mark.baseline);
  return room;
}

ValuePlace FormPlaces::place(const Mark& mark, double left, double right) const {
  ValuePlace made;
  made.left = std::clamp(left, 0.0, double(page_.width));
  made.right = std::clamp(right, 0.0, double(page_.width));
  if (made.empty()) return made;
  const double y0 = y_of(mark, made.left), y1 = y_of(mark, made.right);
  const double up = kUpShare * room_over(made.left, made.right, (y0 + y1) / 2);
  const double down = kDownShare * pitch_;
  const auto on_page = [&](double x, double y) {
    return PointPx{x, std::clamp(y, 0.0, double(page_.height))};
  };
  made.corners = {on_page(made.left, y0 - up), on_page(made.right, y1 - up),
                  on_page(made.right, y1 + down), on_page(made.left, y0 + down)};
  made.baseline = y0 - made.corners[0].y;
  return made;
}

std::vector<ValuePlace> FormPlaces::of(const FormLabel& label, bool by_ticking) const {
  std::vector<ValuePlace> places;
  const auto index = static_cast<std::size_t>(&label - form_.labels.data());
  const Mark& mark = labels_[index];
  const double from = mark.box.right + 0.5 * mm_;
  const double stop = stop_after(mark, from, by_ticking);
  places.push_back(place(mark, from, stop));
  if (mark.line < 0) return places;
  // The column under the label; the first one begins at the form's margin.
  const bool first = std::none_of(marks_.begin(), marks_.end(), [&](const Mark& other) {
    return other.box.right < mark.box.left && on_one_line(mark, other);
  });
  const double left = first ? std::min<double>(left_, mark.box.left) : mark.box.left;
  double y = y_of(mark, left);
  for (int more = 0; more < kMostLines; ++more) {
    int below = -1;
    double next = y + 1.6 * pitch_;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const double at = lines_[i].at(left);
      if (at > y + 0.5 * pitch_ && at < next && lines_[i].left() < stop && lines_[i].right() > left)
        next = at, below = static_cast<int>(i);
    }
    if (below < 0) break;
    const WritingLine& line = lines_[static_cast<std::size_t>(below)];
    const bool labelled = std::any_of(marks_.begin(), marks_.end(), [&](const Mark& other) {
      const double at = line.at(other.box.left);
      return other.line == below || std::abs(other.baseline - at) < 0.45 * pitch_;
    });
    if (labelled || line.drawn(left, std::min(stop, line.right())) < 0.3) break;
    places.push_back(place({{static_cast<int>(left), 0, static_cast<int>(left) + 1, 1}, next, below}, left, stop));
    y = next;
  }
  return places;
}

}  // namespace sogoc::layout
