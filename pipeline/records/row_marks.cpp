#include "pipeline/records/row_marks.hpp"

#include <algorithm>

namespace sogoc {
namespace {

bool stands_at(const EntryPlace& place, const RowMark& mark) {
  return place.page == mark.page && place.part == mark.part && place.box.top <= mark.y && mark.y < place.box.bottom;
}

// Where a place stands against the cut.
enum class Side : std::uint8_t { above, below, both };
Side side_of(const EntryPlace& place, const RowMark& mark) {
  if (place.page != mark.page || place.part != mark.part) return place.page == mark.page && place.part > mark.part ? Side::below : Side::above;
  // A box that the ruling only just touches belongs to the side on which most of it stands.
  const int above = mark.y - place.box.top, below = place.box.bottom - mark.y;
  if (below < kLeastRowPixels || below * 5 < above) return Side::above;
  if (above < kLeastRowPixels || above * 5 < below) return Side::below;
  return Side::both;
}

EntryPlace upper(EntryPlace place, int y) {
  place.box.bottom = y;
  return place;
}
EntryPlace lower(EntryPlace place, int y) {
  place.box.top = y;
  return place;
}

void make_unread(EntryField& field, EntryPlace place) {
  field.reading.value.clear();
  field.reading.state = ValueState::failed;
  field.reading.sure = false;
  field.reading.confidence = Confidence::from_fraction(0);
  field.reading.alternatives.clear();
  field.reading.doubts = {"its row was split by a person"};
  field.reading.box = place.box;
  field.places = {place};
}

// Places behind the cut, in the order of the book: what stands on later pages goes with the lower row.
bool cut_entry(ReadEntry& entry, const RowMark& mark, ReadEntry& below) {
  const auto at = std::find_if(entry.places.begin(), entry.places.end(), [&](const EntryPlace& place) { return stands_at(place, mark); });
  if (at == entry.places.end() || mark.y - at->box.top < kLeastRowPixels || at->box.bottom - mark.y < kLeastRowPixels) return false;
  below.layout = entry.layout;
  below.struck_out = entry.struck_out;
  below.places.push_back(lower(*at, mark.y));
  below.places.insert(below.places.end(), std::next(at), entry.places.end());
  *at = upper(*at, mark.y);
  entry.places.erase(std::next(at), entry.places.end());
  const auto is_later = [&](const EntryPlace& place) {
    return std::any_of(std::next(below.places.begin()), below.places.end(),
                       [&](const EntryPlace& later) { return later.page == place.page && later.part == place.part; });
  };

  std::vector<EntryField> kept;
  for (EntryField& field : entry.fields) {
    bool any_above = false, any_below = false;
    for (const EntryPlace& place : field.places) {
      const Side side = is_later(place) ? Side::below : side_of(place, mark);
      any_above = any_above || side != Side::below;
      any_below = any_below || side != Side::above;
    }
    if (any_above && any_below) {
      EntryField under = field;
      const EntryPlace place = field.places.front();
      make_unread(field, stands_at(place, mark) ? upper(place, mark.y) : place);
      const EntryPlace other = field.places.size() > 1 || !stands_at(place, mark) ? under.places.back() : place;
      make_unread(under, stands_at(other, mark) ? lower(other, mark.y) : other);
      below.fields.push_back(std::move(under));
      kept.push_back(std::move(field));
    } else {
      (any_below ? below.fields : kept).push_back(std::move(field));
    }
  }
  entry.fields = std::move(kept);
  const auto under = [&](const EntryNote& note) { return (note.box.top + note.box.bottom) / 2 >= mark.y; };
  for (const EntryNote& note : entry.notes)
    if (under(note)) below.notes.push_back(note);
  std::erase_if(entry.notes, under);
  return true;
}

void join_entry(ReadEntry& first, ReadEntry&& more) {
  first.places.insert(first.places.end(), more.places.begin(), more.places.end());
  first.struck_out = first.struck_out && more.struck_out;
  first.notes.insert(first.notes.end(), more.notes.begin(), more.notes.end());
  for (EntryField& field : more.fields) {
    const auto known = std::find_if(first.fields.begin(), first.fields.end(), [&](const EntryField& one) { return one.reading.key == field.reading.key; });
    if (known == first.fields.end()) first.fields.push_back(std::move(field));
    else join_field(*known, field);
  }
}

}  // namespace

void join_field(EntryField& first, const EntryField& more) {
  if (more.reading.state == ValueState::empty) return;
  if (first.reading.state == ValueState::empty) {
    first = more;
    return;
  }
  FieldReading& reading = first.reading;
  first.places.insert(first.places.end(), more.places.begin(), more.places.end());
  reading.sure = false;
  reading.doubts.push_back("its rows were joined by a person");
  reading.confidence = std::min(reading.confidence, more.reading.confidence);
  reading.alternatives.clear();
  if (reading.state == ValueState::read && more.reading.state == ValueState::read) {
    reading.value += " " + more.reading.value;
  } else {
    // Half a value is none: it would pass for the whole.
    reading.value.clear();
    reading.state = ValueState::failed;
  }
}

std::vector<ReadEntry> apply_row_marks(std::vector<ReadEntry> entries, const std::vector<RowMark>& marks) {
  for (const RowMark& mark : marks) {
    const auto at = std::find_if(entries.begin(), entries.end(), [&](const ReadEntry& entry) {
      return std::any_of(entry.places.begin(), entry.places.end(), [&](const EntryPlace& place) { return stands_at(place, mark); });
    });
    if (at == entries.end()) continue;  // the page shows no such row any more
    if (mark.kind == RowMarkKind::cut) {
      ReadEntry below;
      if (cut_entry(*at, mark, below)) entries.insert(std::next(at), std::move(below));
    } else if (at != entries.begin()) {
      join_entry(*std::prev(at), std::move(*at));
      entries.erase(at);
    }
  }
  return entries;
}

}  // namespace sogoc
