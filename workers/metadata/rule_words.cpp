#include "workers/metadata/rule_words.hpp"

#include <algorithm>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::metadata {
namespace {

// Above this a word is believed against a list.
constexpr double kSureWord = 0.90;

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

}  // namespace

Wordings::Wordings(const std::vector<std::string>& items) : items_(items) {
  folded_.reserve(items.size());
  for (const std::string& item : items) folded_.push_back(folded(item));
}

const std::string* Wordings::is(std::string_view text) const {
  const std::string f = folded(text);
  for (std::size_t i = 0; i < items_.size(); ++i)
    if (f == folded_[i]) return &items_[i];
  for (std::size_t i = 0; i < items_.size(); ++i)
    if (resembles(f, folded_[i])) return &items_[i];
  return nullptr;
}

const std::string* Wordings::begins(std::string_view text) const {
  const std::string f = folded(text);
  for (std::size_t i = 0; i < items_.size(); ++i)
    if (starts_like(f, folded_[i]) != std::string::npos) return &items_[i];
  return nullptr;
}

const std::string* Wordings::nearest(std::string_view text, int errors) const {
  const std::string f = folded(text);
  if (f.size() < 10) return nullptr;
  const std::string* near = nullptr;
  int least = errors + 1;
  bool tie = false;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const int distance = edit_distance(f, folded_[i]);
    if (distance == least) tie = true;
    if (distance >= least) continue;
    least = distance;
    near = &items_[i];
    tie = false;
  }
  return tie ? nullptr : near;
}

bool Wordings::has_twin(std::size_t item) const {
  for (std::size_t i = 0; i < items_.size(); ++i)
    if (i != item && folded_[i] == folded_[item] && same_case(items_[i]) != same_case(items_[item]))
      return true;
  return false;
}

bool Wordings::stands_in(std::string_view text) const {
  const std::string f = folded(text);
  return std::any_of(folded_.begin(), folded_.end(), [&](const std::string& known) {
    return find_like(f, known).ok();
  });
}

RuleWords::RuleWords(DocumentRules rules) : rules_(std::move(rules)) {
  for (const DocumentTypeRule& type : rules_.types) {
    if (!type.by_layout) types_.push_back({&type, type.name, folded(type.name), false});
    for (const std::string& alias : type.aliases)
      types_.push_back({&type, alias, folded(alias), false});
    for (const std::string& head : type.heads)
      types_.push_back({&type, head, folded(head), true});
  }
  for (const OrganHeadRule& head : rules_.organ_heads) heads_.push_back({&head, folded(head.text)});
  std::stable_sort(heads_.begin(), heads_.end(), [](const FoldedHead& a, const FoldedHead& b) {
    return a.folded.size() > b.folded.size();
  });
  for (const std::string& key : rule_list_keys()) lists_.emplace(key, Wordings(rules_.items(key)));
}

const Wordings& RuleWords::list(std::string_view key) const {
  static const Wordings nothing;
  const auto found = lists_.find(key);
  return found == lists_.end() ? nothing : found->second;
}

std::optional<RuleWords::TypeMatch> RuleWords::type_of(std::string_view line) const {
  const Folded f = fold(line);
  const std::string tight = without_blanks(f.text);
  if (tight.size() < 3) return std::nullopt;
  for (const FoldedType& known : types_)
    if (!known.head_only && f.text == known.folded) return TypeMatch{known.type, "", 1.0};
  for (const FoldedType& known : types_)  // "Q U Y Ế T  Đ Ị N H"
    if (!known.head_only && tight == without_blanks(known.folded))
      return TypeMatch{known.type, "", 0.97};
  // The longest name that the line begins with, letter by letter.
  const FoldedType* longest = nullptr;
  for (const FoldedType& known : types_)
    if (f.text.starts_with(known.folded + " ") &&
        (longest == nullptr || known.folded.size() > longest->folded.size()))
      longest = &known;
  if (longest != nullptr) {
    const std::size_t rest = longest->head_only ? 0 : f.origin[longest->folded.size() + 1];
    return TypeMatch{longest->type, std::string(line.substr(rest)), 0.9};
  }
  // Near ones: by letters, and where two are equally near by tone marks.
  const std::string toned = same_case(line);
  const FoldedType* nearest = nullptr;
  std::pair<int, int> least{1000, 1000};
  bool tie = false;
  for (const FoldedType& known : types_) {
    if (known.head_only || !resembles(f.text, known.folded)) continue;
    const std::pair<int, int> distance{edit_distance(f.text, known.folded),
                                       edit_distance(toned, same_case(known.name))};
    if (distance < least) {
      least = distance;
      nearest = &known;
      tie = false;
    } else if (distance == least && known.type != nearest->type) {
      tie = true;
    }
  }
  if (nearest == nullptr || tie) return std::nullopt;
  return TypeMatch{nearest->type, "", 0.8};
}

const DocumentTypeRule* RuleWords::type_named(std::string_view name) const {
  for (const DocumentTypeRule& type : rules_.types)
    if (type.name == name) return &type;
  return nullptr;
}

const DocumentTypeRule* RuleWords::letter() const {
  for (const DocumentTypeRule& type : rules_.types)
    if (type.by_layout) return &type;
  return nullptr;
}

std::optional<RuleWords::OrganMatch> RuleWords::organ_of(std::string_view line) const {
  const std::string f = folded(line);
  for (const FoldedHead& known : heads_) {
    const std::size_t used = starts_like(f, known.folded);
    if (used == std::string::npos) continue;
    const bool alone = used >= f.size();
    if (known.head->whole_line && !alone) continue;
    return OrganMatch{known.head->level, known.head->needs_more, alone};
  }
  return std::nullopt;
}

bool RuleWords::begins_with_power(std::string_view line) const {
  // "TM.", "KT:", "T/M": letters, then a sign; a blank alone is not enough for one letter.
  const std::string f = fold(line, Keep::punctuation).text;
  for (const std::string& power : list("signing_powers").items()) {
    const std::string known = fold(power, Keep::punctuation).text;
    if (!f.starts_with(known) || f.size() <= known.size() + 2) continue;
    const char next = f[known.size()];
    if (next == '.' || next == ',' || next == ':' || (next == ' ' && known.size() > 1)) return true;
  }
  return false;
}

bool RuleWords::begins_with_title(std::string_view line) const {
  std::string f = folded(line);
  for (const std::string& prefix : list("title_prefixes").folded_items())
    if (f.starts_with(prefix + " ")) {
      f.erase(0, prefix.size() + 1);
      break;
    }
  for (const std::string& title : list("signer_titles").folded_items()) {
    const std::size_t used = starts_like(f, title);
    if (used == std::string::npos) continue;
    // A short one letter by letter: "TƯỚNG" is the rest of THỦ TƯỚNG, not a worn TRƯỞNG.
    if (title.size() >= 8 || f.compare(0, used, title) == 0) return true;
  }
  return false;
}

std::string RuleWords::head_of(std::string_view organ) const {
  const std::string body = folded(organ);
  for (const std::string& item : list("heads_of_bodies").items()) {  // "SỞ = GIÁM ĐỐC"
    const std::size_t sign = item.find(" = ");
    if (sign != std::string::npos && starts_like(body, folded(item.substr(0, sign))) != std::string::npos)
      return item.substr(sign + 3);
  }
  return {};
}

bool RuleWords::is_family_name(std::string_view syllable) const {
  const std::string wanted = same_case(syllable);
  for (const std::string& name : list("family_names").items())
    if (same_case(name) == wanted) return true;
  return false;
}

std::string RuleWords::as_family_name(const std::string& syllable) const {
  if (is_family_name(syllable)) return syllable;
  const std::string wanted = toneless(same_case(syllable));
  const std::string* found = nullptr;
  for (const std::string& name : list("family_names").items()) {
    if (toneless(same_case(name)) != wanted) continue;
    if (found != nullptr) return syllable;
    found = &name;
  }
  return found != nullptr ? in_case_of(syllable, *found) : syllable;
}

void part_glued(std::vector<Word>& words, const Wordings& known) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string letters = folded(words[at].text);
    for (const std::string& wording : known.folded_items()) {
      const std::vector<std::string> parts = split_words(wording);
      if (parts.size() < 2 || letters != parts[0] + parts[1]) continue;
      bool same = at + parts.size() - 1 <= words.size();
      for (std::size_t i = 2; same && i < parts.size(); ++i)
        same = folded(words[at + i - 1].text) == parts[i];
      if (!same) continue;
      Word left = words[at], right = words[at];
      const std::size_t cut = fold(left.text).origin[parts[0].size()];
      left.text.resize(cut);
      right.text.erase(0, cut);
      left.box.right = right.box.left =
          left.box.left + left.box.width() * static_cast<int>(parts[0].size()) /
                              static_cast<int>(letters.size());
      words[at] = left;
      words.insert(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, right);
      break;
    }
  }
}

void restore_tones(std::vector<Word>& words, const Wordings& known, bool only_doubtful) {
  constexpr std::string_view kSigns = ".,;:()\"'-";
  std::vector<std::string> letters;
  letters.reserve(words.size());
  for (const Word& word : words) letters.push_back(folded(word.text));
  for (std::size_t k = 0; k < known.items().size(); ++k) {
    const std::vector<std::string> wanted = split_words(known.folded_items()[k]);
    std::vector<std::string> written = split_words(known.items()[k]);
    for (std::string& part : written) part = trimmed(part, kSigns);
    std::erase(written, std::string());
    if (wanted.empty() || wanted.size() != written.size() || wanted.size() > words.size()) continue;
    // Two wordings of the same letters (THỨ TRƯỞNG, THỦ TRƯỞNG): neither may replace the other.
    if (known.has_twin(k)) continue;
    for (std::size_t at = 0; at + wanted.size() <= words.size(); ++at) {
      bool same = true, doubtful = false;
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        same = same && letters[at + i] == wanted[i];
        doubtful = doubtful || words[at + i].confidence.fraction() < kSureWord;
      }
      // Several words together have one spelling; a single one may be part of another name.
      if (!same || ((only_doubtful || wanted.size() == 1) && !doubtful)) continue;
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        Word& word = words[at + i];
        // Punctuation around the letters stays; a word that only differs in where the tone mark
        // stands is left as written.
        const std::string core = trimmed(word.text, kSigns);
        if (same_case(core) == same_case(written[i]) || count_letters(core).letters() == 0) continue;
        word.text.replace(word.text.find(core), core.size(), in_case_of(core, written[i]));
      }
    }
  }
}

}  // namespace sogoc::metadata
