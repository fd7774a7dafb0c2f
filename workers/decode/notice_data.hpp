#pragma once

// Private to this folder: the drawn words of notice_page.hpp.

#include <cstdint>
#include <span>
#include <string_view>

#include "pipeline/core/units.hpp"

namespace sogoc::decoding {

struct NoticeWord {
  std::string_view text;
  BoxPx box;
  int baseline = 0;  // words of one line share it
};

extern const SizePx kNoticeSize;
extern const int kNoticeDpi;
extern const std::span<const NoticeWord> kNoticeWords;
extern const std::span<const std::uint8_t> kNoticePicture;  // one G4 strip, black coded as black

}  // namespace sogoc::decoding
