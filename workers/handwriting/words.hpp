#pragma once

// What a Vietnamese hand is likely to write: a soft prior on words. Never forbids anything.

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace sogoc::handwriting {

class Words {
 public:
  // A word or two that follow each other a line, lower case, + before the commonest words; a missing
  // file gives syllable rules alone.
  [[nodiscard]] static Words load(const std::filesystem::path& file);

  // Natural logarithm, 0 for a frequent word, above for the commonest and for one that usually follows
  // `before`, below for others.
  [[nodiscard]] double prior(std::u32string_view before, std::u32string_view word) const;

 private:
  std::unordered_map<std::string, bool> frequent_;  // true: among the commonest
  std::unordered_set<std::string> pairs_;           // "tại nhà"
};

}  // namespace sogoc::handwriting
