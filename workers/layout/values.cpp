#include "workers/layout/values.hpp"

#include <algorithm>
#include <regex>
#include <string>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::layout {
namespace {

bool matches(const std::string& text, const std::string& pattern) {
  return std::regex_match(text, std::regex(pattern));
}

bool is_date(const std::string& folded, const std::string& text) {
  static const std::regex kFigures(
      R"(\s*(0?[1-9]|[12][0-9]|3[01])\s*[./,-]\s*(0?[1-9]|1[0-2])\s*[./,-]\s*((1[89]|20)?[0-9]{2})\s*)");
  static const std::regex kMonth(R"(\s*(0?[1-9]|1[0-2])\s*[./-]\s*((1[89]|20)[0-9]{2})\s*)");
  static const std::regex kYear(R"(\s*(1[89]|20)[0-9]{2}\s*)");
  static const std::regex kWords(
      R"((ngay )?([0-9]{1,2}) thang ([0-9]{1,2}) nam ((1[89]|20)[0-9]{2}))");
  return std::regex_match(text, kFigures) || std::regex_match(text, kMonth) ||
         std::regex_match(text, kYear) || std::regex_match(folded, kWords);
}

bool in_list(const std::string& folded, const CodeList& list) {
  for (const CodeValue& value : list.values) {
    if (folded == metadata::folded(value.text)) return true;
    for (const std::string& other : value.also)
      if (folded == metadata::folded(other)) return true;
  }
  return false;
}

// As the list has it, capitals and the placing of tone marks apart: "E Đê" is no spelling of "Ê Đê".
bool spelled_as(const std::string& text, const CodeList& list) {
  const std::string own = metadata::same_case(text);
  return std::any_of(list.values.begin(), list.values.end(), [&](const CodeValue& value) {
    return own == metadata::same_case(value.text) ||
           std::any_of(value.also.begin(), value.also.end(), [&](const std::string& other) { return own == metadata::same_case(other); });
  });
}

const CodeList* list_of(const RegisterField& field, const RegisterCatalog& catalog) {
  if (!field.codes.empty()) return catalog.codes(field.codes);
  if (field.kind == RegisterValueKind::sex) return catalog.codes("sex");
  if (field.kind == RegisterValueKind::ethnicity) return catalog.codes("ethnicity");
  if (field.kind == RegisterValueKind::nationality) return catalog.codes("nationality");
  return nullptr;
}

bool ends_in_sign(std::string_view text) {
  const std::string whole = metadata::trimmed(text, " ");
  return !whole.empty() && std::string_view(".,:;-_'\"").find(whole.back()) != std::string_view::npos;
}

bool has_figures(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

ExpectedValue expected_in(const RegisterField& field, const RegisterCatalog& catalog) {
  return {field.kind, list_of(field, catalog)};
}

bool has_grammar(const RegisterField& field) {
  switch (field.kind) {
    case RegisterValueKind::date:
    case RegisterValueKind::number:
    case RegisterValueKind::entry_number:
    case RegisterValueKind::book_number:
    case RegisterValueKind::page_number:
    case RegisterValueKind::sex:
    case RegisterValueKind::ethnicity:
    case RegisterValueKind::nationality:
    case RegisterValueKind::id:
    case RegisterValueKind::code:
    case RegisterValueKind::name:
      return true;
    default:
      return !field.pattern.empty();
  }
}

bool fits(std::string_view given, const RegisterField& field, const RegisterCatalog& catalog) {
  const std::string text = metadata::trimmed(given, ".:;");
  if (!field.pattern.empty() && !matches(text, field.pattern)) return false;
  const std::string folded = metadata::folded(text);
  switch (field.kind) {
    case RegisterValueKind::date:
      return is_date(folded, text);
    case RegisterValueKind::number:
    case RegisterValueKind::page_number:
      return field.pattern.empty() ? matches(text, R"([0-9][0-9.,  ]*)") : true;
    case RegisterValueKind::entry_number:
    case RegisterValueKind::book_number:
      return matches(text, R"([0-9]{1,5}[A-Za-z]?(\s*[/-]\s*((19|20)?[0-9]{2}))?)");
    case RegisterValueKind::id:
      return matches(text, R"([0-9]{9}|[0-9]{12}|[A-Z]{1,2}[0-9]{6,8})");
    case RegisterValueKind::name:
      // A name that ends in a sign is more than a name: a speck, or the leader.
      return !has_figures(text) && text.find(' ') != std::string::npos && !ends_in_sign(given);
    case RegisterValueKind::place:
      return !ends_in_sign(given);
    case RegisterValueKind::sex:
    case RegisterValueKind::ethnicity:
    case RegisterValueKind::nationality:
    case RegisterValueKind::code: {
      // "Nữ." is more than is on the list: a speck of a worn page, or something written.
      if (metadata::trimmed(given, " ") != text) return false;
      const CodeList* list = list_of(field, catalog);
      return list == nullptr || in_list(folded, *list);
    }
    default:
      return true;
  }
}

std::string doubt_about(std::string_view text, const RegisterField& field,
                        const RegisterCatalog& catalog) {
  if (!fits(text, field, catalog)) return "it is no " + std::string(name(field.kind));
  // "8-1-1997" that lost its slim middle.
  static const std::regex kMonth(R"(\s*[0-9]{1,2}\s*[./,-]\s*[0-9]{2,4}\s*)");
  if (field.kind == RegisterValueKind::date && std::regex_match(std::string(text), kMonth))
    return "it has no day";
  // "09/12/19" of 1999: two figures of the year may have been written beyond the place that was read.
  static const std::regex kCutYear(R"(.*[./,-]\s*(19|20)\s*)");
  if (field.kind == RegisterValueKind::date && std::regex_match(std::string(text), kCutYear)) return "its year may be cut";
  if (const CodeList* list = list_of(field, catalog); list != nullptr && !spelled_as(metadata::trimmed(text, ".:; "), *list))
    return "the list spells it otherwise";
  return {};
}

}  // namespace sogoc::layout
