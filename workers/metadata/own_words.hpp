#pragma once

// A document corrects itself: a word of the subject that was read with doubt, but stands often and
// clearly in the body, is taken from there. Nothing is taken from outside the document.

#include <map>
#include <span>
#include <string>
#include <vector>

#include "workers/metadata/sheet.hpp"

namespace sogoc::metadata {

class OwnWords {
 public:
  explicit OwnWords(std::span<const Sheet> sheets);
  void correct(std::vector<Word>& words) const;

 private:
  struct Count {
    std::string written;
    int times = 0;
  };
  std::map<std::string, std::vector<Count>> by_letters_;  // folded -> spellings
  std::vector<std::string> abbreviations_;                // upper-case ones seen clearly and often
};

}  // namespace sogoc::metadata
