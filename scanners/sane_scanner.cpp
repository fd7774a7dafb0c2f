#include "scanners/sane_scanner.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <thread>

#include <fmt/format.h>
#include <sane/saneopts.h>

#include "scanners/faults.hpp"
#include "scanners/sane_options_private.hpp"
#include "scanners/sane_trace_private.hpp"

namespace sogoc {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::chrono::seconds kNothingButEmpty{10};  // reads that come back at once without a byte

// Backends for network printers load net-snmp, which says "Created directory: ..." where an operator reads. It is given a folder that is
// there already.
void quieten_snmp() {
  namespace fs = std::filesystem;
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  fs::path folder;
  if (cache != nullptr && *cache == '/') {
    folder = cache;
  } else if (home != nullptr && *home == '/') {
    folder = fs::path(home) / ".cache";
  } else {
    return;
  }
  folder /= "sogoc/snmp";
  std::error_code error;
  for (const char* part : {"cert_indexes", "mib_indexes"})
    if (fs::create_directories(folder / part, error); error) return;
  ::setenv("SNMP_PERSISTENT_DIR", folder.c_str(), 0);
}

// libsane is one state a process: started with the first use. It is not thread-safe. Never ended by sane_exit(): backends stop their
// reader threads by force, and one that held the loader's lock then keeps dlclose() waiting for ever (seen with the test backend).
// What a device needs at the end is done by sane_close().
Done start_sane() {
  static const SANE_Status status = [] {
    quieten_snmp();
    SANE_Int version = 0;
    return sane_init(&version, nullptr);
  }();
  if (status == SANE_STATUS_GOOD) return {};
  return fail_sane(status, "SANE");
}

class RealDevice final : public SaneDevice {
 public:
  explicit RealDevice(SANE_Handle handle) : handle_(handle) {}
  RealDevice(const RealDevice&) = delete;
  RealDevice& operator=(const RealDevice&) = delete;
  ~RealDevice() override { sane_close(handle_); }
  const SANE_Option_Descriptor* option(SANE_Int index) override { return sane_get_option_descriptor(handle_, index); }
  SANE_Status control(SANE_Int index, SANE_Action action, void* value, SANE_Int* info) override {
    return sane_control_option(handle_, index, action, value, info);
  }
  SANE_Status start() override { return sane_start(handle_); }
  SANE_Status parameters(SANE_Parameters& parameters) override { return sane_get_parameters(handle_, &parameters); }
  SANE_Status read(SANE_Byte* bytes, SANE_Int most, SANE_Int& got) override { return sane_read(handle_, bytes, most, &got); }
  void cancel() override { sane_cancel(handle_); }

 private:
  SANE_Handle handle_;
};

std::string letters_of(const std::string& text) {
  std::string letters;
  for (const char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return letters;
}
bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// Backends name the same things differently: "ADF Duplex", "Automatic Document Feeder(left aligned,Duplex)", "ADF Front".
bool is_source(const std::string& offered, ScanSource wanted) {
  const std::string text = letters_of(offered);
  const bool feeder = holds(text, "adf") || holds(text, "feeder");
  switch (wanted) {
    case ScanSource::flatbed: return holds(text, "flatbed") || holds(text, "platen") || text == "normal";
    case ScanSource::adf: return feeder && !holds(text, "duplex") && !holds(text, "back");
    case ScanSource::adf_back: return feeder && holds(text, "back");
    case ScanSource::adf_duplex: return holds(text, "duplex");
  }
  return false;
}

bool is_mode(const std::string& offered, ScanMode wanted) {
  const std::string text = letters_of(offered);
  switch (wanted) {
    case ScanMode::lineart: return holds(text, "lineart") || holds(text, "blackwhite") || holds(text, "binary") || text == "monochrome";
    case ScanMode::gray: return holds(text, "gray") || holds(text, "grey");
    case ScanMode::colour: return holds(text, "color") || holds(text, "colour");
  }
  return false;
}

// One frame or three of one picture, as SANE sends them, to rows as LineSink wants them.
class RowMaker {
 public:
  RowMaker(LineSink& sink, const LineFormat& format) : sink_(sink), format_(format) {}

  Done take(const SANE_Parameters& frame, std::span<const std::uint8_t> bytes) {
    const auto stride = static_cast<std::size_t>(frame.bytes_per_line);
    if (frame.format == SANE_FRAME_RED) return keep(0, bytes);
    if (frame.format == SANE_FRAME_GREEN) return keep(1, bytes);
    if (frame.format == SANE_FRAME_BLUE) return keep(2, bytes);
    rest_.insert(rest_.end(), bytes.begin(), bytes.end());
    std::size_t used = 0;
    for (; rest_.size() - used >= stride; used += stride) SOGOC_CHECK(give({rest_.data() + used, stride}));
    rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(used));
    return {};
  }

  // Three passes become rows only when all are in.
  Done finish(const SANE_Parameters& last) {
    if (planes_[0].empty() && planes_[1].empty() && planes_[2].empty()) return {};
    const auto stride = static_cast<std::size_t>(last.bytes_per_line);
    const std::size_t sample = format_.bits == 16 ? 2 : 1;
    const std::size_t lines = std::min({planes_[0].size(), planes_[1].size(), planes_[2].size()}) / stride;
    std::vector<std::uint8_t> row(static_cast<std::size_t>(format_.width) * 3 * sample);
    for (std::size_t y = 0; y < lines; ++y) {
      for (std::size_t x = 0; x < static_cast<std::size_t>(format_.width); ++x)
        for (std::size_t c = 0; c < 3; ++c)
          std::memcpy(row.data() + (x * 3 + c) * sample, planes_[c].data() + y * stride + x * sample, sample);
      SOGOC_CHECK(give(row));
    }
    return {};
  }
  [[nodiscard]] int lines() const { return lines_; }

 private:
  Done keep(std::size_t plane, std::span<const std::uint8_t> bytes) {
    planes_[plane].insert(planes_[plane].end(), bytes.begin(), bytes.end());
    return {};
  }
  Done give(std::span<const std::uint8_t> raw) {
    row_.assign(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(format_.bytes_per_line()));
    if (format_.bits == 16 && std::endian::native == std::endian::little)
      for (std::size_t i = 0; i + 1 < row_.size(); i += 2) std::swap(row_[i], row_[i + 1]);
    ++lines_;
    return sink_.line(row_);
  }

  LineSink& sink_;
  LineFormat format_;
  std::vector<std::uint8_t> rest_, row_;
  std::array<std::vector<std::uint8_t>, 3> planes_;
  int lines_ = 0;
};

class SaneScanner final : public Scanner {
 public:
  SaneScanner(std::unique_ptr<SaneDevice> device, std::string id)
      : device_(std::move(device)), id_(std::move(id)), options_(*device_, id_) {
    move_to(ScannerState::open);
  }
  ~SaneScanner() override { end_feeding(); }

  [[nodiscard]] ScannerState state() const override { return state_; }
  Result<std::vector<std::pair<std::string, std::string>>> offers() override { return options_.all(); }

  Result<ScanSettings> set(const ScanSettings& wanted) override {
    end_feeding();
    set_ = wanted;
    SOGOC_CHECK(set_source());
    SOGOC_CHECK(set_mode());
    const char* resolution = options_.has(SANE_NAME_SCAN_RESOLUTION) ? SANE_NAME_SCAN_RESOLUTION : SANE_NAME_SCAN_X_RESOLUTION;
    SOGOC_CHECK(options_.set_number(resolution, wanted.dpi, true));
    if (options_.has(SANE_NAME_SCAN_Y_RESOLUTION)) SOGOC_CHECK(options_.set_number(SANE_NAME_SCAN_Y_RESOLUTION, wanted.dpi, true));
    SOGOC_CHECK(set_area());
    for (const auto& [option, value] : wanted.options) SOGOC_CHECK(options_.set_any(option, value));
    const auto real = options_.number(resolution);
    if (real) set_.dpi = static_cast<int>(*real + 0.5);
    move_to(ScannerState::ready);
    return set_;
  }

  Result<Fed> feed(LineSink& sink) override {
    if (!may_move(state_, ScannerState::feeding)) return device_fault(DeviceFault::bad_setting, id_);
    if (state_ == ScannerState::faulted) end_feeding();
    move_to(ScannerState::feeding);
    auto fed = feed_one(sink);
    if (fed && *fed == Fed::image) {
      ++fed_;
      move_to(ScannerState::ready);
      // A flatbed must be told that its only picture is over; a feeder keeps the job for the next sheet.
      if (set_.source.value_or(ScanSource::flatbed) == ScanSource::flatbed) end_feeding();
    } else {
      // After a fault the driver is not yet told: to stop it may hang (see start_sane), and the fault must be known before.
      if (fed) end_feeding();
      const FaultRow* fault = fed ? nullptr : fault_in(fed.error());
      move_to(fault != nullptr && fault->fault != DeviceFault::cancelled ? ScannerState::faulted : ScannerState::ready);
    }
    return fed;
  }

  void cancel() override {
    cancelled_ = true;
    // SANE allows this from a signal handler or another thread while read() waits; it only asks the backend to stop.
    if (state_ == ScannerState::feeding) device_->cancel();
  }

 private:
  void move_to(ScannerState to) {
    if (may_move(state_, to)) state_ = to;
  }
  void end_feeding() {
    if (started_) device_->cancel();
    started_ = false;
  }

  Done set_source() {
    if (!set_.source) {
      set_.source = ScanSource::flatbed;
      const std::string now = options_.text(SANE_NAME_SCAN_SOURCE);
      for (const ScanSource source : {ScanSource::adf_duplex, ScanSource::adf_back, ScanSource::adf, ScanSource::flatbed})
        if (is_source(now, source)) {
          set_.source = source;
          break;
        }
      return {};
    }
    for (const std::string& offered : options_.choices(SANE_NAME_SCAN_SOURCE))
      if (is_source(offered, *set_.source)) return options_.set_text(SANE_NAME_SCAN_SOURCE, offered);
    if (*set_.source == ScanSource::adf_duplex) {
      // Some backends have one feeder and a switch for the second side.
      for (const std::string& offered : options_.choices(SANE_NAME_SCAN_SOURCE))
        if (is_source(offered, ScanSource::adf)) SOGOC_CHECK(options_.set_text(SANE_NAME_SCAN_SOURCE, offered));
      for (const std::string& offered : options_.choices("adf-mode"))
        if (holds(letters_of(offered), "duplex")) return options_.set_text("adf-mode", offered);
      if (options_.has("duplex")) return options_.set_any("duplex", "yes");
    }
    if (*set_.source == ScanSource::flatbed && options_.choices(SANE_NAME_SCAN_SOURCE).empty()) return {};
    return fail(ErrorCode::usage, Retry::never, id_,
                fmt::format("the scanner has no source {}; it offers: {}", name(*set_.source), options_.offer(SANE_NAME_SCAN_SOURCE)));
  }

  Done set_mode() {
    const auto offered = options_.choices(SANE_NAME_SCAN_MODE);
    const auto fits = std::find_if(offered.begin(), offered.end(), [&](const std::string& text) { return is_mode(text, set_.mode); });
    const bool by_depth = set_.mode == ScanMode::lineart && fits == offered.end() && options_.has(SANE_NAME_BIT_DEPTH);
    if (fits != offered.end()) {
      SOGOC_CHECK(options_.set_text(SANE_NAME_SCAN_MODE, *fits));
    } else if (by_depth) {
      // Gray with one bit a sample is line art.
      for (const std::string& text : offered)
        if (is_mode(text, ScanMode::gray)) SOGOC_CHECK(options_.set_text(SANE_NAME_SCAN_MODE, text));
      return options_.set_number(SANE_NAME_BIT_DEPTH, 1, true);
    } else if (!offered.empty()) {
      return fail(ErrorCode::usage, Retry::never, id_,
                  fmt::format("the scanner has no mode {}; it offers: {}", name(set_.mode), options_.offer(SANE_NAME_SCAN_MODE)));
    }
    if (set_.mode == ScanMode::lineart) return {};
    if (options_.has(SANE_NAME_BIT_DEPTH)) return options_.set_number(SANE_NAME_BIT_DEPTH, set_.bits, true);
    if (set_.bits != 8)
      return fail(ErrorCode::usage, Retry::never, id_, fmt::format("the scanner has no depth of {} bits; leave --bits out", set_.bits));
    return {};
  }

  Done set_area() {
    for (const auto& [option, wanted] : {std::pair{SANE_NAME_SCAN_TL_X, 0.0}, std::pair{SANE_NAME_SCAN_TL_Y, 0.0}})
      if (options_.has(option)) SOGOC_CHECK(options_.set_number(option, wanted, false));
    for (const auto& [option, wanted] : {std::pair{SANE_NAME_SCAN_BR_X, set_.width_mm}, std::pair{SANE_NAME_SCAN_BR_Y, set_.height_mm}}) {
      if (!options_.has(option)) {
        if (wanted > 0) return fail(ErrorCode::usage, Retry::never, id_, "the scanner sets the size of paper itself; leave --width and --height out");
        continue;
      }
      const double all = options_.largest(option).value_or(0);
      const double value = wanted > 0 ? (options_.in_pixels(option) ? wanted / 25.4 * set_.dpi : wanted) : all;
      if (value > 0) SOGOC_CHECK(options_.set_number(option, value, false));
    }
    return {};
  }

  // A sensor of the device that tells two sheets from a jam.
  bool saw_two_sheets() {
    for (const char* sensor : {"double-feed", "df-detected", "doublefeed"})
      if (const auto value = options_.number(sensor); value && *value != 0) return true;
    return false;
  }

  tl::unexpected<Error> failed(SANE_Status status) {
    if (cancelled_) return device_fault(DeviceFault::cancelled, id_);
    if (status == SANE_STATUS_JAMMED && saw_two_sheets()) return device_fault(DeviceFault::double_feed, id_);
    return fail_sane(status, id_);
  }

  Result<Fed> feed_one(LineSink& sink) {
    std::optional<RowMaker> rows;
    LineFormat format;
    SANE_Parameters frame{};
    std::vector<std::uint8_t> buffer(64 * 1024);
    do {
      if (cancelled_) return device_fault(DeviceFault::cancelled, id_);
      const SANE_Status begun = device_->start();
      // Empty after at least one sheet is the end of the stack, empty at first is a mistake.
      if (begun == SANE_STATUS_NO_DOCS && fed_ > 0 && !rows) return Fed::no_more;
      if (begun != SANE_STATUS_GOOD) return failed(begun);
      started_ = true;
      // Before start() they are a guess; only now they hold.
      if (const SANE_Status known = device_->parameters(frame); known != SANE_STATUS_GOOD) return failed(known);
      if (!rows) {
        SOGOC_TRY(format, format_of(frame));
        SOGOC_CHECK(sink.begin(format));
        rows.emplace(sink, format);
      }
      std::optional<Steady::time_point> empty_since;
      for (SANE_Status status = SANE_STATUS_GOOD;;) {
        SANE_Int got = 0;
        status = device_->read(buffer.data(), static_cast<SANE_Int>(buffer.size()), got);
        if (status == SANE_STATUS_EOF) break;
        if (status != SANE_STATUS_GOOD) return failed(status);
        if (cancelled_) return device_fault(DeviceFault::cancelled, id_);
        if (got > 0) {
          sink.heard();
          empty_since.reset();
        } else {
          // The net backend says "good, nothing yet" for ever once its saned has died.
          const auto now = Steady::now();
          if (!empty_since) empty_since = now;
          if (now - *empty_since > kNothingButEmpty) return device_fault(DeviceFault::transfer, id_);
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        SOGOC_CHECK(rows->take(frame, {buffer.data(), static_cast<std::size_t>(got)}));
      }
    } while (!frame.last_frame);
    SOGOC_CHECK(rows->finish(frame));
    // A cable pulled half-way may look like a clean end: the lines are counted.
    if (rows->lines() == 0 || (format.lines > 0 && rows->lines() < format.lines)) return device_fault(DeviceFault::transfer, id_);
    SOGOC_CHECK(sink.end());
    return Fed::image;
  }

  Result<LineFormat> format_of(const SANE_Parameters& frame) {
    LineFormat format;
    format.width = frame.pixels_per_line;
    format.lines = frame.lines;
    format.channels = frame.format == SANE_FRAME_GRAY ? 1 : 3;
    format.bits = frame.depth;
    format.resolution = {Dpi{double(set_.dpi)}, Dpi{double(set_.dpi)}};
    constexpr int kMostPixels = 200'000;  // a row
    const bool three_pass = frame.format != SANE_FRAME_GRAY && frame.format != SANE_FRAME_RGB;
    const bool known_depth = format.bits == 8 || format.bits == 16 || (format.bits == 1 && format.channels == 1);
    const std::size_t row = three_pass ? format.bytes_per_line() / 3 : format.bytes_per_line();
    if (!known_depth || format.width < 1 || format.width > kMostPixels || frame.bytes_per_line < 1 ||
        static_cast<std::size_t>(frame.bytes_per_line) < row)
      return fail(ErrorCode::unsupported_input, Retry::after_operator, id_,
                  fmt::format("the scanner sends pictures with {} bits a sample, which are not read; choose another mode or depth", frame.depth));
    return format;
  }

  std::unique_ptr<SaneDevice> device_;
  std::string id_;
  SaneOptions options_;
  ScanSettings set_;
  std::atomic<ScannerState> state_ = ScannerState::closed;  // cancel() looks at it from elsewhere
  std::atomic<bool> cancelled_{false};
  bool started_ = false;
  std::int64_t fed_ = 0;
};

// A network scanner by its address, as people write it: sane-airscan takes "airscan:escl:NAME:URL". SANE's own escl backend crashes where
// nobody answers.
std::string by_address(const std::string& id) {
  std::string url = id.starts_with("escl:") ? id.substr(5) : id;
  if (!url.starts_with("http://") && !url.starts_with("https://")) return id;
  const std::size_t host = url.find("//") + 2, path = url.find('/', host);
  const std::string name = url.substr(host, path == std::string::npos ? path : path - host);
  if (path == std::string::npos) url += "/eSCL";
  if (!url.ends_with('/')) url += '/';
  std::string plain;
  for (const char c : name) plain += c == ':' ? '-' : c;  // a colon would end the name
  return "airscan:escl:" + plain + ":" + url;
}

class SaneScanners final : public ScannerKind {
 public:
  Result<std::vector<ScannerName>> list() override {
    SOGOC_CHECK(start_sane());
    const SANE_Device** devices = nullptr;
    if (const SANE_Status status = sane_get_devices(&devices, SANE_FALSE); status != SANE_STATUS_GOOD) return fail_sane(status, "SANE");
    std::vector<ScannerName> names;
    for (; *devices != nullptr; ++devices)
      names.push_back({(*devices)->name, (*devices)->vendor, (*devices)->model, (*devices)->type});
    return names;
  }
  [[nodiscard]] bool knows(std::string_view) const override { return true; }  // any name may be one of a backend
  Result<std::unique_ptr<Scanner>> open(const std::string& id) override {
    SOGOC_CHECK(start_sane());
    SANE_Handle handle = nullptr;
    const std::string name = by_address(id);
    const SANE_Status status = id.empty() ? SANE_STATUS_INVAL : sane_open(name.c_str(), &handle);
    // sane-airscan says "no memory" of a name that it does not know.
    if (status == SANE_STATUS_INVAL || status == SANE_STATUS_UNSUPPORTED || status == SANE_STATUS_NO_MEM) return device_fault(DeviceFault::unknown_device, id);
    if (status != SANE_STATUS_GOOD) return fail_sane(status, id);
    std::unique_ptr<SaneDevice> device = std::make_unique<RealDevice>(handle);
    if (const char* trace = std::getenv("SOGOC_SANE_TRACE"); trace != nullptr && *trace != '\0') {
      SOGOC_TRY(device, record_device(std::move(device), id, trace));
    }
    return std::unique_ptr<Scanner>(std::make_unique<SaneScanner>(std::move(device), id));
  }
};

class TracedScanners final : public ScannerKind {
 public:
  Result<std::vector<ScannerName>> list() override { return std::vector<ScannerName>{}; }
  [[nodiscard]] bool knows(std::string_view id) const override { return id.starts_with(kTrace); }
  Result<std::unique_ptr<Scanner>> open(const std::string& id) override {
    SOGOC_TRY(auto device, replay_device(id.substr(kTrace.size())));
    return std::unique_ptr<Scanner>(std::make_unique<SaneScanner>(std::move(device), id));
  }
  [[nodiscard]] std::vector<ScannerFile> files_of(const std::string& id) const override { return {{id.substr(kTrace.size()), false}}; }

 private:
  static constexpr std::string_view kTrace = "trace:";
};

}  // namespace

std::unique_ptr<ScannerKind> make_sane_scanners() { return std::make_unique<SaneScanners>(); }
std::unique_ptr<ScannerKind> make_traced_scanners() { return std::make_unique<TracedScanners>(); }

}  // namespace sogoc
