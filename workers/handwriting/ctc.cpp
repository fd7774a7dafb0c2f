#include "workers/handwriting/ctc.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <unordered_map>

namespace sogoc::handwriting {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();
constexpr float kHopeless = -8.0f;  // a letter less likely than this at a step starts no branch

double add(double a, double b) {
  if (a < b) std::swap(a, b);
  if (b == kNever) return a;
  return a + std::log1p(std::exp(b - a));
}

bool ends_word(char32_t c) {
  return c == U' ' || c == U',' || c == U'-' || c == U'/' || c == U'.' || c == U'(' || c == U')';
}

// Prefixes share their beginnings: a tree of letters.
struct Node {
  int parent = -1;
  int letter = 0;  // class
  double prior = 0;
  std::u32string text;
};

struct State {
  double blank = kNever;   // ends in "nothing new"
  double letter = kNever;  // ends in its last letter
  [[nodiscard]] double both() const { return add(blank, letter); }
};

class Tree {
 public:
  Tree(std::u32string_view letters, const Judge& judge) : letters_(letters), judge_(judge) {
    nodes_.push_back({});
  }

  [[nodiscard]] const Node& operator[](int index) const {
    return nodes_[static_cast<std::size_t>(index)];
  }

  // The prefix with one more letter, or -1 when the judge forbids it.
  int child(int parent, int letter) {
    const std::uint64_t key =
        (static_cast<std::uint64_t>(parent) << 16) | static_cast<std::uint64_t>(letter);
    const auto found = children_.find(key);
    if (found != children_.end()) return found->second;
    Node node;
    node.parent = parent;
    node.letter = letter;
    node.text = nodes_[static_cast<std::size_t>(parent)].text;
    const char32_t c = letters_[static_cast<std::size_t>(letter - 1)];
    node.prior = nodes_[static_cast<std::size_t>(parent)].prior;
    if (judge_.word && ends_word(c)) node.prior += word_prior(node.text);
    node.text.push_back(c);
    int index = -1;
    const bool doubled_space =
        c == U' ' && (node.text.size() < 2 || node.text[node.text.size() - 2] == U' ');
    if (!doubled_space && (!judge_.may_begin || judge_.may_begin(node.text))) {
      index = static_cast<int>(nodes_.size());
      nodes_.push_back(std::move(node));
    }
    children_.emplace(key, index);
    return index;
  }

  [[nodiscard]] double finished(int index) const {
    const Node& node = (*this)[index];
    double prior = node.prior;
    if (judge_.word) prior += word_prior(node.text);
    if (judge_.finished) prior += judge_.finished(node.text);
    return prior;
  }

 private:
  [[nodiscard]] double word_prior(std::u32string_view text) const {
    std::size_t begin = text.size();
    while (begin > 0 && !ends_word(text[begin - 1])) --begin;
    if (begin == text.size()) return 0;
    std::u32string_view before;  // only over a blank: a sign parts phrases
    if (begin > 0 && text[begin - 1] == U' ') {
      std::size_t first = begin - 1;
      while (first > 0 && !ends_word(text[first - 1])) --first;
      before = text.substr(first, begin - 1 - first);
    }
    return judge_.word(before, text.substr(begin));
  }

  std::u32string_view letters_;
  const Judge& judge_;
  std::vector<Node> nodes_;
  std::unordered_map<std::uint64_t, int> children_;
};

int class_of(std::u32string_view letters, char32_t c) {
  const auto at = letters.find(c);
  return at == std::u32string_view::npos ? -1 : static_cast<int>(at) + 1;
}

}  // namespace

std::vector<Candidate> search(const LineScores& scores, std::u32string_view letters,
                              const Judge& judge, int beam, int keep) {
  Tree tree(letters, judge);
  std::unordered_map<int, State> now{{0, {0.0, kNever}}};
  std::vector<std::pair<double, int>> order;
  for (int step = 0; step < scores.steps; ++step) {
    const float* p = scores.at(step);
    std::vector<int> likely;
    for (int c = 1; c < scores.classes; ++c)
      if (p[c] > kHopeless) likely.push_back(c);
    std::unordered_map<int, State> next;
    for (const auto& [index, state] : now) {
      const double whole = state.both();
      const int last = tree[index].letter;
      State& same = next[index];
      same.blank = add(same.blank, whole + p[0]);
      if (last != 0) same.letter = add(same.letter, state.letter + p[last]);
      for (const int c : likely) {
        const double from = c == last ? state.blank : whole;
        if (from == kNever) continue;
        const int grown = tree.child(index, c);
        if (grown < 0) continue;
        State& longer = next[grown];
        longer.letter = add(longer.letter, from + p[c]);
      }
    }
    order.clear();
    for (const auto& [index, state] : next)
      order.emplace_back(state.both() + tree[index].prior, index);
    const auto width = std::min(order.size(), static_cast<std::size_t>(beam));
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(width),
                      order.end(), std::greater<>());
    now.clear();
    for (std::size_t i = 0; i < width; ++i) now.emplace(order[i].second, next[order[i].second]);
  }
  std::vector<Candidate> found;
  for (const auto& [index, state] : now) {
    const double prior = tree.finished(index);
    if (prior == kNever) continue;
    std::u32string text = tree[index].text;
    if (!text.empty() && text.back() == U' ') text.pop_back();
    found.push_back({std::move(text), state.both(), state.both() + prior});
  }
  std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
    return a.total != b.total ? a.total > b.total : a.text < b.text;
  });
  std::vector<Candidate> best;
  for (Candidate& candidate : found) {
    const bool seen = std::any_of(best.begin(), best.end(),
                                  [&](const Candidate& b) { return b.text == candidate.text; });
    if (!seen && static_cast<int>(best.size()) < keep) best.push_back(std::move(candidate));
  }
  return best;
}

double log_probability(const LineScores& scores, std::u32string_view letters,
                       std::u32string_view text) {
  std::vector<int> path{0};
  for (const char32_t c : text) {
    const int letter = class_of(letters, c);
    if (letter < 0) return kNever;
    path.push_back(letter);
    path.push_back(0);
  }
  std::vector<double> now(path.size(), kNever);
  std::vector<double> before;
  for (int step = 0; step < scores.steps; ++step) {
    const float* p = scores.at(step);
    before.swap(now);
    now.assign(path.size(), kNever);
    for (std::size_t i = 0; i < path.size(); ++i) {
      double in = step == 0 ? (i < 2 ? 0.0 : kNever) : before[i];
      if (step > 0 && i > 0) in = add(in, before[i - 1]);
      if (step > 0 && i > 1 && path[i] != 0 && path[i] != path[i - 2]) in = add(in, before[i - 2]);
      now[i] = in == kNever ? kNever : in + p[path[i]];
    }
  }
  return path.size() == 1 ? now[0] : add(now[path.size() - 1], now[path.size() - 2]);
}

std::vector<CharacterPlace> align(const LineScores& scores, std::u32string_view letters,
                                  std::u32string_view text) {
  std::vector<int> path{0};
  for (const char32_t c : text) {
    const int letter = class_of(letters, c);
    if (letter < 0) return {};
    path.push_back(letter);
    path.push_back(0);
  }
  const std::size_t n = path.size();
  if (scores.steps == 0 || n == 1) return {};
  std::vector<double> now(n, kNever);
  std::vector<double> before;
  std::vector<std::uint8_t> came(static_cast<std::size_t>(scores.steps) * n, 0);
  for (int step = 0; step < scores.steps; ++step) {
    const float* p = scores.at(step);
    before.swap(now);
    now.assign(n, kNever);
    for (std::size_t i = 0; i < n; ++i) {
      double in = step == 0 ? (i < 2 ? 0.0 : kNever) : before[i];
      std::uint8_t from = 0;
      if (step > 0 && i > 0 && before[i - 1] > in) in = before[i - 1], from = 1;
      if (step > 0 && i > 1 && path[i] != 0 && path[i] != path[i - 2] && before[i - 2] > in)
        in = before[i - 2], from = 2;
      now[i] = in == kNever ? kNever : in + p[path[i]];
      came[static_cast<std::size_t>(step) * n + i] = from;
    }
  }
  std::size_t at = now[n - 1] >= now[n - 2] ? n - 1 : n - 2;
  if (now[at] == kNever) return {};
  std::vector<CharacterPlace> places(text.size());
  std::vector<bool> seen(text.size(), false);
  for (int step = scores.steps - 1; step >= 0; --step) {
    if (path[at] != 0) {
      const std::size_t character = at / 2;
      CharacterPlace& place = places[character];
      if (!seen[character]) place.last = step + 1;
      seen[character] = true;
      place.first = step;
      place.probability =
          std::max(place.probability, std::exp(static_cast<double>(scores.at(step)[path[at]])));
    }
    at -= came[static_cast<std::size_t>(step) * n + at];
  }
  return places;
}

}  // namespace sogoc::handwriting
