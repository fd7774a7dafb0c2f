#include "workers/metadata/signer_title.hpp"

#include <algorithm>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::metadata {
namespace {

// A title this long is known by all its letters but one.
constexpr std::size_t kLongEnough = 7;

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

// "KT. PHÓ HỆU TRƯỞNG": the power and the prefix, and where the title itself begins.
std::size_t title_begins(const std::string& line, const RuleWords& words) {
  std::size_t begin = 0;
  if (words.begins_with_power(line)) {
    begin = line.find_first_of(".,: ");
    while (begin < line.size() && std::string_view(".,: ").find(line[begin]) != std::string_view::npos)
      ++begin;
  }
  const std::string deputy = words.list("title_prefixes").items().front() + " ";
  if (line.compare(begin, deputy.size(), deputy) == 0) begin += deputy.size();
  return begin;
}

// The one known title that the text is but for a lost blank or one letter; "" when it is none.
std::string nearest_title(const std::string& text, const Wordings& titles) {
  const std::string letters = folded(text), tight = without_blanks(letters);
  for (const std::string& known : titles.folded_items())
    if (known == letters) return {};
  const std::string* near = nullptr;
  for (std::size_t k = 0; k < titles.items().size(); ++k) {
    const std::string& known = titles.folded_items()[k];
    if (titles.has_twin(k)) continue;
    if (without_blanks(known) == tight) return titles.items()[k];
    if (known.size() < kLongEnough || edit_distance(known, letters) > 1) continue;
    if (near != nullptr) return {};
    near = &titles.items()[k];
  }
  return near != nullptr ? *near : std::string();
}

// The last letters of a known title with little before them.
bool ends_like_title(const std::string& letters, const RuleWords& words) {
  constexpr std::size_t kTail = 5;
  const std::vector<std::string>& titles = words.list("signer_titles").folded_items();
  return letters.size() >= kTail && std::any_of(titles.begin(), titles.end(), [&](const std::string& title) {
    return title.size() > kTail && letters.size() <= title.size() + 4 &&
           letters.ends_with(std::string_view(title).substr(title.size() - kTail));
  });
}

}  // namespace

bool continues_title(const std::string& text, const std::vector<std::string>& lines,
                     const RuleWords& words) {
  if (lines.empty()) return false;
  const std::string& above = lines.back();
  if (folded(text).starts_with("va ") || text.starts_with("-") || above.ends_with("-") ||
      above.ends_with(","))
    return true;
  // A long title runs over: what begins like no power and no title is the rest of the line above;
  // but "Ủ TƯỚNG" is a title of its own whose beginning lies under a seal.
  const auto begins = [&](const std::string& line) {
    return words.begins_with_power(line) || words.begins_with_title(line);
  };
  return begins(above) && !begins(text) && !ends_like_title(folded(text), words);
}

bool mend_titles(std::vector<std::string>& lines, const RuleWords& words, std::string_view organ) {
  bool mended = false;
  for (std::string& line : lines) {
    const std::size_t begin = title_begins(line, words);
    if (begin >= line.size()) continue;
    const std::string known = nearest_title(line.substr(begin), words.list("signer_titles"));
    if (known.empty()) continue;
    mended = mended || without_blanks(folded(known)) != without_blanks(folded(line.substr(begin)));
    line.replace(begin, std::string::npos, known);
  }
  // "TRƯỞNG" of a school, "CỤC TRƯỞNG" of a CHI CỤC: the beginning of its head's title is hidden.
  const std::string head = words.head_of(organ);
  if (!lines.empty() && !head.empty()) {
    const bool alone = lines.size() == 1 || folded(lines[lines.size() - 2]).starts_with("tm ");
    const std::string last = folded(lines.back()), whole = folded(head);
    if (alone && last.size() >= 4 && whole.size() > last.size() && whole.ends_with(last)) {
      lines.back() = head;
      mended = true;
    }
  }
  return mended;
}

bool is_known_title(const std::string& line, const RuleWords& words) {
  const std::string title = folded(line.substr(std::min(line.size(), title_begins(line, words))));
  const std::vector<std::string>& known = words.list("signer_titles").folded_items();
  return std::find(known.begin(), known.end(), title) != known.end();
}

bool lacks_a_line(const std::vector<std::string>& lines, const RuleWords& words) {
  if (lines.empty()) return true;
  const bool known = std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return words.begins_with_power(line) || words.begins_with_title(line);
  });
  // Who signs for another says below what he is himself. "Q." stands before his own title.
  const std::string last = folded(lines.back());
  const bool power = words.begins_with_power(lines.back());
  return !known || (power && !last.starts_with("q ")) || (!power && !words.begins_with_title(lines.back()));
}

bool complete_deputy(std::vector<std::string>& lines, const RuleWords& words,
                     std::string_view organ) {
  // The form is fixed by law: who signs for a head writes "KT." and the head's title, and below it
  // PHÓ and the same title. So what a seal leaves of two such lines can be only one thing.
  const Wordings& titles = words.list("signer_titles");
  const std::string deputy = words.list("title_prefixes").items().front();  // PHÓ
  const auto is_whole = [&](const std::string& line) {
    const std::string f = folded(line);
    for (const std::string& known : titles.folded_items())
      if (f == known || f == folded(deputy) + " " + known) return true;
    return false;
  };
  // How many letters of a title's end the line ends with, little standing before them.
  const auto tail = [&](const std::string& line, const std::string& title) -> std::size_t {
    const std::string f = folded(line);
    std::size_t same = 0;
    while (same < f.size() && same < title.size() && f[f.size() - 1 - same] == title[title.size() - 1 - same])
      ++same;
    while (same > 0 && f[f.size() - same] == ' ') --same;
    std::string_view before = std::string_view(f).substr(0, f.size() - same);
    if (const std::string own = folded(deputy) + " "; before.ends_with(own)) before.remove_suffix(own.size());
    return before.size() <= 6 ? same : 0;
  };
  constexpr std::size_t kTail = 5;
  constexpr std::size_t kLongTitle = 7;  // "TRƯỞNG" alone ends too many titles

  bool completed = false;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    std::string& upper = lines[i];
    std::string& lower = lines[i + 1];
    const bool by_power = words.begins_with_power(upper);
    const bool deputising = by_power && folded(upper).starts_with("kt ");
    if ((by_power && !deputising) || words.begins_with_power(lower)) continue;
    // "KT. GIÁM ĐỐC" above "GIÁM ĐỐC": nobody deputises for himself, PHÓ is hidden.
    const bool without_deputy = deputising && folded(lower) == folded(upper).substr(3);
    if (is_whole(lower) && !without_deputy) continue;
    std::string found;
    for (std::size_t k = 0; k < titles.items().size(); ++k) {
      const std::string& title = titles.folded_items()[k];
      if (title.size() < kLongTitle || titles.items()[k] == "BỘ TRƯỞNG") continue;  // his deputy is THỨ TRƯỞNG
      if (title.size() <= folded(found).size() || tail(lower, title) < kTail) continue;
      const std::string above = folded(upper);
      const bool named_above = deputising ? starts_like(above.substr(3), title) == title.size()
                                          : above.size() <= title.size() + 5 && above.ends_with(title);
      const bool named_below = !deputising && folded(lower).ends_with(title) && tail(upper, title) >= kTail;
      const bool named_by_body = !deputising && words.head_of(organ) == titles.items()[k] &&
                                 tail(upper, title) >= kTail;
      if (named_above || named_below || named_by_body) found = titles.items()[k];
    }
    // A whole title above, without a power, is no deputising: something else stands below it.
    if (found.empty() || (!deputising && is_whole(upper))) continue;
    if (!deputising) upper = "KT. " + found;
    lower = deputy + " " + found;
    completed = true;
  }
  return completed;
}

}  // namespace sogoc::metadata
