#pragma once

// Port: something that gives pictures of paper, sheet by sheet. Adapters: sane_scanner (every SANE backend, also
// eSCL/AirScan through sane-airscan), simulated_scanner (tests, demos). Folders are hot_folder.hpp.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/core/units.hpp"

namespace sogoc {

//            open            set               feed
//   closed ------> open ----------> ready ------------> feeding
//     ^                               ^  ^                | | |
//     |                               |  +-- image done --+ | |
//     |                               +--- no more paper ---+ |
//     |            feed again         |                       |
//     |         (after the advice)    +-- faulted <-- fault --+
//     +------------- close, from everywhere; cancel: feeding -> ready, the picture in hand is dropped
//
enum class ScannerState : std::uint8_t { closed, open, ready, feeding, faulted };
// The only copy of the arrows.
[[nodiscard]] bool may_move(ScannerState from, ScannerState to);
[[nodiscard]] std::string_view name(ScannerState state);

enum class ScanSource : std::uint8_t { flatbed, adf, adf_back, adf_duplex };
enum class ScanMode : std::uint8_t { lineart, gray, colour };
[[nodiscard]] std::string_view name(ScanSource source);
[[nodiscard]] std::string_view name(ScanMode mode);
[[nodiscard]] std::optional<ScanSource> scan_source_named(std::string_view text);
[[nodiscard]] std::optional<ScanMode> scan_mode_named(std::string_view text);
[[nodiscard]] inline int sides_of(ScanSource source) { return source == ScanSource::adf_duplex ? 2 : 1; }

struct ScanSettings {
  std::optional<ScanSource> source;  // nothing: the device's own choice
  ScanMode mode = ScanMode::colour;
  int dpi = 300;
  int bits = 8;                      // a sample: 8 or 16; lineart has 1
  double width_mm = 0, height_mm = 0;  // 0: all that the device can
  std::vector<std::pair<std::string, std::string>> options;  // of the device, by its own names; set last
};

struct ScannerName {
  std::string id;  // what open() takes: "test:0", "airscan:e0:HP", "sim:..."
  std::string vendor, model, kind;
};

// How the lines of one picture come. Samples interleaved, top to bottom, rows packed; 16 bit samples high byte first;
// 1 bit: most significant first, 1 = black.
struct LineFormat {
  int width = 0;     // pixels
  int lines = -1;    // -1: known only at the end (hand scanners, long documents)
  int channels = 3;  // 1 or 3
  int bits = 8;      // 1, 8 or 16
  Resolution resolution;
  [[nodiscard]] std::size_t bytes_per_line() const {
    return bits == 1 ? (static_cast<std::size_t>(width) + 7) / 8
                     : static_cast<std::size_t>(width) * static_cast<std::size_t>(channels) * static_cast<std::size_t>(bits / 8);
  }
};

// Takes one picture. Its failure (disk full) ends the feeding and comes back from feed().
class LineSink {
 public:
  virtual ~LineSink() = default;
  [[nodiscard]] virtual Done begin(const LineFormat& format) = 0;
  [[nodiscard]] virtual Done line(std::span<const std::uint8_t> row) = 0;
  [[nodiscard]] virtual Done end() = 0;  // only then is the picture whole
  // Something came from the device that is no whole line yet.
  virtual void heard() {}
};

enum class Fed : std::uint8_t { image, no_more };

// Owner:  the capture worker. Closing happens in the destructor.
// Thread: belongs to one thread; cancel() alone may come from any other, or from a signal handler. A driver may hang in any call:
//         watched_scanner.hpp.
// Failures are those of faults.hpp, each with what the operator should do.
class Scanner {
 public:
  virtual ~Scanner() = default;
  [[nodiscard]] virtual ScannerState state() const = 0;
  // Settings a person may choose, each with what it offers.
  [[nodiscard]] virtual Result<std::vector<std::pair<std::string, std::string>>> offers() = 0;
  // What is really set (a device rounds). Fails with usage and names what the device offers instead.
  [[nodiscard]] virtual Result<ScanSettings> set(const ScanSettings& wanted) = 0;
  // The next side: of a duplex sheet front, then back. no_more: the feeder is empty; a flatbed never says so.
  [[nodiscard]] virtual Result<Fed> feed(LineSink& sink) = 0;
  virtual void cancel() = 0;
  // A simulated device brings its own time; nothing: that of the system. Lives as long as the device.
  [[nodiscard]] virtual const Clock* clock() const { return nullptr; }
};

// A file or folder that a device is made of (a folder of pictures, a trace): whoever locks a process in must leave it within reach.
struct ScannerFile {
  std::filesystem::path path;
  bool written = false;
};

// One kind of devices.
class ScannerKind {
 public:
  virtual ~ScannerKind() = default;
  [[nodiscard]] virtual Result<std::vector<ScannerName>> list() = 0;
  [[nodiscard]] virtual bool knows(std::string_view id) const = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<Scanner>> open(const std::string& id) = 0;
  [[nodiscard]] virtual std::vector<ScannerFile> files_of(const std::string&) const { return {}; }
};

[[nodiscard]] std::vector<ScannerFile> files_of_scanner(const std::string& id);

// All kinds, the most special first. SANE is started with the first call of list() or open() that needs it, once a process.
[[nodiscard]] std::vector<std::unique_ptr<ScannerKind>> scanner_kinds();
[[nodiscard]] Result<std::unique_ptr<Scanner>> open_scanner(const std::string& id);

}  // namespace sogoc
