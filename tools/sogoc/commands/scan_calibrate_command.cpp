// sogoc scan calibrate: what a scanner does to a sheet whose marks are known.

#include <nlohmann/json.hpp>

#include "models/calibration_limits.hpp"
#include "scanners/watched_scanner.hpp"
#include "storage/calibrations.hpp"
#include "storage/durable_file.hpp"
#include "tools/sogoc/calibration_sheet.hpp"
#include "tools/sogoc/commands/scan_commands.hpp"
#include "tools/sogoc/composition.hpp"
#include "tools/sogoc/inputs.hpp"
#include "tools/sogoc/locked_reading.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/temporary_folder.hpp"
#include "workers/capture/png_master.hpp"
#include "workers/decode/image_file_reader.hpp"
#include "workers/image/calibration_measure.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string archive, device, picture, target, by;
  int dpi = 0;
  bool json = false, history = false;
};

class NoBlobs final : public BlobSink {
 public:
  Result<Sha256> put(std::span<const std::uint8_t>) override { return Sha256{}; }
  Result<Sha256> put_file(const fs::path&) override { return Sha256{}; }
};

// The picture is a stranger's file: it is decoded and measured in a process that is locked in.
Result<CalibrationMeasures> measured(const fs::path& file) {
  LockedReading locked;
  locked.memory_limit_mb = 2000;
  std::optional<Result<std::string>> found;
  const auto prepare = []() -> Result<FileAnswer> {
    return FileAnswer([](const fs::path& picture) -> Result<std::string> {
      ImageFileReader reader;
      NoBlobs blobs;
      ReadingSettings limits;
      limits.max_pixels = 150'000'000;  // A4 at 1200 dpi
      SOGOC_TRY(const DecodedPage page, reader.decode(picture, shown_name(picture), PageIndex(0), limits, blobs));
      SOGOC_TRY(const CalibrationMeasures measures, measure_calibration(page.raster));
      return to_json(measures);
    });
  };
  SOGOC_CHECK(read_locked_in({file}, locked, prepare, [&](std::size_t, Result<std::string> answer) {
    found = std::move(answer);
    return !*found || calibration_measures_in(**found).has_value();
  }));
  if (!found) return fail(ErrorCode::internal, Retry::never, shown_name(file), "nothing was measured");
  if (!*found) return tl::unexpected<Error>(found->error());
  return calibration_measures_in(**found);
}

// One sheet from the device, as it comes, into `file`. Returns the resolution that was really set.
Result<int> scan_sheet(const Options& options, const fs::path& file) {
  SOGOC_TRY(auto scanner, open_watched(options.device, ScannerWatch{}));
  ScanSettings wanted;
  if (options.dpi > 0) wanted.dpi = options.dpi;
  SOGOC_TRY(const ScanSettings real, scanner->set(wanted));
  SOGOC_TRY(const auto master, PngMaster::create(file, 0));
  SOGOC_TRY(const Fed fed, scanner->feed(*master));
  if (fed == Fed::no_more) return fail(ErrorCode::unavailable, Retry::after_operator, options.device, "gave no picture; lay the calibration sheet on it");
  SOGOC_TRY(const MasterFile whole, master->finish());
  (void)whole;
  return real.dpi;
}

struct Line {
  const char* key;
  std::string words;
};

std::vector<Line> lines_of(const CalibrationMeasures& m) {
  return {{"dpi_x", say("dots per inch: {:.1f} across, {:.1f} along (difference {:+.2f} %)", m.dpi_x, m.dpi_y, m.scale_difference)},
          {"angle_error", say("geometry: right angle off by {:.2f} degrees, marks off by {:.2f} mm; the sheet lay {:.2f} degrees askew", m.angle_error, m.bow, m.skew)},
          {"mtf50_x", say("sharpness (MTF50): {:.2f} cycles/mm across, {:.2f} along", m.mtf50_x, m.mtf50_y)},
          {"colour_mean", say("colour: dE2000 {:.1f} in the mean, {:.1f} at most", m.colour_mean, m.colour_max)},
          {"evenness", say("evenness: the darkest white field has {:.1f} % of the lightest", m.evenness)}};
}

std::string shown(const CalibrationWarning& warning) {
  return warning.drift ? say("warning: {} has drifted since the first measurement: {:.2f}, allowed {:.2f}", tr(warning.what.c_str()), warning.value, warning.limit)
                       : say("warning: {} is beyond its limit: {:.2f}, allowed {:.2f}", tr(warning.what.c_str()), warning.value, warning.limit);
}

OrderedJson json_of(const CalibrationMeasures& measures, const std::vector<CalibrationWarning>& warnings) {
  OrderedJson json = OrderedJson::parse(to_json(measures));
  json["warnings"] = OrderedJson::array();
  for (const CalibrationWarning& warning : warnings)
    json["warnings"].push_back({{"what", warning.what}, {"value", warning.value}, {"limit", warning.limit}, {"drift", warning.drift}});
  return json;
}

Result<std::unique_ptr<Calibrations>> opened(const Options& options, const Clock& clock) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  return Calibrations::open(archive->folder(), clock);
}

Result<ExitCode> show_history(const Options& options) {
  const SystemClock clock;
  SOGOC_TRY(const auto kept, opened(options, clock));
  SOGOC_TRY(const auto rows, kept->of("", 0));
  OrderedJson all = OrderedJson::array();
  for (const CalibrationRow& row : rows) {
    if (!options.device.empty() && row.device != options.device) continue;
    SOGOC_TRY(const CalibrationMeasures m, calibration_measures_in(row.measures));
    if (options.json) {
      all.push_back({{"id", row.id}, {"device", row.device}, {"dpi", row.asked_dpi}, {"at", local_time(row.at)}, {"by", row.by},
                     {"measures", OrderedJson::parse(row.measures)}});
    } else {
      print_line(say("{}  {}  {} dpi: {:.1f} x {:.1f} dpi, MTF50 {:.2f} / {:.2f}, dE {:.1f}, evenness {:.1f} %", local_time(row.at), row.device,
                     row.asked_dpi, m.dpi_x, m.dpi_y, m.mtf50_x, m.mtf50_y, m.colour_mean, m.evenness));
    }
  }
  if (options.json) print_json(all);
  return ExitCode::done;
}

Result<ExitCode> calibrate(const Options& options) {
  if (!options.target.empty()) {
    SOGOC_TRY(const std::string pdf, calibration_sheet_pdf());
    SOGOC_CHECK(write_file_durably(options.target, pdf));
    print_line(say("{}: the calibration sheet; print it at 100 %", options.target));
    return ExitCode::done;
  }
  if (options.history) {
    if (options.archive.empty()) return fail(ErrorCode::usage, Retry::never, "", "say whose measurements: --archive A");
    return show_history(options);
  }
  if (options.device.empty() && options.picture.empty())
    return fail(ErrorCode::usage, Retry::never, "", "say what to measure: --device D, or a picture of the sheet; --target OUT.pdf prints the sheet");
  if (!options.archive.empty() && options.device.empty())
    return fail(ErrorCode::usage, Retry::never, "", "say which device made the picture: --device D");
  SOGOC_TRY(const fs::path rules, find_rules_folder());
  SOGOC_TRY(const CalibrationLimits limits, load_calibration_limits(rules));

  SOGOC_TRY(const TemporaryFolder scratch, TemporaryFolder::create());
  fs::path picture = options.picture;
  int asked = options.dpi;
  if (picture.empty()) {
    picture = scratch.path() / "sheet.png";
    SOGOC_TRY(asked, scan_sheet(options, picture));
  }
  SOGOC_TRY(const CalibrationMeasures measures, measured(picture));

  // Only now the archive: what it remembers of the device, and this.
  std::optional<CalibrationMeasures> first;
  if (!options.archive.empty()) {
    const SystemClock clock;
    SOGOC_TRY(const auto kept, opened(options, clock));
    SOGOC_TRY(const auto before, kept->of(options.device, asked));
    if (!before.empty()) {
      SOGOC_TRY(first, calibration_measures_in(before.front().measures));
    }
    SOGOC_TRY(const auto row, kept->add(options.device, asked, options.by, to_json(measures)));
    (void)row;
  }
  const auto warnings = judge(measures, asked, limits, first);
  if (options.json) {
    print_json(json_of(measures, warnings));
  } else {
    for (const Line& line : lines_of(measures)) print_line(line.words);
    for (const CalibrationWarning& warning : warnings) print_line(shown(warning));
    if (!options.archive.empty())
      print_line(first ? say("kept with {}, beside its earlier measurements", options.device) : say("kept with {} as its first measurement", options.device));
  }
  return warnings.empty() ? ExitCode::done : ExitCode::needs_person;
}

}  // namespace

void add_scan_calibrate_command(CLI::App& scan, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = scan.add_subcommand("calibrate", tr("measure a scanner on the calibration sheet: dpi, geometry, sharpness, colour, evenness"));
  command->footer(tr(
      "Examples: sogoc scan calibrate --target sheet.pdf                      the sheet, to be printed at 100 %\n"
      "          sogoc scan calibrate -D DEVICE --dpi 300 -A ARCHIVE          scans it, keeps the result, warns when the device drifts\n"
      "          sogoc scan calibrate sheet.png --json                        a picture of it that was scanned elsewhere\n"
      "          sogoc scan calibrate --history -A ARCHIVE                    all measurements\n"
      "Exit code 4: measured, but something is beyond its limit (models/rules/calibration.toml) or has drifted."));
  command->add_option("PICTURE", options->picture, tr("a scan of the sheet, instead of scanning now"));
  command->add_option("--target", options->target, tr("write the sheet to this PDF"));
  command->add_option("--archive,-A", options->archive, tr("keeps the measurement with the device"))->envname("SOGOC_ARCHIVE");
  command->add_option("--device,-D", options->device, tr("the scanner, as `sogoc scan --list` names it"));
  command->add_option("--dpi", options->dpi, tr("dots per inch to scan at, or that the picture was scanned at"))->check(CLI::Range(50, 2400));
  command->add_flag("--history", options->history, tr("earlier measurements"));
  command->add_flag("--json", options->json, tr("answer in JSON"));
  add_by_option(*command, options->by);
  command->callback([options, &chosen] { chosen = [options] { return calibrate(*options); }; });
}

}  // namespace sogoc
