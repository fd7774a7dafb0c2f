#include "tools/sogoc/sentences.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

// Sentences with blanks, "the file has {} pages ..."; tools/dev/update_po collects them.
constexpr const char* kPatterns[] = {
#include "tools/sogoc/sentence_patterns.inc"
};

constexpr int kDeepest = 3;  // a sentence in a blank of a sentence in a blank

// "a {} b" is "a ", " b"; doubled braces stand for themselves.
std::vector<std::string> fixed_parts(std::string_view pattern) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const char next = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
    if ((c == '{' || c == '}') && next == c) {
      parts.back() += c;
      ++i;
    } else if (c == '{' && next == '}') {
      parts.emplace_back();
      ++i;
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// What stands in the blanks, when `sentence` is made of these parts.
std::optional<std::vector<std::string>> blanks_of(std::string_view sentence,
                                                  const std::vector<std::string>& parts) {
  std::vector<std::string> blanks;
  if (!sentence.starts_with(parts.front())) return std::nullopt;
  std::size_t at = parts.front().size();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    const std::size_t found = last ? sentence.size() - std::min(sentence.size(), parts[i].size())
                                   : sentence.find(parts[i], at);
    if (found == std::string_view::npos || found < at) return std::nullopt;
    if (last && !sentence.ends_with(parts[i])) return std::nullopt;
    blanks.emplace_back(sentence.substr(at, found - at));
    at = found + parts[i].size();
  }
  return blanks;
}

std::string filled(const std::vector<std::string>& parts, const std::vector<std::string>& blanks) {
  std::string text = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) text += blanks[i - 1] + parts[i];
  return text;
}

std::string translated_within(const std::string& sentence, int depth) {
  if (sentence.empty()) return sentence;
  const std::string whole = tr(sentence.c_str());
  if (whole != sentence || depth == kDeepest) return whole;
  // Of several patterns the one with the longest fixed text says most.
  std::size_t best = 0;
  std::string best_text = sentence;
  for (const char* pattern : kPatterns) {
    const std::string other = tr(pattern);
    if (other == pattern) continue;  // the language of the source
    const auto parts = fixed_parts(pattern);
    const auto other_parts = fixed_parts(other);
    std::size_t fixed = 0;
    for (const std::string& part : parts) fixed += part.size();
    if (fixed <= best || parts.size() != other_parts.size()) continue;
    auto blanks = blanks_of(sentence, parts);
    if (!blanks) continue;
    for (std::string& blank : *blanks) blank = translated_within(blank, depth + 1);
    best = fixed;
    best_text = filled(other_parts, *blanks);
  }
  return best_text;
}

}  // namespace

std::string translated(const std::string& sentence) { return translated_within(sentence, 0); }

}  // namespace sogoc
