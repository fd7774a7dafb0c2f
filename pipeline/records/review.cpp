#include "pipeline/records/review.hpp"

#include <algorithm>

#include "pipeline/core/utf8.hpp"
#include "pipeline/records/completeness.hpp"

namespace sogoc {
namespace {

struct Letters {
  const char32_t* marked;
  char plain;
};
constexpr Letters kLetters[] = {{U"aàáảãạăằắẳẵặâầấẩẫậAÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ", 'a'}, {U"eèéẻẽẹêềếểễệEÈÉẺẼẸÊỀẾỂỄỆ", 'e'},
                                {U"iìíỉĩịIÌÍỈĨỊ", 'i'},                         {U"oòóỏõọôồốổỗộơờớởỡợOÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ", 'o'},
                                {U"uùúủũụưừứửữựUÙÚỦŨỤƯỪỨỬỮỰ", 'u'},             {U"yỳýỷỹỵYỲÝỶỸỴ", 'y'},
                                {U"dđDĐ", 'd'}};

char32_t plain(char32_t c) {
  for (const Letters& letters : kLetters)
    if (std::u32string_view(letters.marked).find(c) != std::u32string_view::npos) return static_cast<char32_t>(letters.plain);
  return c >= U'A' && c <= U'Z' ? c + 32 : c;
}

double legal_weight(const FormField& field) {
  if (!field.binding) return 0.2;
  switch (field.kind) {
    case FieldKind::name:
    case FieldKind::date:
    case FieldKind::entry_number:
    case FieldKind::id: return 1;
    case FieldKind::sex:
    case FieldKind::place:
    case FieldKind::number: return 0.8;
    default: return 0.6;
  }
}

void offer(std::vector<std::string>& list, const std::string& text, const std::string& value) {
  if (text != value && std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

}  // namespace

std::string without_marks(std::string_view text) {
  std::u32string out;
  for (const char32_t c : code_points(text)) {
    constexpr char32_t kFirstMark = 0x300, kLastMark = 0x36F;
    if (c < kFirstMark || c > kLastMark) out.push_back(plain(c));
  }
  return to_utf8(out);
}

bool learns(FieldKind kind) {
  return kind == FieldKind::name || kind == FieldKind::place || kind == FieldKind::ethnicity || kind == FieldKind::nationality ||
         kind == FieldKind::text;
}

ReviewHint review_hint(const FormField& field, const FieldReading& reading, const BookDictionary& dictionary, int checks) {
  ReviewHint hint;
  hint.alternatives = reading.alternatives;
  hint.why = reading.doubts;
  const EntryValue value = value_of_reading(reading);
  if (value.state == EntryValueState::unread || value.state == EntryValueState::illegible) {
    hint.why.push_back(value.state == EntryValueState::unread ? "was not read" : "could not be read");
    return hint;
  }
  hint.doubt = 1 - reading.confidence.fraction();
  if (reading.sure) hint.doubt = std::min(hint.doubt, 0.05);
  if (!reading.doubts.empty()) hint.doubt = std::max(hint.doubt, 0.5);
  if (checks > 0) {
    hint.doubt = std::max(hint.doubt, 0.7);
    hint.why.push_back("a check speaks against it");
  }
  const auto known = dictionary.find(field.kind);
  if (learns(field.kind) && value.state == EntryValueState::written && known != dictionary.end()) {
    const auto same = known->second.find(value.text);
    if (same != known->second.end()) {
      // Persons confirmed this very value elsewhere in the book: likelier, never certain.
      hint.doubt *= same->second >= 3 ? 0.5 : 0.7;
    } else {
      const std::string bare = without_marks(value.text);
      for (const auto& [text, count] : known->second) {
        if (without_marks(text) != bare) continue;
        offer(hint.alternatives, text, value.text);
        if (count >= 2) {
          hint.doubt = std::max(hint.doubt, 0.6);
          hint.why.push_back("confirmed fields of this book write it with other marks");
        }
      }
    }
  }
  const std::string bare = without_marks(value.text);
  hint.tone_marks = std::any_of(hint.alternatives.begin(), hint.alternatives.end(),
                                [&](const std::string& other) { return without_marks(other) == bare; });
  return hint;
}

void heed_neighbours(ReviewHint& hint, const EntryValue& value, const std::string& expected) {
  if (expected.empty()) return;
  if (value.state == EntryValueState::written && leading_number(value.text) == leading_number(expected) &&
      (!trailing_year(value.text) || trailing_year(value.text) == trailing_year(expected))) {
    hint.doubt *= 0.5;
    return;
  }
  std::erase(hint.alternatives, expected);
  hint.alternatives.insert(hint.alternatives.begin(), expected);
  if (value.state == EntryValueState::written) {
    hint.doubt = std::max(hint.doubt, 0.9);
    hint.why.push_back("the numbers before and after it say otherwise");
  }
}

double review_weight(const FormField& field, const ReviewHint& hint) {
  const double weight = legal_weight(field) * hint.doubt;
  return field.binding && hint.tone_marks ? 1 + weight : weight;
}

KeyingOutcome settle_keying(const std::vector<KeyedValue>& keyed) {
  for (std::size_t i = 1; i < keyed.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (keyed[i].value == keyed[j].value && keyed[i].by != keyed[j].by) return {KeyingState::agreed, keyed[i].value, keyed[i].by};
  if (keyed.size() < 2) return {};
  return {keyed.size() == 2 ? KeyingState::disputed : KeyingState::split, {}, ""};
}

}  // namespace sogoc
