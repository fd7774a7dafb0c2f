#pragma once

// Words of capturing. A *session* is one piece of work at the feeder: a stack that becomes pages of a book or dossier. An
// *order* is one pass of paper for a session: the stack itself, the backs of it, one sheet again, sheets put in between.
// A *sheet* of an order is counted from 1 as it leaves the feeder; it has one or two *sides*.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/core/units.hpp"

namespace sogoc {

struct CaptureTarget {
  std::string book, dossier;  // codes; both "": the covers in the stack say it
  friend bool operator==(const CaptureTarget&, const CaptureTarget&) = default;
};

enum class OrderRole : std::uint8_t {
  stack,    // sheets 1, 2, ... of the session
  backs,    // second pass of a stack that was turned over: its first sheet is the last one's back
  replace,  // one side (or sheet) again: `at`
  insert,   // sheets that belong behind sheet `at`; 0 = before all
};
[[nodiscard]] std::string_view name(OrderRole role);
[[nodiscard]] std::optional<OrderRole> order_role_named(std::string_view text);

struct CaptureOrder {
  std::string id;       // 32 hex digits, random
  std::string session;  // the same for all orders of a session; that of its first order
  OrderRole role = OrderRole::stack;
  CaptureTarget target;
  std::int64_t at = 0;       // replace, insert: a sheet of the session
  int at_side = 0;           // replace: 0 front, 1 back
  std::string reason;        // replace, insert
  std::string operator_name;
  std::string device;        // as opened
  std::string settings;      // JSON, what the device really set
  std::int64_t most_sheets = 0;            // 0: until the feeder is empty
  std::optional<std::int64_t> declared;    // sheets that a person counted
  bool turned_later = false;               // the backs come as a pass of their own
  UtcTime started_at;
};

enum class FindingWeight : std::uint8_t { note, look, rescan };  // rescan: the page cannot stay without a person's word
struct CaptureFinding {
  std::string code;  // "blurred", "cut_left", ...: quality words of workers/image, more in capture_verdict
  FindingWeight weight = FindingWeight::note;
  std::string detail{};  // "" for most; of numbers what sheet_numbers.hpp says
  friend bool operator==(const CaptureFinding&, const CaptureFinding&) = default;
};
[[nodiscard]] std::string_view name(FindingWeight weight);

struct CapturedSide {
  int side = 0;                 // 0 front, 1 back
  Sha256 digest;                // of the master
  std::uint64_t bytes = 0;
  SizePx size;
  Resolution resolution;        // as the device says
  UtcTime at;
  std::vector<CaptureFinding> findings;
  bool blank = false;
  std::string cover;            // what a separator sheet says (cover.hpp), "" = none
  int judged_ms = 0;            // from the last line to the verdict
  std::string received_as{};    // the name of the file that a telephone sent, "" = from a device
  [[nodiscard]] FindingWeight worst() const;
};

struct CapturedSheet {
  std::int64_t sheet = 0;       // of its order, from 1
  std::vector<CapturedSide> sides;
};

}  // namespace sogoc
