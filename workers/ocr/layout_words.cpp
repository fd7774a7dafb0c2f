#include "workers/ocr/layout_words.hpp"

namespace sogoc::ocr {

bool begins_block(std::string_view line) { return line.starts_with("Kính gửi"); }

}  // namespace sogoc::ocr
