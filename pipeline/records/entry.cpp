#include "pipeline/records/entry.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace sogoc {

EntryValue written_value(std::string text) {
  if (text.empty()) return {EntryValueState::empty, ""};
  return {EntryValueState::written, std::move(text)};
}

EntryValue value_of_reading(const FieldReading& reading) {
  switch (reading.state) {
    case ValueState::read:
    case ValueState::confirmed: return written_value(reading.value);
    case ValueState::empty: return {EntryValueState::empty, ""};
    case ValueState::illegible:
    case ValueState::handwritten: return {EntryValueState::illegible, ""};
    case ValueState::failed: break;
  }
  return {EntryValueState::unread, ""};
}

const EntryField* ReadEntry::field(std::string_view key) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const EntryField& f) { return f.reading.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

namespace {

EntryPlace place_of(std::int64_t page, int part, const BoxPx& box) { return {page, part, box}; }

// The part of an entry that stands on the next page.
void carry_on(ReadEntry& entry, const EntryReading& part, std::int64_t page) {
  entry.places.push_back(place_of(page, part.part, part.box));
  entry.struck_out = entry.struck_out || part.struck_out;
  entry.notes.insert(entry.notes.end(), part.notes.begin(), part.notes.end());
  for (const FieldReading& more : part.fields) {
    const auto known = std::find_if(entry.fields.begin(), entry.fields.end(),
                                    [&](const EntryField& f) { return f.reading.key == more.key; });
    const EntryPlace place = place_of(page, part.part, more.box);
    if (known == entry.fields.end()) {
      entry.fields.push_back({more, {place}});
      continue;
    }
    if (more.state == ValueState::empty) continue;
    FieldReading& first = known->reading;
    if (first.state == ValueState::empty) {
      *known = {more, {place}};
      continue;
    }
    known->places.push_back(place);
    first.sure = false;
    first.doubts.push_back("goes on over the page");
    first.confidence = std::min(first.confidence, more.confidence);
    first.alternatives.clear();
    if (first.state == ValueState::read && more.state == ValueState::read) {
      first.value += " " + more.value;
    } else {
      // Half a value is none: it would pass for the whole.
      first.value.clear();
      first.state = ValueState::illegible;
    }
  }
}

double overlap(const BoxPx& a, const BoxPx& b) {
  const auto both = static_cast<double>(intersection(a, b).area());
  const double either = static_cast<double>(a.area()) + static_cast<double>(b.area()) - both;
  return either > 0 ? both / either : 0;
}

std::string number_of(const ReadEntry& entry) {
  const EntryField* number = entry.field("so");
  if (number == nullptr) number = entry.field("stt");
  return number != nullptr && number->reading.state == ValueState::read ? number->reading.value : std::string();
}

}  // namespace

std::vector<ReadEntry> assemble_entries(const std::vector<BookPageReading>& pages) {
  std::vector<ReadEntry> entries;
  bool just_before = false;  // the last entry stands on the page before this one
  for (const BookPageReading& page : pages) {
    if (page.reading == nullptr) {
      just_before = false;
      continue;
    }
    bool first_of_page = true;
    for (const EntryReading& reading : page.reading->entries) {
      const bool carries = reading.continues_previous;
      if (carries && !entries.empty() && (just_before || !first_of_page)) {
        carry_on(entries.back(), reading, page.page);
      } else {
        ReadEntry entry;
        entry.layout = page.reading->layout;
        entry.places.push_back(place_of(page.page, reading.part, reading.box));
        entry.struck_out = reading.struck_out;
        entry.unattached = carries;
        entry.notes = reading.notes;
        for (const FieldReading& field : reading.fields)
          entry.fields.push_back({field, {place_of(page.page, reading.part, field.box)}});
        entries.push_back(std::move(entry));
      }
      first_of_page = false;
    }
    if (!page.reading->entries.empty()) just_before = true;
  }
  return entries;
}

std::vector<EntryId> match_entries(const std::vector<ReadEntry>& read, const std::vector<KnownEntry>& known) {
  constexpr double kSamePlace = 0.5;
  std::vector<EntryId> matched(read.size(), 0);
  std::map<std::int64_t, std::vector<const KnownEntry*>> free_of_page;
  for (const KnownEntry& entry : known) free_of_page[entry.place.page].push_back(&entry);
  const auto take = [&](std::size_t at, std::vector<const KnownEntry*>& free, std::size_t which) {
    matched[at] = free[which]->id;
    free.erase(free.begin() + static_cast<std::ptrdiff_t>(which));
  };
  for (std::size_t i = 0; i < read.size(); ++i) {
    auto& free = free_of_page[read[i].places.front().page];
    std::size_t best = free.size();
    double best_overlap = kSamePlace;
    for (std::size_t k = 0; k < free.size(); ++k) {
      if (free[k]->place.part != read[i].places.front().part) continue;
      const double here = overlap(free[k]->place.box, read[i].places.front().box);
      if (here >= best_overlap) {
        best_overlap = here;
        best = k;
      }
    }
    if (best < free.size()) take(i, free, best);
  }
  // The rest by number, where it stands once on both sides of that page.
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (matched[i] != 0) continue;
    const std::string number = number_of(read[i]);
    if (number.empty()) continue;
    auto& free = free_of_page[read[i].places.front().page];
    std::size_t found = free.size(), count = 0;
    for (std::size_t k = 0; k < free.size(); ++k)
      if (free[k]->number == number) {
        found = k;
        ++count;
      }
    if (count == 1) take(i, free, found);
  }
  return matched;
}

Done check_stage_move(std::string_view entry, EntryStage from, EntryStage to, const StagePersons& done,
                      const std::string& by, std::int64_t unreviewed) {
  const auto refuse = [&](std::string why) {
    return fail(ErrorCode::conflict, Retry::after_operator, std::string(entry), std::move(why));
  };
  if (to == EntryStage::entry) return {};  // sent back
  if (static_cast<int>(to) != static_cast<int>(from) + 1)
    return refuse(fmt::format("is at {}: the stages are entry, check_1, check_2, final, one after the other", name(from)));
  if (unreviewed > 0) return refuse(fmt::format("{} binding fields were seen by no person", unreviewed));
  const bool same_person = (to == EntryStage::check_1 && by == done.entry) ||
                           (to == EntryStage::check_2 && (by == done.check_1 || by == done.entry));
  if (same_person) return refuse(fmt::format("{} did an earlier stage of it: another person checks", by));
  return {};
}

}  // namespace sogoc
