#include "workers/copy_write/filled_form.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "workers/pdf_write/clean_text.hpp"

namespace sogoc {
namespace {

// Characters that show nothing, reverse the reading order or mean different things on different
// machines have no place on a paper that certifies what is written.
bool may_be_certified(char32_t point) {
  if (point == U'\n' || point == U'\t' || point == U'\r') return true;
  const auto type = u_charType(static_cast<UChar32>(point));
  return type != U_CONTROL_CHAR && type != U_FORMAT_CHAR && type != U_PRIVATE_USE_CHAR &&
         type != U_SURROGATE && type != U_UNASSIGNED && type != U_LINE_SEPARATOR &&
         type != U_PARAGRAPH_SEPARATOR && point != 0xFFFD;
}

// Clean lines, '\n' kept between them.
std::string clean_lines(std::string_view text) {
  std::string clean;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string line = clean_text(text.substr(from, end - from));
    if (!line.empty()) clean += (clean.empty() ? "" : "\n") + line;
    from = end + 1;
  }
  return clean;
}

std::string upper(const std::string& text) {
  std::string large;
  icu::UnicodeString::fromUTF8(text).toUpper(icu::Locale("vi")).toUTF8String(large);
  return clean_lines(large);
}

std::string_view said(Wanted wanted, bool there) {
  if (wanted == Wanted::required && !there) return "missing";
  if (wanted == Wanted::none && there) return "not foreseen";
  return "";
}

}  // namespace

Result<FilledForm> FilledForm::fill(CopyTemplate form, const CopyDraft& draft) {
  FilledForm filled;
  std::vector<std::string> faults;
  const auto take = [&](const std::string& what, const std::string& text) {
    for (const char32_t point : code_points(text))
      if (!may_be_certified(point)) {
        faults.push_back(fmt::format("{} holds U+{:04X}, which cannot stand in a copy", what,
                                     static_cast<unsigned>(point)));
        return std::string();
      }
    return clean_lines(text);
  };
  const auto& keys = copy_value_keys();
  for (const auto& [key, value] : draft.values) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end() || key == "form" || key == "image_pages")
      faults.push_back(fmt::format("the value '{}' is unknown", key));
    else if (!filled.values_.emplace(key, take("'" + key + "'", value)).second)
      faults.push_back(fmt::format("the value '{}' is given twice", key));
  }
  filled.values_["form"] = form.form;
  if (draft.images && !draft.images->pages.empty())
    filled.values_["image_pages"] = fmt::format("{}", draft.images->pages.size());
  for (const std::string& key : required_values(form))
    if (filled.value(key).empty()) faults.push_back(fmt::format("the value '{}' is missing", key));
  for (std::size_t i = 0; i < draft.fields.size(); ++i) {
    const std::string what = fmt::format("field {}", i + 1);
    filled.fields_.push_back({take(what, draft.fields[i].label), take(what, draft.fields[i].value)});
  }
  const auto need = [&](std::string_view what, Wanted wanted, bool there) {
    if (const auto fault = said(wanted, there); !fault.empty())
      faults.push_back(fmt::format("{} {} {}", what, what.ends_with('s') ? "are" : "is", fault));
  };
  const bool has_images = draft.images && !draft.images->pages.empty();
  need("pages", form.images, has_images);
  need("fields", form.fields, !draft.fields.empty());
  need("the QR payload", form.qr, !draft.qr_payload.empty());
  if (!has_images && form.parts.empty()) faults.emplace_back("there is nothing to show");
  filled.signed_ = !draft.signatures.empty();
  if (filled.signed_ || !form.may_be_unsigned) {
    std::vector<std::string> roles;
    for (const CopySignatureField& signature : draft.signatures) roles.push_back(signature.name);
    if (roles != form.signatures)
      faults.push_back(fmt::format("the signatures must be [{}]", fmt::join(form.signatures, ", ")));
  }
  const auto pages = has_images ? draft.images->pages.size() : 0;
  for (const CopyMark& mark : draft.marks)
    if (mark.page < 1 || static_cast<std::size_t>(mark.page) > pages || !(mark.left >= 0) ||
        !(mark.top >= 0) || !(mark.right <= 1) || !(mark.bottom <= 1) ||
        !(mark.left < mark.right) || !(mark.top < mark.bottom))
      faults.emplace_back("a marked entry does not lie on a page of the copy");
  if (!draft.marks.empty() && form.band.frame_note.empty())
    faults.emplace_back("this form does not mark entries");
  if (!faults.empty())
    return fail(ErrorCode::usage, Retry::after_operator, form.kind,
                fmt::format("the copy cannot be composed: {}", fmt::join(faults, "; ")));
  filled.form_ = std::move(form);
  return filled;
}

bool FilledForm::shows(const std::string& when) const { return when.empty() || !value(when).empty(); }

std::string FilledForm::value(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? std::string() : found->second;
}

void FilledForm::set_page(std::size_t page, std::size_t pages) {
  values_["page"] = fmt::format("{}", page);
  values_["pages"] = fmt::format("{}", pages);
}

std::vector<StyledRun> FilledForm::runs(std::string_view text, bool bold, bool italic) const {
  std::vector<StyledRun> runs;
  StyledRun run{"", bold, italic};
  const auto close = [&] {
    if (!run.text.empty()) runs.push_back(run);
    run.text.clear();
  };
  for (std::size_t at = 0; at < text.size();) {  // the text was checked when it was loaded
    if (text[at] == '<') {
      close();
      const std::size_t end = text.find('>', at);
      const std::string_view tag = text.substr(at + 1, end - at - 1);
      if (tag.ends_with('b')) run.bold = bold || tag == "b";
      if (tag.ends_with('i')) run.italic = italic || tag == "i";
      at = end + 1;
    } else if (text[at] == '{') {
      const std::size_t end = text.find('}', at);
      std::string key(text.substr(at + 1, end - at - 1));
      const bool large = key.ends_with("|upper");
      if (large) key.resize(key.size() - 6);
      run.text += large ? upper(value(key)) : value(key);
      at = end + 1;
    } else {
      run.text += text[at++];
    }
  }
  close();
  return runs;
}

std::string FilledForm::plain(std::string_view text) const {
  std::string whole;
  for (const StyledRun& run : runs(text)) whole += run.text;
  return clean_text(whole);
}

}  // namespace sogoc
