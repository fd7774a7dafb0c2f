#include "pipeline/capture/ledger.hpp"

#include <nlohmann/json.hpp>

#include "pipeline/capture/capture_json.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kCheckDigits = 8;

std::string check_of(std::string_view json) { return to_hex(sha256_of(std::as_bytes(std::span(json.data(), json.size())))).substr(0, kCheckDigits); }
std::string line_of(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return check_of(text) + " " + text + "\n";
}

tl::unexpected<Error> contradiction(const std::string& why) {
  return fail(ErrorCode::corrupt, Retry::after_operator, "ledger",
              "the station's ledger contradicts itself (" + why + "); keep its folder and ask for help, its pictures are there");
}

void note_numbers(LedgerState& state, const CapturedSheet& sheet) {
  for (const CapturedSide& side : sheet.sides) {
    if (!side.cover.empty()) state.numbers.push_back({sheet.sheet, side.side, 0, ""});
    for (const CaptureFinding& finding : side.findings)
      if (finding.code == kNumberFinding)
        if (auto number = number_in_detail(finding.detail, sheet.sheet, side.side)) state.numbers.push_back(std::move(*number));
  }
}

Done apply(LedgerState& state, const Json& json) {
  const auto what_found = json.find("what");
  const std::string what = what_found != json.end() && what_found->is_string() ? what_found->get<std::string>() : "";
  const auto sheet_found = json.find("sheet");
  const std::int64_t number = sheet_found != json.end() && sheet_found->is_number_integer() ? sheet_found->get<std::int64_t>() : 0;
  if (what == "order") {
    if (state.order) return contradiction("two orders");
    SOGOC_TRY(state.order, capture_order_in(json.value("order", Json()).dump()));
    return {};
  }
  if (!state.order) return contradiction("it does not begin with an order");
  if (what == "feed") {
    if (number != state.next_sheet()) return contradiction("a sheet was left out");
    state.in_feeder = state.next_sheet();
    state.fault.clear();
  } else if (what == "sheet") {
    SOGOC_TRY(CapturedSheet sheet, captured_sheet_in(json.value("sheet", Json()).dump()));
    if (sheet.sheet != state.next_sheet()) return contradiction("a sheet came twice");
    state.sheets = sheet.sheet;
    state.in_feeder.reset();
    note_numbers(state, sheet);
    state.pending.push_back(std::move(sheet));
  } else if (what == "sent") {
    if (state.pending.empty() || number != state.pending.front().sheet) return contradiction("sent out of order");
    state.pending.erase(state.pending.begin());
  } else if (what == "fault") {
    const auto fault = json.find("name");
    state.fault = fault != json.end() && fault->is_string() ? fault->get<std::string>() : "unknown";
  } else if (what == "end") {
    state.ended = true;
    state.in_feeder.reset();
  } else if (what == "closed") {
    state.closed = true;
  } else {
    return contradiction("an unknown step");
  }
  return {};
}

}  // namespace

bool LedgerState::continues(const CaptureOrder& wanted) const {
  return order && !closed && order->target == wanted.target && order->device == wanted.device && order->role == wanted.role &&
         (wanted.role == OrderRole::stack || order->session == wanted.session) && order->at == wanted.at && order->at_side == wanted.at_side;
}

std::string order_line(const CaptureOrder& order) { return line_of({{"what", "order"}, {"order", Json::parse(to_json(order))}}); }
std::string feed_line(std::int64_t sheet) { return line_of({{"what", "feed"}, {"sheet", sheet}}); }
std::string sheet_line(const CapturedSheet& sheet) { return line_of({{"what", "sheet"}, {"sheet", Json::parse(to_json(sheet))}}); }
std::string sent_line(std::int64_t sheet) { return line_of({{"what", "sent"}, {"sheet", sheet}}); }
std::string fault_line(std::string_view fault) { return line_of({{"what", "fault"}, {"name", fault}}); }
std::string end_line(std::string_view why) { return line_of({{"what", "end"}, {"why", why}}); }
std::string closed_line() { return line_of({{"what", "closed"}}); }

Done add_ledger_line(LedgerState& state, std::string_view line) {
  const auto broken = [] { return fail(ErrorCode::invalid_input, Retry::never, "ledger", "a line is not whole"); };
  if (line.size() <= kCheckDigits + 2 || line[kCheckDigits] != ' ' || line.back() != '\n') return broken();
  const std::string_view text = line.substr(kCheckDigits + 1, line.size() - kCheckDigits - 2);
  if (check_of(text) != line.substr(0, kCheckDigits)) return broken();
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return contradiction("a line is no object");
  SOGOC_CHECK(apply(state, json));
  state.whole_bytes += line.size();
  return {};
}

Result<LedgerState> read_ledger(std::string_view content) {
  LedgerState state;
  while (true) {
    const std::size_t end = content.find('\n', state.whole_bytes);
    if (end == std::string_view::npos) break;
    const Done added = add_ledger_line(state, content.substr(state.whole_bytes, end + 1 - state.whole_bytes));
    if (added) continue;
    if (added.error().code == ErrorCode::corrupt) return tl::unexpected<Error>(added.error());
    break;
  }
  return state;
}

}  // namespace sogoc
