#pragma once

// Comparing what an OCR engine read with wording that is known: without tone marks, case and
// punctuation, and with some wrong letters allowed. Values that are kept are never folded.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sogoc::metadata {

// Text folded to ASCII, and where in the source each folded byte came from.
struct Folded {
  std::string text;                  // a-z, 0-9, single blanks; with punctuation: ASCII
  std::vector<std::size_t> origin;   // byte offset in the source; one longer than text
};

enum class Keep { letters, punctuation };

// letters: everything but letters and digits becomes one blank. punctuation: ASCII punctuation
// stays, dashes and slashes of any kind become '-' and '/', any other character becomes '~'.
[[nodiscard]] Folded fold(std::string_view text, Keep keep = Keep::letters);
[[nodiscard]] inline std::string folded(std::string_view text) { return fold(text).text; }

[[nodiscard]] int edit_distance(std::string_view a, std::string_view b);

// How many wrong letters a known wording of that folded length may have: 0 up to 5 letters, 1 up
// to 11, then one in seven.
[[nodiscard]] int allowed_errors(std::size_t folded_length);
[[nodiscard]] bool resembles(std::string_view folded_text, std::string_view folded_known);
// Like resembles, for the beginning of a text, ending at a word's end. Returns the number of
// bytes of `folded_text` that the wording takes, or npos.
[[nodiscard]] std::size_t starts_like(std::string_view folded_text, std::string_view folded_known);

struct Found {
  std::size_t begin = std::string::npos;  // in the folded text
  std::size_t end = 0;
  int errors = 0;
  [[nodiscard]] bool ok() const { return begin != std::string::npos; }
};
// The best place of a wording inside a text.
[[nodiscard]] Found find_like(std::string_view folded_text, std::string_view folded_known);

// Letters of either case in a text.
struct LetterCount {
  int upper = 0;
  int lower = 0;
  int digits = 0;
  [[nodiscard]] int letters() const { return upper + lower; }
  [[nodiscard]] bool mostly_upper() const { return letters() > 0 && upper * 10 >= letters() * 7; }
};
[[nodiscard]] LetterCount count_letters(std::string_view text);

// "Nguyễn", "Y": one upper-case letter, then lower-case letters only.
[[nodiscard]] bool is_capitalised(std::string_view word);
[[nodiscard]] std::string nfc(std::string_view text);
// Upper and lower case written alike: for comparing with tone marks but without case. Both ways
// of placing a tone mark (hòa, hoà; ủy, uỷ) become one.
[[nodiscard]] std::string same_case(std::string_view text);
// Without the five tone marks; â, ă, ê, ô, ơ, ư and đ stay.
[[nodiscard]] std::string toneless(std::string_view text);
// A text of the case of `model`: all upper, capitalised or lower.
[[nodiscard]] std::string in_case_of(std::string_view model, std::string_view text);

[[nodiscard]] std::vector<std::string> split_words(std::string_view text);
// Without blanks and the given characters at both ends.
[[nodiscard]] std::string trimmed(std::string_view text, std::string_view characters = "");

}  // namespace sogoc::metadata
