#pragma once

// Every SANE backend; eSCL/AirScan devices come through sane-airscan, remote ones through saned ("net:HOST:...").

#include <memory>

#include "scanners/scanner.hpp"

namespace sogoc {

[[nodiscard]] std::unique_ptr<ScannerKind> make_sane_scanners();

}  // namespace sogoc
