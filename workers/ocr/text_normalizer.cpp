#include "workers/ocr/text_normalizer.hpp"

#include <cassert>

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

namespace sogoc::ocr {

std::string to_nfc(std::string_view utf8) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  assert(U_SUCCESS(status));  // ICU's data is part of its library
  const auto text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
  std::string out;
  nfc->normalize(text, status).toUTF8String(out);
  return out;
}

}  // namespace sogoc::ocr
