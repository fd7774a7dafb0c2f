#include "pipeline/capture/calibration.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

namespace sogoc {
namespace calibration {

const std::vector<Patch>& patches() {
  static const std::vector<Patch> all = [] {
    constexpr std::array<std::array<int, 3>, 18> kColours = {{{255, 255, 255}, {222, 222, 222}, {188, 188, 188}, {150, 150, 150}, {112, 112, 112},
                                                              {74, 74, 74},    {200, 30, 40},   {220, 90, 60},   {240, 200, 50},  {110, 170, 70},
                                                              {40, 120, 80},   {60, 160, 180},  {40, 80, 160},   {70, 50, 120},   {160, 60, 120},
                                                              {200, 150, 130}, {120, 80, 60},   {225, 205, 160}}};
    std::vector<Patch> made;
    for (std::size_t i = 0; i < kColours.size(); ++i) {  // two in a cell of the grid
      const std::size_t cell = i / 2;
      const double x = 41.25 + 42.5 * double(cell % 4) + (i % 2 == 0 ? -8.0 : 8.0);
      const double y = cell < 4 ? 84.25 : cell < 8 ? 169.9 : 212.75;
      made.push_back({x, y, kColours[i]});
    }
    return made;
  }();
  return all;
}

const std::vector<Place>& fields() {
  static const std::vector<Place> all = {{83.75, 41.4},   {168.75, 41.4},   {41.25, 127.1},  {83.75, 127.1},  {168.75, 127.1},
                                         {126.25, 212.75}, {168.75, 212.75}, {41.25, 255.6}, {126.25, 255.6}};
  return all;
}

}  // namespace calibration

std::string to_json(const CalibrationMeasures& m) {
  return nlohmann::ordered_json{{"dpiX", m.dpi_x},          {"dpiY", m.dpi_y},       {"skew", m.skew},         {"scaleDifference", m.scale_difference},
                                {"angleError", m.angle_error}, {"bow", m.bow},       {"mtf50X", m.mtf50_x},    {"mtf50Y", m.mtf50_y},
                                {"colourMean", m.colour_mean}, {"colourMax", m.colour_max}, {"evenness", m.evenness}, {"turned", m.turned}}
      .dump();
}

Result<CalibrationMeasures> calibration_measures_in(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto bad = [] { return fail(ErrorCode::corrupt, Retry::after_operator, "calibration", "its measures cannot be read"); };
  if (!json.is_object()) return bad();
  CalibrationMeasures m;
  for (const auto& [key, to] : {std::pair{"dpiX", &m.dpi_x}, {"dpiY", &m.dpi_y}, {"skew", &m.skew}, {"scaleDifference", &m.scale_difference},
                                {"angleError", &m.angle_error}, {"bow", &m.bow}, {"mtf50X", &m.mtf50_x}, {"mtf50Y", &m.mtf50_y},
                                {"colourMean", &m.colour_mean}, {"colourMax", &m.colour_max}, {"evenness", &m.evenness}}) {
    if (!json.contains(key) || !json[key].is_number()) return bad();
    *to = json[key].get<double>();
  }
  if (json.contains("turned") && json["turned"].is_number_integer()) m.turned = json["turned"].get<int>();
  return m;
}

std::vector<CalibrationWarning> judge(const CalibrationMeasures& m, int asked_dpi, const CalibrationLimits& limits,
                                      const std::optional<CalibrationMeasures>& first) {
  std::vector<CalibrationWarning> warnings;
  const auto above = [&](const char* what, double value, double limit, bool drift = false) {
    if (value > limit) warnings.push_back({what, value, limit, drift});
  };
  const auto below = [&](const char* what, double value, double limit, bool drift = false) {
    if (value < limit) warnings.push_back({what, value, limit, drift});
  };
  const auto percent = [](double value, double of) { return of > 0 ? 100 * std::abs(value / of - 1) : 0; };
  if (asked_dpi > 0) {
    above("dpi_x", percent(m.dpi_x, asked_dpi), limits.dpi_percent);
    above("dpi_y", percent(m.dpi_y, asked_dpi), limits.dpi_percent);
  }
  above("scale_difference", std::abs(m.scale_difference), limits.scale_difference);
  above("angle_error", std::abs(m.angle_error), limits.angle_error);
  above("bow", m.bow, limits.bow_mm);
  // What the resolution could carry at most is half a cycle a pixel.
  below("mtf50_x", m.mtf50_x, limits.mtf50_share * m.dpi_x / 25.4 / 2);
  below("mtf50_y", m.mtf50_y, limits.mtf50_share * m.dpi_y / 25.4 / 2);
  above("colour_mean", m.colour_mean, limits.colour_mean);
  above("colour_max", m.colour_max, limits.colour_max);
  below("evenness", m.evenness, limits.evenness);
  if (!first) return warnings;
  above("dpi_x", percent(m.dpi_x, first->dpi_x), limits.drift_dpi_percent, true);
  above("dpi_y", percent(m.dpi_y, first->dpi_y), limits.drift_dpi_percent, true);
  above("mtf50_x", 100 * (1 - m.mtf50_x / first->mtf50_x), limits.drift_mtf50_percent, true);
  above("mtf50_y", 100 * (1 - m.mtf50_y / first->mtf50_y), limits.drift_mtf50_percent, true);
  above("colour_mean", m.colour_mean - first->colour_mean, limits.drift_colour, true);
  above("evenness", first->evenness - m.evenness, limits.drift_evenness, true);
  return warnings;
}

}  // namespace sogoc
