#pragma once

// Numbers that stand on sheets or pages, checked as they come: does this one follow the one before? Pure.
//
// Nothing says beforehand whether sheets or pages are numbered, or whether every document begins anew; it shows after a few. A number
// that was not read is unknown and never a doubt. One misread number is doubted once: the next one that follows what was before it
// takes the work up again.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace sogoc {

struct NumberRules {
  int sides = 1;               // of a sheet, as they come
  bool backwards = false;      // the backs of a stack that was turned over: the last sheet first
  bool other_side_apart = false;  // the other sides come in a pass of their own: pages count by two
  bool begins_anew = true;     // documents in a dossier begin at 1 again; a book does not
};

struct ReadNumber {
  std::int64_t sheet = 0;      // of the order
  int side = 0;
  int number = 0;
  std::string place;           // "top right": numbers of one kind stand at one place
};

enum class NumberDoubt : std::uint8_t { gap, again, back };
struct DoubtedNumber {
  NumberDoubt doubt = NumberDoubt::gap;
  int before = 0;              // the number it should follow
};

// Owner: the station. Thread: belongs to one.
class SheetNumbers {
 public:
  explicit SheetNumbers(const NumberRules& rules) : rules_(rules) {}
  // Numbers in the order of their sheets. Nothing: it follows, or there is nothing yet that it could follow.
  [[nodiscard]] std::optional<DoubtedNumber> next(const ReadNumber& read);
  // A cover: what comes is something else.
  void begin_anew();

 private:
  enum class Count : std::uint8_t { unknown, sheets, pages };
  struct Track {  // of one place: numbers of another kind stand at another
    Count count = Count::unknown;
    std::optional<ReadNumber> good, doubted;
    int pairs = 0;  // doubts that a count by pages would explain
  };
  [[nodiscard]] bool follows(Track& track, const ReadNumber& before, const ReadNumber& now) const;
  [[nodiscard]] int step(Count count, const ReadNumber& before, const ReadNumber& now) const;

  NumberRules rules_;
  std::map<std::string, Track> tracks_;
};

// As findings of a side: "sheet_number" with "12 top right", and of a doubt its word with "12 9", what was read and what it should follow.
// "number_unsure" with "12 top right", or "number_unread": there is one, but a person must read it. It is checked against no other.
inline constexpr const char* kNumberFinding = "sheet_number";
inline constexpr const char* kUnsureNumberFinding = "number_unsure";
inline constexpr const char* kUnreadNumberFinding = "number_unread";
[[nodiscard]] const char* finding_of(NumberDoubt doubt);
[[nodiscard]] std::string number_detail(const ReadNumber& read);
[[nodiscard]] std::optional<ReadNumber> number_in_detail(const std::string& detail, std::int64_t sheet, int side);

}  // namespace sogoc
