#pragma once

// Private to scanners: sessions with a SANE device written down, call by call, and played again without it.
//
// A trace is JSON Lines, in the order of the calls:
//   {"call":"open","device":"test:0","options":[...]}         each option: what SANE says of it, and its value
//   {"call":"set","index":3,"value":[..],"real":[..],"status":0,"info":2,"options":[[7,{...}]]}   those that changed with it, by index
//   {"call":"start","status":0}
//   {"call":"parameters","status":0,"format":1,"last":true,"bytes":600,"pixels":200,"lines":300,"depth":8}
//   {"call":"read","got":[[65536,3],[1200,1]],"status":5}     lengths and how often, until a status that is not GOOD
// Who cancelled shows in the status that follows. What the pictures showed is not kept: played again they are a pattern. Values of options are, and may name the device.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipeline/core/result.hpp"
#include "scanners/sane_api_private.hpp"

namespace sogoc {

// One option out of the device's own memory: descriptor and value. Owner of all that the descriptor points to.
struct TracedOption {
  std::string name;
  SANE_Int type = 0, unit = 0, size = 0, cap = 0;
  std::optional<SANE_Range> range;
  std::vector<SANE_Word> words;        // of a list, without its count
  std::vector<std::string> strings;
  std::vector<SANE_Word> value;        // of BOOL, INT, FIXED
  std::string text;                    // of STRING
};
[[nodiscard]] std::vector<TracedOption> options_of(SaneDevice& device);
[[nodiscard]] nlohmann::ordered_json to_json(const std::vector<TracedOption>& options);
// Throws nlohmann::json::exception or std::invalid_argument: the caller turns them into a value.
[[nodiscard]] std::vector<TracedOption> traced_options_in(const nlohmann::ordered_json& json);

// The same device, each call written down. Fails with no_permission when the file cannot be made.
[[nodiscard]] Result<std::unique_ptr<SaneDevice>> record_device(std::unique_ptr<SaneDevice> device, const std::string& id, const std::filesystem::path& file);

// A device that answers as the traced one did. A setting that was not made in the trace is refused as SANE_STATUS_INVAL; what is asked
// behind the end of the trace is SANE_STATUS_IO_ERROR. Fails with not_found or corrupt.
[[nodiscard]] Result<std::unique_ptr<SaneDevice>> replay_device(const std::filesystem::path& file);

}  // namespace sogoc
