#pragma once

// The printed labels of a form, found among the words that were read: which template they belong
// to, which entry, which field. Pure.

#include <optional>
#include <vector>

#include "models/register_catalog.hpp"
#include "workers/layout/line_tilt.hpp"
#include "workers/layout/page_words.hpp"

namespace sogoc::layout {

struct FormLabel {
  int field = 0;        // index into the template's fields
  int entry = 0;        // which form of the page, from 0
  BoxPx box;            // around its words; guessed when told by other labels
  double baseline = 0;  // y at box.left
  double score = 0;     // 0..1; 0: guessed
  double level = 0;     // of its line, as if the page had not been tilted
  bool by_place = false;  // only its place beside the same label tells whose it is: their group's head was not read
};

// Other printed words that end a value: heads of groups.
struct FormStop {
  BoxPx box;
  double baseline = 0;
};

struct FormMatch {
  const RegisterTemplate* form = nullptr;  // null: the page is no form that is known
  double confidence = 0;
  int entries = 0;
  std::vector<FormLabel> labels;           // top to bottom, left to right
  std::vector<FormStop> stops;
  LineTilt tilt;
};

[[nodiscard]] FormMatch match_form(const PageWords& words,
                                   const std::vector<const RegisterTemplate*>& forms, SizePx page,
                                   double dpi);

}  // namespace sogoc::layout
