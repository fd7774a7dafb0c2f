#include "workers/layout/sheet_wording.hpp"

#include <algorithm>
#include <array>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::layout {
namespace {

// Longest first. Folded; "trạng" and "tơ" are no labels, so tone marks are looked at too.
struct Label {
  std::string_view folded;
  std::string_view lower;
};
constexpr std::array kLabels = {Label{"trang so", "trang số"}, Label{"to so", "tờ số"}, Label{"so to", "số tờ"},
                                Label{"trangso", "trangsố"},   Label{"toso", "tờsố"},   Label{"soto", "sốtờ"},  // a blank is easily lost
                                Label{"trang", "trang"},       Label{"to", "tờ"},       Label{"tr", "tr"}};
constexpr std::size_t kMostFigures = 6;  // of a numbering machine, leading zeros too
constexpr int kFirstYear = 1800;

bool is_figure(char c) { return c >= '0' && c <= '9'; }

std::size_t figures_at(std::string_view text, std::size_t at) {
  while (at < text.size() && is_figure(text[at])) ++at;
  return at;
}

}  // namespace

std::optional<int> sheet_figures(std::string_view text) {
  if (text.empty() || text.size() > kMostFigures || figures_at(text, 0) != text.size()) return std::nullopt;
  int number = 0;
  for (const char c : text) number = number * 10 + (c - '0');
  return number >= 1 && number <= 9999 ? std::optional(number) : std::nullopt;
}

std::optional<SheetWording> sheet_wording(std::string_view text) {
  const metadata::Folded whole = metadata::fold(text, metadata::Keep::punctuation);
  const std::string_view folded = whole.text;
  SheetWording wording;
  std::size_t at = folded.find_first_not_of(" -(.~|_");
  if (at == std::string_view::npos) return std::nullopt;
  const auto ends_word = [&](std::size_t end) { return end >= folded.size() || !((folded[end] >= 'a' && folded[end] <= 'z')); };
  for (const Label& label : kLabels) {
    if (!folded.substr(at).starts_with(label.folded) || !ends_word(at + label.folded.size())) continue;
    const std::size_t end = at + label.folded.size();
    // What was read without its marks may be the label; what was read with others is another word.
    const std::string written = metadata::same_case(text.substr(whole.origin[at], whole.origin[end] - whole.origin[at]));
    const bool bare = std::all_of(written.begin(), written.end(), [](char c) { return (c & 0x80) == 0; });
    if (!bare && written != metadata::same_case(label.lower)) continue;
    wording.label = true;
    at = std::min(folded.find_first_not_of(" :.~-", end), folded.size());
    wording.label_end = whole.origin[at];
    break;
  }
  const std::size_t end = figures_at(folded, at);
  if (end == at) return wording.label ? std::optional(wording) : std::nullopt;
  const auto number = sheet_figures(folded.substr(at, end - at));
  wording.number_begin = whole.origin[at];
  wording.number_end = whole.origin[end];
  std::size_t rest = std::min(folded.find_first_not_of(' ', end), folded.size());
  if (rest < folded.size() && folded[rest] == '/') {
    const std::size_t of = std::min(folded.find_first_not_of(' ', rest + 1), folded.size());
    const std::size_t of_end = figures_at(folded, of);
    const auto all = sheet_figures(folded.substr(of, of_end - of));
    if (!all || !number || *all < *number || *all >= kFirstYear) return std::nullopt;
    wording.of = all;
    rest = of_end;
  }
  // Nothing but signs may follow: "12 tháng 5", "2.500" and "128/QĐ" are something else.
  if (rest < folded.size() && (folded[rest] == ',' || folded[rest] == '.') && rest + 1 < folded.size()) return std::nullopt;
  if (folded.find_first_not_of(" -).~|_,", rest) != std::string_view::npos)
    return wording.label ? std::optional(SheetWording{true, wording.label_end, {}, 0, 0, {}}) : std::nullopt;
  wording.number = number;
  return number || wording.label ? std::optional(wording) : std::nullopt;
}

}  // namespace sogoc::layout
