#pragma once

// Private to this folder. What annotations show over a page: visible marks of electronic
// signatures, stamps, typed notes. Each is flattened to a picture of its own.

#include <string>
#include <vector>

#include "workers/pdf_read/native_image.hpp"
#include "workers/pdf_read/poppler.hpp"

namespace sogoc::pdf {

struct Appearance {
  bool signature = false;            // a signature's widget or a stamp; else other content
  Rect rect;                         // user space
  PageImage colours;                 // rgb8
  PageImage opacity;                 // gray8, 255 = shown
  std::vector<TextBlock> text;       // points within `rect`, origin top left, y down
};

struct FlattenedPage {
  std::vector<Appearance> appearances;  // bottom to top
  std::vector<std::string> notes;
};

// `page_size` limits how large a picture becomes. Annotations without a usable appearance are
// left out with a note.
[[nodiscard]] Result<FlattenedPage> flatten_annotations(Document& document, QPDFObjectHandle page,
                                                        const PageGeometry& geometry,
                                                        const ReadingSettings& settings,
                                                        const std::string& subject);

// True when the page has an annotation that shows something.
[[nodiscard]] bool has_visible_annotations(QPDFObjectHandle page);

}  // namespace sogoc::pdf
