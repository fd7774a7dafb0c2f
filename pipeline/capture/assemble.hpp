#pragma once

// Sheets as they were captured to documents of books and dossiers: the order of sheets, covers that part a mixed stack, backs of
// a second pass. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/capture/capture.hpp"

namespace sogoc {

// An image of a session where it belongs: sheets of the stack, behind sheet N those inserted there.
struct PlacedImage {
  std::int64_t id = 0;      // the caller's
  std::int64_t sheet = 0;   // of the session
  std::int64_t insert = 0;  // 0: the sheet itself; 1, 2, ...: inserted behind it
  int side = 0;
  bool blank = false;
  std::string cover;        // text of a symbol, "" = none
};

struct AssembledDocument {
  std::vector<std::int64_t> images;  // ids, in order
};
struct AssembledPart {
  CaptureTarget target;
  std::optional<std::int64_t> declared;  // sheets, by its cover
  std::int64_t sheets = 0;               // without covers
  std::vector<AssembledDocument> documents;
};
struct Assembly {
  std::vector<AssembledPart> parts;
  std::vector<std::int64_t> covers;      // images that are covers, and blank backs of covers
  std::vector<std::string> problems;     // each must be settled first, in words
  std::vector<std::string> differences;  // counts that a person may accept with a reason
};

// `images` in any order. `given`: where pages go that stand before the first cover.
[[nodiscard]] Assembly assemble(std::vector<PlacedImage> images, const CaptureTarget& given);

// The second pass of a stack of `fronts` sheets that was turned over as a whole: its k-th sheet is the back of ...
[[nodiscard]] inline std::int64_t front_of_back(std::int64_t fronts, std::int64_t k) { return fronts + 1 - k; }

}  // namespace sogoc
