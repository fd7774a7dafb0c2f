#include "tools/sogoc/scan_desk.hpp"

#include <sys/random.h>

#include <array>
#include <cstdlib>
#include <sstream>

#include "pipeline/capture/capture_json.hpp"
#include "pipeline/capture/sheet_numbers.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc {
namespace {

OrderedJson json_of(const ScanSettings& settings) {
  OrderedJson options = OrderedJson::array();
  for (const auto& [option, value] : settings.options) options.push_back({option, value});
  return {{"source", settings.source ? std::string(name(*settings.source)) : ""},
          {"mode", name(settings.mode)},
          {"dpi", settings.dpi},
          {"bits", settings.bits},
          {"width_mm", settings.width_mm},
          {"height_mm", settings.height_mm},
          {"options", std::move(options)}};
}

ScanSettings settings_of(const OrderedJson& json) {
  ScanSettings settings;
  settings.source = scan_source_named(json.at("source").get<std::string>());
  settings.mode = scan_mode_named(json.at("mode").get<std::string>()).value_or(ScanMode::colour);
  settings.dpi = json.at("dpi").get<int>();
  settings.bits = json.at("bits").get<int>();
  settings.width_mm = json.at("width_mm").get<double>();
  settings.height_mm = json.at("height_mm").get<double>();
  for (const auto& option : json.at("options")) settings.options.emplace_back(option.at(0).get<std::string>(), option.at(1).get<std::string>());
  return settings;
}

// Between our own processes only; still, what cannot be read is an error and no crash.
template <typename Read>
auto guarded_json(const std::string& text, Read read) -> Result<std::invoke_result_t<Read, const OrderedJson&>> {
  try {
    return read(OrderedJson::parse(text));
  } catch (const OrderedJson::exception& error) {
    return fail(ErrorCode::internal, Retry::never, "scan", error.what());
  }
}

// Marks what tools/dev/update_po collects.
constexpr const char* advice(const char* text) { return text; }

struct FindingWords {
  const char* code;
  const char* words;
};
constexpr std::array kFindingWords = {
    FindingWords{"blurred", advice("blurred")},
    FindingWords{"skewed", advice("lies too askew to be straightened; lay the sheet straight against the guides and scan it again")},
    FindingWords{"cut_left", advice("cut at the left edge")},
    FindingWords{"cut_top", advice("cut at the top edge")},
    FindingWords{"cut_right", advice("cut at the right edge")},
    FindingWords{"cut_bottom", advice("cut at the bottom edge")},
    FindingWords{"finger", advice("a finger covers part of it")},
    FindingWords{"fold", advice("a corner is folded over")},
    FindingWords{"blank", advice("blank")},
    FindingWords{"upside_down", advice("upside down")},
    FindingWords{"on_its_side", advice("lies on its side")},
    FindingWords{"two_sheets", advice("two sheets lie over each other")},
    FindingWords{"low_resolution", advice("fewer dots per inch than the rule asks for")},
    FindingWords{"colour_cast", advice("the paper has a colour cast; check the lamp and the white balance of the scanner")},
    FindingWords{"same_again", advice("the same page as the one before")},
    FindingWords{"low_contrast", advice("pale, hard to read")},
    FindingWords{"dark_border", advice("dark edges of the scanner")},
    FindingWords{"speckled", advice("specks; clean the glass")},
    FindingWords{"punch_holes", advice("punch holes")},
    FindingWords{"glare", advice("a lamp shines on it")},
    FindingWords{"shadow", advice("a shadow lies on it")},
    FindingWords{"perhaps_pencil", advice("seems blank, but pale marks may be faint writing")},
    FindingWords{"wrong_side", advice("lies with its back up; the other side shines through")},
    FindingWords{"cover_unclear", advice("a cover whose symbol cannot be read, or Patch-T bars alone (--patch-t takes these)")},
    FindingWords{"few_marks", advice("hardly anything is written on it")},
    FindingWords{"sheet_number", advice("the sheet's number is {}")},
    FindingWords{"number_unsure", advice("a sheet's number that cannot be read surely, perhaps {}")},
    FindingWords{"number_unread", advice("a sheet's number that cannot be read")},
    FindingWords{"number_gap", advice("number {} does not follow {}; see whether a sheet is missing or two went through together")},
    FindingWords{"number_again", advice("number {} stood on the sheet before, too; see whether it is the same sheet")},
    FindingWords{"number_back", advice("number {} comes after {}; see whether the sheets lie in order")},
    FindingWords{"not_judged", advice("too large to be judged here")},
};

}  // namespace

std::string settings_json(const ScanSettings& settings) { return json_of(settings).dump(); }

std::string to_json(const ScanPlan& plan) {
  CaptureOrder order = plan.order;
  if (order.id.empty()) order.id = std::string(32, '0');
  if (order.session.empty()) order.session = std::string(32, '0');
  return OrderedJson{{"order", OrderedJson::parse(to_json(order))},
                     {"settings", json_of(plan.settings)},
                     {"spool", plan.spool},
                     {"endpoint", plan.endpoint},
                     {"server_key", plan.server_key},
                     {"key_file", plan.key_file},
                     {"returned", plan.returned},
                     {"anew", plan.anew},
                     {"only_send", plan.only_send},
                     {"json", plan.json},
                     {"patch_alone", plan.patch_alone},
                     {"rule_dpi", plan.rule_dpi},
                     {"silence_s", plan.silence_s}}
      .dump();
}

Result<ScanPlan> scan_plan_in(const std::string& text) {
  return guarded_json(text, [](const OrderedJson& json) {
    ScanPlan plan;
    plan.order = capture_order_in(json.at("order").dump()).value_or(CaptureOrder{});
    plan.settings = settings_of(json.at("settings"));
    plan.spool = json.at("spool").get<std::string>();
    plan.endpoint = json.at("endpoint").get<std::string>();
    plan.server_key = json.at("server_key").get<std::string>();
    plan.key_file = json.at("key_file").get<std::string>();
    plan.returned = json.at("returned").get<bool>();
    plan.anew = json.at("anew").get<bool>();
    plan.only_send = json.at("only_send").get<bool>();
    plan.json = json.at("json").get<bool>();
    plan.patch_alone = json.at("patch_alone").get<bool>();
    plan.rule_dpi = json.at("rule_dpi").get<int>();
    plan.silence_s = json.at("silence_s").get<int>();
    return plan;
  });
}

std::string to_json(const ScanAnswer& answer) {
  return OrderedJson{{"session", answer.session}, {"end", answer.end}, {"sheets", answer.sheets}, {"in_archive", answer.in_archive}}.dump();
}

Result<ScanAnswer> scan_answer_in(const std::string& text) {
  return guarded_json(text, [](const OrderedJson& json) {
    return ScanAnswer{json.at("session").get<std::string>(), json.at("end").get<std::string>(), json.at("sheets").get<std::int64_t>(),
                      json.at("in_archive").get<bool>()};
  });
}

std::string default_spool() {
  if (const char* spool = std::getenv("SOGOC_SPOOL"); spool != nullptr && *spool != '\0') return spool;
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0') return std::string(state) + "/sogoc/capture";
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr ? home : ".") + "/.local/state/sogoc/capture";
}

std::string new_capture_id() {
  std::array<std::uint8_t, 16> octets{};
  (void)!::getrandom(octets.data(), octets.size(), 0);
  std::string id;
  for (const std::uint8_t octet : octets) id += fmt::format("{:02x}", octet);
  return id;
}

std::string shown_finding(const CaptureFinding& finding) {
  for (const FindingWords& row : kFindingWords)
    if (finding.code == row.code) {
      std::string words = tr(row.words);
      // Numbers of the detail stand at the places of the sentence, one after the other.
      std::istringstream details(finding.detail);
      for (std::string one; words.find("{}") != std::string::npos && details >> one;) words.replace(words.find("{}"), 2, one);
      return words;
    }
  return finding.code;
}

CaptureFinding finding_of(const OrderedJson& json) {
  CaptureFinding finding;
  finding.code = json.value("code", "");
  finding.detail = json.value("detail", "");
  return finding;
}

std::string shown_side(std::int64_t sheet, const CapturedSide& side) {
  std::string findings;
  for (const CaptureFinding& finding : side.findings) findings += (findings.empty() ? "" : "; ") + shown_finding(finding);
  const char* verdict = side.worst() == FindingWeight::rescan ? tr("SCAN AGAIN") : side.worst() == FindingWeight::look ? tr("look") : tr("good");
  if (!side.cover.empty()) verdict = tr("cover");
  return say("sheet {} {}: {}  {}", sheet, side.side == 0 ? tr("front") : tr("back"), verdict, findings);
}

namespace {

// null: there is none, or it could not be read.
OrderedJson number_of(const CapturedSide& side) {
  for (const CaptureFinding& finding : side.findings)
    if (finding.code == kNumberFinding)
      if (const auto number = number_in_detail(finding.detail, 0, side.side)) return number->number;
  return nullptr;
}

}  // namespace

OrderedJson json_of(std::int64_t sheet, const CapturedSide& side) {
  OrderedJson findings = OrderedJson::array();
  for (const CaptureFinding& finding : side.findings) {
    findings.push_back({{"code", finding.code}, {"weight", name(finding.weight)}});
    if (!finding.detail.empty()) findings.back()["detail"] = finding.detail;
  }
  return {{"sheet", sheet},
          {"side", side.side == 0 ? "front" : "back"},
          {"digest", to_hex(side.digest)},
          {"width", side.size.width},
          {"height", side.size.height},
          {"dpi", side.resolution.x.value},
          {"at", local_time(side.at)},
          {"verdict", name(side.worst())},
          {"findings", std::move(findings)},
          {"blank", side.blank},
          {"cover", side.cover},
          {"number", number_of(side)},
          {"judged_ms", side.judged_ms}};
}

OrderedJson json_of(const CaptureSessionRow& session) {
  OrderedJson json = {{"session", session.id},     {"state", name(session.state)}, {"book", session.target.book},
                      {"dossier", session.target.dossier}, {"device", session.device},     {"by", session.operator_name},
                      {"started_at", local_time(session.started_at)}, {"sheets", session.sheets}, {"pictures", session.images},
                      {"waiting", session.waiting}, {"declared", nullptr},          {"batches", session.batches}};
  if (session.declared) json["declared"] = *session.declared;
  return json;
}

OrderedJson json_of(const CaptureImageRow& row) {
  OrderedJson json = json_of(row.sheet, row.about);
  json["picture"] = row.id;
  json["insert"] = row.insert;
  json["device"] = row.device;
  json["settings"] = OrderedJson::parse(row.settings, nullptr, false);
  json["received_as"] = row.about.received_as;
  json["by"] = row.operator_name;
  json["decision"] = name(row.decision);
  if (!row.decided_by.empty()) json["decided_by"] = row.decided_by;
  if (row.decided_at) json["decided_at"] = local_time(*row.decided_at);
  if (!row.reason.empty()) json["reason"] = row.reason;
  if (row.batch) json["batch"] = *row.batch;
  if (row.file_ordinal) json["file"] = *row.file_ordinal;
  return json;
}

OrderedJson json_of(const CaptureSessionRow& session, const std::vector<CaptureImageRow>& images, const Assembly& assembly) {
  OrderedJson json = json_of(session);
  json["images"] = OrderedJson::array();
  for (const CaptureImageRow& row : images) json["images"].push_back(json_of(row));
  OrderedJson parts = OrderedJson::array();
  for (const AssembledPart& part : assembly.parts)
    parts.push_back({{"book", part.target.book}, {"dossier", part.target.dossier}, {"sheets", part.sheets}, {"documents", part.documents.size()}});
  json["parts"] = std::move(parts);
  json["problems"] = assembly.problems;
  json["differences"] = assembly.differences;
  return json;
}

void print_session(const CaptureSessionRow& session) {
  print_line(say("session {} [{}] {}{}: {} sheets, {} pictures, {} need a person", session.id, tr(name(session.state).data()), session.target.book,
                 session.target.dossier, session.declared ? fmt::format("{}/{}", session.sheets, *session.declared) : std::to_string(session.sheets),
                 session.images, session.waiting));
}

Result<ExitCode> finish_session(Archive& archive, CaptureSessionId id, const std::string& by, const std::string& accept, bool json) {
  SOGOC_TRY(const Assembly assembly, archive.captures().assembly(id));
  SOGOC_TRY(const CaptureSessionRow before, archive.captures().session(id));
  const bool over = before.state == CaptureState::finished;
  if (!over && (!assembly.problems.empty() || (!assembly.differences.empty() && accept.empty()))) {
    if (json) {
      print_json({{"session", id}, {"finished", false}, {"problems", assembly.problems}, {"differences", assembly.differences}});
    } else {
      print_session(before);
      for (const std::string& line : assembly.problems) print_line(say("  not finished: {}", translated(line)));
      for (const std::string& line : assembly.differences) print_line(say("  differs: {}", translated(line)));
      print_line(say("  `sogoc scan show {}` lists the pictures; `sogoc scan finish {}` makes pages of them", id, id));
    }
    return ExitCode::needs_person;
  }
  SOGOC_TRY(const std::vector<BatchId> batches, archive.captures().finish(id, ReadingSettings{}, by, accept));
  SOGOC_TRY(const CaptureSessionRow row, archive.captures().session(id));
  if (json) {
    print_json({{"session", id}, {"finished", true}, {"batches", batches}, {"sheets", row.sheets}, {"pictures", row.images}});
  } else {
    print_session(row);
    for (const BatchId batch : batches) print_line(say("  batch {} is in the archive; `sogoc run` reads it", batch));
  }
  return ExitCode::done;
}

}  // namespace sogoc
