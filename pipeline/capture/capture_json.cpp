#include "pipeline/capture/capture_json.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace sogoc {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::array<std::string_view, 4> kRoles = {"stack", "backs", "replace", "insert"};
constexpr std::array<std::string_view, 3> kWeights = {"note", "look", "rescan"};
constexpr std::size_t kMostText = 20'000;

tl::unexpected<Error> malformed(const std::string& why) {
  return fail(ErrorCode::invalid_input, Retry::never, "capture", "a station's record makes no sense: " + why);
}

// nlohmann-json throws for a missing or wrong value: turned into a value here, once.
template <typename Read>
auto strictly(std::string_view text, Read read) -> Result<std::invoke_result_t<Read, const Json&>> {
  if (text.size() > 64 * 1024) return malformed("too long");
  try {
    return read(Json::parse(text));
  } catch (const Json::exception& error) {
    return malformed(error.what());
  } catch (const std::invalid_argument& error) {
    return malformed(error.what());
  }
}

std::string short_text(const Json& json, const char* key) {
  std::string text = json.at(key).get<std::string>();
  if (text.size() > kMostText) throw std::invalid_argument("a text is too long");
  return text;
}
std::int64_t count_in(const Json& json, const char* key) {
  const auto value = json.at(key).get<std::int64_t>();
  if (value < 0 || value > 1'000'000'000'000'000) throw std::invalid_argument(std::string(key) + " is out of range");
  return value;
}
UtcTime time_in(const Json& json, const char* key) { return UtcTime(std::chrono::milliseconds(count_in(json, key))); }
template <std::size_t N>
std::size_t index_in(const std::array<std::string_view, N>& names, const std::string& text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) throw std::invalid_argument("an unknown word");
  return static_cast<std::size_t>(found - names.begin());
}
std::string id_in(const Json& json, const char* key) {
  std::string id = json.at(key).get<std::string>();
  if (id.size() != 32 || id.find_first_not_of("0123456789abcdef") != std::string::npos) throw std::invalid_argument("no id");
  return id;
}

Json json_of(const std::vector<CaptureFinding>& findings) {
  Json list = Json::array();
  for (const CaptureFinding& finding : findings) {
    list.push_back(Json::array({finding.code, name(finding.weight)}));
    if (!finding.detail.empty()) list.back().push_back(finding.detail);
  }
  return list;
}
std::vector<CaptureFinding> findings_of(const Json& list) {
  std::vector<CaptureFinding> findings;
  if (!list.is_array() || list.size() > 100) throw std::invalid_argument("no list of findings");
  for (const Json& one : list) {
    std::string code = one.at(0).get<std::string>();
    if (code.size() > 100) throw std::invalid_argument("a finding is too long");
    std::string detail = one.size() > 2 ? one.at(2).get<std::string>() : "";
    if (detail.size() > 100) throw std::invalid_argument("a finding is too long");
    findings.push_back({std::move(code), static_cast<FindingWeight>(index_in(kWeights, one.at(1).get<std::string>())), std::move(detail)});
  }
  return findings;
}

CapturedSide side_in(const Json& json) {
  CapturedSide side;
  side.side = static_cast<int>(count_in(json, "side"));
  const auto digest = sha256_from_hex(json.at("digest").get<std::string>());
  if (!digest || side.side > 1) throw std::invalid_argument("no side of a sheet");
  side.digest = *digest;
  side.bytes = static_cast<std::uint64_t>(count_in(json, "bytes"));
  side.size = {static_cast<int>(std::min<std::int64_t>(count_in(json, "width"), 1'000'000)),
               static_cast<int>(std::min<std::int64_t>(count_in(json, "height"), 10'000'000))};
  side.resolution = {Dpi{json.at("dpi").at(0).get<double>()}, Dpi{json.at("dpi").at(1).get<double>()}};
  side.at = time_in(json, "at");
  side.findings = findings_of(json.at("findings"));
  side.blank = json.at("blank").get<bool>();
  side.cover = short_text(json, "cover");
  side.judged_ms = static_cast<int>(std::min<std::int64_t>(count_in(json, "judged_ms"), 1'000'000));
  return side;
}

}  // namespace

std::string_view name(OrderRole role) { return kRoles[static_cast<std::size_t>(role)]; }
std::string_view name(FindingWeight weight) { return kWeights[static_cast<std::size_t>(weight)]; }
std::optional<OrderRole> order_role_named(std::string_view text) {
  const auto found = std::find(kRoles.begin(), kRoles.end(), text);
  if (found == kRoles.end()) return std::nullopt;
  return static_cast<OrderRole>(found - kRoles.begin());
}

FindingWeight CapturedSide::worst() const {
  FindingWeight worst = FindingWeight::note;
  for (const CaptureFinding& finding : findings) worst = std::max(worst, finding.weight);
  return worst;
}

std::string to_json(const CaptureOrder& order) {
  Json json = {{"id", order.id},         {"session", order.session},   {"role", name(order.role)},
               {"book", order.target.book}, {"dossier", order.target.dossier}, {"at_sheet", order.at},
               {"at_side", order.at_side}, {"reason", order.reason},     {"by", order.operator_name},
               {"device", order.device},   {"settings", order.settings}, {"most", order.most_sheets},
               {"declared", nullptr},      {"turned_later", order.turned_later},
               {"started_at", order.started_at.time_since_epoch().count()}};
  if (order.declared) json["declared"] = *order.declared;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string to_json(const std::vector<CaptureFinding>& findings) { return json_of(findings).dump(); }

std::string to_json(const CapturedSheet& sheet) {
  Json sides = Json::array();
  for (const CapturedSide& side : sheet.sides)
    sides.push_back({{"side", side.side},
                     {"digest", to_hex(side.digest)},
                     {"bytes", side.bytes},
                     {"width", side.size.width},
                     {"height", side.size.height},
                     {"dpi", {side.resolution.x.value, side.resolution.y.value}},
                     {"at", side.at.time_since_epoch().count()},
                     {"findings", json_of(side.findings)},
                     {"blank", side.blank},
                     {"cover", side.cover},
                     {"judged_ms", side.judged_ms}});
  return Json{{"sheet", sheet.sheet}, {"sides", std::move(sides)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<CaptureOrder> capture_order_in(std::string_view text) {
  return strictly(text, [](const Json& json) {
    CaptureOrder order;
    order.id = id_in(json, "id");
    order.session = id_in(json, "session");
    order.role = static_cast<OrderRole>(index_in(kRoles, json.at("role").get<std::string>()));
    order.target = {short_text(json, "book"), short_text(json, "dossier")};
    order.at = count_in(json, "at_sheet");
    order.at_side = static_cast<int>(std::min<std::int64_t>(count_in(json, "at_side"), 1));
    order.reason = short_text(json, "reason");
    order.operator_name = short_text(json, "by");
    order.device = short_text(json, "device");
    order.settings = short_text(json, "settings");
    order.most_sheets = count_in(json, "most");
    if (!json.at("declared").is_null()) order.declared = count_in(json, "declared");
    order.turned_later = json.at("turned_later").get<bool>();
    order.started_at = time_in(json, "started_at");
    return order;
  });
}

Result<CapturedSheet> captured_sheet_in(std::string_view text) {
  return strictly(text, [](const Json& json) {
    CapturedSheet sheet;
    sheet.sheet = count_in(json, "sheet");
    for (const Json& side : json.at("sides")) sheet.sides.push_back(side_in(side));
    if (sheet.sheet < 1 || sheet.sides.empty() || sheet.sides.size() > 2 ||
        (sheet.sides.size() == 2 && sheet.sides[0].side == sheet.sides[1].side))
      throw std::invalid_argument("a sheet has one or two sides");
    return sheet;
  });
}

Result<std::vector<CaptureFinding>> capture_findings_in(std::string_view text) { return strictly(text, findings_of); }

}  // namespace sogoc
