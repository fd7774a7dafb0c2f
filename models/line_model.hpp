#pragma once

// The network that reads handwritten lines, the letters it knows and its words.
// models/handwriting/README.md says how it was made.

#include <filesystem>
#include <string>

#include "models/network_file.hpp"

namespace sogoc {

inline constexpr NetworkPlace kLineNetwork{"SOGOC_HANDWRITING", "handwriting", "the line recogniser"};

struct LineModel : NetworkFile {
  std::u32string letters;       // class i of the network is letters[i - 1]
  double evenness = 1;          // exponent that makes its confidence true on unseen handwriting
  std::filesystem::path words;  // a frequent word a line; may be missing
};

// Fails as find_network_file does.
[[nodiscard]] Result<LineModel> find_line_model();
// The same in one folder.
[[nodiscard]] Result<LineModel> load_line_model(const std::filesystem::path& folder);

}  // namespace sogoc
