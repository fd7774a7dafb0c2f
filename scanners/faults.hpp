#pragma once

// What goes wrong at a device, in one table: its name for the ledger, and the sentence that tells the operator what to do
// (English here, Vietnamese in po/vi.po as for every message).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "pipeline/core/result.hpp"

namespace sogoc {

enum class DeviceFault : std::uint8_t {
  jam,
  cover_open,
  double_feed,
  busy,
  offline,
  out_of_memory,
  wrong_paper_size,
  no_paper,        // nothing was in the feeder when the work began
  access_denied,
  unknown_device,
  bad_setting,     // the device refuses a setting and does not say which
  cancelled,
  transfer,        // the picture broke off on the way
  silent,          // nothing came from it for a long time
};

struct FaultRow {
  DeviceFault fault;
  std::string_view name;  // stored; append only
  ErrorCode code;
  Retry retry;
  const char* advice;     // one clause that says what to do
};

[[nodiscard]] std::span<const FaultRow> device_faults();
[[nodiscard]] const FaultRow& row_of(DeviceFault fault);
[[nodiscard]] tl::unexpected<Error> device_fault(DeviceFault fault, std::string device,
                                                 std::source_location origin = std::source_location::current());
// Which row an error came from; nothing: it is none of a device.
[[nodiscard]] const FaultRow* fault_in(const Error& error);

}  // namespace sogoc
