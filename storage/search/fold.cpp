#include "storage/search/fold.hpp"

#include <algorithm>
#include <array>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace sogoc {
namespace {

// grave, acute, tilde, hook above, dot below: the five tones. Circumflex, breve and horn make
// other letters.
constexpr std::array<char16_t, 5> kTones{0x0300, 0x0301, 0x0303, 0x0309, 0x0323};

bool is_tone(char16_t unit) {
  return std::find(kTones.begin(), kTones.end(), unit) != kTones.end();
}

bool is_ascii_word(std::string_view word) {
  return std::all_of(word.begin(), word.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string lower_ascii(std::string_view word) {
  std::string lower(word);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

// Case folded, compatibility forms resolved, every mark on its own.
icu::UnicodeString decomposed(std::string_view word) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  const icu::Normalizer2* split = icu::Normalizer2::getNFDInstance(status);
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(word.data(), static_cast<std::int32_t>(word.size())));
  if (U_FAILURE(status) != 0) return text;  // ICU's own data is missing; match what is written
  icu::UnicodeString folded = fold->normalize(text, status);
  icu::UnicodeString result = split->normalize(folded, status);
  return U_FAILURE(status) != 0 ? text : result;
}

std::string to_utf8(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

bool is_word_start(UChar32 c) { return u_isalnum(c) != 0; }

bool is_word_part(UChar32 c) {
  const auto type = u_charType(c);
  return u_isalnum(c) != 0 || type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK ||
         type == U_ENCLOSING_MARK;
}

template <typename Fold>
std::string fold_all(std::string_view utf8, Fold fold) {
  std::string folded;
  for (const WordSpan& word : words_of(utf8)) {
    if (!folded.empty()) folded += ' ';
    folded += fold(utf8.substr(word.begin, word.end - word.begin));
  }
  return folded;
}

}  // namespace

std::vector<WordSpan> words_of(std::string_view utf8) {
  std::vector<WordSpan> words;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
  const std::size_t size = utf8.size();
  std::size_t at = 0;
  bool inside = false;
  while (at < size) {
    const std::size_t begin = at;
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);  // negative for bytes that are no UTF-8
    const bool part = c >= 0 && (inside ? is_word_part(c) : is_word_start(c));
    if (part && !inside) words.push_back({begin, at});
    if (part) words.back().end = at;
    inside = part;
  }
  return words;
}

std::string fold_word_exact(std::string_view word) {
  if (is_ascii_word(word)) return lower_ascii(word);
  const icu::UnicodeString split = decomposed(word);
  icu::UnicodeString letters;
  icu::UnicodeString tones;
  for (std::int32_t i = 0; i < split.length(); ++i)
    (is_tone(split.charAt(i)) ? tones : letters).append(split.charAt(i));
  return to_utf8(letters.append(tones));
}

std::string fold_word_plain(std::string_view word) {
  if (is_ascii_word(word)) return lower_ascii(word);
  const icu::UnicodeString split = decomposed(word);
  icu::UnicodeString letters;
  for (std::int32_t i = 0; i < split.length();) {
    const UChar32 c = split.char32At(i);
    i += U16_LENGTH(c);
    if (u_charType(c) == U_NON_SPACING_MARK) continue;
    constexpr UChar32 kDWithStroke = 0x0111;  // has no decomposition
    letters.append(c == kDWithStroke ? static_cast<UChar32>(u'd') : c);
  }
  return to_utf8(letters);
}

std::string fold_exact(std::string_view utf8) { return fold_all(utf8, fold_word_exact); }
std::string fold_plain(std::string_view utf8) { return fold_all(utf8, fold_word_plain); }

bool has_marks(std::string_view word) { return fold_word_exact(word) != fold_word_plain(word); }

}  // namespace sogoc
