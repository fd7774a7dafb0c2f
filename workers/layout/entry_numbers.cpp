#include "workers/layout/entry_numbers.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <string>

namespace sogoc::layout {
namespace {

constexpr double kTrusted = 0.75;  // a number less sure than this says nothing of the others
constexpr double kAgrees = 0.05;   // of a number's doubt stays when it is the one that was due

struct Number {
  FieldReading* field = nullptr;
  long first_of_page = 0;  // which number the first entry has, if this one is right
  std::string rest;        // what stands behind the figures: "/2005"
};

std::optional<Number> number_of(FieldReading& field, long index) {
  static const std::regex kNumber(R"(\s*([0-9]{1,5})\s*([/-]\s*[0-9]{2,4})?\s*)");
  std::smatch found;
  if (field.state != ValueState::read || !std::regex_match(field.value, found, kNumber))
    return std::nullopt;
  Number number{&field, std::stol(found[1].str()) - index, found[2].str()};
  std::erase(number.rest, ' ');
  return number;
}

}  // namespace

void compare_numbers(std::vector<EntryReading>& entries, std::string_view opens) {
  std::vector<Number> numbers;
  long index = 0;
  for (EntryReading& entry : entries) {
    if (entry.continues_previous) continue;
    const auto field = std::find_if(entry.fields.begin(), entry.fields.end(),
                                    [&](const FieldReading& f) { return f.key == opens; });
    if (field != entry.fields.end())
      if (auto number = number_of(*field, index)) numbers.push_back(std::move(*number));
    ++index;
  }
  std::map<std::pair<long, std::string>, int> votes;
  int all = 0;
  for (const Number& number : numbers) {
    if (number.field->confidence.fraction() < kTrusted) continue;
    ++votes[{number.first_of_page, number.rest}];
    ++all;
  }
  if (votes.empty()) return;
  const auto most = std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) {
    return a.second < b.second;
  });
  if (most->second < 3 || most->second * 3 < all * 2) return;
  for (const Number& number : numbers) {
    FieldReading& field = *number.field;
    const double confidence = field.confidence.fraction();
    if (std::pair(number.first_of_page, number.rest) == most->first) {
      // Its own vote does not speak for it.
      if (most->second - (confidence >= kTrusted ? 1 : 0) >= 2)
        field.confidence = Confidence::from_fraction(1 - kAgrees * (1 - confidence));
    } else {
      field.doubts.emplace_back("the numbers around it say another one");
    }
  }
}

}  // namespace sogoc::layout
