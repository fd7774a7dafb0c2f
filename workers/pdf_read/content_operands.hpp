#pragma once

// Private to this folder. What stands before an operator of a content stream.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <qpdf/QPDFTokenizer.hh>

namespace sogoc::pdf {

struct Operand {
  enum class Kind : std::uint8_t { number, name, string, other } kind = Kind::other;
  double number = 0;
  std::string text;        // name with its slash; bytes of a string
  std::size_t length = 0;  // of a string
};
using Operands = std::vector<Operand>;

[[nodiscard]] Operand operand_of(const QPDFTokenizer::Token& token);
// `token` is a string; the text of `last` stays. Strings of an endless TJ array are still counted.
[[nodiscard]] Operand joined(Operand last, const QPDFTokenizer::Token& token);

// The last `count` operands when all are numbers.
template <std::size_t count>
[[nodiscard]] std::optional<std::array<double, count>> numbers(const Operands& operands) {
  if (operands.size() < count) return std::nullopt;
  std::array<double, count> values{};
  for (std::size_t i = 0; i < count; ++i) {
    const Operand& operand = operands[operands.size() - count + i];
    if (operand.kind != Operand::Kind::number) return std::nullopt;
    values[i] = operand.number;
  }
  return values;
}

// "" when the last operand is no name.
[[nodiscard]] std::string last_name(const Operands& operands);

}  // namespace sogoc::pdf
