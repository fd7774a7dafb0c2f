#include "workers/ocr/syllable.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace sogoc::ocr {
namespace {

using namespace std::string_view_literals;

// Longest first, so that the first fit is the onset.
constexpr std::array kOnsets = {u"ngh"sv, u"ch"sv, u"gh"sv, u"gi"sv, u"kh"sv, u"ng"sv, u"nh"sv,
                                u"ph"sv,  u"qu"sv, u"th"sv, u"tr"sv, u"b"sv,  u"c"sv,  u"d"sv,
                                u"đ"sv,   u"g"sv,  u"h"sv,  u"k"sv,  u"l"sv,  u"m"sv,  u"n"sv,
                                u"p"sv,   u"r"sv,  u"s"sv,  u"t"sv,  u"v"sv,  u"x"sv,  u""sv};

// Every rime in use, without tone; sorted, for binary search.
constexpr std::array kRimes = [] {
  std::array rimes = {
      u"a"sv,    u"ac"sv,   u"ach"sv,  u"ai"sv,   u"am"sv,   u"an"sv,  u"ang"sv,  u"anh"sv,
      u"ao"sv,   u"ap"sv,   u"at"sv,   u"au"sv,   u"ay"sv,   u"ăc"sv,  u"ăm"sv,   u"ăn"sv,
      u"ăng"sv,  u"ăp"sv,   u"ăt"sv,   u"âc"sv,   u"âm"sv,   u"ân"sv,  u"âng"sv,  u"âp"sv,
      u"ât"sv,   u"âu"sv,   u"ây"sv,   u"e"sv,    u"ec"sv,   u"em"sv,  u"en"sv,   u"eng"sv,
      u"eo"sv,   u"ep"sv,   u"et"sv,   u"ê"sv,    u"êch"sv,  u"êm"sv,  u"ên"sv,   u"ênh"sv,
      u"êp"sv,   u"êt"sv,   u"êu"sv,   u"i"sv,    u"ia"sv,   u"ich"sv, u"iêc"sv,  u"iêm"sv,
      u"iên"sv,  u"iêng"sv, u"iêp"sv,  u"iêt"sv,  u"iêu"sv,  u"im"sv,  u"in"sv,   u"inh"sv,
      u"ip"sv,   u"it"sv,   u"iu"sv,   u"o"sv,    u"oa"sv,   u"oac"sv, u"oach"sv, u"oai"sv,
      u"oam"sv,  u"oan"sv,  u"oang"sv, u"oanh"sv, u"oao"sv,  u"oap"sv, u"oat"sv,  u"oay"sv,
      u"oăc"sv,  u"oăm"sv,  u"oăn"sv,  u"oăng"sv, u"oăt"sv,  u"oc"sv,  u"oe"sv,   u"oen"sv,
      u"oeo"sv,  u"oet"sv,  u"oi"sv,   u"om"sv,   u"on"sv,   u"ong"sv, u"ooc"sv,  u"oong"sv,
      u"op"sv,   u"ot"sv,   u"ô"sv,    u"ôc"sv,   u"ôi"sv,   u"ôm"sv,  u"ôn"sv,   u"ông"sv,
      u"ôp"sv,   u"ôt"sv,   u"ơ"sv,    u"ơi"sv,   u"ơm"sv,   u"ơn"sv,  u"ơp"sv,   u"ơt"sv,
      u"u"sv,    u"ua"sv,   u"uân"sv,  u"uâng"sv, u"uât"sv,  u"uây"sv, u"uc"sv,   u"uê"sv,
      u"uêch"sv, u"uênh"sv, u"ui"sv,   u"um"sv,   u"un"sv,   u"ung"sv, u"uôc"sv,  u"uôi"sv,
      u"uôm"sv,  u"uôn"sv,  u"uông"sv, u"uôt"sv,  u"uơ"sv,   u"up"sv,  u"ut"sv,   u"uy"sv,
      u"uya"sv,  u"uych"sv, u"uyên"sv, u"uyêt"sv, u"uynh"sv, u"uyt"sv, u"uyu"sv,  u"ư"sv,
      u"ưa"sv,   u"ưc"sv,   u"ưi"sv,   u"ưm"sv,   u"ưn"sv,   u"ưng"sv, u"ươc"sv,  u"ươi"sv,
      u"ươm"sv,  u"ươn"sv,  u"ương"sv, u"ươp"sv,  u"ươt"sv,  u"ươu"sv, u"ưt"sv,   u"ưu"sv,
      u"y"sv,    u"yêm"sv,  u"yên"sv,  u"yêng"sv, u"yêt"sv,  u"yêu"sv};
  std::sort(rimes.begin(), rimes.end());
  return rimes;
}();

bool is_rime(std::u16string_view rime) {
  return std::binary_search(kRimes.begin(), kRimes.end(), rime);
}

bool is_tone(char16_t c) {  // grave, acute, hook above, tilde, dot below
  return c == 0x300 || c == 0x301 || c == 0x309 || c == 0x303 || c == 0x323;
}

icu::UnicodeString decomposed_lower(std::string_view word) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(word.data(), static_cast<std::int32_t>(word.size())));
  text.toLower(icu::Locale::getRoot());
  return icu::Normalizer2::getNFDInstance(status)->normalize(text, status);
}

// Letters with their circumflex, breve or horn composed again, tones taken off.
struct Toned {
  std::u16string letters;
  int tones = 0;
  char16_t tone = 0;
};

Toned without_tone(const icu::UnicodeString& nfd) {
  UErrorCode status = U_ZERO_ERROR;
  Toned out;
  icu::UnicodeString rest;
  for (std::int32_t i = 0; i < nfd.length(); ++i) {
    const char16_t c = nfd[i];
    if (is_tone(c)) {
      ++out.tones;
      out.tone = c;
    } else {
      rest.append(c);
    }
  }
  const icu::UnicodeString nfc = icu::Normalizer2::getNFCInstance(status)->normalize(rest, status);
  out.letters.assign(nfc.getBuffer(), static_cast<std::size_t>(nfc.length()));
  return out;
}

bool one_of(std::u16string_view text, std::u16string_view letters) {
  return !text.empty() && letters.find(text.front()) != std::u16string_view::npos;
}

bool fits(std::u16string_view onset, std::u16string_view rime) {
  const bool front = one_of(rime, u"eêiy");  // where /k/, /g/ and /ng/ are spelt k, gh and ngh
  if (onset == u"k" || onset == u"gh" || onset == u"ngh") return front && is_rime(rime);
  if (onset == u"c" || onset == u"ng") return !front && is_rime(rime);
  if (onset == u"g") return (!front || rime == u"i" || rime == u"in") && is_rime(rime);
  if (onset == u"gi") return is_rime(rime) || (rime == u"êt") || (rime == u"êng");
  if (onset == u"qu") {  // the u is written once: quyết is qu + yêt
    return one_of(rime, u"aăâeêiyôơ") && (is_rime(rime) || is_rime(u"u" + std::u16string(rime)));
  }
  return is_rime(rime);
}

bool is_syllable(const Toned& word) {
  if (word.tones > 1 || word.letters.empty()) return false;
  const std::u16string_view letters = word.letters;
  for (const std::u16string_view onset : kOnsets) {
    if (!letters.starts_with(onset)) continue;
    const std::u16string_view rime = letters.substr(onset.size());
    if (!fits(onset, rime)) continue;
    const bool stopped = rime.ends_with(u"c") || rime.ends_with(u"ch") || rime.ends_with(u"p") ||
                         rime.ends_with(u"t");
    return !stopped || word.tone == 0x301 || word.tone == 0x323;
  }
  return false;
}

// One piece between hyphens, slashes, stops: number, abbreviation, syllable, foreign word.
bool is_plausible_piece(const icu::UnicodeString& piece) {
  int letters = 0, capitals = 0, digits = 0, ascii = 0, vowels = 0;
  for (std::int32_t i = 0; i < piece.length(); ++i) {
    const char16_t c = piece[i];
    digits += u_isdigit(c) != 0;
    letters += u_isalpha(c) != 0;
    capitals += u_isupper(c) != 0;
    ascii += c < 128 && u_isalpha(c);
    vowels += u"aeiouyAEIOUY"sv.find(c) != std::u16string_view::npos;
  }
  if (letters + digits != piece.length() || piece.length() > 24) return false;
  if (letters == 0 || piece.length() == 1) return true;  // "b)" and the b of "b/cáo"
  if (digits > 0) return digits + letters <= 12 && (capitals == letters || letters <= 2);
  if (capitals == letters && letters <= 8) return true;
  std::string utf8;
  piece.toUTF8String(utf8);
  if (is_vietnamese_syllable(utf8)) return true;
  if (ascii == letters && letters >= 4 && vowels > 0) return true;
  return capitals * 2 >= letters && letters <= 8 && letters >= 2;  // TTr, KTTHTien, TTg
}

}  // namespace

bool is_vietnamese_syllable(std::string_view word) {
  if (word.empty() || word.size() > 40) return false;
  const Toned toned = without_tone(decomposed_lower(word));
  if (is_syllable(toned)) return true;
  // "gìn" is gi + in, "giếng" is gi + êng or g + iêng: the i of the onset may also be the rime's.
  if (!toned.letters.starts_with(u"gi")) return false;
  return is_syllable({u"d" + toned.letters.substr(1), toned.tones, toned.tone});
}

bool is_plausible_word(std::string_view word) {
  if (word.empty() || word.size() > 120) return false;
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString text = icu::Normalizer2::getNFCInstance(status)->normalize(
      icu::UnicodeString::fromUTF8(
          icu::StringPiece(word.data(), static_cast<std::int32_t>(word.size()))),
      status);
  icu::UnicodeString piece;
  int pieces = 0;
  for (std::int32_t i = 0; i <= text.length(); ++i) {
    if (i < text.length() && (u_isalpha(text[i]) || u_isdigit(text[i]))) {
      piece.append(text[i]);
      continue;
    }
    const bool symbol = i < text.length() &&
                        u"-–—/.,:;()[]“”‘’\"'…%+?!§°•"sv.find(text[i]) == std::u16string_view::npos;
    if (symbol) return false;
    if (piece.isEmpty()) continue;
    if (!is_plausible_piece(piece)) return false;
    ++pieces;
    piece.remove();
  }
  return pieces > 0;
}

}  // namespace sogoc::ocr
