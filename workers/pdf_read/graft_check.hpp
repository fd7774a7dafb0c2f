#pragma once

// Private to this folder. May a born-digital page live in a PDF/A-2u as it is? Strict: what is
// not known to be fine is an obstacle.

#include <string>

#include "workers/pdf_read/content_walk.hpp"

namespace sogoc::pdf {

// The first obstacle in words, "" when there is none.
[[nodiscard]] std::string why_not_graftable(Document& document, QPDFObjectHandle page,
                                            const PageContent& content, bool shows_annotations);

// Fonts of the years before Unicode (.VnTime, VNI-Times): "" when there are none.
[[nodiscard]] std::string why_old_encoding(const PageContent& content);

}  // namespace sogoc::pdf
