#pragma once

// The values of a closed list (sex, ethnicity, kinds of land) as a judge for the search. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace sogoc::handwriting {

class Phrases {
 public:
  Phrases() = default;
  // UTF-8; each may be written as it stands, with a small first letter, all small, or in capitals.
  explicit Phrases(const std::vector<std::string>& values);

  [[nodiscard]] bool empty() const { return ways_.empty(); }
  [[nodiscard]] bool may_begin(std::u32string_view prefix) const;
  [[nodiscard]] bool has(std::u32string_view text) const;

 private:
  std::vector<std::u32string> ways_;  // sorted, each once
};

}  // namespace sogoc::handwriting
