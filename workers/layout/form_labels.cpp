#include "workers/layout/form_labels.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "workers/layout/form_wordings.hpp"
#include "workers/layout/label_alignment.hpp"
#include "workers/layout/labels.hpp"
#include "workers/metadata/folded_text.hpp"

namespace sogoc::layout {
namespace {

constexpr std::size_t kFewestLabels = 5;
constexpr int kFewestLines = 4;         // that hold labels: the head of a table has fewer
constexpr double kKnown = 0.5;
constexpr double kAhead = 0.05;

// Finds which fields the labels of one template are, entry by entry.
class FormLabels {
 public:
  FormLabels(const std::vector<Line>& lines, const RegisterTemplate& form)
      : lines_(lines), form_(form) {
    std::set<std::string> seen;
    const auto add = [&](const std::string& text, bool head) {
      const std::string folded = metadata::folded(text);
      if (folded.empty() || !seen.insert((head ? "h" : "l") + folded).second) return;
      const std::vector<std::string> words = metadata::split_words(text);
      const bool small_end = words.size() > 1 && !metadata::is_capitalised(words.back()) &&
                             !metadata::count_letters(words.back()).mostly_upper();
      known_.push_back({folded, 1 + static_cast<std::size_t>(
                                        std::count(folded.begin(), folded.end(), ' ')),
                        head, small_end});
    };
    for (const RegisterField& field : form.fields) {
      for (const std::string& label : field.labels) add(label, false);
      for (const std::string& head : field.under) add(head, true);
    }
  }

  FormMatch match() {
    std::vector<Span> spans = find_wordings(lines_, known_);
    // "SỔ ĐĂNG KÝ" of a title looks like the label "Số đăng ký".
    std::erase_if(spans, [&](const Span& span) {
      return !known_[span.wording].head && is_title(lines_[span.line]);
    });
    FormMatch found;
    found.form = &form_;
    std::set<int> used;  // fields of the entry in hand
    int first_field = -1;
    int entry = 0;
    std::vector<Head> heads;  // of the entry in hand
    std::vector<std::size_t> met;  // wordings of its labels, in order
    for (std::size_t s = 0; s < spans.size(); ++s) {
      const Span& span = spans[s];
      const Wording& wording = known_[span.wording];
      if (wording.head) {
        // What is written after a label may be such a word: "Mẹ nhận con", "VÕ".
        if (std::any_of(spans.begin(), spans.end(), [&](const Span& other) {
              return other.line == span.line && !known_[other.wording].head &&
                     (other.end + 1 < span.begin || is_written_after(other, span));
            }))
          continue;
        heads.push_back({span.box, span.level, {wording.folded}});
        found.stops.push_back({span.box, span.baseline});
        continue;
      }
      // "Họ và tên" "mẹ": a head right after the label.
      std::optional<Head> head = head_over(heads, span);
      if (head && is_of_the_next_column(*head, spans, span)) head.reset();
      const Span* beside = nullptr;
      if (s + 1 < spans.size() && known_[spans[s + 1].wording].head &&
          spans[s + 1].line == span.line && spans[s + 1].begin <= span.end + 1 &&
          !is_written_after(span, spans[s + 1])) {
        beside = &spans[s + 1];
        head = Head{beside->box, beside->level, {known_[beside->wording].folded}};
      }
      int field = choose(span, head, used);
      bool by_place = false;
      if (field < 0) {
        field = choose_beside(span, found.labels, entry, used);
        by_place = field >= 0;
      }
      // An entry begins with its opening label: one that comes late is the next entry's, and the label
      // of this one was not read.
      constexpr std::size_t kLate = 3;
      if (field >= 0 && opens(field) && used.size() >= kLate) field = -1;
      if (field < 0) {
        // The label that opened this entry stands here again, or one that stands once in a form and
        // others after it in their order: the next entry.
        const int again = choose(span, std::nullopt, {});
        if (again < 0 || (again != first_field && !opens(again) && !begins_again(spans, s, met))) continue;
        ++entry;
        used.clear();
        heads.clear();
        met.clear();
        first_field = -1;
        field = again;
      }
      met.push_back(span.wording);
      if (first_field < 0) first_field = field;
      used.insert(field);
      // "Họ và tên mẹ", "Người đi khai sinh": the label says which group the next ones belong to.
      const RegisterField& chosen = form_.fields[static_cast<std::size_t>(field)];
      if (!chosen.under.empty() && (owners(wording.folded) == 1 || is_own_head(field, span)))
        heads.push_back({span.box, span.level, folded_all(chosen.under)});
      FormLabel label{field, entry, span.box, span.baseline, span.score, span.level, by_place};
      if (beside != nullptr) label.box = united(label.box, beside->box);
      found.labels.push_back(label);
    }
    found.entries = keep_whole_entries(found.labels, entry + 1);
    return found;
  }

 private:
  struct Head {
    BoxPx box;
    double level = 0;
    std::vector<std::string> names;  // folded
  };

  // Is the word right behind a label what somebody wrote? It is after a colon, and with a capital after a
  // label without: "Họ và tên: Võ", "Họ và tên VÕ", but "Họ và tên mẹ".
  bool is_written_after(const Span& label, const Span& word) const {
    const Line& line = lines_[label.line];
    if (word.begin < label.end || word.begin > label.end + 1) return false;
    if (line[label.end - 1].ends) return true;
    return line[word.begin].capital && !line[label.begin].capitals && !line[word.end - 1].ends;
  }

  // A title and no label: nothing on the line ends in a colon, and it is one of the form's or all in capitals.
  bool is_title(const Line& line) const {
    if (line.size() >= 3 && std::all_of(line.begin(), line.end(), [](const Token& token) { return token.capitals && !token.ends; }))
      return true;
    std::string text;
    for (const Token& token : line) {
      if (token.ends) return false;
      text += (text.empty() ? "" : " ") + token.folded;
    }
    return std::any_of(form_.titles.begin(), form_.titles.end(), [&](const std::string& title) {
      const std::string known = metadata::folded(title);
      const metadata::Found at = metadata::find_like(text, known);
      return at.ok() && at.errors * 8 <= static_cast<int>(known.size()) &&
             text.size() <= 2 * known.size() + 8;
    });
  }

  // "SỔ" in a title looks like the label "Số": an entry of one or two labels is none.
  static int keep_whole_entries(std::vector<FormLabel>& labels, int entries) {
    constexpr std::ptrdiff_t kFewest = 3;
    int kept = 0;
    std::vector<FormLabel> whole;
    for (int entry = 0; entry < entries; ++entry) {
      const auto own = [&](const FormLabel& label) { return label.entry == entry; };
      if (std::count_if(labels.begin(), labels.end(), own) < kFewest) continue;
      for (FormLabel label : labels)
        if (own(label)) {
          label.entry = kept;
          whole.push_back(label);
        }
      ++kept;
    }
    labels = std::move(whole);
    return kept;
  }

  static std::vector<std::string> folded_all(const std::vector<std::string>& texts) {
    std::vector<std::string> folded;
    for (const std::string& text : texts) folded.push_back(metadata::folded(text));
    return folded;
  }

  // Do the labels from here on repeat those of the entry, in their order?
  bool begins_again(const std::vector<Span>& spans, std::size_t from,
                    const std::vector<std::size_t>& met) const {
    constexpr std::size_t kLookAhead = 5;
    auto place = std::find(met.begin(), met.end(), spans[from].wording);
    if (place == met.end()) return false;
    int followed = 0;
    for (std::size_t s = from + 1; s < std::min(spans.size(), from + 1 + kLookAhead); ++s) {
      if (known_[spans[s].wording].head) continue;
      const auto later = std::find(std::next(place), met.end(), spans[s].wording);
      if (later == met.end()) continue;
      place = later;
      ++followed;
    }
    return followed >= 2;
  }

  bool opens(int field) const {
    return form_.fields[static_cast<std::size_t>(field)].key == form_.opens;
  }
  bool is_own_head(int field, const Span& span) const {
    const auto names = folded_all(form_.fields[static_cast<std::size_t>(field)].under);
    return std::find(names.begin(), names.end(), known_[span.wording].folded) != names.end();
  }
  static bool is_named(const RegisterField& field, const std::string& label) {
    return std::any_of(field.labels.begin(), field.labels.end(),
                       [&](const std::string& l) { return metadata::folded(l) == label; });
  }
  std::ptrdiff_t owners(const std::string& label) const {
    return std::count_if(form_.fields.begin(), form_.fields.end(),
                         [&](const RegisterField& field) { return is_named(field, label); });
  }

  // The group's head that stands over a label: the last one above; of several in one line the one
  // whose column the label is in.
  static std::optional<Head> head_over(const std::vector<Head>& heads, const Span& label) {
    if (heads.empty()) return std::nullopt;
    const Head& last = heads.back();
    const double half = std::max(6, last.box.height()) / 2.0;
    const int from = label.box.left + label.box.height();
    const Head* best = nullptr;
    for (const Head& head : heads) {
      if (std::abs(head.level - last.level) > half || head.box.left > from) continue;
      if (best == nullptr || head.box.left > best->box.left) best = &head;
    }
    return best != nullptr ? *best : last;
  }

  // Does the head stand over the same label further right on the row? Then that of this one's column was not read.
  static bool is_of_the_next_column(const Head& head, const std::vector<Span>& spans, const Span& span) {
    const double half = std::max(6, span.box.height()) / 2.0;
    return head.box.left > span.box.right && std::any_of(spans.begin(), spans.end(), [&](const Span& twin) {
             return twin.wording == span.wording && std::abs(twin.level - span.level) < half && twin.box.left > span.box.right &&
                    head.box.left < twin.box.right + 2 * twin.box.height();
           });
  }

  // Which field a label names, of those not used yet; -1 = none.
  int choose(const Span& span, const std::optional<Head>& head, const std::set<int>& used) const {
    const std::string& label = known_[span.wording].folded;
    const std::vector<std::string> main = main_heads(form_);
    const bool only_one = owners(label) == 1;
    int alone = -1, of_main = -1;
    for (std::size_t f = 0; f < form_.fields.size(); ++f) {
      const RegisterField& field = form_.fields[f];
      if (!is_named(field, label) || used.contains(static_cast<int>(f))) continue;
      if (only_one) return static_cast<int>(f);
      const std::vector<std::string> under = folded_all(field.under);
      const bool belongs =
          head && std::any_of(under.begin(), under.end(), [&](const std::string& name) {
            return std::find(head->names.begin(), head->names.end(), name) != head->names.end();
          });
      if (belongs) return static_cast<int>(f);
      if (field.under.empty()) {
        if (alone < 0) alone = static_cast<int>(f);
      } else if (!head && of_main < 0 &&
                 std::find_first_of(field.under.begin(), field.under.end(), main.begin(),
                                    main.end()) != field.under.end()) {
        of_main = static_cast<int>(f);
      }
    }
    return alone >= 0 ? alone : of_main;
  }

  // A label that stands a second time on its row is that of a later group, whose head was not read: husband and wife side by side.
  // Both are marked: nothing but their places tells who is who.
  int choose_beside(const Span& span, std::vector<FormLabel>& labels, int entry, const std::set<int>& used) const {
    const double half = std::max(6, span.box.height()) / 2.0;
    const std::string& wording = known_[span.wording].folded;
    const auto first = std::find_if(labels.begin(), labels.end(), [&](const FormLabel& label) {
      return label.entry == entry && std::abs(label.level - span.level) < half && label.box.right < span.box.left &&
             is_named(form_.fields[static_cast<std::size_t>(label.field)], wording);
    });
    if (first == labels.end()) return -1;
    for (std::size_t f = static_cast<std::size_t>(first->field) + 1; f < form_.fields.size(); ++f)
      if (!used.contains(static_cast<int>(f)) && is_named(form_.fields[f], wording)) {
        first->by_place = true;
        return static_cast<int>(f);
      }
    return -1;
  }

  const std::vector<Line>& lines_;
  const RegisterTemplate& form_;
  std::vector<Wording> known_;
};

double confidence_of(const FormMatch& match, const RegisterTemplate& form, const PageWords& words) {
  if (match.labels.size() < kFewestLabels) return 0;
  std::vector<double> baselines;
  for (const FormLabel& label : match.labels) baselines.push_back(label.baseline);
  std::sort(baselines.begin(), baselines.end());
  int lines = 1;
  for (std::size_t i = 1; i < baselines.size(); ++i)
    lines += baselines[i] - baselines[i - 1] > match.labels.front().box.height() / 2.0 ? 1 : 0;
  if (lines < kFewestLines) return 0;
  // The entry that is read best speaks for its form.
  double best = 0;
  double binding = 0;
  for (const RegisterField& field : form.fields) binding += field.binding ? 1 : 0;
  for (int entry = 0; entry < match.entries; ++entry) {
    double score = 0, bound = 0;
    for (const FormLabel& label : match.labels) {
      if (label.entry != entry) continue;
      score += label.score;
      bound += form.fields[static_cast<std::size_t>(label.field)].binding ? 1 : 0;
    }
    const double share = binding > 0 ? bound / std::min(binding, 10.0) : 0;
    best = std::max(best, 0.45 * std::min(1.0, score / 9) + 0.55 * std::min(1.0, share));
  }
  const std::string all = text_of(words.all());
  const std::string folded = metadata::folded(all);
  double titled = 0;
  for (const std::string& title : form.titles) {
    const std::string known = metadata::folded(title);
    const metadata::Found at = metadata::find_like(folded, known);
    if (!at.ok()) continue;
    const double wrong = at.errors / static_cast<double>(known.size());
    titled = std::max(titled, std::max(0.0, 1 - 4 * wrong));  // "khai tử" is near "khai sinh"
  }
  return 0.85 * best + 0.15 * titled;
}

}  // namespace

FormMatch match_form(const PageWords& words, const std::vector<const RegisterTemplate*>& forms,
                     SizePx page, double dpi) {
  const LineTilt tilt = line_tilt(words, dpi);
  const std::vector<Line> lines = lines_of(words, tilt);
  std::vector<FormMatch> all;
  std::size_t most = 1;
  for (const RegisterTemplate* form : forms) {
    all.push_back(FormLabels(lines, *form).match());
    most = std::max(most, all.back().labels.size());
  }
  FormMatch best;
  double second = 0;
  for (FormMatch& own : all) {
    // Books share many labels: the one that knows more of the page is ahead.
    const double share = double(own.labels.size()) / double(most);
    own.confidence = confidence_of(own, *own.form, words) * (0.8 + 0.2 * share);
    if (own.confidence > best.confidence) {
      second = best.confidence;
      best = std::move(own);
    } else {
      second = std::max(second, own.confidence);
    }
  }
  if (best.confidence < kKnown || best.confidence < second + kAhead) return {};
  best.tilt = tilt;
  align_entries(best.labels, best.entries, page, dpi);
  return best;
}

}  // namespace sogoc::layout
