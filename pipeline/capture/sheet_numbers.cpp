#include "pipeline/capture/sheet_numbers.hpp"

#include <charconv>
#include <cstdlib>

namespace sogoc {
namespace {

constexpr int kBeginning = 2;    // letters bear no number on their first page
constexpr int kEnoughPairs = 2;

}  // namespace

// How much the number grows from one place to the other when sheets, or pages, are counted.
int SheetNumbers::step(Count count, const ReadNumber& before, const ReadNumber& now) const {
  const auto sheets = static_cast<int>(now.sheet - before.sheet);
  const int by = count == Count::pages ? 2 * sheets + (now.side - before.side) : sheets;
  return rules_.backwards ? -by : by;
}

bool SheetNumbers::follows(Track& track, const ReadNumber& before, const ReadNumber& now) const {
  const int grown = now.number - before.number;
  const bool sheets = before.side == now.side && grown == step(Count::sheets, before, now);
  const bool may_be_pages = rules_.sides == 2 || rules_.other_side_apart || track.count == Count::pages;
  const bool pages = may_be_pages && grown == step(Count::pages, before, now);
  if (track.count == Count::sheets) return sheets;
  if (track.count == Count::pages) return pages;
  if (sheets != pages) track.count = sheets ? Count::sheets : Count::pages;
  return sheets || pages;
}

std::optional<DoubtedNumber> SheetNumbers::next(const ReadNumber& read) {
  Track& track = tracks_[read.place];
  const auto taken_up = [&] {
    track.good = read;
    track.doubted.reset();
    return std::nullopt;
  };
  if (track.doubted && follows(track, *track.doubted, read)) return taken_up();  // that one was right: something is missing there, or doubled
  const bool anew = rules_.begins_anew && !rules_.backwards && track.good && read.number <= kBeginning &&
                    (read.number < track.good->number || (read.number == track.good->number && read.sheet > track.good->sheet + 1));
  if (!track.good || anew || follows(track, *track.good, read)) return taken_up();
  const ReadNumber& before = *track.good;
  const int wanted = before.number + step(track.count == Count::pages ? Count::pages : Count::sheets, before, read);
  if (track.count != Count::pages && read.side == before.side && read.number - before.number == step(Count::pages, before, read) &&
      ++track.pairs >= kEnoughPairs)
    track.count = Count::pages;
  DoubtedNumber doubt{NumberDoubt::gap, before.number};
  if (read.number == before.number)
    doubt.doubt = NumberDoubt::again;
  else if (rules_.backwards ? read.number > wanted : read.number < wanted)
    doubt.doubt = NumberDoubt::back;
  track.doubted = read;
  return doubt;
}

void SheetNumbers::begin_anew() { tracks_.clear(); }

const char* finding_of(NumberDoubt doubt) {
  switch (doubt) {
    case NumberDoubt::gap: return "number_gap";
    case NumberDoubt::again: return "number_again";
    case NumberDoubt::back: return "number_back";
  }
  return "number_gap";
}

std::string number_detail(const ReadNumber& read) { return std::to_string(read.number) + " " + read.place; }

std::optional<ReadNumber> number_in_detail(const std::string& detail, std::int64_t sheet, int side) {
  ReadNumber read{sheet, side, 0, ""};
  const auto parsed = std::from_chars(detail.data(), detail.data() + detail.size(), read.number);
  if (parsed.ec != std::errc() || read.number < 1 || parsed.ptr == detail.data() + detail.size()) return std::nullopt;
  read.place = std::string(parsed.ptr + 1, detail.data() + detail.size());
  return read;
}

}  // namespace sogoc
