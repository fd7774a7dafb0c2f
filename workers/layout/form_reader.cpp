#include "workers/layout/form_reader.hpp"

#include <algorithm>
#include <map>

#include "workers/layout/form_places.hpp"
#include "workers/layout/tick_boxes.hpp"
#include "workers/layout/values.hpp"
#include "workers/metadata/folded_text.hpp"

namespace sogoc::layout {
namespace {

constexpr double kWholeForm = 0.8;  // of the labels that the fullest form on the page has

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

// "ngày 05 tháng 9 năm 2005": the words are print, the figures are read one by one. Nothing when
// those words are not there.
Result<std::optional<ReadValue>> read_date_words(const ValuePlace& place, const FormPage& page,
                                                 ValueReader& values) {
  using Answer = std::optional<ReadValue>;
  const double mm = page.dpi / 25.4;
  struct Print {
    std::string text;
    double left, right;
  };
  std::vector<Print> print;
  for (const PlacedWord& word : page.words.inside(place.corners)) {
    const std::string folded = metadata::folded(word.text);
    if (folded == "ngay" || folded == "thang" || folded == "nam")
      print.push_back({metadata::trimmed(word.text, ".,:;"), double(word.box.left), double(word.box.right)});
  }
  std::sort(print.begin(), print.end(), [](const Print& a, const Print& b) { return a.left < b.left; });
  if (print.size() < 2) return Answer();
  // "Đăng ký ngày": the first of them ends the label.
  if (metadata::folded(print.front().text) == "thang")
    print.insert(print.begin(), {"ngày", place.left, place.left});
  ReadValue value;
  value.ink = InkKind::mixed;
  value.confidence = 1;
  bool any = false;
  for (std::size_t i = 0; i < print.size(); ++i) {
    const double from = print[i].right + 0.4 * mm;
    const double to = i + 1 < print.size() ? print[i + 1].left - 0.4 * mm
                                           : std::min(place.right, from + 26 * mm);
    value.text += (value.text.empty() ? "" : " ") + print[i].text;
    if (to - from < 2 * mm) continue;
    const ValuePlace gap = place.between(from, to);
    SOGOC_TRY(const ReadValue part,
              values.read_line(gap.corners, gap.baseline, RegisterValueKind::number));
    if (part.state == ValueState::empty) continue;
    any = true;
    value.struck = value.struck || part.struck;
    value.confidence = std::min(value.confidence, part.confidence);
    const std::string figures = metadata::trimmed(part.text, ".,:;- ");
    if (figures.empty()) value.confidence = 0;
    value.text += " " + (figures.empty() ? std::string("…") : figures);
  }
  if (!any) return Answer(ReadValue{});
  value.state = ValueState::read;
  return Answer(std::move(value));
}

// Fields whose boxes have no label before them: those of an entry that its labels leave open.
void add_unlabelled_ticks(std::vector<ReadFormField>& fields, const FormMatch& form,
                          const FormPage& page, const RegisterCatalog& catalog, double pitch) {
  for (int entry = 0; entry < form.entries; ++entry) {
    BoxPx place;
    for (const FormLabel& label : form.labels)
      if (label.entry == entry) place = united(place, label.box);
    if (place.empty()) continue;
    place.left = 0, place.right = page.size.width;
    place.top -= static_cast<int>(0.5 * pitch);
    for (const RegisterField& field : form.form->fields) {
      const CodeList* list = tick_list(field, catalog);
      const bool labelled = std::any_of(fields.begin(), fields.end(), [&](const ReadFormField& read) {
        return read.entry == entry && read.key == field.key;
      });
      if (list == nullptr || labelled) continue;
      BoxPx around;
      auto ticked = read_ticks(place, *list, page.regions, page.words, page.dpi, &around);
      if (!ticked) continue;
      // Seen only once: boxes of another field of the same list have a label.
      fields.push_back({field.key, entry, around, around, std::move(*ticked)});
      break;
    }
  }
}

}  // namespace

Result<std::vector<ReadFormField>> read_form(const FormMatch& form, const FormPage& page,
                                             const RegisterCatalog& catalog, ValueReader& values) {
  std::vector<ReadFormField> fields;
  const FormPlaces places(form, page.words, page.lines, page.regions, page.size, page.dpi);
  std::vector<std::vector<ValuePlace>> of_label;
  int written = 0, print = 0;
  for (const FormLabel& label : form.labels) {
    const RegisterField& field = form.form->fields[static_cast<std::size_t>(label.field)];
    BoxPx beside = label.box;  // is there a box to tick on its line?
    beside.right = page.size.width;
    const CodeList* list = tick_list(field, catalog);
    const bool by_ticking =
        list != nullptr && std::any_of(page.regions.begin(), page.regions.end(), [&](const PageRegion& r) {
          return r.kind == "checkbox" && !intersection(r.box, beside).empty();
        });
    of_label.push_back(places.of(label, by_ticking));
    for (const ValuePlace& place : of_label.back())
      if (const auto seems = values.seems_print(values.view(place.corners))) {
        ++written;
        print += *seems ? 1 : 0;
      }
  }
  values.trust_print(written >= 3 ? double(print) / written : 0.5);
  for (std::size_t i = 0; i < form.labels.size(); ++i) {
    const FormLabel& label = form.labels[i];
    const RegisterField& field = form.form->fields[static_cast<std::size_t>(label.field)];
    ReadFormField read;
    read.key = field.key;
    read.entry = label.entry;
    read.label = label.score > 0 ? label.box : BoxPx{};
    read.by_place = label.by_place;
    bool first = true;
    for (const ValuePlace& place : of_label[i]) {
      std::optional<ReadValue> value;
      BoxPx ticks;
      if (!place.empty() && place.right - place.left > 3 * page.dpi / 25.4) {
        const CodeList* list = first ? tick_list(field, catalog) : nullptr;
        if (list != nullptr)
          value = read_ticks(place.box(), *list, page.regions, page.words, page.dpi, &ticks);
        if (!value && first && field.kind == RegisterValueKind::date) {
          SOGOC_TRY(value, read_date_words(place, page, values));
        }
        if (!value) {
          SOGOC_TRY(value, values.read_line(place.corners, place.baseline, expected_in(field, catalog)));
        }
      }
      if (first) read.box = ticks.empty() ? place.box() : ticks;
      if (value && first) read.value = std::move(*value);
      else if (value && value->state != ValueState::empty) {
        join(read.value, *value);
        read.box = united(read.box, place.box());
      }
      first = false;
    }
    fields.push_back(std::move(read));
  }
  add_unlabelled_ticks(fields, form, page, catalog, places.pitch());
  return fields;
}

std::vector<EntryReading> entries_of(const std::vector<ReadFormField>& fields,
                                     const RegisterTemplate& form, const RegisterCatalog& catalog,
                                     int part) {
  std::vector<EntryReading> entries;
  int most = -1;
  std::map<int, int> labelled;  // labels that were read, by entry
  for (const ReadFormField& field : fields) {
    most = std::max(most, field.entry);
    labelled[field.entry] += field.label.empty() ? 0 : 1;
  }
  int whole = 0;
  for (const auto& [entry_number, count] : labelled) whole = std::max(whole, count);
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
      if (value.at_edge) field.doubts.emplace_back("it begins at the edge of its place");
      if (found->label.empty()) field.doubts.emplace_back("its label was not read");
      if (found->by_place) field.doubts.emplace_back("the head of its group was not read");
      // Where labels are missing, what was read may be another entry's.
      if (labelled[number] < kWholeForm * whole) field.doubts.emplace_back("its form is not whole");
      if (value.state == ValueState::read)
        if (std::string doubt = doubt_about(value.text, known, catalog); !doubt.empty())
          field.doubts.push_back(std::move(doubt));
      field.sure = value.state == ValueState::read && field.doubts.empty() &&
                   value.confidence >= catalog.sure_from(RegisterForm::form, known.kind, field.source);
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
