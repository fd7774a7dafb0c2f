#pragma once

#include "workers/image/colour_ink.hpp"
#include "workers/image/page_map.hpp"

namespace sogoc::image {

struct Blankness {
  bool blank = false;
  bool show_through = false;    // blank but for the other side shining through
  bool perhaps_pencil = false;  // blank, but a person should look: very pale letters
};

// Blank only when nothing on the page could be writing: one short word or a page number keeps a
// page. Specks, blots, edges, holes and the pale mirror of the other side do not.
[[nodiscard]] Blankness judge_blank(const PageMap& map, const ColouredInk& coloured);

}  // namespace sogoc::image
