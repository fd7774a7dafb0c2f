#pragma once

// Forms of one page are prints of one block: where the labels of one entry are known, those of the
// others follow. Labels that were read wrongly are found out, labels that were not read are told.

#include <vector>

#include "workers/layout/form_labels.hpp"

namespace sogoc::layout {

// Maps the best-read entry onto each other one by what RANSAC holds for true (a homography where
// the labels suffice, else a similarity); throws out labels far from their place and adds those that
// are missing with score 0. Pixels of the page.
void align_entries(std::vector<FormLabel>& labels, int entries, SizePx page, double dpi);

}  // namespace sogoc::layout
