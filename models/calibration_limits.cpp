#include "models/calibration_limits.hpp"

#include <string>

#include <fmt/format.h>

#include "models/toml_table_private.hpp"

namespace sogoc {

Result<CalibrationLimits> load_calibration_limits(const std::filesystem::path& rules_folder) {
  const auto path = rules_folder / "calibration.toml";
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))
    return fail(ErrorCode::missing_model, Retry::after_operator, path.string(), "the limits of calibration are not there: install models/rules again");
  const std::string file = path.filename().string();
  toml::table root;
  try {  // Debian builds toml++ with exceptions; none leaves this adapter
    root = toml::parse_file(path.string());
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::usage, Retry::after_operator, path.string(), std::string(error.description()));
  }
  CalibrationLimits limits;
  Problems problems;
  for (const auto& [key, node] : root) {
    const bool drift = key.str() == "drift";
    if ((!drift && key.str() != "limits") || !node.is_table()) {
      problems.add(file, node.source(), fmt::format("unknown key '{}'", key.str()));
      continue;
    }
    TableReader table(file, *node.as_table(), problems);
    (void)table.evidence();
    if (drift) {
      limits.drift_dpi_percent = table.measure("dpi_percent", 0, 100, limits.drift_dpi_percent);
      limits.drift_mtf50_percent = table.measure("mtf50_percent", 0, 100, limits.drift_mtf50_percent);
      limits.drift_colour = table.measure("colour", 0, 100, limits.drift_colour);
      limits.drift_evenness = table.measure("evenness", 0, 100, limits.drift_evenness);
    } else {
      limits.dpi_percent = table.measure("dpi_percent", 0, 100, limits.dpi_percent);
      limits.scale_difference = table.measure("scale_difference", 0, 100, limits.scale_difference);
      limits.angle_error = table.measure("angle_error", 0, 45, limits.angle_error);
      limits.bow_mm = table.measure("bow_mm", 0, 100, limits.bow_mm);
      limits.mtf50_share = table.measure("mtf50_share", 0, 1, limits.mtf50_share);
      limits.colour_mean = table.measure("colour_mean", 0, 200, limits.colour_mean);
      limits.colour_max = table.measure("colour_max", 0, 200, limits.colour_max);
      limits.evenness = table.measure("evenness", 0, 100, limits.evenness);
    }
    table.finish();
  }
  if (!problems.text().empty()) return fail(ErrorCode::usage, Retry::after_operator, path.string(), problems.text());
  return limits;
}

}  // namespace sogoc
