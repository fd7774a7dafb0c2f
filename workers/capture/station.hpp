#pragma once

// One order at one device: sheet by sheet from the feeder to durable masters, and from there to the archive.
//
//   feeder thread (the caller's):  ledger "feed N" -> pictures, synced -> verdict -> ledger "sheet"     <- the truth of the station
//   sender thread:                 first pending sheet -> archive answers -> ledger "sent N", files go
//
// The archive's slowness holds the feeder back (`most_pending`); its absence does not: then only the disk's room does. Killed at
// any instant, the same order goes on at the sheet that is not in the ledger.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/image.hpp"
#include "pipeline/transport/sockets.hpp"
#include "scanners/scanner.hpp"
#include "workers/capture/spool.hpp"

namespace sogoc {

// What a picture's judge says; filled into CapturedSide.
struct SideVerdict {
  std::vector<CaptureFinding> findings;
  bool blank = false;
  std::string cover;
};
using JudgeSide = std::function<SideVerdict(const PageImage& picture, int side)>;

struct StationSettings {
  std::optional<ConnectSettings> archive;    // nothing: work offline, send later
  std::shared_ptr<TransportContext> context; // needed with archive
  std::string program = "sogoc";
  int sides = 1;                             // of a sheet: sides_of(the source that is set)
  std::size_t most_pending = 16;             // sheets on their way to an archive that answers
  std::uint64_t least_free_bytes = 256ull << 20;
  std::int64_t most_judged_pixels = 200'000'000;
  std::chrono::milliseconds answer_limit{10'000};
  std::chrono::milliseconds patience{0};     // how long to try an archive that does not answer, once the stack is done; 0: for ever
  std::function<void(const CapturedSheet&)> on_sheet;
  JudgeSide judge;
  const std::atomic<bool>* stop = nullptr;
};

enum class FeedEnd : std::uint8_t { no_more, limit, stopped, fault };
struct StationOutcome {
  FeedEnd end = FeedEnd::no_more;
  std::optional<Error> why;           // of a fault, or what the archive refused
  std::int64_t sheets = 0;            // durable, over all tries
  bool in_archive = false;            // all of them, and the archive knows that it is over
};

// `scanner` null: nothing is fed, what is pending is sent. Fails only when the station's own disk fails.
[[nodiscard]] Result<StationOutcome> run_station(SpooledOrder& order, Scanner* scanner, const StationSettings& settings, const Clock& clock);

}  // namespace sogoc
