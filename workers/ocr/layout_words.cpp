#include "workers/ocr/layout_words.hpp"

#include <algorithm>
#include <array>

namespace sogoc::ocr {
namespace {

struct Phrase {
  std::string_view text;
  int weight;
};

// What signing programs print: VGCA, VNPT, Viettel and the templates of the Government Cipher
// Committee. "Thời gian ký" also stands in log tables, hence the weights and the place rule.
constexpr std::array kSignatureMarks = {
    Phrase{"Người ký", 1},   Phrase{"Ký bởi", 1},       Phrase{"Được ký bởi", 1},
    Phrase{"Ký điện tử", 1}, Phrase{"Thời gian ký", 2}, Phrase{"Ngày ký:", 1},
    Phrase{"Signed by", 1},  Phrase{"Signing time", 2}, Phrase{"Cơ quan:", 1},
    Phrase{"Tổ chức:", 1},   Phrase{"Email:", 1},       Phrase{"Chức vụ:", 1},
    Phrase{"+07:00", 2},     Phrase{"+07'00'", 2},
};

}  // namespace

bool begins_block(std::string_view line) { return line.starts_with("Kính gửi"); }

int signature_mark_weight(std::string_view line) {
  int weight = 0;
  for (const Phrase& phrase : kSignatureMarks) {
    if (line.find(phrase.text) != std::string_view::npos) weight = std::max(weight, phrase.weight);
  }
  return weight;
}

bool opens_right_head(std::string_view first_word, std::string_view second_word) {
  return first_word == "CỘNG" && (second_word == "HÒA" || second_word == "HOÀ");
}

}  // namespace sogoc::ocr
