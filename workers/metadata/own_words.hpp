#pragma once

// A document corrects itself: a word of the head that was read with doubt, but stands often and
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
  // Only tone marks of words change, and worn abbreviations.
  void correct(std::vector<Word>& words) const;

 private:
  using Spellings = std::map<std::string, int>;  // lower case, and how often
  [[nodiscard]] static const std::string* agreed(const std::map<std::string, Spellings>& counts,
                                                 const std::string& key, int percent);
  std::map<std::string, Spellings> words_;   // by folded word
  std::map<std::string, Spellings> pairs_;   // by two folded words
  std::vector<std::string> abbreviations_;   // upper-case ones seen clearly and often
};

// False for a syllable that Vietnamese cannot have: one that ends in p, t, c or ch without an
// acute or a dot below ("Tet"). Foreign words are false, too.
[[nodiscard]] bool may_be_syllable(std::string_view word);

}  // namespace sogoc::metadata
