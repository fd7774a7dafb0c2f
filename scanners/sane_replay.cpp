#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "scanners/sane_trace_private.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::uintmax_t kLargestTrace = 64u << 20;
constexpr SANE_Int kLargestRead = 16 << 20;

// A descriptor whose pointers lead into a TracedOption.
struct Described {
  SANE_Option_Descriptor about{};
  std::vector<SANE_Word> words;
  std::vector<SANE_String_Const> strings;
};

struct Step {
  enum class Kind : std::uint8_t { set, start, parameters, read } kind = Kind::start;
  SANE_Status status = SANE_STATUS_GOOD;
  SANE_Int index = 0, info = 0;
  Json value, real;
  std::vector<std::pair<std::size_t, TracedOption>> options;  // that changed with it
  SANE_Parameters parameters{};
  std::vector<std::pair<SANE_Int, int>> got;
};

SANE_Status status_in(const Json& json) {
  const int status = json.at("status").get<int>();
  if (status < SANE_STATUS_GOOD || status > SANE_STATUS_ACCESS_DENIED) throw std::invalid_argument("a status that is none of SANE's");
  return static_cast<SANE_Status>(status);
}

Step step_in(const Json& json) {
  Step step;
  const auto call = json.at("call").get<std::string>();
  if (call == "set") {
    step.kind = Step::Kind::set;
    step.index = json.at("index").get<SANE_Int>();
    step.info = json.at("info").get<SANE_Int>();
    step.value = json.at("value");
    step.real = json.at("real");
    if (step.real.is_array()) (void)step.real.get<std::vector<SANE_Word>>();  // it throws when they are none
    for (const Json& changed : json.value("options", Json::array()))
      step.options.emplace_back(changed.at(0).get<std::size_t>(), traced_options_in(Json::array({changed.at(1)})).front());
  } else if (call == "start") {
    step.kind = Step::Kind::start;
  } else if (call == "parameters") {
    step.kind = Step::Kind::parameters;
    const int format = json.at("format").get<int>();
    if (format < SANE_FRAME_GRAY || format > SANE_FRAME_BLUE) throw std::invalid_argument("a frame that is none of SANE's");
    step.parameters = {static_cast<SANE_Frame>(format), json.at("last").get<bool>() ? SANE_TRUE : SANE_FALSE, json.at("bytes").get<SANE_Int>(),
                       json.at("pixels").get<SANE_Int>(), json.at("lines").get<SANE_Int>(), json.at("depth").get<SANE_Int>()};
  } else if (call == "read") {
    step.kind = Step::Kind::read;
    step.got = json.at("got").get<std::vector<std::pair<SANE_Int, int>>>();
    for (const auto& [length, times] : step.got)
      if (length < 0 || length > kLargestRead || times < 1) throw std::invalid_argument("a length that cannot be");
  } else {
    throw std::invalid_argument("an unknown call");
  }
  step.status = status_in(json);
  return step;
}

class Replay final : public SaneDevice {
 public:
  Replay(std::vector<TracedOption> options, std::vector<Step> steps) : steps_(std::move(steps)) { show(std::move(options)); }

  const SANE_Option_Descriptor* option(SANE_Int index) override {
    return index >= 0 && static_cast<std::size_t>(index) < described_.size() ? &described_[static_cast<std::size_t>(index)].about : nullptr;
  }

  SANE_Status control(SANE_Int index, SANE_Action action, void* value, SANE_Int* info) override {
    const SANE_Option_Descriptor* about = option(index);
    if (info != nullptr) *info = 0;
    if (about == nullptr || (about->cap & SANE_CAP_INACTIVE) != 0 || action == SANE_ACTION_SET_AUTO) return SANE_STATUS_INVAL;
    TracedOption& now = options_[static_cast<std::size_t>(index)];
    if (action == SANE_ACTION_GET_VALUE) {
      give(now, value);
      return SANE_STATUS_GOOD;
    }
    // Settings may come in another order than then, but before the same start.
    for (std::size_t at = next_; at < steps_.size() && steps_[at].kind == Step::Kind::set; ++at) {
      const Step step = steps_[at];
      if (step.index != index || step.value != taken(now, value)) continue;
      steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(at));
      if (step.real.is_string())
        now.text = step.real.get<std::string>();
      else if (step.real.is_array())
        now.value = step.real.get<std::vector<SANE_Word>>();
      give(now, value);
      if (!step.options.empty()) change(step.options);
      if (info != nullptr) *info = step.info;
      return step.status;
    }
    return SANE_STATUS_INVAL;
  }

  SANE_Status start() override {
    while (next_ < steps_.size() && steps_[next_].kind != Step::Kind::start) ++next_;  // settings left out, reads that were given up
    if (next_ == steps_.size()) return SANE_STATUS_IO_ERROR;
    return steps_[next_++].status;
  }

  SANE_Status parameters(SANE_Parameters& parameters) override {
    if (next_ == steps_.size() || steps_[next_].kind != Step::Kind::parameters) return SANE_STATUS_IO_ERROR;
    parameters = steps_[next_].parameters;
    return steps_[next_++].status;
  }

  SANE_Status read(SANE_Byte* bytes, SANE_Int most, SANE_Int& got) override {
    got = 0;
    if (cancelled_) return SANE_STATUS_CANCELLED;
    if (next_ == steps_.size() || steps_[next_].kind != Step::Kind::read) return SANE_STATUS_IO_ERROR;
    Step& step = steps_[next_];
    if (step.got.empty()) {
      ++next_;
      return step.status;
    }
    auto& [length, times] = step.got.front();
    got = std::min(length - half_, most);  // a smaller buffer than then takes it in pieces
    for (SANE_Int i = 0; i < got; ++i, ++at_) bytes[i] = static_cast<SANE_Byte>((at_ * 2654435761u) >> 24);
    half_ += got;
    if (half_ == length) {
      half_ = 0;
      if (--times == 0) step.got.erase(step.got.begin());
    }
    return SANE_STATUS_GOOD;
  }

  void cancel() override { cancelled_ = true; }

 private:
  void change(const std::vector<std::pair<std::size_t, TracedOption>>& changed) {
    std::vector<TracedOption> options = options_;
    for (const auto& [index, option] : changed) {
      if (index >= options.size()) options.resize(std::min<std::size_t>(index, 2000) + 1);
      if (index < options.size()) options[index] = option;
    }
    show(std::move(options));
  }
  void show(std::vector<TracedOption> options) {
    options_ = std::move(options);
    described_.assign(options_.size(), {});
    for (std::size_t i = 0; i < options_.size(); ++i) {
      TracedOption& option = options_[i];
      Described& described = described_[i];
      SANE_Option_Descriptor& about = described.about;
      about.name = about.title = about.desc = option.name.c_str();
      about.type = static_cast<SANE_Value_Type>(option.type);
      about.unit = static_cast<SANE_Unit>(option.unit);
      about.size = option.size;
      about.cap = option.cap;
      if (option.range) {
        about.constraint_type = SANE_CONSTRAINT_RANGE;
        about.constraint.range = &*option.range;
      } else if (!option.words.empty()) {
        described.words.push_back(static_cast<SANE_Word>(option.words.size()));
        described.words.insert(described.words.end(), option.words.begin(), option.words.end());
        about.constraint_type = SANE_CONSTRAINT_WORD_LIST;
        about.constraint.word_list = described.words.data();
      } else if (!option.strings.empty()) {
        for (const std::string& text : option.strings) described.strings.push_back(text.c_str());
        described.strings.push_back(nullptr);
        about.constraint_type = SANE_CONSTRAINT_STRING_LIST;
        about.constraint.string_list = described.strings.data();
      }
    }
  }
  static void give(const TracedOption& option, void* value) {
    if (option.type == SANE_TYPE_STRING) {
      const std::size_t most = std::min(option.text.size(), static_cast<std::size_t>(std::max(1, option.size)) - 1);
      std::memcpy(value, option.text.c_str(), most);
      static_cast<char*>(value)[most] = '\0';
    } else {
      std::memcpy(value, option.value.data(), std::min(option.value.size() * sizeof(SANE_Word), static_cast<std::size_t>(option.size)));
    }
  }
  static Json taken(const TracedOption& option, const void* value) {
    if (option.type == SANE_TYPE_STRING) return std::string(static_cast<const char*>(value));
    if (option.type == SANE_TYPE_BUTTON || option.type == SANE_TYPE_GROUP) return {};
    std::vector<SANE_Word> words(static_cast<std::size_t>(option.size) / sizeof(SANE_Word));
    std::memcpy(words.data(), value, words.size() * sizeof(SANE_Word));
    return words;
  }

  std::vector<TracedOption> options_;
  std::vector<Described> described_;
  std::vector<Step> steps_;
  std::size_t next_ = 0;
  SANE_Int half_ = 0;
  std::uint32_t at_ = 0;
  std::atomic<bool> cancelled_{false};
};

}  // namespace

Result<std::unique_ptr<SaneDevice>> replay_device(const std::filesystem::path& file) {
  std::error_code error;
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::not_found, Retry::never, file.string(), "is no trace of a scanner that can be read; name its file as trace:FILE");
  const auto broken = [&](const std::string& why) {
    return fail(ErrorCode::corrupt, Retry::never, file.string(), "is no whole trace of a scanner (" + why + "); record it again");
  };
  if (std::filesystem::file_size(file, error) > kLargestTrace) return broken("too large");
  std::optional<std::vector<TracedOption>> options;
  std::vector<Step> steps;
  try {
    for (std::string line; std::getline(in, line);) {
      const Json json = Json::parse(line);
      if (!options) {
        if (json.at("call") != "open") return broken("it does not begin with open");
        options = traced_options_in(json.at("options"));
      } else {
        steps.push_back(step_in(json));
      }
    }
  } catch (const Json::exception&) {
    return broken("a line makes no sense");
  } catch (const std::invalid_argument& why) {
    return broken(why.what());
  }
  if (!options) return broken("it is empty");
  return std::unique_ptr<SaneDevice>(std::make_unique<Replay>(std::move(*options), std::move(steps)));
}

}  // namespace sogoc
