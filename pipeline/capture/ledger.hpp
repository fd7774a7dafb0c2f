#pragma once

// The ledger of a station: one line a step, appended and synced before the next step begins. Reading it again tells exactly
// where the work stood, whatever killed the station. Pure: the file is workers/capture's.
//
//   order    what is to be done
//   feed N   sheet N is about to leave the stack
//   sheet    its pictures are durable, with digest and verdict
//   sent N   the archive has it, durable
//   fault    a device stopped; the operator was told what to do
//   end      no more sheets come: no_more, limit
//   closed   the archive knows that it is over
//
// A line is the first 8 digits of its SHA-256, a blank, JSON, a line feed. Whatever follows the first line that is not whole
// was cut off by a crash and is dropped.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/capture/capture.hpp"
#include "pipeline/capture/sheet_numbers.hpp"

namespace sogoc {

struct LedgerState {
  std::optional<CaptureOrder> order;
  std::int64_t sheets = 0;                     // durable
  std::optional<std::int64_t> in_feeder;       // left the stack, and its pictures are not durable: it must go back on top
  std::vector<CapturedSheet> pending;          // durable here, not yet in the archive; in order
  std::vector<ReadNumber> numbers;             // that were read on sheets, sent ones too; covers have the number 0
  std::string fault;                           // the last one, "" when work went on after it
  bool ended = false, closed = false;
  std::size_t whole_bytes = 0;                 // of the file that hold; the rest is to be cut off
  [[nodiscard]] std::int64_t next_sheet() const { return sheets + 1; }
  // Goes on for the same paper, the same place and the same device?
  [[nodiscard]] bool continues(const CaptureOrder& wanted) const;
};

[[nodiscard]] std::string order_line(const CaptureOrder& order);
[[nodiscard]] std::string feed_line(std::int64_t sheet);
[[nodiscard]] std::string sheet_line(const CapturedSheet& sheet);
[[nodiscard]] std::string sent_line(std::int64_t sheet);
[[nodiscard]] std::string fault_line(std::string_view fault);
[[nodiscard]] std::string end_line(std::string_view why);
[[nodiscard]] std::string closed_line();

// One more whole line, with its line feed. Fails as read_ledger does.
[[nodiscard]] Done add_ledger_line(LedgerState& state, std::string_view line);
// Fails with corrupt when whole lines contradict each other (a sheet twice, one left out): then a person must look.
[[nodiscard]] Result<LedgerState> read_ledger(std::string_view content);

}  // namespace sogoc
