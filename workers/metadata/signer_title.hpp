#pragma once

// The lines of a signer's title: which belong together, what a seal hid of them, and whether one is
// missing. Lines are upper-case, top to bottom, as tidied by signer_block.

#include <string>
#include <string_view>
#include <vector>

#include "workers/metadata/rule_words.hpp"

namespace sogoc::metadata {

// Does `text` go on with the last of `lines`, rather than begin a line of its own?
[[nodiscard]] bool continues_title(const std::string& text, const std::vector<std::string>& lines,
                                   const RuleWords& words);
// Puts right what differs from a known title by a blank or one letter, and completes a title that
// is the end of the title of this body's head. True when letters were added or changed.
bool mend_titles(std::vector<std::string>& lines, const RuleWords& words, std::string_view organ);
// The line is a known title to the letter, perhaps after a power and PHÓ.
[[nodiscard]] bool is_known_title(const std::string& line, const RuleWords& words);
// No line is a title, or below a power nobody says what he is himself.
[[nodiscard]] bool lacks_a_line(const std::vector<std::string>& lines, const RuleWords& words);

// "KT. X" above "?? X" can only be "KT. X / PHÓ X": restores a power or a PHÓ that a seal hides.
// True when something was completed.
bool complete_deputy(std::vector<std::string>& lines, const RuleWords& words,
                     std::string_view organ);

}  // namespace sogoc::metadata
