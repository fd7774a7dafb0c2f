#include "workers/layout/form_reader.hpp"

#include <algorithm>
#include <cmath>

#include "workers/layout/values.hpp"
#include "workers/metadata/folded_text.hpp"

namespace sogoc::layout {
namespace {

// Where the lines of a form stand: distance from one to the next.
double pitch_of(const FormMatch& form, double dpi) {
  std::vector<double> gaps;
  std::vector<double> baselines;
  for (const FormLabel& label : form.labels) baselines.push_back(label.baseline);
  std::sort(baselines.begin(), baselines.end());
  for (std::size_t i = 1; i < baselines.size(); ++i)
    if (const double gap = baselines[i] - baselines[i - 1]; gap > 4 * dpi / 25.4) gaps.push_back(gap);
  if (gaps.empty()) return 8 * dpi / 25.4;
  std::sort(gaps.begin(), gaps.end());
  return std::min(gaps[gaps.size() / 3], 16 * dpi / 25.4);
}

struct Band {
  double left = 0, right = 0;  // x
  double baseline = 0;         // y at `left`
};

std::array<PointPx, 4> corners_of(const Band& band, double pitch, const LineTilt& tilt, SizePx page) {
  const double slope = tilt.slope(band.baseline);
  const auto at = [&](double x, double off) {
    return PointPx{std::clamp(x, 0.0, double(page.width)),
                   std::clamp(band.baseline + slope * (x - band.left) + off, 0.0, double(page.height))};
  };
  const double up = -0.74 * pitch, down = 0.3 * pitch;
  return {at(band.left, up), at(band.right, up), at(band.right, down), at(band.left, down)};
}

BoxPx box_of(const std::array<PointPx, 4>& corners) {
  double left = corners[0].x, top = corners[0].y, right = left, bottom = top;
  for (const PointPx& p : corners) {
    left = std::min(left, p.x), right = std::max(right, p.x);
    top = std::min(top, p.y), bottom = std::max(bottom, p.y);
  }
  return {static_cast<int>(left), static_cast<int>(top), static_cast<int>(std::ceil(right)),
          static_cast<int>(std::ceil(bottom))};
}

void join(ReadValue& value, const ReadValue& more) {
  if (more.state == ValueState::empty) return;
  if (value.state == ValueState::empty) {
    value = more;
    return;
  }
  value.text += (value.text.empty() || more.text.empty() ? "" : " ") + more.text;
  if (!more.text.empty()) value.state = ValueState::read;
  value.confidence = std::min(value.confidence, more.confidence);
  value.alternatives.clear();
  if (value.ink != more.ink) value.ink = InkKind::mixed;
  value.struck = value.struck && more.struck;
  value.overwritten = value.overwritten || more.overwritten;
}

// "ngày 05 tháng 9 năm 2005": the words are print, the figures are read one by one.
Result<std::optional<ReadValue>> read_date_words(const Band& band, double pitch, const FormMatch& form,
                                                 const PageWords& words, ValueReader& values,
                                                 SizePx page, double dpi) {
  const double mm = dpi / 25.4;
  std::vector<PlacedWord> print;
  for (const PlacedWord& word : words.inside(corners_of(band, pitch, form.tilt, page))) {
    const std::string folded = metadata::folded(word.text);
    if (word.confidence >= 0.75 && (folded == "ngay" || folded == "thang" || folded == "nam"))
      print.push_back(word);
  }
  std::sort(print.begin(), print.end(), [](const PlacedWord& a, const PlacedWord& b) {
    return a.box.left < b.box.left;
  });
  if (print.size() < 2) return std::optional<ReadValue>();
  ReadValue value;
  value.ink = InkKind::mixed;
  value.confidence = 1;
  bool any = false;
  for (std::size_t i = 0; i < print.size(); ++i) {
    const double from = print[i].box.right + 0.4 * mm;
    const double to = i + 1 < print.size() ? print[i + 1].box.left - 0.4 * mm
                                           : std::min(band.right, from + 26 * mm);
    value.text += (value.text.empty() ? "" : " ") +
                  metadata::trimmed(print[i].text, ".,:;");
    if (to - from < 2 * mm) continue;
    const double slope = form.tilt.slope(band.baseline);
    const Band gap{from, to, band.baseline + slope * (from - band.left)};
    SOGOC_TRY(const ReadValue part, values.read(corners_of(gap, pitch, form.tilt, page),
                                                RegisterValueKind::number));
    if (part.state == ValueState::empty) continue;
    any = true;
    value.struck = value.struck || part.struck;
    value.confidence = std::min(value.confidence, part.confidence);
    const std::string figures = metadata::trimmed(part.text, ".,:;- ");
    if (figures.empty()) value.confidence = 0;
    value.text += " " + (figures.empty() ? std::string("…") : figures);
  }
  if (!any) return std::optional<ReadValue>(ReadValue{});
  value.state = ValueState::read;
  return std::optional<ReadValue>(std::move(value));
}

}  // namespace

Result<std::vector<ReadFormField>> read_form(const FormMatch& form, const PageWords& words,
                                             ValueReader& values, SizePx page, double dpi) {
  std::vector<ReadFormField> fields;
  const double pitch = pitch_of(form, dpi);
  const double mm = dpi / 25.4;
  // The form's own margins: where labels begin, and the same at the other side.
  double left = page.width;
  double right = 0;
  for (const FormLabel& label : form.labels) left = std::min<double>(left, label.box.left);
  for (const PlacedWord& word : words.all()) right = std::max<double>(right, word.box.right);
  right = std::clamp(std::max(right, page.width - left), left + 1, page.width - 2 * mm);

  // At one height a label or head ends the value before it.
  const auto next_stop = [&](const FormLabel& label, double from) {
    double stop = right;
    const auto look = [&](const BoxPx& box, double baseline) {
      const double here = label.baseline + form.tilt.slope(label.baseline) * (box.left - label.box.left);
      if (std::abs(baseline - here) < 0.45 * pitch && box.left > from - mm)
        stop = std::min<double>(stop, box.left - 0.5 * mm);
    };
    for (const FormLabel& other : form.labels)
      if (&other != &label) look(other.box, other.baseline);
    for (const FormStop& head : form.stops) look(head.box, head.baseline);
    return stop;
  };
  // The next label below that would own the lines between.
  const auto lines_below = [&](const FormLabel& label, bool last_in_line) {
    if (!last_in_line) return 0;
    double next = 1e9;
    const auto look = [&](double baseline, double x) {
      const double here = label.baseline + form.tilt.slope(label.baseline) * (x - label.box.left);
      if (baseline > here + 0.5 * pitch) next = std::min(next, baseline - here);
    };
    for (const FormLabel& other : form.labels) look(other.baseline, other.box.left);
    for (const FormStop& head : form.stops) look(head.baseline, head.box.left);
    for (const PlacedWord& word : words.all())  // other print below: captions, signatures
      if (word.confidence > 0.9 && word.box.left < left + 60 * mm)
        look(word.baseline, word.box.left);
    if (next > 1e8) return 0;
    return std::clamp(static_cast<int>(std::lround(next / pitch)) - 1, 0, 3);
  };

  for (const FormLabel& label : form.labels) {
    const RegisterField& field = form.form->fields[static_cast<std::size_t>(label.field)];
    ReadFormField read;
    read.key = field.key;
    read.entry = label.entry;
    read.label = label.score > 0 ? label.box : BoxPx{};
    const double slope = form.tilt.slope(label.baseline);
    const double from = label.box.right + 0.8 * mm;
    const double stop = next_stop(label, from);
    Band band{from, stop, label.baseline + slope * (from - label.box.left)};
    if (band.right - band.left > 3 * mm) {
      const auto corners = corners_of(band, pitch, form.tilt, page);
      read.box = box_of(corners);
      std::optional<ReadValue> joined;
      if (field.kind == RegisterValueKind::date) {
        SOGOC_TRY(joined, read_date_words(band, pitch, form, words, values, page, dpi));
      }
      if (joined) {
        read.value = std::move(*joined);
      } else {
        SOGOC_TRY(read.value, values.read(corners, field.kind));
      }
    }
    const int more = lines_below(label, stop >= right - mm);
    for (int k = 1; k <= more; ++k) {
      const Band below{left, right, label.baseline + k * pitch + slope * (left - label.box.left)};
      const auto corners = corners_of(below, pitch, form.tilt, page);
      SOGOC_TRY(const ReadValue value, values.read(corners, field.kind));
      if (value.state == ValueState::empty) continue;
      join(read.value, value);
      read.box = united(read.box, box_of(corners));
    }
    fields.push_back(std::move(read));
  }
  return fields;
}

std::vector<EntryReading> entries_of(const std::vector<ReadFormField>& fields,
                                     const RegisterTemplate& form, const RegisterCatalog& catalog,
                                     int part) {
  std::vector<EntryReading> entries;
  int most = -1;
  for (const ReadFormField& field : fields) most = std::max(most, field.entry);
  for (int number = 0; number <= most; ++number) {
    EntryReading entry;
    entry.part = part;
    std::size_t filled = 0, struck = 0;
    for (const RegisterField& known : form.fields) {
      const auto found = std::find_if(fields.begin(), fields.end(), [&](const ReadFormField& read) {
        return read.entry == number && read.key == known.key;
      });
      if (found == fields.end()) continue;
      const ReadValue& value = found->value;
      FieldReading field;
      field.key = known.key;
      field.value = value.text;
      field.state = value.state;
      field.confidence = Confidence::from_fraction(value.confidence);
      field.box = found->box;
      field.source = value.ink == InkKind::empty ? "layout" : std::string(name(value.ink));
      field.alternatives = value.alternatives;
      if (value.struck) field.doubts.emplace_back("struck out");
      if (value.overwritten) field.doubts.emplace_back("overwritten");
      if (found->label.empty()) field.doubts.emplace_back("its label was not read");
      if (value.state == ValueState::read && !fits(value.text, known, catalog))
        field.doubts.emplace_back("it is no " + std::string(name(known.kind)));
      // Two forms on a page are still taken for one entry at times, and then what was well read stands in
      // the wrong entry. Nothing of a form is sure until tools/bench registers shows them parted.
      field.sure = false;
      filled += value.state != ValueState::empty ? 1 : 0;
      struck += value.struck ? 1 : 0;
      entry.box = united(entry.box, united(found->box, found->label));
      entry.fields.push_back(std::move(field));
    }
    if (filled == 0) continue;
    entry.struck_out = filled >= 3 && struck * 2 > filled;
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace sogoc::layout
