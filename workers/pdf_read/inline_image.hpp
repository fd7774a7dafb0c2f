#pragma once

// Private to this folder.

#include <optional>
#include <string>

#include "workers/pdf_read/pdf_document.hpp"

namespace sogoc::pdf {

// A picture written into the content itself, as the image XObject it stands for. `dictionary` is
// the text between BI and ID with "<<" before it, `data` the bytes after ID. Nothing when the
// dictionary makes no sense. The stream belongs to `owner`.
[[nodiscard]] std::optional<QPDFObjectHandle> inline_image(QPDF& owner,
                                                           const std::string& dictionary,
                                                           const std::string& data);

}  // namespace sogoc::pdf
