#pragma once

// Every SANE backend; eSCL/AirScan devices come through sane-airscan, remote ones through saned ("net:HOST:...").

#include <memory>

#include "scanners/scanner.hpp"

namespace sogoc {

[[nodiscard]] std::unique_ptr<ScannerKind> make_sane_scanners();
// "trace:FILE": what such a device did once, written down with SOGOC_SANE_TRACE=FILE in the environment (scanners/README.md).
[[nodiscard]] std::unique_ptr<ScannerKind> make_traced_scanners();

}  // namespace sogoc
