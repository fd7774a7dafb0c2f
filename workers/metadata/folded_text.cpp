#include "workers/metadata/folded_text.hpp"

#include <algorithm>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace sogoc::metadata {
namespace {

const icu::Normalizer2& decomposer() {
  UErrorCode status = U_ZERO_ERROR;
  return *icu::Normalizer2::getNFDInstance(status);
}
const icu::Normalizer2& composer() {
  UErrorCode status = U_ZERO_ERROR;
  return *icu::Normalizer2::getNFCInstance(status);
}

bool is_mark(UChar32 c) {
  const auto type = u_charType(c);
  return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK;
}
bool is_dash(UChar32 c) {
  return c == 0x2010 || c == 0x2011 || c == 0x2012 || c == 0x2013 || c == 0x2014 || c == 0x2212;
}
bool is_slash(UChar32 c) { return c == 0x2044 || c == 0x2215; }

// ICU's macro narrows an int on purpose; U+FFFD (negative) for bytes that are no UTF-8.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
UChar32 next_code_point(const char* text, std::int32_t& i, std::int32_t length) {
  UChar32 c = 0;
  U8_NEXT(text, i, length, c);
  return c;
}
#pragma GCC diagnostic pop

// Calls `each(code point, byte offset)`; bytes that are no UTF-8 come as U+FFFD.
template <typename Each>
void for_each_code_point(std::string_view text, Each each) {
  const auto length = static_cast<std::int32_t>(text.size());
  std::int32_t i = 0;
  while (i < length) {
    const std::int32_t start = i;
    const UChar32 c = next_code_point(text.data(), i, length);
    each(c < 0 ? UChar32{0xFFFD} : c, static_cast<std::size_t>(start));
  }
}

std::string to_utf8(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}
icu::UnicodeString from_utf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

}  // namespace

Folded fold(std::string_view text, Keep keep) {
  Folded result;
  const auto push = [&](char c, std::size_t at) {
    if (c == ' ' && (result.text.empty() || result.text.back() == ' ')) return;
    result.text += c;
    result.origin.push_back(at);
  };
  for_each_code_point(text, [&](UChar32 c, std::size_t at) {
    icu::UnicodeString parts;
    if (!decomposer().getDecomposition(c, parts)) parts = icu::UnicodeString(c);
    for (std::int32_t i = 0; i < parts.length();) {
      UChar32 p = parts.char32At(i);
      i += U16_LENGTH(p);
      if (is_mark(p)) continue;
      p = u_tolower(p);
      if (p == 0x111 || p == 0xF0 || p == 0xD0) p = 'd';  // đ, and ð that OCR makes of it
      if ((p >= 'a' && p <= 'z') || (p >= '0' && p <= '9')) {
        push(static_cast<char>(p), at);
      } else if (keep == Keep::letters || u_isUWhiteSpace(p)) {
        push(' ', at);
      } else if (is_dash(p)) {
        push('-', at);
      } else if (is_slash(p)) {
        push('/', at);
      } else {
        push(p > ' ' && p < 127 ? static_cast<char>(p) : '~', at);
      }
    }
  });
  while (!result.text.empty() && result.text.back() == ' ') {
    result.text.pop_back();
    result.origin.pop_back();
  }
  result.origin.push_back(text.size());
  return result;
}

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (std::size_t i = 0; i < a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i) + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const int cost = std::min({row[j + 1] + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
      diagonal = row[j + 1];
      row[j + 1] = cost;
    }
  }
  return row[b.size()];
}

int allowed_errors(std::size_t folded_length) {
  if (folded_length <= 5) return 0;
  if (folded_length <= 11) return 1;
  return static_cast<int>(folded_length / 7);
}

bool resembles(std::string_view folded_text, std::string_view folded_known) {
  const int allowed = allowed_errors(folded_known.size());
  const auto difference = static_cast<int>(folded_text.size()) - static_cast<int>(folded_known.size());
  if (difference > allowed || -difference > allowed) return false;
  return edit_distance(folded_text, folded_known) <= allowed;
}

std::size_t starts_like(std::string_view folded_text, std::string_view folded_known) {
  if (folded_text.substr(0, folded_known.size()) == folded_known &&
      (folded_text.size() == folded_known.size() || folded_text[folded_known.size()] == ' '))
    return folded_known.size();
  const int allowed = allowed_errors(folded_known.size());
  std::size_t best = std::string_view::npos;
  int least = allowed + 1;
  for (std::size_t end = 1; end <= folded_text.size(); ++end) {
    if (end < folded_text.size() && folded_text[end] != ' ') continue;
    const auto difference = static_cast<int>(end) - static_cast<int>(folded_known.size());
    if (difference < -allowed) continue;
    if (difference > allowed) break;
    const int errors = edit_distance(folded_text.substr(0, end), folded_known);
    if (errors < least) {
      least = errors;
      best = end;
    }
  }
  return best;
}

Found find_like(std::string_view folded_text, std::string_view folded_known) {
  // Sellers: the known wording against every end in the text, remembering where it began.
  const std::size_t m = folded_known.size(), n = folded_text.size();
  Found best;
  best.errors = allowed_errors(m) + 1;
  if (m == 0) return best;
  std::vector<int> cost(m + 1);
  std::vector<std::size_t> start(m + 1, 0);
  for (std::size_t i = 0; i <= m; ++i) cost[i] = static_cast<int>(i);
  for (std::size_t j = 0; j < n; ++j) {
    int diagonal = cost[0];
    std::size_t diagonal_start = start[0];
    cost[0] = 0;
    start[0] = j + 1;
    for (std::size_t i = 0; i < m; ++i) {
      int value = diagonal + (folded_known[i] == folded_text[j] ? 0 : 1);
      std::size_t from = i == 0 ? j : diagonal_start;
      if (cost[i] + 1 < value) {
        value = cost[i] + 1;
        from = start[i];
      }
      if (cost[i + 1] + 1 < value) {
        value = cost[i + 1] + 1;
        from = start[i + 1];
      }
      diagonal = cost[i + 1];
      diagonal_start = start[i + 1];
      cost[i + 1] = value;
      start[i + 1] = from;
    }
    if (cost[m] < best.errors) best = {start[m], j + 1, cost[m]};
  }
  return best;
}

LetterCount count_letters(std::string_view text) {
  LetterCount count;
  for_each_code_point(text, [&](UChar32 c, std::size_t) {
    if (u_isupper(c)) ++count.upper;
    else if (u_islower(c)) ++count.lower;
    else if (c >= '0' && c <= '9') ++count.digits;
  });
  return count;
}

bool is_capitalised(std::string_view word) {
  bool first = true, good = !word.empty();
  for_each_code_point(nfc(word), [&](UChar32 c, std::size_t) {
    if (first ? !u_isupper(c) : !u_islower(c)) good = false;
    first = false;
  });
  return good;
}

std::string nfc(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  return to_utf8(composer().normalize(from_utf8(text), status));
}

std::string same_case(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  std::string lower = to_utf8(composer().normalize(from_utf8(text), status).toLower());
  static constexpr std::pair<const char*, const char*> kTones[] = {
      {"oà", "òa"}, {"oá", "óa"}, {"oả", "ỏa"}, {"oã", "õa"}, {"oạ", "ọa"}, {"oè", "òe"},
      {"oé", "óe"}, {"oẻ", "ỏe"}, {"oẽ", "õe"}, {"oẹ", "ọe"}, {"uỳ", "ùy"}, {"uý", "úy"},
      {"uỷ", "ủy"}, {"uỹ", "ũy"}, {"uỵ", "ụy"}};
  for (const auto& [old_place, new_place] : kTones)
    for (std::size_t at = lower.find(old_place); at != std::string::npos;
         at = lower.find(old_place, at))
      lower.replace(at, std::string_view(old_place).size(), new_place);
  return lower;
}

std::string toneless(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString parts = decomposer().normalize(from_utf8(text), status);
  icu::UnicodeString kept;
  for (std::int32_t i = 0; i < parts.length(); ++i) {
    const char16_t c = parts[i];
    if (c != 0x300 && c != 0x301 && c != 0x303 && c != 0x309 && c != 0x323) kept.append(c);
  }
  return to_utf8(composer().normalize(kept, status));
}

std::string in_case_of(std::string_view model, std::string_view text) {
  const LetterCount count = count_letters(model);
  icu::UnicodeString value = from_utf8(text);
  if (count.upper > 1 && count.lower == 0) return to_utf8(value.toUpper());
  value.toLower();
  if (count.upper > 0) {
    icu::UnicodeString first(value, 0, 1);
    value.replace(0, 1, first.toUpper());
  }
  return to_utf8(value);
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::string trimmed(std::string_view text, std::string_view characters) {
  const auto drop = [&](char c) {
    return c == ' ' || c == '\t' || c == '\n' || characters.find(c) != std::string_view::npos;
  };
  while (!text.empty() && drop(text.front())) text.remove_prefix(1);
  while (!text.empty() && drop(text.back())) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace sogoc::metadata
