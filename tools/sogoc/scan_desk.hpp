#pragma once

// What the scan commands have in common: the plan that the capture worker gets, its answer, words for findings.

#include <filesystem>
#include <optional>
#include <string>

#include "pipeline/capture/capture_store.hpp"
#include "pipeline/core/result.hpp"
#include "scanners/scanner.hpp"
#include "storage/archive.hpp"
#include "tools/sogoc/command.hpp"

namespace sogoc {

// Travels as a JSON file from the command to its capture worker.
struct ScanPlan {
  CaptureOrder order;             // id and session "": the worker makes them, or goes on with an open order
  ScanSettings settings;
  std::string spool;
  std::string endpoint;           // of the archive, "" = offline
  std::string server_key, key_file;
  bool returned = false;          // the operator laid the sheet that was in the feeder back on the stack
  bool anew = false;              // do not go on with an open order
  bool only_send = false;         // of the open orders, nothing is fed
  bool json = false;
  bool patch_alone = false;       // sheets with Patch-T bars and no symbol of ours part documents
  int rule_dpi = 200;
  int silence_s = 120;            // how long the scanner may say nothing
};
struct ScanAnswer {
  std::string session;            // "" when nothing began
  std::string end;                // "no_more", "limit", "stopped", "fault", "returned_first"
  std::int64_t sheets = 0;
  bool in_archive = false;
};

[[nodiscard]] std::string to_json(const ScanPlan& plan);
[[nodiscard]] Result<ScanPlan> scan_plan_in(const std::string& json);
[[nodiscard]] std::string settings_json(const ScanSettings& settings);
[[nodiscard]] std::string to_json(const ScanAnswer& answer);
[[nodiscard]] Result<ScanAnswer> scan_answer_in(const std::string& json);

// Where a station keeps what is not yet in an archive: $SOGOC_SPOOL, else $XDG_STATE_HOME/sogoc/capture.
[[nodiscard]] std::string default_spool();
[[nodiscard]] std::string new_capture_id();  // 32 hex digits

// In the language of the screen.
[[nodiscard]] std::string shown_finding(const CaptureFinding& finding);
// Out of what json_of() made of it; its weight is left out.
[[nodiscard]] CaptureFinding finding_of(const OrderedJson& json);
[[nodiscard]] std::string shown_side(std::int64_t sheet, const CapturedSide& side);
[[nodiscard]] OrderedJson json_of(std::int64_t sheet, const CapturedSide& side);
[[nodiscard]] OrderedJson json_of(const CaptureSessionRow& session);
[[nodiscard]] OrderedJson json_of(const CaptureImageRow& image);
// Also its pictures, what finishing would make of them, and what stands in the way.
[[nodiscard]] OrderedJson json_of(const CaptureSessionRow& session, const std::vector<CaptureImageRow>& images, const Assembly& assembly);
void print_session(const CaptureSessionRow& session);

// Finishes the session when nothing stands in the way; else says what does. `accept` as CaptureStore::finish.
[[nodiscard]] Result<ExitCode> finish_session(Archive& archive, CaptureSessionId id, const std::string& by, const std::string& accept, bool json);

}  // namespace sogoc
