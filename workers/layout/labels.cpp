#include "workers/layout/labels.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <unordered_map>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::layout {
namespace {

constexpr double kLeastScore = 0.66;  // below, a head names nothing

// Blanks are lost and made when print is read.
std::string solid(const std::string& folded) {
  std::string text;
  std::copy_if(folded.begin(), folded.end(), std::back_inserter(text),
               [](char c) { return c != ' '; });
  return text;
}

double folded_alikeness(const std::string& read, const std::string& known) {
  if (read.empty() || known.empty()) return 0;
  const std::string a = solid(read), b = solid(known);
  const auto longest = static_cast<double>(std::max(a.size(), b.size()));
  // Texts of very different length are not alike, whatever their letters: most pairs are.
  const auto shortest = static_cast<double>(std::min(a.size(), b.size()));
  double best = shortest < 0.5 * longest ? 0 : 1 - metadata::edit_distance(a, b) / longest;
  // The wording with something added: "(chữ in hoa)", "của trẻ".
  if (known.size() >= 5 && read.size() > known.size()) {
    const metadata::Found found = metadata::find_like(read, known);
    if (found.ok()) {
      const double share = static_cast<double>(known.size()) / static_cast<double>(read.size());
      const double right = 1 - found.errors / static_cast<double>(known.size());
      best = std::max(best, right * (found.begin == 0 ? 0.72 + 0.28 * share : 0.55 + 0.4 * share));
    }
  }
  return std::clamp(best, 0.0, 1.0);
}

// A template's labels are compared with every head of every page: each is folded once. As many are kept
// as the templates have.
const std::string& folded_label(const std::string& label) {
  thread_local std::unordered_map<std::string, std::string> known;
  const auto found = known.find(label);
  return found != known.end() ? found->second : known.emplace(label, metadata::folded(label)).first->second;
}

double best_of(const std::string& folded, const std::vector<std::string>& known) {
  double best = 0;
  for (const std::string& label : known) best = std::max(best, folded_alikeness(folded, folded_label(label)));
  return best;
}

}  // namespace

double alikeness(std::string_view read, std::string_view known) {
  return folded_alikeness(metadata::folded(read), metadata::folded(known));
}

double head_score(const HeadPath& heads, const RegisterField& field,
                  const std::vector<std::string>& main) {
  if (heads.empty()) return 0;
  const std::string own = metadata::folded(heads.back());
  std::string group, all;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const std::string part = metadata::folded(heads[i]);
    all += (all.empty() ? "" : " ") + part;
    if (i + 1 < heads.size()) group += (group.empty() ? "" : " ") + part;
  }
  const double alone = best_of(own, field.labels);
  if (field.under.empty()) {
    const double whole = group.empty() ? 0 : best_of(all, field.labels);
    // A plain label below a foreign group is likely the group's.
    return std::max(whole, group.empty() ? alone : 0.9 * alone);
  }
  double best = 0;
  if (!group.empty()) {
    const double under = best_of(group, field.under);
    if (under >= 0.6 && alone >= 0.6) best = 0.45 * under + 0.55 * alone;
    best = std::max(best, best_of(all, field.labels));
  }
  // One head for both: "Họ và tên cha", "Cha: họ và tên".
  for (const std::string& head : field.under)
    for (const std::string& label : field.labels) {
      const std::string &h = folded_label(head), &l = folded_label(label);
      if (own.size() * 10 < (h.size() + l.size()) * 7) continue;
      best = std::max({best, folded_alikeness(all, l + " " + h), folded_alikeness(all, h + " " + l)});
    }
  const bool is_main = std::any_of(main.begin(), main.end(), [&](const std::string& head) {
    return std::find(field.under.begin(), field.under.end(), head) != field.under.end();
  });
  if (!group.empty()) return best;
  // A label that names its own group stands alone: "Người đi khai", "Họ tên mẹ".
  for (const std::string& label : field.labels) {
    const std::string& known = folded_label(label);
    const bool names_group =
        std::any_of(field.under.begin(), field.under.end(), [&](const std::string& head) {
          return (" " + known + " ").find(" " + folded_label(head) + " ") != std::string::npos;
        });
    if (names_group) best = std::max(best, folded_alikeness(own, known));
  }
  return std::max(best, is_main ? 0.97 * alone : 0.55 * alone);
}

std::vector<std::string> main_heads(const RegisterTemplate& form) {
  for (const RegisterField& field : form.fields)
    if (!field.under.empty()) return field.under;
  return {};
}

ColumnMatch match_columns(const std::vector<HeadPath>& columns, const RegisterTemplate& form,
                          std::string_view title) {
  ColumnMatch match;
  match.field_of.assign(columns.size(), -1);
  match.scores.assign(columns.size(), 0);
  const std::vector<std::string> main = main_heads(form);
  struct Pair {
    double score;
    std::size_t column, field;
  };
  std::vector<Pair> pairs;
  std::size_t named = 0;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const bool has_text = std::any_of(columns[c].begin(), columns[c].end(),
                                      [](const std::string& head) { return !head.empty(); });
    named += has_text ? 1 : 0;
    if (!has_text) continue;
    for (std::size_t f = 0; f < form.fields.size(); ++f) {
      const double score = head_score(columns[c], form.fields[f], main);
      if (score >= kLeastScore) pairs.push_back({score, c, f});
    }
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    const long first = std::lround(a.score * 200), other = std::lround(b.score * 200);
    if (first != other) return first > other;
    return std::pair(a.field, a.column) < std::pair(b.field, b.column);
  });
  std::vector<bool> used(form.fields.size(), false);
  double sum = 0, binding = 0, of_binding = 0;
  for (const Pair& pair : pairs) {
    if (match.field_of[pair.column] >= 0 || used[pair.field]) continue;
    match.field_of[pair.column] = static_cast<int>(pair.field);
    match.scores[pair.column] = pair.score;
    used[pair.field] = true;
    sum += pair.score;
  }
  for (std::size_t f = 0; f < form.fields.size(); ++f) {
    if (!form.fields[f].binding) continue;
    of_binding += 1;
    binding += used[f] ? 1 : 0;
  }
  double titled = 0;
  for (const std::string& known : form.titles) titled = std::max(titled, alikeness(title, known));
  if (named == 0) return match;
  const double columns_named = sum / static_cast<double>(named);
  const double fields_found =
      of_binding > 0 ? binding / std::min(of_binding, std::max(4.0, double(named))) : 0;
  match.confidence =
      std::clamp(0.62 * columns_named + 0.3 * fields_found + (titled > 0.75 ? 0.12 * titled : 0), 0.0,
                 1.0);
  return match;
}

}  // namespace sogoc::layout
