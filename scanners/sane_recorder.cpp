#include <cstring>
#include <fstream>

#include "scanners/sane_trace_private.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::ordered_json;

class Recorder final : public SaneDevice {
 public:
  Recorder(std::unique_ptr<SaneDevice> device, const std::string& id, std::ofstream file) : device_(std::move(device)), file_(std::move(file)) {
    options_ = to_json(options_of(*device_));
    write({{"call", "open"}, {"device", id}, {"options", options_}});
  }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder() override { end_reads(SANE_STATUS_GOOD); }

  const SANE_Option_Descriptor* option(SANE_Int index) override { return device_->option(index); }

  SANE_Status control(SANE_Int index, SANE_Action action, void* value, SANE_Int* info) override {
    if (action != SANE_ACTION_SET_VALUE) return device_->control(index, action, value, info);
    end_reads(SANE_STATUS_GOOD);
    const SANE_Option_Descriptor* about = device_->option(index);
    Json line = {{"call", "set"}, {"index", index}, {"value", about != nullptr ? shown(*about, value) : Json()}};
    SANE_Int told = 0;
    const SANE_Status status = device_->control(index, action, value, &told);
    if (info != nullptr) *info = told;
    about = device_->option(index);
    line["real"] = about != nullptr ? shown(*about, value) : Json();
    line["status"] = status;
    line["info"] = told;
    if ((told & SANE_INFO_RELOAD_OPTIONS) != 0) line["options"] = changes();
    write(line);
    return status;
  }

  SANE_Status start() override {
    end_reads(SANE_STATUS_GOOD);
    const SANE_Status status = device_->start();
    write({{"call", "start"}, {"status", status}});
    return status;
  }

  SANE_Status parameters(SANE_Parameters& parameters) override {
    const SANE_Status status = device_->parameters(parameters);
    write({{"call", "parameters"}, {"status", status}, {"format", parameters.format}, {"last", parameters.last_frame != SANE_FALSE}, {"bytes", parameters.bytes_per_line},
           {"pixels", parameters.pixels_per_line}, {"lines", parameters.lines}, {"depth", parameters.depth}});
    return status;
  }

  SANE_Status read(SANE_Byte* bytes, SANE_Int most, SANE_Int& got) override {
    const SANE_Status status = device_->read(bytes, most, got);
    if (status == SANE_STATUS_GOOD) {
      if (!reads_.empty() && reads_.back().first == got)
        ++reads_.back().second;
      else
        reads_.emplace_back(got, 1);
      return status;
    }
    reading_ = true;
    end_reads(status);
    return status;
  }

  // May come from a signal handler or another thread: it only tells the device. Whoever stopped shows in the status that follows.
  void cancel() override { device_->cancel(); }

 private:
  static Json shown(const SANE_Option_Descriptor& about, const void* value) {
    if (value == nullptr) return {};
    if (about.type == SANE_TYPE_STRING) return std::string(static_cast<const char*>(value));
    if (about.type != SANE_TYPE_BOOL && about.type != SANE_TYPE_INT && about.type != SANE_TYPE_FIXED) return {};
    std::vector<SANE_Word> words(static_cast<std::size_t>(about.size) / sizeof(SANE_Word));
    std::memcpy(words.data(), value, words.size() * sizeof(SANE_Word));
    return words;
  }
  // [[index, option], ...] since the last look.
  Json changes() {
    Json now = to_json(options_of(*device_)), changed = Json::array();
    for (std::size_t i = 0; i < now.size(); ++i)
      if (i >= options_.size() || now[i] != options_[i]) changed.push_back({i, now[i]});
    options_ = std::move(now);
    return changed;
  }
  void end_reads(SANE_Status status) {
    if (reads_.empty() && !reading_) return;
    write({{"call", "read"}, {"got", reads_}, {"status", status}});
    reads_.clear();
    reading_ = false;
  }
  void write(const Json& line) { file_ << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n' << std::flush; }

  std::unique_ptr<SaneDevice> device_;
  std::ofstream file_;
  Json options_;
  std::vector<std::pair<SANE_Int, int>> reads_;  // length, how often
  bool reading_ = false;
};

}  // namespace

Result<std::unique_ptr<SaneDevice>> record_device(std::unique_ptr<SaneDevice> device, const std::string& id, const std::filesystem::path& file) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!out) return fail(ErrorCode::no_permission, Retry::after_operator, file.string(), "cannot be written; name another file for the trace");
  return std::unique_ptr<SaneDevice>(std::make_unique<Recorder>(std::move(device), id, std::move(out)));
}

}  // namespace sogoc
