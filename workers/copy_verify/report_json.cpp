#include "workers/copy_verify/report_json.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "pipeline/copies/canonical_json.hpp"
#include "workers/copy_verify/finding_table.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::ordered_json;
using Read = nlohmann::json;

constexpr std::array kStatuses = {
    CertificateStatus::good,           CertificateStatus::revoked,
    CertificateStatus::unknown,        CertificateStatus::not_yet_valid,
    CertificateStatus::expired,        CertificateStatus::wrong_usage,
    CertificateStatus::weak_algorithm, CertificateStatus::bad_chain,
    CertificateStatus::untrusted_root, CertificateStatus::incomplete_chain};
constexpr std::array kVerdicts = {Verdict::valid, Verdict::invalid, Verdict::undecidable};
constexpr std::array kKinds = {CopyKind::register_copy, CopyKind::certified_copy,
                               CopyKind::sao_y,         CopyKind::sao_luc,
                               CopyKind::trich_sao,     CopyKind::reader_copy};

// Thrown inside this file only: nlohmann's own failures are exceptions as well.
struct Malformed {
  std::string key;
};

std::string time_text(UtcTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", seconds, (time - seconds).count());
}

Json time_json(const std::optional<UtcTime>& time) {
  return time ? Json(time_text(*time)) : Json(nullptr);
}

Json findings_json(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& one : findings)
    list.push_back({{"code", one.code},
                    {"weight", name(one.weight)},
                    {"text", one.text},
                    {"subject", one.subject}});
  return list;
}

Json signature_json(const SignatureReport& one) {
  return {{"field", one.field},
          {"verdict", name(one.verdict)},
          {"document_timestamp", one.document_timestamp},
          {"intact", one.intact},
          {"covers_whole_file", one.covers_whole_file},
          {"covered_bytes", one.covered_bytes},
          {"signer", one.signer},
          {"signer_name", one.signer_name},
          {"issuer", one.issuer},
          {"claimed_time", time_json(one.claimed_time)},
          {"stamped_time", time_json(one.stamped_time)},
          {"timestamp_authority", one.timestamp_authority},
          {"certificate", name(one.certificate)},
          {"certificate_reason", one.certificate_reason},
          {"anchor", one.anchor ? Json(name(*one.anchor)) : Json(nullptr)},
          {"digest_algorithm", one.digest_algorithm},
          {"signature_algorithm", one.signature_algorithm},
          {"level", one.level},
          {"findings", findings_json(one.findings)}};
}

Json file_json(const FileReport& file) {
  Json signatures = Json::array();
  for (const SignatureReport& one : file.signatures) signatures.push_back(signature_json(one));
  return {{"verdict", name(file.verdict)},
          {"digest", to_hex(file.digest)},
          {"bytes", file.bytes},
          {"copy_number", file.copy_number},
          {"body", file.body},
          {"kind", file.kind},
          {"issue_record", file.issue_record},
          {"lookup", file.lookup_address},
          {"signatures", std::move(signatures)},
          {"findings", findings_json(file.findings)}};
}

Json qr_json(const QrReport& qr) {
  const QrPayload& said = qr.payload;
  return {{"verdict", name(qr.verdict)},
          {"key_id", hex_of(said.key_id)},
          {"kind", name(said.kind)},
          {"body", said.body},
          {"copy_number", said.copy_number},
          {"date", said.date},
          {"register_number", said.register_number},
          {"name", said.name},
          {"birth_date", said.birth_date},
          {"record", hex_of(said.record)},
          {"lookup", qr.lookup_address},
          {"findings", findings_json(qr.findings)}};
}

Json log_json(const CopyLogReport& log) {
  return {{"state", log.state},
          {"state_at", time_json(log.state_at)},
          {"head_time", time_json(log.head_time)},
          {"findings", findings_json(log.findings)}};
}

// ---- Reading ---------------------------------------------------------------------------------

template <typename T>
T member(const Read& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) throw Malformed{key};
  if constexpr (std::is_same_v<T, std::string>) {
    if (!found->is_string()) throw Malformed{key};
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!found->is_boolean()) throw Malformed{key};
  } else {
    if (!found->is_number_unsigned()) throw Malformed{key};
  }
  return found->get<T>();
}

template <typename Enum, std::size_t N>
Enum named(const Read& object, const char* key, const std::array<Enum, N>& all) {
  const auto text = member<std::string>(object, key);
  for (const Enum one : all)
    if (name(one) == text) return one;
  throw Malformed{key};
}

std::optional<UtcTime> time_member(const Read& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) throw Malformed{key};
  if (found->is_null()) return std::nullopt;
  if (!found->is_string()) throw Malformed{key};
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0, used = 0;
  const auto text = found->get<std::string>();
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &year, &month, &day, &hour,
                  &minute, &second, &millisecond, &used) != 7 ||
      static_cast<std::size_t>(used) != text.size())
    throw Malformed{key};
  using namespace std::chrono;
  const year_month_day date{std::chrono::year(year),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) throw Malformed{key};
  return UtcTime(sys_days(date) + hours(hour) + minutes(minute) + seconds(second) +
                 milliseconds(millisecond));
}

std::vector<Finding> findings_member(const Read& object) {
  std::vector<Finding> findings;
  const auto found = object.find("findings");
  if (found == object.end() || !found->is_array()) throw Malformed{"findings"};
  for (const Read& one : *found)
    findings.push_back(
        finding(member<std::string>(one, "code"), member<std::string>(one, "subject")));
  return findings;
}

SignatureReport signature_from(const Read& json) {
  SignatureReport one;
  one.field = member<std::string>(json, "field");
  one.verdict = named(json, "verdict", kVerdicts);
  one.document_timestamp = member<bool>(json, "document_timestamp");
  one.intact = member<bool>(json, "intact");
  one.covers_whole_file = member<bool>(json, "covers_whole_file");
  one.covered_bytes = member<std::uint64_t>(json, "covered_bytes");
  one.signer = member<std::string>(json, "signer");
  one.signer_name = member<std::string>(json, "signer_name");
  one.issuer = member<std::string>(json, "issuer");
  one.claimed_time = time_member(json, "claimed_time");
  one.stamped_time = time_member(json, "stamped_time");
  one.timestamp_authority = member<std::string>(json, "timestamp_authority");
  one.certificate = named(json, "certificate", kStatuses);
  one.certificate_reason = member<std::string>(json, "certificate_reason");
  if (json.contains("anchor") && !json.at("anchor").is_null()) {
    one.anchor = anchor_kind_named(member<std::string>(json, "anchor"));
    if (!one.anchor) throw Malformed{"anchor"};
  }
  one.digest_algorithm = member<std::string>(json, "digest_algorithm");
  one.signature_algorithm = member<std::string>(json, "signature_algorithm");
  one.level = member<std::string>(json, "level");
  one.findings = findings_member(json);
  return one;
}

FileReport file_from(const Read& json) {
  FileReport file;
  file.verdict = named(json, "verdict", kVerdicts);
  const auto digest = sha256_from_hex(member<std::string>(json, "digest"));
  if (!digest) throw Malformed{"digest"};
  file.digest = *digest;
  file.bytes = member<std::uint64_t>(json, "bytes");
  file.copy_number = member<std::string>(json, "copy_number");
  file.body = member<std::string>(json, "body");
  file.kind = member<std::string>(json, "kind");
  file.issue_record = member<std::string>(json, "issue_record");
  file.lookup_address = member<std::string>(json, "lookup");
  const auto signatures = json.find("signatures");
  if (signatures == json.end() || !signatures->is_array()) throw Malformed{"signatures"};
  for (const Read& one : *signatures) file.signatures.push_back(signature_from(one));
  file.findings = findings_member(json);
  return file;
}

template <std::size_t N>
std::array<std::uint8_t, N> bytes_member(const Read& object, const char* key) {
  const auto bytes = bytes_from_hex(member<std::string>(object, key));
  std::array<std::uint8_t, N> all{};
  if (!bytes || bytes->size() != N) throw Malformed{key};
  std::copy(bytes->begin(), bytes->end(), all.begin());
  return all;
}

QrReport qr_from(const Read& json) {
  QrReport qr;
  qr.verdict = named(json, "verdict", kVerdicts);
  qr.payload.key_id = bytes_member<kQrKeyIdBytes>(json, "key_id");
  qr.payload.kind = named(json, "kind", kKinds);
  qr.payload.body = member<std::string>(json, "body");
  qr.payload.copy_number = member<std::string>(json, "copy_number");
  qr.payload.date = member<std::string>(json, "date");
  qr.payload.register_number = member<std::string>(json, "register_number");
  qr.payload.name = member<std::string>(json, "name");
  qr.payload.birth_date = member<std::string>(json, "birth_date");
  qr.payload.record = bytes_member<kQrRecordBytes>(json, "record");
  qr.lookup_address = member<std::string>(json, "lookup");
  qr.findings = findings_member(json);
  return qr;
}

CopyLogReport log_from(const Read& json) {
  CopyLogReport log;
  log.state = member<std::string>(json, "state");
  log.state_at = time_member(json, "state_at");
  log.head_time = time_member(json, "head_time");
  log.findings = findings_member(json);
  return log;
}

}  // namespace

Verdict CheckAnswer::verdict() const {
  Verdict worst = Verdict::valid;
  const auto weigh = [&worst](Verdict one) {
    if (one == Verdict::invalid || worst == Verdict::invalid)
      worst = Verdict::invalid;
    else if (one == Verdict::undecidable)
      worst = Verdict::undecidable;
  };
  if (!file && !qr) return Verdict::undecidable;
  if (file) weigh(file->verdict);
  if (qr) weigh(qr->verdict);
  if (log) weigh(log->verdict());
  return worst;
}

std::string answer_to_json(const CheckAnswer& answer) {
  Json json{{"verdict", name(answer.verdict())}};
  if (answer.file) json["file"] = file_json(*answer.file);
  if (answer.qr) json["qr"] = qr_json(*answer.qr);
  if (answer.log) json["log"] = log_json(*answer.log);
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Result<CheckAnswer> answer_from_json(std::string_view text) {
  SOGOC_TRY(const Read json, strict_json(text));
  const auto refused = [](const std::string& key) {
    return fail(ErrorCode::invalid_input, Retry::never, key,
                "the checking worker's answer cannot be read");
  };
  if (!json.is_object()) return refused("answer");
  try {
    CheckAnswer answer;
    if (json.contains("file")) answer.file = file_from(json.at("file"));
    if (json.contains("qr")) answer.qr = qr_from(json.at("qr"));
    if (json.contains("log")) answer.log = log_from(json.at("log"));
    return answer;
  } catch (const Malformed& wrong) {
    return refused(wrong.key);
  } catch (const Read::exception& wrong) {
    return refused("answer");
  }
}

}  // namespace sogoc
