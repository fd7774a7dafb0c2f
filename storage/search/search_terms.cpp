#include "storage/search/search_terms.hpp"

#include <algorithm>

#include "storage/search/fold.hpp"
#include "storage/search/sqlite_tokenizer.hpp"

namespace sogoc {
namespace {

// More words than this are not a search; the rest is ignored.
constexpr std::size_t kMostPhrases = 32;
constexpr std::size_t kMostWords = 64;

using Phrase = std::vector<std::string_view>;  // words in order

// Typographic quotes count as quotes.
std::size_t quote_at(std::string_view text, std::size_t at) {
  for (const std::string_view quote : {"\"", "“", "”", "„", "«", "»"})
    if (text.substr(at, quote.size()) == quote) return quote.size();
  return 0;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

std::vector<Phrase> phrases_of(std::string_view typed) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  std::size_t at = 0;
  bool quoted = false;
  const auto cut = [&](std::size_t end) {
    if (end > begin) pieces.push_back(typed.substr(begin, end - begin));
  };
  while (at < typed.size()) {
    if (const std::size_t quote = quote_at(typed, at); quote > 0) {
      cut(at);
      quoted = !quoted;
      at += quote;
      begin = at;
    } else if (!quoted && is_blank(typed[at])) {
      cut(at);
      begin = ++at;
    } else {
      ++at;
    }
  }
  cut(typed.size());

  std::vector<Phrase> phrases;
  std::size_t words = 0;
  for (const std::string_view piece : pieces) {
    Phrase phrase;
    for (const WordSpan& word : words_of(piece)) {
      if (words++ == kMostWords) break;
      phrase.push_back(piece.substr(word.begin, word.end - word.begin));
    }
    if (!phrase.empty()) phrases.push_back(std::move(phrase));
    if (phrases.size() == kMostPhrases || words > kMostWords) break;
  }
  return phrases;
}

// One phrase of the index's language. Words hold letters, digits and marks only, so nothing in
// them needs escaping.
std::string index_phrase(const Phrase& phrase, bool exact) {
  std::string text = "\"";
  if (exact) text += kExactMark;
  for (const std::string_view word : phrase) {
    if (text.back() != '"' && text.back() != kExactMark) text += ' ';
    text += word;
  }
  return text + "\"";
}

bool carries_marks(const Phrase& phrase) {
  return std::any_of(phrase.begin(), phrase.end(), has_marks);
}

template <typename IsExact>
std::string index_query(const std::vector<Phrase>& phrases, IsExact is_exact) {
  std::string query;
  for (const Phrase& phrase : phrases) {
    if (!query.empty()) query += " AND ";
    query += index_phrase(phrase, is_exact(phrase));
  }
  return query;
}

// A single letter alone begins too many words.
bool may_go_on(std::string_view typed, const std::vector<Phrase>& phrases) {
  const Phrase& last = phrases.back();
  return !is_blank(typed.back()) && (phrases.size() > 1 || last.size() > 1 || last.back().size() > 1);
}

}  // namespace

std::vector<std::string> terms_while_typing(std::string_view typed, std::string_view column) {
  const std::vector<Phrase> phrases = phrases_of(typed);
  if (phrases.empty()) return {};
  const bool goes_on = may_go_on(typed, phrases);
  const auto query = [&](auto is_exact) {
    std::string text;
    for (const Phrase& phrase : phrases) {
      if (!text.empty()) text += " AND ";
      if (!column.empty()) text += std::string(column) + " : ";
      text += index_phrase(phrase, is_exact(phrase));
      if (goes_on && &phrase == &phrases.back()) text += " *";
    }
    return text;
  };
  return {query([](const Phrase&) { return true; }), query(carries_marks), query([](const Phrase&) { return false; })};
}

std::vector<std::string> search_terms(std::string_view typed) {
  const std::vector<Phrase> phrases = phrases_of(typed);
  std::vector<std::string> queries;
  if (phrases.empty()) return queries;
  const bool goes_on = typed.size() > 1 && typed.ends_with('*') && may_go_on(typed.substr(0, typed.size() - 1), phrases);
  const auto add = [&](std::string query) {
    if (goes_on) query += " *";
    if (std::find(queries.begin(), queries.end(), query) == queries.end())
      queries.push_back(std::move(query));
  };
  add(index_query(phrases, [](const Phrase&) { return true; }));
  add(index_query(phrases, carries_marks));
  add(index_query(phrases, [](const Phrase&) { return false; }));
  return queries;
}

}  // namespace sogoc
