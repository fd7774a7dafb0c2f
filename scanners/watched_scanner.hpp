#pragma once

// A scanner whose driver may hang: it works in a thread of its own, and whoever waits for it waits no longer than it makes sense.
//
// Silence (nothing came from the device for `silence`) and a wish to stop are told to the driver; one that does not come back within
// `farewell` is left behind with its thread. What it still does then reaches nobody.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scanners/scanner.hpp"

namespace sogoc {

struct ScannerWatch {
  std::chrono::milliseconds silence{120'000};  // lamps warm up, slow devices send a page when it is whole
  std::chrono::milliseconds farewell{4'000};
  const std::atomic<bool>* stop = nullptr;     // somebody wants to stop; also looked at while a device is opened
};

// As open_scanner(); silent when the device does not answer. Its cancel() only makes a note and may come from a signal handler.
// After a driver was left behind the process should end without exit handlers (std::_Exit).
[[nodiscard]] Result<std::unique_ptr<Scanner>> open_watched(const std::string& id, const ScannerWatch& watch);
// The same around any scanner.
using OpenScanner = std::function<Result<std::unique_ptr<Scanner>>()>;
[[nodiscard]] Result<std::unique_ptr<Scanner>> open_watched(OpenScanner open, const std::string& id, const ScannerWatch& watch);

// All devices of all kinds.
[[nodiscard]] Result<std::vector<ScannerName>> list_watched(const ScannerWatch& watch);

}  // namespace sogoc
