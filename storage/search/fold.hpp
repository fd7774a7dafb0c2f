#pragma once

// Words of Vietnamese text and the two forms in which they are searched. Pure.
//
//   as written   exact        plain
//   Nguyễn       nguyên~      nguyen        case folded; tone moved to the end of the word, so
//   hoà, hòa     hoa`         hoa           that hòa and hoà are one word; plain has no marks
//   Đường        đương`       duong         and d for đ

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sogoc {

// Bytes [begin, end) of a word: letters, digits and the marks on them.
struct WordSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const WordSpan&, const WordSpan&) = default;
};

// Any bytes are text: what is no UTF-8 separates words.
[[nodiscard]] std::vector<WordSpan> words_of(std::string_view utf8);

// One word, or any text without blanks.
[[nodiscard]] std::string fold_word_exact(std::string_view word);
[[nodiscard]] std::string fold_word_plain(std::string_view word);

// All words, with single blanks between them.
[[nodiscard]] std::string fold_exact(std::string_view utf8);
[[nodiscard]] std::string fold_plain(std::string_view utf8);

// Whether a fold to plain loses something: "van" no, "văn" yes.
[[nodiscard]] bool has_marks(std::string_view word);

}  // namespace sogoc
