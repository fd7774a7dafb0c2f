#include "workers/pdf_read/content_operands.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace sogoc::pdf {

Operand operand_of(const QPDFTokenizer::Token& token) {
  Operand operand;
  switch (token.getType()) {
    case QPDFTokenizer::tt_integer:
    case QPDFTokenizer::tt_real: {
      operand.kind = Operand::Kind::number;
      const double value = std::strtod(token.getValue().c_str(), nullptr);
      operand.number = std::isfinite(value) ? std::clamp(value, -1e9, 1e9) : 0;
      break;
    }
    case QPDFTokenizer::tt_name:
      operand.kind = Operand::Kind::name;
      operand.text = token.getValue();
      break;
    case QPDFTokenizer::tt_string:
      operand.kind = Operand::Kind::string;
      operand.length = token.getValue().size();
      operand.text = token.getValue();
      break;
    default: break;
  }
  return operand;
}

Operand joined(Operand last, const QPDFTokenizer::Token& token) {
  last.length = (last.kind == Operand::Kind::string ? last.length : 0) + token.getValue().size();
  last.kind = Operand::Kind::string;
  return last;
}

std::string last_name(const Operands& operands) {
  return !operands.empty() && operands.back().kind == Operand::Kind::name ? operands.back().text
                                                                          : std::string();
}

}  // namespace sogoc::pdf
