#pragma once

// What a Vietnamese hand is likely to write: a soft prior on words. Never forbids anything.

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace sogoc::handwriting {

// What a line is about: "thi" is frequent in letters ("thi hành án"), in a name it is "thị" without its dot.
enum class Subject { names, anything };

class Words {
 public:
  // A word or two that follow each other a line, lower case; before a word + for the commonest, ~ for those
  // that are frequent in no name or place. A missing file gives syllable rules alone.
  [[nodiscard]] static Words load(const std::filesystem::path& file);

  // Natural logarithm, 0 for a frequent word, above for the commonest and for one that usually follows
  // `before`, below for others.
  [[nodiscard]] double prior(std::u32string_view before, std::u32string_view word,
                             Subject subject = Subject::anything) const;

 private:
  enum class Share { common, commonest, not_in_names };
  std::unordered_map<std::string, Share> frequent_;
  std::unordered_set<std::string> pairs_;           // "tại nhà"
};

}  // namespace sogoc::handwriting
