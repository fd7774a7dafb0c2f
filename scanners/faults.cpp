#include "scanners/faults.hpp"

#include <array>

namespace sogoc {
namespace {

// Marks what tools/dev/update_po collects.
constexpr const char* advice(const char* text) { return text; }

using enum DeviceFault;
constexpr std::array kFaults = {
    FaultRow{jam, "jam", ErrorCode::unavailable, Retry::after_operator,
             advice("the paper is jammed; open the cover, take the sheet out, lay it back on top of the stack and scan again")},
    FaultRow{cover_open, "cover_open", ErrorCode::unavailable, Retry::after_operator,
             advice("the cover of the scanner is open; close it and scan again")},
    FaultRow{double_feed, "double_feed", ErrorCode::unavailable, Retry::after_operator,
             advice("two sheets went through together; take both, fan the stack, lay them back on top and scan again")},
    FaultRow{busy, "busy", ErrorCode::unavailable, Retry::after_operator,
             advice("the scanner is busy with somebody else's work; wait until it is done and scan again")},
    FaultRow{offline, "offline", ErrorCode::unavailable, Retry::after_operator,
             advice("the scanner does not answer; see that it is switched on and its cable or network is connected, then scan again")},
    FaultRow{out_of_memory, "out_of_memory", ErrorCode::unavailable, Retry::after_operator,
             advice("the scanner has not memory enough for this picture; choose a lower resolution or gray, then scan again")},
    FaultRow{wrong_paper_size, "wrong_paper_size", ErrorCode::unavailable, Retry::after_operator,
             advice("the paper has another size than was set; set the size of this paper or change the paper, then scan again")},
    FaultRow{no_paper, "no_paper", ErrorCode::unavailable, Retry::after_operator,
             advice("there is no paper in the feeder; lay the stack in and scan again")},
    FaultRow{access_denied, "access_denied", ErrorCode::no_permission, Retry::after_operator,
             advice("this account may not use the scanner; ask for membership in the group scanner, or for the device's password")},
    FaultRow{unknown_device, "unknown_device", ErrorCode::not_found, Retry::never,
             advice("there is no such scanner; `sogoc scan --list` shows those that answer")},
    FaultRow{bad_setting, "bad_setting", ErrorCode::usage, Retry::never,
             advice("the scanner refuses these settings together; leave size or source out, or see `sogoc scan --list --device ID`")},
    FaultRow{cancelled, "cancelled", ErrorCode::cancelled, Retry::after_operator,
             advice("scanning was stopped; the same command goes on at the next sheet")},
    FaultRow{transfer, "transfer", ErrorCode::unavailable, Retry::after_operator,
             advice("the picture broke off on its way from the scanner; lay the sheet back on top of the stack and scan again")},
    FaultRow{silent, "silent", ErrorCode::unavailable, Retry::after_operator,
             advice("the scanner has said nothing for too long and was given up; see whether it waits for a key or paper sticks in it, switch it off and "
                    "on, lay the sheet back on top of the stack and scan again")},
};

}  // namespace

std::span<const FaultRow> device_faults() { return kFaults; }

const FaultRow& row_of(DeviceFault fault) { return kFaults[static_cast<std::size_t>(fault)]; }

tl::unexpected<Error> device_fault(DeviceFault fault, std::string device, std::source_location origin) {
  const FaultRow& row = row_of(fault);
  return fail(row.code, row.retry, std::move(device), row.advice, origin);
}

const FaultRow* fault_in(const Error& error) {
  for (const FaultRow& row : kFaults)
    if (row.code == error.code && row.advice == error.message) return &row;
  return nullptr;
}

}  // namespace sogoc
