#pragma once

// JSON forms of what a station writes and sends. Reading is strict: both the ledger and the wire are outside input.

#include <string>
#include <string_view>

#include "pipeline/capture/capture.hpp"

namespace sogoc {

[[nodiscard]] std::string to_json(const CaptureOrder& order);
[[nodiscard]] std::string to_json(const CapturedSheet& sheet);
[[nodiscard]] std::string to_json(const std::vector<CaptureFinding>& findings);
// Fail with invalid_input.
[[nodiscard]] Result<CaptureOrder> capture_order_in(std::string_view json);
[[nodiscard]] Result<CapturedSheet> captured_sheet_in(std::string_view json);
[[nodiscard]] Result<std::vector<CaptureFinding>> capture_findings_in(std::string_view json);

}  // namespace sogoc
