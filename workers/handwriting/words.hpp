#pragma once

// What a Vietnamese hand is likely to write: a soft prior on words. Never forbids anything.

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sogoc::handwriting {

class Words {
 public:
  // A word a line, lower case, + before the commonest; a missing file gives syllable rules alone.
  [[nodiscard]] static Words load(const std::filesystem::path& file);

  // Natural logarithm, 0 for a frequent word, above for the commonest, below for others; depends on
  // the word alone.
  [[nodiscard]] double prior(std::u32string_view word) const;

 private:
  std::unordered_map<std::string, bool> frequent_;  // true: among the commonest
};

}  // namespace sogoc::handwriting
