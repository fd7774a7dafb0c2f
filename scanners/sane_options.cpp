#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "scanners/faults.hpp"
#include "scanners/sane_options_private.hpp"

namespace sogoc {
namespace {

double plain(SANE_Word word, SANE_Value_Type type) { return type == SANE_TYPE_FIXED ? SANE_UNFIX(word) : word; }
SANE_Word word_of(double value, SANE_Value_Type type) {
  return type == SANE_TYPE_FIXED ? SANE_FIX(value) : static_cast<SANE_Word>(std::lround(value));
}

const char* unit_of(SANE_Unit unit) {
  switch (unit) {
    case SANE_UNIT_DPI: return " dpi";
    case SANE_UNIT_MM: return " mm";
    case SANE_UNIT_PIXEL: return " px";
    case SANE_UNIT_PERCENT: return " %";
    default: return "";
  }
}

std::optional<double> number_in(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || end != text.c_str() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool is_number(const SANE_Option_Descriptor& about) {
  return (about.type == SANE_TYPE_INT || about.type == SANE_TYPE_FIXED) && about.size == SANE_Int{sizeof(SANE_Word)};
}

}  // namespace

tl::unexpected<Error> fail_sane(SANE_Status status, const std::string& device) {
  switch (status) {
    case SANE_STATUS_JAMMED: return device_fault(DeviceFault::jam, device);
    case SANE_STATUS_COVER_OPEN: return device_fault(DeviceFault::cover_open, device);
    case SANE_STATUS_NO_DOCS: return device_fault(DeviceFault::no_paper, device);
    case SANE_STATUS_DEVICE_BUSY: return device_fault(DeviceFault::busy, device);
    case SANE_STATUS_NO_MEM: return device_fault(DeviceFault::out_of_memory, device);
    case SANE_STATUS_ACCESS_DENIED: return device_fault(DeviceFault::access_denied, device);
    case SANE_STATUS_CANCELLED: return device_fault(DeviceFault::cancelled, device);
    case SANE_STATUS_INVAL: return device_fault(DeviceFault::bad_setting, device);
    case SANE_STATUS_UNSUPPORTED: return device_fault(DeviceFault::bad_setting, device);
    case SANE_STATUS_EOF: return device_fault(DeviceFault::transfer, device);
    default: return device_fault(DeviceFault::offline, device);
  }
}

std::optional<SaneOptions::Found> SaneOptions::find(const std::string& name) {
  // Option 0 says how many there are; the list may change whenever one is set, so it is looked through each time.
  for (SANE_Int i = 1;; ++i) {
    const SANE_Option_Descriptor* about = device_.option(i);
    if (about == nullptr) return std::nullopt;
    if (about->name != nullptr && name == about->name) return Found{i, about};
  }
}

bool SaneOptions::has(const std::string& name) {
  const auto found = find(name);
  return found && SANE_OPTION_IS_ACTIVE(found->about->cap) && SANE_OPTION_IS_SETTABLE(found->about->cap);
}

std::vector<std::string> SaneOptions::choices(const std::string& name) {
  std::vector<std::string> texts;
  const auto found = find(name);
  if (!found || found->about->type != SANE_TYPE_STRING || found->about->constraint_type != SANE_CONSTRAINT_STRING_LIST) return texts;
  for (const SANE_String_Const* text = found->about->constraint.string_list; *text != nullptr; ++text) texts.emplace_back(*text);
  return texts;
}

std::string SaneOptions::offer(const std::string& name) {
  const auto found = find(name);
  if (!found) return "";
  const SANE_Option_Descriptor& about = *found->about;
  if (about.type == SANE_TYPE_BOOL) return "yes, no";
  if (about.constraint_type == SANE_CONSTRAINT_STRING_LIST) return fmt::format("{}", fmt::join(choices(name), ", "));
  if (about.constraint_type == SANE_CONSTRAINT_RANGE)
    return fmt::format("{:g} to {:g}{}", plain(about.constraint.range->min, about.type), plain(about.constraint.range->max, about.type),
                       unit_of(about.unit));
  if (about.constraint_type == SANE_CONSTRAINT_WORD_LIST) {
    std::string words;
    const SANE_Word* list = about.constraint.word_list;
    for (SANE_Word i = 1; i <= list[0]; ++i) words += fmt::format("{}{:g}", i > 1 ? ", " : "", plain(list[i], about.type));
    return words + unit_of(about.unit);
  }
  return about.type == SANE_TYPE_STRING ? "a text" : "a number";
}

std::optional<double> SaneOptions::largest(const std::string& name) {
  const auto found = find(name);
  if (!found || found->about->constraint_type != SANE_CONSTRAINT_RANGE) return std::nullopt;
  return plain(found->about->constraint.range->max, found->about->type);
}

std::optional<double> SaneOptions::number(const std::string& name) {
  const auto found = find(name);
  SANE_Word word = 0;
  if (!found || !is_number(*found->about) || !SANE_OPTION_IS_ACTIVE(found->about->cap) ||
      device_.control(found->index, SANE_ACTION_GET_VALUE, &word, nullptr) != SANE_STATUS_GOOD)
    return std::nullopt;
  return plain(word, found->about->type);
}

std::string SaneOptions::text(const std::string& name) {
  const auto found = find(name);
  if (!found || found->about->type != SANE_TYPE_STRING || found->about->size < 1 || !SANE_OPTION_IS_ACTIVE(found->about->cap)) return "";
  std::vector<char> buffer(static_cast<std::size_t>(found->about->size) + 1, '\0');
  if (device_.control(found->index, SANE_ACTION_GET_VALUE, buffer.data(), nullptr) != SANE_STATUS_GOOD) return "";
  return buffer.data();
}

bool SaneOptions::in_pixels(const std::string& name) {
  const auto found = find(name);
  return found && found->about->unit == SANE_UNIT_PIXEL;
}

Done SaneOptions::put(const Found& found, void* value, const std::string& text) {
  const std::string option = found.about->name;
  const SANE_Status status = device_.control(found.index, SANE_ACTION_SET_VALUE, value, nullptr);
  if (status == SANE_STATUS_GOOD) return {};
  if (status == SANE_STATUS_INVAL || status == SANE_STATUS_UNSUPPORTED)
    return fail(ErrorCode::usage, Retry::never, shown_,
                fmt::format("the scanner does not take {} = {}; it offers: {}", option, text, offer(option)));
  return fail_sane(status, shown_);
}

Done SaneOptions::set_text(const std::string& name, const std::string& text) {
  const auto found = find(name);
  if (!found || !has(name) || found->about->type != SANE_TYPE_STRING)
    return fail(ErrorCode::usage, Retry::never, shown_, fmt::format("the scanner has no setting {} for a text", name));
  if (found->about->constraint_type == SANE_CONSTRAINT_STRING_LIST) {
    const auto known = choices(name);
    if (std::find(known.begin(), known.end(), text) == known.end())
      return fail(ErrorCode::usage, Retry::never, shown_,
                  fmt::format("the scanner does not take {} = {}; it offers: {}", name, text, offer(name)));
  }
  std::vector<char> buffer(std::max<std::size_t>(static_cast<std::size_t>(found->about->size), text.size() + 1), '\0');
  std::memcpy(buffer.data(), text.data(), text.size());
  return put(*found, buffer.data(), text);
}

Done SaneOptions::set_number(const std::string& name, double value, bool exact) {
  const auto found = find(name);
  if (!found || !has(name) || !is_number(*found->about))
    return fail(ErrorCode::usage, Retry::never, shown_, fmt::format("the scanner has no setting {} for a number", name));
  const SANE_Option_Descriptor& about = *found->about;
  const std::string text = fmt::format("{:g}", value);
  if (about.constraint_type == SANE_CONSTRAINT_RANGE) {
    const double least = plain(about.constraint.range->min, about.type), most = plain(about.constraint.range->max, about.type);
    if (value < least || value > most) {
      // A millimetre of rounding between inches and millimetres is no mistake of a person.
      const bool hardly = about.unit == SANE_UNIT_MM && value < most + 1.0 && value > least - 1.0;
      if (!hardly)
        return fail(ErrorCode::usage, Retry::never, shown_,
                    fmt::format("the scanner does not take {} = {}; it offers: {}", name, text, offer(name)));
      value = std::clamp(value, least, most);
    }
  }
  SANE_Word word = word_of(value, about.type);
  SOGOC_CHECK(put(*found, &word, text));
  const auto now = number(name);
  if (exact && now && std::abs(*now - value) > 0.01 * std::abs(value))
    return fail(ErrorCode::usage, Retry::never, shown_,
                fmt::format("the scanner makes {:g} of {} = {}; it offers: {}", *now, name, text, offer(name)));
  return {};
}

Done SaneOptions::set_any(const std::string& name, const std::string& text) {
  const auto found = find(name);
  if (!found)
    return fail(ErrorCode::usage, Retry::never, shown_, fmt::format("the scanner has no setting {}; see `sogoc scan --list --device ID`", name));
  if (!has(name))
    return fail(ErrorCode::usage, Retry::never, shown_,
                fmt::format("the setting {} cannot be changed now; another setting shuts it off", name));
  switch (found->about->type) {
    case SANE_TYPE_STRING: return set_text(name, text);
    case SANE_TYPE_BOOL: {
      if (text != "yes" && text != "no")
        return fail(ErrorCode::usage, Retry::never, shown_, fmt::format("{} is yes or no, not {}", name, text));
      SANE_Bool value = text == "yes" ? SANE_TRUE : SANE_FALSE;
      return put(*found, &value, text);
    }
    case SANE_TYPE_BUTTON: return put(*found, nullptr, text);
    default: {
      const auto value = number_in(text);
      if (!value) return fail(ErrorCode::usage, Retry::never, shown_, fmt::format("{} is a number, not {}; it offers: {}", name, text, offer(name)));
      return set_number(name, *value, false);
    }
  }
}

std::vector<std::pair<std::string, std::string>> SaneOptions::all() {
  std::vector<std::pair<std::string, std::string>> options;
  for (SANE_Int i = 1;; ++i) {
    const SANE_Option_Descriptor* about = device_.option(i);
    if (about == nullptr) return options;
    if (about->name == nullptr || about->type == SANE_TYPE_GROUP || *about->name == '\0' || !SANE_OPTION_IS_SETTABLE(about->cap)) continue;
    options.emplace_back(about->name, offer(about->name));
  }
}

}  // namespace sogoc
