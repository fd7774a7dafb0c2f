#pragma once

// A sheet whose marks are known tells what a scanner does to paper. Here: the sheet's drawing, what is
// measured on it, and when that is worth a warning. Pure; millimetres from the sheet's left top corner.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

namespace calibration {

constexpr double kWidth = 210, kHeight = 297;  // A4

struct Square {
  double x, y;    // its middle
  double side;
  double tilt = 0;  // degrees clockwise
};

// A black frame with a white middle in each corner; that of the left top has a black spot in it.
inline constexpr std::array<Square, 4> kCorners = {{{20, 20, 10}, {190, 20, 10}, {190, 277, 10}, {20, 277, 10}}};
constexpr double kFrameHole = 6, kSpot = 2.4;  // sides of the white and of the spot

// Black squares between them, for geometry: rows and columns of a grid.
constexpr int kColumns = 5, kRows = 7;
constexpr double kMarkSide = 4;
[[nodiscard]] constexpr double mark_x(int column) { return 20 + column * 42.5; }
[[nodiscard]] constexpr double mark_y(int row) { return 20 + row * (257.0 / 6); }
[[nodiscard]] constexpr bool is_corner(int column, int row) {
  return (column == 0 || column == kColumns - 1) && (row == 0 || row == kRows - 1);
}

// Dark squares tilted by 5 degrees: their edges tell the sharpness (ISO 12233, slanted edge).
inline constexpr std::array<Square, 3> kEdges = {{{41.25, 41.4, 18, 5}, {126.25, 127.1, 18, 5}, {168.75, 255.6, 18, 5}}};
constexpr double kEdgeGray = 0.15;  // of white

struct Patch {
  double x, y;  // its middle
  std::array<int, 3> srgb;
};
constexpr double kPatchSide = 13;
[[nodiscard]] const std::vector<Patch>& patches();  // grays first, then colours

// Where nothing is printed: white paper, for evenness.
struct Place {
  double x, y;
};
constexpr double kFieldSide = 8;
[[nodiscard]] const std::vector<Place>& fields();

}  // namespace calibration

struct CalibrationMeasures {
  double dpi_x = 0, dpi_y = 0;
  double skew = 0;               // degrees clockwise: how the sheet lay
  double scale_difference = 0;   // %, x against y
  double angle_error = 0;        // degrees: columns against rows, less 90
  double bow = 0;                // mm: the farthest a mark lies from where straight lines would have it
  double mtf50_x = 0, mtf50_y = 0;  // cycles a millimetre, across columns and across rows
  double colour_mean = 0, colour_max = 0;  // dE2000 against the printed values; of gray pictures lightness only
  double evenness = 0;           // %: the darkest white field of the lightest
  int turned = 0;                // quarters clockwise that the sheet lay turned
  friend bool operator==(const CalibrationMeasures&, const CalibrationMeasures&) = default;
};

[[nodiscard]] std::string to_json(const CalibrationMeasures& measures);
[[nodiscard]] Result<CalibrationMeasures> calibration_measures_in(const std::string& json);

// From models/rules/calibration.toml.
struct CalibrationLimits {
  double dpi_percent = 1, scale_difference = 0.7, angle_error = 0.3, bow_mm = 0.5, mtf50_share = 0.25, colour_mean = 8, colour_max = 20,
         evenness = 88;
  double drift_dpi_percent = 0.3, drift_mtf50_percent = 20, drift_colour = 3, drift_evenness = 4;
};

struct CalibrationWarning {
  std::string what;   // "dpi_x", "mtf50_y", ...
  double value = 0, limit = 0;
  bool drift = false;  // against the device's first measurement; else against the limit
};

// `asked_dpi`: 0 = unknown: then dpi is not judged. `first`: the device's first measurement at that setting.
[[nodiscard]] std::vector<CalibrationWarning> judge(const CalibrationMeasures& measures, int asked_dpi, const CalibrationLimits& limits,
                                                    const std::optional<CalibrationMeasures>& first);

}  // namespace sogoc
