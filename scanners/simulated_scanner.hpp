#pragma once

// A feeder that needs no device: for demos and tests. Named
//   sim:FOLDER[,key=value...]       each PGM/PPM/PBM of the folder is a side, in the order of names
//   sim:sheets=N[,key=value...]     N sheets are drawn, each side with its number as bars and lines of strokes
// keys: stack=FILE   the stack of paper: a file that says how many sheets were fed, so that it survives this process as paper does
//       fault=NAME@N the fault of that name (scanners/faults.cpp) once, instead of sheet N
//       rate=N       sides a minute by the wall clock; 0 = as fast as it goes
// The device takes sides of a sheet together: a killed process loses the sheet that was in the feeder.

#include <memory>

#include "scanners/scanner.hpp"

namespace sogoc {

[[nodiscard]] std::unique_ptr<ScannerKind> make_simulated_scanners();

}  // namespace sogoc
