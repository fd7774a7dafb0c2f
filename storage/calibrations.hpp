#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

class Database;

// What a device was measured to do, at one time.
struct CalibrationRow {
  std::int64_t id = 0;
  std::string device;
  int asked_dpi = 0;       // what the device was set to; 0: a picture of unknown setting
  std::string by;
  UtcTime at;
  std::string measures;    // JSON, see pipeline/capture/calibration.hpp
};

// Measurements of devices. They stay: a device drifts against its own past.
// Owner: the command, with its own connection. Thread: the one that opened it.
class Calibrations {
 public:
  // Of an archive that Archive::open() has accepted (and brought up to this version).
  [[nodiscard]] static Result<std::unique_ptr<Calibrations>> open(const std::filesystem::path& archive, const Clock& clock);
  Calibrations(std::unique_ptr<Database> database, const Clock& clock);
  ~Calibrations();

  [[nodiscard]] Result<CalibrationRow> add(const std::string& device, int asked_dpi, const std::string& by, const std::string& measures);
  // Of one device at one setting, or of all devices when `device` is empty; oldest first.
  [[nodiscard]] Result<std::vector<CalibrationRow>> of(const std::string& device, int asked_dpi);

 private:
  std::unique_ptr<Database> database_;
  const Clock& clock_;
};

}  // namespace sogoc
