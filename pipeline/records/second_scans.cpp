#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <set>

#include "pipeline/records/completeness.hpp"

namespace sogoc {
namespace {

constexpr int kLooksAlike = 20;      // of 64 bits; pages of one printed form are alike anyway
constexpr int kLooksTheSame = 6;
constexpr double kReadsAlike = 0.7;  // mean likeness of values, where numbers agree too
constexpr double kReadsTheSame = 0.9;

std::optional<int> look_distance(const std::string& a, const std::string& b) {
  if (a.size() != 16 || b.size() != 16) return std::nullopt;
  int bits = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    bits += std::popcount(static_cast<unsigned>(digit(a[i]) ^ digit(b[i])) & 0xFu);
  }
  return bits;
}

double likeness(const std::string& a, const std::string& b) {
  if (a == b) return 1;
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0u);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = above;
    }
  }
  return 1 - static_cast<double>(row[b.size()]) / static_cast<double>(std::max(a.size(), b.size()));
}

const FieldReading* field_of(const EntryReading& entry, std::string_view key) {
  for (const FieldReading& field : entry.fields)
    if (field.key == key && field.state == ValueState::read) return &field;
  return nullptr;
}

std::optional<std::int64_t> number_of(const EntryReading& entry) {
  const FieldReading* field = field_of(entry, "so");
  if (field == nullptr) field = field_of(entry, "stt");
  return field == nullptr ? std::nullopt : leading_number(field->value);
}

std::optional<std::int64_t> page_number_of(const RegisterPage& page) {
  for (const PageNumberReading& number : page.page_numbers)
    if (number.number.state == ValueState::read) return leading_number(number.number.value);
  return std::nullopt;
}

struct Likeness {
  int numbers = 0, same_numbers = 0;  // of entries and of the page, read on both
  double values = 0;                  // mean likeness of longer values
  int compared = 0;
};

Likeness compare(const RegisterPage& a, const RegisterPage& b) {
  Likeness like;
  const auto number = [&](std::optional<std::int64_t> x, std::optional<std::int64_t> y) {
    if (!x || !y) return;
    ++like.numbers;
    like.same_numbers += *x == *y ? 1 : 0;
  };
  number(page_number_of(a), page_number_of(b));
  double sum = 0;
  for (std::size_t i = 0; i < std::min(a.entries.size(), b.entries.size()); ++i) {
    number(number_of(a.entries[i]), number_of(b.entries[i]));
    for (const FieldReading& field : a.entries[i].fields) {
      constexpr std::size_t kLongEnough = 6;
      const FieldReading* other = field_of(b.entries[i], field.key);
      if (field.state != ValueState::read || other == nullptr || field.value.size() < kLongEnough || field.key == "so") continue;
      sum += likeness(field.value, other->value);
      ++like.compared;
    }
  }
  like.values = like.compared == 0 ? 0 : sum / like.compared;
  return like;
}

bool same_page(const RegisterPage& a, const RegisterPage& b) {
  if (a.entries.empty() || b.entries.empty()) return false;
  const auto more = std::max(a.entries.size(), b.entries.size()), fewer = std::min(a.entries.size(), b.entries.size());
  if (more - fewer > 1 + more / 5) return false;
  const auto distance = look_distance(a.look, b.look);
  if (distance && *distance > kLooksAlike) return false;
  const Likeness like = compare(a, b);
  const bool numbers_agree = like.numbers > 0 && 2 * like.same_numbers > like.numbers;
  if (numbers_agree && like.compared >= 3) return like.values >= kReadsAlike;
  if (numbers_agree && like.numbers >= 2) return distance && *distance <= kLooksTheSame;
  return like.numbers == 0 && like.compared >= 5 && like.values >= kReadsTheSame && distance && *distance <= kLooksTheSame;
}

double worth(const ScannedPage& page) {
  double confidence = 0;
  int count = 0;
  for (const EntryReading& entry : page.reading->entries)
    for (const FieldReading& field : entry.fields) {
      if (field.state == ValueState::empty) continue;
      confidence += field.state == ValueState::read ? field.confidence.fraction() : 0;
      ++count;
    }
  return count == 0 ? 0 : confidence / count;
}

bool better(const ScannedPage& a, const ScannedPage& b) {
  constexpr double kClear = 0.02;
  const double by_reading = worth(a) - worth(b);
  if (by_reading > kClear || by_reading < -kClear) return by_reading > 0;
  if (a.sharpness != b.sharpness) return a.sharpness > b.sharpness;
  return a.page < b.page;
}

}  // namespace

std::vector<SecondScan> find_second_scans(const std::vector<ScannedPage>& pages) {
  // Neighbours, and pages with a number in common.
  std::set<std::pair<std::size_t, std::size_t>> candidates;
  std::map<std::pair<int, std::int64_t>, std::vector<std::size_t>> by_number;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (pages[i].reading == nullptr) continue;
    if (i > 0 && pages[i - 1].reading != nullptr) candidates.insert({i - 1, i});
    std::set<std::pair<int, std::int64_t>> numbers;
    if (const auto number = page_number_of(*pages[i].reading)) numbers.insert({0, *number});
    for (const EntryReading& entry : pages[i].reading->entries)
      if (const auto number = number_of(entry)) numbers.insert({1, *number});
    for (const auto& number : numbers) by_number[number].push_back(i);
  }
  for (const auto& [number, holders] : by_number) {
    constexpr std::size_t kMost = 12;  // a number on every page says nothing
    if (holders.size() > kMost) continue;
    for (std::size_t a = 0; a < holders.size(); ++a)
      for (std::size_t b = a + 1; b < holders.size(); ++b) candidates.insert({holders[a], holders[b]});
  }
  std::vector<SecondScan> found;
  std::set<std::size_t> out;
  for (const auto& [a, b] : candidates) {
    if (out.count(a) != 0 || out.count(b) != 0 || !same_page(*pages[a].reading, *pages[b].reading)) continue;
    const bool first = better(pages[a], pages[b]);
    found.push_back({pages[first ? a : b].page, pages[first ? b : a].page});
    out.insert(first ? b : a);
  }
  return found;
}

}  // namespace sogoc
