#include "workers/pdf_write/clean_text.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace sogoc {

namespace {

bool may_stand(UChar32 c) {
  if (c == 0xFEFF || U_IS_UNICODE_NONCHAR(c) || U_IS_SURROGATE(c)) return false;
  return u_charType(c) != U_CONTROL_CHAR;
}

}  // namespace

std::string clean_text(std::string_view text) {
  icu::UnicodeString dirty = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  icu::UnicodeString clean;
  bool blank_waits = false;
  for (int32_t at = 0; at < dirty.length();) {
    const UChar32 c = dirty.char32At(at);
    at += U16_LENGTH(c);
    if (u_isUWhiteSpace(c)) {
      blank_waits = !clean.isEmpty();
      continue;
    }
    if (!may_stand(c)) continue;
    if (blank_waits) clean.append(static_cast<UChar>(u' '));
    blank_waits = false;
    clean.append(c);
  }
  UErrorCode failed = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(failed);
  const icu::UnicodeString composed = U_SUCCESS(failed) ? nfc->normalize(clean, failed) : clean;
  std::string utf8;
  (U_SUCCESS(failed) ? composed : clean).toUTF8String(utf8);
  return utf8;
}

std::vector<char32_t> code_points(std::string_view utf8) {
  std::vector<char32_t> points;
  points.reserve(utf8.size());
  const auto length = static_cast<int32_t>(utf8.size());
  for (int32_t at = 0; at < length;) {
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(reinterpret_cast<const uint8_t*>(utf8.data()), at, length, c);
    points.push_back(static_cast<char32_t>(c));
  }
  return points;
}

}  // namespace sogoc
