// A number series with breaks, fitted to misread numbers: the cheapest story in which few numbers are
// misread and few breaks happened. What is kept along the way is the distance between number and place.

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "pipeline/records/completeness.hpp"

namespace sogoc {
namespace {

// In nats, roughly: how much more likely is the plain story.
constexpr double kMisread = 3.0;   // some other number was read
constexpr double kBreak = 6.5;     // pages or entries are missing, doubled or moved here
constexpr double kFarBreak = 0.4;  // more for each doubling of the jump: small ones are likelier

double break_cost(std::int64_t jump) { return kBreak + kFarBreak * std::log2(static_cast<double>(std::abs(jump))); }

// Offsets that at least one reading speaks for; those few readings speak for are dropped when there are many.
std::vector<std::int64_t> candidate_offsets(const std::vector<std::optional<std::int64_t>>& read) {
  constexpr std::size_t kMost = 400;
  std::map<std::int64_t, int> votes;
  for (std::size_t i = 0; i < read.size(); ++i)
    if (read[i]) ++votes[*read[i] - static_cast<std::int64_t>(i)];
  std::vector<std::pair<int, std::int64_t>> ranked;
  for (const auto& [offset, count] : votes) ranked.emplace_back(-count, offset);
  std::sort(ranked.begin(), ranked.end());
  if (ranked.size() > kMost) ranked.resize(kMost);
  std::vector<std::int64_t> offsets;
  for (const auto& [count, offset] : ranked) offsets.push_back(offset);
  std::sort(offsets.begin(), offsets.end());
  return offsets;
}

std::vector<std::int64_t> cheapest_offsets(const std::vector<std::optional<std::int64_t>>& read,
                                           const std::vector<std::int64_t>& offsets) {
  const std::size_t states = offsets.size();
  std::vector<double> cost(states, 0);
  std::vector<std::vector<std::uint16_t>> from(read.size(), std::vector<std::uint16_t>(states));
  for (std::size_t i = 0; i < read.size(); ++i) {
    std::vector<double> next(states);
    for (std::size_t s = 0; s < states; ++s) {
      double best = cost[s];
      std::size_t origin = s;
      // A break is only worth its place where a number speaks for it.
      if (i > 0 && read[i] && *read[i] - static_cast<std::int64_t>(i) == offsets[s])
        for (std::size_t t = 0; t < states; ++t)
          if (t != s && cost[t] + break_cost(offsets[s] - offsets[t]) < best) {
            best = cost[t] + break_cost(offsets[s] - offsets[t]);
            origin = t;
          }
      const bool fits = !read[i] || *read[i] - static_cast<std::int64_t>(i) == offsets[s];
      next[s] = best + (fits ? 0 : kMisread);
      from[i][s] = static_cast<std::uint16_t>(origin);
    }
    cost = std::move(next);
  }
  std::vector<std::int64_t> chosen(read.size());
  auto state = static_cast<std::size_t>(std::min_element(cost.begin(), cost.end()) - cost.begin());
  for (std::size_t i = read.size(); i-- > 0;) {
    chosen[i] = offsets[state];
    state = from[i][state];
  }
  return chosen;
}

// A run that comes back to where it left, off by tens or hundreds: one figure of every number in it was
// misread the same way ("1" in one hand looks like "7"), no pages moved.
void mend_misread_runs(std::vector<std::int64_t>& offsets, std::size_t count) {
  for (std::size_t begin = 1; begin < count; ++begin) {
    if (offsets[begin] == offsets[begin - 1]) continue;
    std::size_t end = begin;
    while (end < count && offsets[end] == offsets[begin]) ++end;
    const std::int64_t jump = offsets[begin] - offsets[begin - 1];
    if (end < count && offsets[end] == offsets[begin - 1] && jump % 10 == 0 &&
        std::llabs(jump) > static_cast<std::int64_t>(count))
      std::fill(offsets.begin() + static_cast<std::ptrdiff_t>(begin), offsets.begin() + static_cast<std::ptrdiff_t>(end),
                offsets[begin - 1]);
  }
}

// Single pages that changed places cost two misread numbers, not three breaks: but each has exactly the
// number the other should have, and no misreading does that.
void accept_exchanges(const std::vector<std::optional<std::int64_t>>& read, std::vector<std::int64_t>& values) {
  std::set<std::int64_t> fitted(values.begin(), values.end());
  for (std::size_t begin = 0; begin < values.size(); ++begin) {
    if (!read[begin] || *read[begin] == values[begin]) continue;
    constexpr std::size_t kFarthest = 8;
    for (std::size_t end = std::min(values.size(), begin + kFarthest); end > begin + 1; --end) {
      std::multiset<std::int64_t> wanted, got;
      bool all = true;
      for (std::size_t i = begin; i < end && all; ++i) {
        all = read[i].has_value() && *read[i] != values[i];
        wanted.insert(values[i]);
        if (read[i]) got.insert(*read[i]);
      }
      if (!all || wanted != got) continue;
      for (std::size_t i = begin; i < end; ++i) values[i] = *read[i];
      begin = end - 1;
      break;
    }
  }
  // One page far from its place: its number is missing exactly where it should stand.
  if (values.empty()) return;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const std::int64_t from = *least, to = *most;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (read[i] && *read[i] != values[i] && *read[i] > from && *read[i] < to && fitted.count(*read[i]) == 0) {
      // The number it would have instead must be another page's, or there would be two stories.
      std::size_t same = 0;
      for (const std::int64_t value : values) same += value == values[i] ? 1u : 0u;
      if (same > 1) values[i] = *read[i];
    }
}

}  // namespace

std::vector<int> fit_years(const std::vector<std::optional<int>>& read) {
  constexpr double kMisread = 2, kChange = 4.5;
  std::set<int> seen;
  for (const auto& year : read)
    if (year) seen.insert(*year);
  const std::vector<int> years(seen.begin(), seen.end());
  if (years.size() < 2) return std::vector<int>(read.size(), years.empty() ? 0 : years.front());
  std::vector<double> cost(years.size(), 0);
  std::vector<std::vector<std::size_t>> from(read.size(), std::vector<std::size_t>(years.size()));
  for (std::size_t i = 0; i < read.size(); ++i) {
    const auto best = static_cast<std::size_t>(std::min_element(cost.begin(), cost.end()) - cost.begin());
    std::vector<double> next(years.size());
    for (std::size_t s = 0; s < years.size(); ++s) {
      const bool change = i > 0 && cost[best] + kChange < cost[s];
      from[i][s] = change ? best : s;
      next[s] = (change ? cost[best] + kChange : cost[s]) + (!read[i] || *read[i] == years[s] ? 0 : kMisread);
    }
    cost = std::move(next);
  }
  std::vector<int> fitted(read.size());
  auto state = static_cast<std::size_t>(std::min_element(cost.begin(), cost.end()) - cost.begin());
  for (std::size_t i = read.size(); i-- > 0;) {
    fitted[i] = years[state];
    state = from[i][state];
  }
  return fitted;
}

FittedSeries fit_series(const std::vector<std::optional<std::int64_t>>& read) {
  FittedSeries fit;
  const std::vector<std::int64_t> candidates = candidate_offsets(read);
  if (candidates.empty()) return fit;
  std::vector<std::int64_t> offsets = cheapest_offsets(read, candidates);
  mend_misread_runs(offsets, read.size());
  for (std::size_t i = 0; i < read.size(); ++i) fit.values.push_back(offsets[i] + static_cast<std::int64_t>(i));
  accept_exchanges(read, fit.values);
  std::size_t right = 0;
  for (std::size_t i = 0; i < read.size(); ++i) {
    fit.misread.push_back(read[i] && *read[i] != fit.values[i]);
    if (!read[i]) continue;
    ++fit.readings;
    right += fit.misread.back() ? 0u : 1u;
  }
  fit.agreement = fit.readings == 0 ? 0 : static_cast<double>(right) / static_cast<double>(fit.readings);
  return fit;
}

}  // namespace sogoc
