#include "scanners/simulated_scanner.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <fmt/format.h>

#include "scanners/faults.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kPrefix = "sim:";

struct Picture {
  LineFormat format;
  std::vector<std::uint8_t> pixels;
};

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// One side of a drawn sheet: A4 with a mark of the number (16 bars, thick = 1) and rows of strokes that differ from side to side.
Picture drawn(std::int64_t number, int dpi, ScanMode mode) {
  Picture picture;
  LineFormat& format = picture.format;
  format.width = static_cast<int>(210 / 25.4 * dpi);
  format.lines = static_cast<int>(297 / 25.4 * dpi);
  format.channels = mode == ScanMode::colour ? 3 : 1;
  format.bits = mode == ScanMode::lineart ? 1 : 8;
  format.resolution = {Dpi{double(dpi)}, Dpi{double(dpi)}};
  const auto width = static_cast<std::size_t>(format.width);
  std::vector<std::uint8_t> gray(width * static_cast<std::size_t>(format.lines), 245);
  const auto mm = [&](double value) { return static_cast<std::size_t>(value / 25.4 * dpi); };
  const auto bar = [&](double left, double top, double wide, double high) {
    for (std::size_t y = mm(top); y < mm(top + high); ++y)
      std::fill_n(gray.begin() + static_cast<std::ptrdiff_t>(y * width + mm(left)), std::max<std::size_t>(1, mm(wide)), std::uint8_t{20});
  };
  for (int bit = 0; bit < 16; ++bit) bar(25 + 10.0 * bit, 28, ((number >> bit) & 1) != 0 ? 6 : 2, 8);
  auto seed = static_cast<std::uint32_t>(number * 2654435761u + 12345);
  for (int row = 0; row < 40; ++row)
    for (double x = 25; x < 180;) {
      seed = seed * 1664525u + 1013904223u;
      const double word = 4 + (seed >> 28);
      // Letters: uprights of the height of small letters, some with an ascender.
      for (double at = x; at < x + word; at += 1.6) {
        seed = seed * 1664525u + 1013904223u;
        const double up = (seed >> 30) == 0 ? 1.2 : 0;
        bar(at, 40 + row * 6 - up, 0.5, 2.2 + up);
        bar(at, 40 + row * 6 + ((seed >> 26) & 1) * 1.8, 1.2, 0.45);
      }
      x += word + 3;
    }
  if (mode == ScanMode::gray) {
    picture.pixels = std::move(gray);
    return picture;
  }
  const std::size_t stride = format.bytes_per_line();
  picture.pixels.assign(stride * static_cast<std::size_t>(format.lines), 0);
  for (std::size_t y = 0; y < static_cast<std::size_t>(format.lines); ++y)
    for (std::size_t x = 0; x < width; ++x) {
      const std::uint8_t value = gray[y * width + x];
      if (mode == ScanMode::colour)
        std::fill_n(picture.pixels.begin() + static_cast<std::ptrdiff_t>(y * stride + x * 3), 3, value);
      else if (value < 128)
        picture.pixels[y * stride + x / 8] = static_cast<std::uint8_t>(picture.pixels[y * stride + x / 8] | (0x80 >> (x % 8)));
    }
  return picture;
}

// The next number of a PNM header; comments are skipped.
bool read_number(std::istream& file, int& number) {
  while (file >> std::ws && file.peek() == '#') file.ignore(1 << 16, '\n');
  return static_cast<bool>(file >> number);
}

Result<Picture> read_picture(const fs::path& path, int dpi) {
  const auto refuse = [&] { return fail(ErrorCode::invalid_input, Retry::after_operator, path.string(), "is no binary PBM, PGM or PPM picture; give such pictures to the simulated scanner"); };
  std::ifstream file(path, std::ios::binary);
  Picture picture;
  std::string kind(2, ' ');
  int most = 255;
  LineFormat& format = picture.format;
  if (!file.read(kind.data(), 2) || (kind != "P4" && kind != "P5" && kind != "P6")) return refuse();
  if (!read_number(file, format.width) || !read_number(file, format.lines) || (kind != "P4" && !read_number(file, most))) return refuse();
  constexpr int kLargest = 40'000;
  if (format.width < 1 || format.lines < 1 || format.width > kLargest || format.lines > kLargest || most != 255) return refuse();
  format.channels = kind == "P6" ? 3 : 1;
  format.bits = kind == "P4" ? 1 : 8;
  format.resolution = {Dpi{double(dpi)}, Dpi{double(dpi)}};
  file.ignore(1);
  picture.pixels.resize(format.bytes_per_line() * static_cast<std::size_t>(format.lines));
  if (!file.read(reinterpret_cast<char*>(picture.pixels.data()), static_cast<std::streamsize>(picture.pixels.size()))) return refuse();
  return picture;
}

struct Plan {
  fs::path folder;
  std::vector<fs::path> files;  // sides, out of the folder; empty: drawn
  std::int64_t sheets = 0;      // drawn
  fs::path stack;
  std::optional<DeviceFault> fault;
  std::int64_t fault_at = 0;
  std::int64_t rate = 0;
  fs::path clock;               // time that moves with the pictures, instead of waiting for it
};

Result<Plan> plan_in(const std::string& id) {
  Plan plan;
  std::string_view rest = std::string_view(id).substr(kPrefix.size());
  const auto refuse = [&](const std::string& what) {
    return fail(ErrorCode::usage, Retry::never, id, what + " makes no sense to the simulated scanner; write sim:sheets=20 or sim:FOLDER");
  };
  while (!rest.empty()) {
    const std::string part(rest.substr(0, rest.find(',')));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    const std::size_t equals = part.find('=');
    const std::string key = part.substr(0, equals), value = equals == std::string::npos ? "" : part.substr(equals + 1);
    const auto number = number_in(value);
    if (key == "sheets" && number) {
      plan.sheets = *number;
    } else if (key == "stack" && !value.empty()) {
      plan.stack = value;
    } else if (key == "clock" && !value.empty()) {
      plan.clock = value;
    } else if (key == "rate" && number) {
      plan.rate = *number;
    } else if (key == "fault" && value.find('@') != std::string::npos) {
      const auto at = number_in(value.substr(value.find('@') + 1));
      for (const FaultRow& row : device_faults())
        if (row.name == value.substr(0, value.find('@'))) plan.fault = row.fault;
      if (!at || !plan.fault) return refuse(part);
      plan.fault_at = *at;
    } else if (equals == std::string::npos && fs::is_directory(part)) {
      plan.folder = part;
      std::error_code error;
      for (fs::directory_iterator entry(part, error), end; !error && entry != end; entry.increment(error))
        if (const fs::path kind = entry->path().extension(); kind == ".pgm" || kind == ".ppm" || kind == ".pbm") plan.files.push_back(entry->path());
      std::sort(plan.files.begin(), plan.files.end());
    } else {
      return refuse(part);
    }
  }
  if (plan.files.empty() && plan.sheets == 0) return refuse("an empty stack");
  return plan;
}

// Milliseconds since 1970 in a file that survives the process, as time does. No file yet: the system's.
class FileClock final : public Clock {
 public:
  explicit FileClock(fs::path file) : file_(std::move(file)) {}
  [[nodiscard]] UtcTime now() const override {
    std::int64_t ms = 0;
    if (std::ifstream file(file_); file >> ms) return UtcTime(std::chrono::milliseconds(ms));
    return SystemClock().now();
  }
  // Never half a number, whenever the process dies.
  [[nodiscard]] bool forward(std::chrono::milliseconds by) const {
    const fs::path next = file_.string() + ".next";
    std::ofstream(next, std::ios::trunc) << (now() + by).time_since_epoch().count() << '\n';
    std::error_code error;
    fs::rename(next, file_, error);
    return !error;
  }

 private:
  fs::path file_;
};

class SimulatedScanner final : public Scanner {
 public:
  SimulatedScanner(Plan plan, std::string id) : plan_(std::move(plan)), id_(std::move(id)) {
    state_ = ScannerState::open;
    if (!plan_.clock.empty()) clock_.emplace(plan_.clock);
    if (!plan_.stack.empty()) {
      std::ifstream file(plan_.stack);
      std::int64_t fed = 0;
      if (file >> fed) sheet_ = fed;
    }
  }
  [[nodiscard]] ScannerState state() const override { return state_; }
  Result<std::vector<std::pair<std::string, std::string>>> offers() override {
    return std::vector<std::pair<std::string, std::string>>{{"source", "flatbed, adf, adf-duplex"}, {"mode", "lineart, gray, colour"}, {"resolution", "50 to 600 dpi"}};
  }

  Result<ScanSettings> set(const ScanSettings& wanted) override {
    if (wanted.dpi < 50 || wanted.dpi > 600)
      return fail(ErrorCode::usage, Retry::never, id_, fmt::format("the scanner does not take resolution = {}; it offers: 50 to 600 dpi", wanted.dpi));
    if (!wanted.options.empty())
      return fail(ErrorCode::usage, Retry::never, id_,
                  fmt::format("the scanner has no setting {}; see `sogoc scan --list --device ID`", wanted.options.front().first));
    if (wanted.bits != 8)
      return fail(ErrorCode::usage, Retry::never, id_, fmt::format("the scanner has no depth of {} bits; leave --bits out", wanted.bits));
    if (wanted.source == ScanSource::adf_back)
      return fail(ErrorCode::usage, Retry::never, id_, fmt::format("the scanner has no source {}; it offers: {}", name(*wanted.source), "flatbed, adf, adf-duplex"));
    settings_ = wanted;
    if (!settings_.source) settings_.source = ScanSource::adf;
    state_ = ScannerState::ready;
    return settings_;
  }

  Result<Fed> feed(LineSink& sink) override {
    state_ = ScannerState::feeding;
    auto fed = feed_one(sink);
    const FaultRow* fault = fed ? nullptr : fault_in(fed.error());
    state_ = fault != nullptr && fault->fault != DeviceFault::cancelled ? ScannerState::faulted : ScannerState::ready;
    return fed;
  }
  void cancel() override { cancelled_ = true; }
  [[nodiscard]] const Clock* clock() const override { return clock_ ? &*clock_ : nullptr; }

 private:
  [[nodiscard]] std::int64_t sides() const { return sides_of(*settings_.source); }
  [[nodiscard]] std::int64_t sheets() const {
    if (plan_.files.empty()) return plan_.sheets;
    return (static_cast<std::int64_t>(plan_.files.size()) + sides() - 1) / sides();
  }

  Done move_stack() const {
    if (plan_.stack.empty()) return {};
    std::ofstream file(plan_.stack, std::ios::trunc);
    file << sheet_ << '\n';
    file.flush();
    if (!file) return fail(ErrorCode::no_space, Retry::after_operator, plan_.stack.string(), "the stack of the simulated scanner cannot be written");
    return {};
  }

  Result<Fed> feed_one(LineSink& sink) {
    if (cancelled_) return device_fault(DeviceFault::cancelled, id_);
    if (side_ == 0) {
      if (plan_.fault && sheet_ + 1 == plan_.fault_at) {
        const DeviceFault fault = *plan_.fault;
        plan_.fault.reset();
        // A device that says nothing more, until somebody loses patience.
        while (fault == DeviceFault::silent && !cancelled_) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return device_fault(fault, id_);
      }
      if (sheet_ >= sheets()) {
        if (fed_ > 0) return Fed::no_more;
        return device_fault(DeviceFault::no_paper, id_);
      }
      ++sheet_;  // the paper has left the stack, whatever happens to its picture
      SOGOC_CHECK(move_stack());
    }
    if (const std::chrono::milliseconds pace(plan_.rate > 0 ? 60'000 / plan_.rate : 0); clock_) {
      if (!clock_->forward(pace)) return fail(ErrorCode::no_space, Retry::after_operator, plan_.clock.string(), "the clock of the simulated scanner cannot be written");
    } else if (pace.count() > 0) {
      std::this_thread::sleep_for(pace);
    }
    const std::int64_t number = (sheet_ - 1) * sides() + side_;
    Picture picture;
    if (plan_.files.empty()) {
      picture = drawn(number + 1, settings_.dpi, settings_.mode);
    } else {
      const auto index = std::min<std::size_t>(static_cast<std::size_t>(number), plan_.files.size() - 1);
      SOGOC_TRY(picture, read_picture(plan_.files[index], settings_.dpi));
    }
    SOGOC_CHECK(sink.begin(picture.format));
    const std::size_t stride = picture.format.bytes_per_line();
    for (std::size_t y = 0; y < static_cast<std::size_t>(picture.format.lines); ++y) {
      if (cancelled_) return device_fault(DeviceFault::cancelled, id_);
      SOGOC_CHECK(sink.line({picture.pixels.data() + y * stride, stride}));
    }
    SOGOC_CHECK(sink.end());
    side_ = (side_ + 1) % static_cast<int>(sides());
    ++fed_;
    return Fed::image;
  }

  Plan plan_;
  std::string id_;
  std::optional<FileClock> clock_;
  ScanSettings settings_;
  ScannerState state_ = ScannerState::closed;
  std::atomic<bool> cancelled_{false};
  std::int64_t sheet_ = 0, fed_ = 0;
  int side_ = 0;
};

class SimulatedScanners final : public ScannerKind {
 public:
  Result<std::vector<ScannerName>> list() override {
    return std::vector<ScannerName>{{"sim:sheets=20", "sogoc", "simulated feeder", "virtual device"}};
  }
  [[nodiscard]] bool knows(std::string_view id) const override { return id.starts_with(kPrefix); }
  Result<std::unique_ptr<Scanner>> open(const std::string& id) override {
    SOGOC_TRY(Plan plan, plan_in(id));
    return std::unique_ptr<Scanner>(std::make_unique<SimulatedScanner>(std::move(plan), id));
  }
  [[nodiscard]] std::vector<ScannerFile> files_of(const std::string& id) const override {
    const auto plan = plan_in(id);
    if (!plan) return {};
    std::vector<ScannerFile> files;
    for (const fs::path& written : {plan->stack, plan->clock})
      if (std::error_code error; !written.empty()) files.push_back({fs::absolute(written, error).parent_path(), true});
    if (!plan->folder.empty()) files.push_back({plan->folder, false});
    return files;
  }
};

}  // namespace

std::unique_ptr<ScannerKind> make_simulated_scanners() { return std::make_unique<SimulatedScanners>(); }

}  // namespace sogoc
