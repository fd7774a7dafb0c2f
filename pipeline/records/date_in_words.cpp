#include "pipeline/records/date_in_words.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/core/utf8.hpp"

namespace sogoc {
namespace {

// Small letters without tones would do for most of these words, but not for "tư" and "từ", "bẩy" and "bay".
constexpr std::array<std::pair<std::u32string_view, int>, 18> kUnits{{
    {U"không", 0}, {U"một", 1}, {U"mốt", 1}, {U"giêng", 1}, {U"hai", 2}, {U"ba", 3}, {U"bốn", 4}, {U"tư", 4}, {U"năm", 5}, {U"lăm", 5},
    {U"nhăm", 5}, {U"sáu", 6}, {U"bảy", 7}, {U"bẩy", 7}, {U"tám", 8}, {U"chín", 9}, {U"chạp", 12}, {U"rằm", 15}}};

char32_t small(char32_t c) {
  if ((c >= U'A' && c <= U'Z') || (c >= U'À' && c <= U'Ý')) return c + 32;
  if (c == U'Ư') return U'ư';
  // Latin Extended-A and Vietnamese letters: a capital comes right before its small letter.
  if (((c >= U'Ā' && c <= U'ž') || (c >= U'Ạ' && c <= U'ỹ')) && c % 2 == 0) return c + 1;
  return c;
}

std::vector<std::u32string> words_of(std::string_view text) {
  std::vector<std::u32string> words(1);
  for (const char32_t c : code_points(text))
    if (c == U' ' || c == U',' || c == U'.' || c == U'(' || c == U')' || c == U':' || c == U'-')
      words.emplace_back();
    else
      words.back().push_back(small(c));
  std::erase_if(words, [](const std::u32string& word) { return word.empty(); });
  return words;
}

std::optional<int> unit(std::u32string_view word) {
  for (const auto& [name, value] : kUnits)
    if (name == word) return value;
  return std::nullopt;
}

// A number from words[at] on, as far as it goes; nothing where none begins.
std::optional<int> number(const std::vector<std::u32string>& words, std::size_t& at) {
  int whole = 0, last = -1;
  bool any = false, after_ten = false;
  for (; at < words.size(); ++at) {
    const std::u32string& word = words[at];
    if (const auto value = unit(word)) {
      // "năm" is a year's word and the figure five, but after ten the figure is "lăm": "tháng mười năm ...".
      if (last >= 0 || (after_ten && word == U"năm")) break;
      last = *value;
    } else if (word == U"mười" || word == U"mươi") {
      whole += 10 * (last < 0 ? 1 : last);
      last = -1;
    } else if (word == U"hăm") {
      whole += 20;
    } else if (word == U"trăm") {
      whole += 100 * std::max(last, 0);
      last = -1;
    } else if (word == U"nghìn" || word == U"ngàn") {
      whole += 1000 * std::max(last, 0);
      last = -1;
    } else if (word != U"linh" && word != U"lẻ" && word != U"lẽ") {
      break;
    }
    any = true;
    after_ten = word == U"mười" || word == U"mươi" || word == U"hăm";
  }
  if (!any) return std::nullopt;
  return whole + std::max(last, 0);
}

}  // namespace

std::optional<SpokenDate> date_in_words(std::string_view text) {
  const std::vector<std::u32string> words = words_of(text);
  SpokenDate date;
  for (std::size_t at = 0; at < words.size();) {
    int* part = words[at] == U"ngày" ? &date.day : words[at] == U"tháng" ? &date.month : words[at] == U"năm" ? &date.year : nullptr;
    if (part == nullptr) return std::nullopt;
    ++at;
    while (at < words.size() && (words[at] == U"mồng" || words[at] == U"mùng")) ++at;
    const auto value = number(words, at);
    if (!value) return std::nullopt;
    *part = *value;
  }
  if (date == SpokenDate{} || date.day > 31 || date.month > 12) return std::nullopt;
  return date;
}

}  // namespace sogoc
