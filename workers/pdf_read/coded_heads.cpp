#include "workers/pdf_read/coded_heads.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace sogoc::pdf {

std::optional<JpegHead> jpeg_head(const std::vector<std::uint8_t>& bytes) {
  JpegHead head;
  std::size_t at = 2;
  while (at + 4 <= bytes.size()) {
    if (bytes[at] != 0xFF) {
      ++at;
      continue;
    }
    const unsigned marker = bytes[at + 1];
    if (marker == 0xFF || marker == 0 || (marker >= 0xD0 && marker <= 0xD8)) {
      at += marker == 0xFF ? 1 : 2;
      continue;
    }
    const std::size_t length = static_cast<std::size_t>(bytes[at + 2]) << 8 | bytes[at + 3];
    if (marker == 0xEE && length >= 14 && at + 9 < bytes.size() &&
        std::memcmp(bytes.data() + at + 4, "Adobe", 5) == 0)
      head.adobe = true;
    const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 &&
                       marker != 0xCC;
    if (frame && at + 10 <= bytes.size()) {
      head.size = {bytes[at + 7] << 8 | bytes[at + 8], bytes[at + 5] << 8 | bytes[at + 6]};
      head.components = bytes[at + 9];
      return head;
    }
    if (marker == 0xDA) return std::nullopt;
    at += 2 + length;
  }
  return std::nullopt;
}

bool plain_jp2(const std::vector<std::uint8_t>& bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                              std::min<std::size_t>(bytes.size(), 4096));
  if (text.size() < 12 || text.substr(4, 4) != "jP  ") return false;
  const std::size_t size = text.find("\xFF\x4F\xFF\x51");
  if (size == std::string_view::npos || size + 42 > text.size()) return false;
  const std::string_view boxes = text.substr(0, size);
  if (boxes.find("colr") == std::string_view::npos) return false;
  for (const char* odd : {"pclr", "cdef", "cmap"})
    if (boxes.find(odd) != std::string_view::npos) return false;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[size + i]); };
  const int components = byte(40) << 8 | byte(41);
  if ((components != 1 && components != 3) ||
      size + 42 + static_cast<std::size_t>(components) * 3 > text.size())
    return false;
  for (int c = 0; c < components; ++c)
    if (byte(42 + static_cast<std::size_t>(c) * 3) != 7) return false;  // 8 bits, unsigned
  return true;
}

}  // namespace sogoc::pdf
