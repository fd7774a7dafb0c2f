// What an entry's neighbours say of its number.

#include <algorithm>

#include <fmt/format.h>

#include "pipeline/records/completeness.hpp"

namespace sogoc {
namespace {

constexpr double kLeastAgreement = 0.75;  // of the readings of a year; below it nobody knows anything
constexpr std::size_t kLeastReadings = 5;
constexpr std::size_t kReach = 3;         // this many neighbours on each side, at the ends of a year fewer

// How this book writes its numbers: by most of those that fit.
struct Form {
  int with_year = 0, without_year = 0;
  int with_zero = 0, without_zero = 0;  // of numbers below ten
  void learn(const std::string& text, std::int64_t number) {
    ++(trailing_year(text) ? with_year : without_year);
    if (number < 10) ++(text.starts_with('0') ? with_zero : without_zero);
  }
  [[nodiscard]] std::string write(std::int64_t number, int year) const {
    std::string text = with_zero > without_zero ? fmt::format("{:02}", number) : fmt::format("{}", number);
    if (year != 0 && with_year > without_year) text += fmt::format("/{}", year);
    return text;
  }
};

}  // namespace

std::vector<std::string> numbers_by_neighbours(const std::vector<std::string>& read) {
  std::vector<std::optional<int>> years_read;
  for (const std::string& text : read) years_read.push_back(trailing_year(text));
  const std::vector<int> years = fit_years(years_read);
  std::vector<std::string> expected(read.size());
  for (std::size_t begin = 0, end = 0; begin < read.size(); begin = end) {
    std::vector<std::optional<std::int64_t>> numbers;
    for (end = begin; end < read.size() && years[end] == years[begin]; ++end) numbers.push_back(leading_number(read[end]));
    const FittedSeries fit = fit_series(numbers);
    if (fit.readings < kLeastReadings || fit.agreement < kLeastAgreement) continue;
    const auto speaks = [&](std::size_t i) { return numbers[i] && !fit.misread[i]; };
    Form form;
    for (std::size_t i = 0; i < numbers.size(); ++i)
      if (speaks(i)) form.learn(read[begin + i], *numbers[i]);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      // Both sides must tell the same story, without a break between them, or the break may be here.
      const std::size_t first = i - std::min(i, kReach), last = std::min(numbers.size() - 1, i + kReach);
      std::size_t for_it = 0;
      bool unbroken = true;
      for (std::size_t k = first; k <= last; ++k) {
        unbroken = unbroken && fit.values[k] - fit.values[first] == static_cast<std::int64_t>(k - first);
        for_it += k != i && speaks(k) ? 1U : 0U;
      }
      if (unbroken && for_it >= 2 && fit.values[i] > 0) expected[begin + i] = form.write(fit.values[i], years[begin]);
    }
  }
  return expected;
}

}  // namespace sogoc
