#include <cstring>
#include <stdexcept>

#include "scanners/sane_trace_private.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kMostOptions = 2000, kMostWords = 10'000;

bool has_words(SANE_Int type) { return type == SANE_TYPE_BOOL || type == SANE_TYPE_INT || type == SANE_TYPE_FIXED; }

void read_value(SaneDevice& device, SANE_Int index, TracedOption& option) {
  if ((option.cap & SANE_CAP_SOFT_DETECT) == 0 || (option.cap & SANE_CAP_INACTIVE) != 0 || option.size < 1) return;
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(option.size) + 1, 0);
  if (!has_words(option.type) && option.type != SANE_TYPE_STRING) return;
  if (device.control(index, SANE_ACTION_GET_VALUE, bytes.data(), nullptr) != SANE_STATUS_GOOD) return;
  if (option.type == SANE_TYPE_STRING) {
    option.text = reinterpret_cast<const char*>(bytes.data());
  } else {
    option.value.resize(static_cast<std::size_t>(option.size) / sizeof(SANE_Word));
    std::memcpy(option.value.data(), bytes.data(), option.value.size() * sizeof(SANE_Word));
  }
}

}  // namespace

std::vector<TracedOption> options_of(SaneDevice& device) {
  std::vector<TracedOption> options;
  for (SANE_Int index = 0; const SANE_Option_Descriptor* about = device.option(index); ++index) {
    TracedOption option;
    option.name = about->name != nullptr ? about->name : "";
    option.type = about->type;
    option.unit = about->unit;
    option.size = about->size;
    option.cap = about->cap;
    switch (about->constraint_type) {
      case SANE_CONSTRAINT_RANGE: option.range = *about->constraint.range; break;
      case SANE_CONSTRAINT_WORD_LIST:
        option.words.assign(about->constraint.word_list + 1, about->constraint.word_list + 1 + about->constraint.word_list[0]);
        break;
      case SANE_CONSTRAINT_STRING_LIST:
        for (const SANE_String_Const* text = about->constraint.string_list; *text != nullptr; ++text) option.strings.emplace_back(*text);
        break;
      case SANE_CONSTRAINT_NONE: break;
    }
    read_value(device, index, option);
    options.push_back(std::move(option));
    if (options.size() == kMostOptions) break;
  }
  return options;
}

Json to_json(const std::vector<TracedOption>& options) {
  Json list = Json::array();
  for (const TracedOption& option : options) {
    Json json = {{"name", option.name}, {"type", option.type}, {"unit", option.unit}, {"size", option.size}, {"cap", option.cap}};
    if (option.range) json["range"] = {option.range->min, option.range->max, option.range->quant};
    if (!option.words.empty()) json["words"] = option.words;
    if (!option.strings.empty()) json["strings"] = option.strings;
    if (!option.value.empty()) json["value"] = option.value;
    if (!option.text.empty()) json["text"] = option.text;
    list.push_back(std::move(json));
  }
  return list;
}

std::vector<TracedOption> traced_options_in(const Json& json) {
  if (!json.is_array() || json.size() > kMostOptions) throw std::invalid_argument("no list of options");
  std::vector<TracedOption> options;
  for (const Json& one : json) {
    TracedOption option;
    option.name = one.at("name").get<std::string>();
    option.type = one.at("type").get<SANE_Int>();
    option.unit = one.at("unit").get<SANE_Int>();
    option.size = one.at("size").get<SANE_Int>();
    option.cap = one.at("cap").get<SANE_Int>();
    if (one.contains("range")) option.range = SANE_Range{one["range"].at(0), one["range"].at(1), one["range"].at(2)};
    option.words = one.value("words", option.words);
    option.strings = one.value("strings", option.strings);
    option.value = one.value("value", option.value);
    option.text = one.value("text", option.text);
    if (option.type < SANE_TYPE_BOOL || option.type > SANE_TYPE_GROUP || option.size < 0 || option.size > 1 << 20 || option.words.size() > kMostWords ||
        option.value.size() * sizeof(SANE_Word) > static_cast<std::size_t>(option.size) ||
        (!option.text.empty() && option.text.size() >= static_cast<std::size_t>(option.size)))
      throw std::invalid_argument("an option that is none of SANE's");
    options.push_back(std::move(option));
  }
  return options;
}

}  // namespace sogoc
