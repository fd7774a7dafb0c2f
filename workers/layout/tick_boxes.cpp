#include "workers/layout/tick_boxes.hpp"

#include <algorithm>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::layout {
namespace {

constexpr double kSeen = 0.9;  // whether a box is ticked is seen, not read

// The value of the list that is printed right after a box.
const CodeValue* value_after(const BoxPx& box, const CodeList& list, const PageWords& words,
                             double mm) {
  const PlacedWord* first = nullptr;
  const int middle = (box.top + box.bottom) / 2;
  for (const PlacedWord& word : words.all()) {
    // Print may be read together with its box: "[]Nam".
    if (word.box.right <= box.right || word.box.left > box.right + 4 * mm) continue;
    if (word.box.top > middle || word.box.bottom < middle) continue;
    if (first == nullptr || word.box.left < first->box.left) first = &word;
  }
  if (first == nullptr) return nullptr;
  const std::string read = metadata::folded(first->text);
  for (const CodeValue& value : list.values) {
    const std::string known = metadata::folded(value.text);
    if (read == known || (read.size() == known.size() + 1 && read.ends_with(known))) return &value;
  }
  return nullptr;
}

}  // namespace

const CodeList* tick_list(const RegisterField& field, const RegisterCatalog& catalog) {
  if (!field.codes.empty()) return catalog.codes(field.codes);
  return field.kind == RegisterValueKind::sex ? catalog.codes("sex") : nullptr;
}

std::optional<ReadValue> read_ticks(const BoxPx& place, const CodeList& list,
                                    const std::vector<PageRegion>& regions, const PageWords& words,
                                    double dpi, BoxPx* around) {
  const double mm = dpi / 25.4;
  ReadValue value;
  int boxes = 0, named = 0, ticked = 0;
  BoxPx all;
  for (const PageRegion& region : regions) {
    if (region.kind != "checkbox") continue;
    const PointPx middle{(region.box.left + region.box.right) / 2.0,
                         (region.box.top + region.box.bottom) / 2.0};
    if (middle.x < place.left || middle.x >= place.right || middle.y < place.top ||
        middle.y >= place.bottom)
      continue;
    ++boxes;
    all = united(all, region.box);
    const CodeValue* means = value_after(region.box, list, words, mm);
    named += means != nullptr ? 1 : 0;
    if (!region.checked) continue;
    ++ticked;
    if (means != nullptr) value.text = means->text;
  }
  if (boxes < 2 || named == 0) return std::nullopt;
  if (around != nullptr) *around = all;
  if (ticked == 0) return ReadValue{};
  value.ink = InkKind::handwriting;
  value.state = ticked == 1 && !value.text.empty() ? ValueState::read : ValueState::illegible;
  if (value.state != ValueState::read) value.text.clear();
  value.confidence = value.state == ValueState::read ? kSeen : 0;
  return value;
}

}  // namespace sogoc::layout
