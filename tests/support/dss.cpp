#include "tests/support/dss.hpp"

#include <sstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "tests/support/pdf_checks.hpp"

namespace sogoc::test {
namespace {

using Json = nlohmann::json;

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

DssReport report_from(const Json& json) {
  DssReport report{text_at(json, "file"), text_at(json, "error"), {}, {}};
  if (json.contains("signatures"))
    for (const Json& one : json["signatures"])
      report.signatures.push_back({text_at(one, "indication"), text_at(one, "sub_indication"),
                                   text_at(one, "format"), text_at(one, "signed_by"),
                                   text_at(one, "best_signature_time"),
                                   one.value("messages", std::vector<std::string>())});
  if (json.contains("timestamps"))
    for (const Json& one : json["timestamps"]) report.timestamps.push_back(text_at(one, "indication"));
  return report;
}

}  // namespace

std::string DssReport::text() const {
  std::string words = file + " " + error;
  for (const DssSignature& one : signatures) {
    words += "\n  " + one.indication + " " + one.sub_indication + " " + one.format + " by " + one.signed_by +
             " at " + one.best_signature_time;
    for (const std::string& message : one.messages) words += "\n    " + message;
  }
  for (const std::string& one : timestamps) words += "\n  timestamp " + one;
  return words;
}

std::optional<std::string> dss_jars(std::string& trouble) {
  const ProgramOutput fetched =
      run_program({std::string(SOGOC_SOURCE_DIR) + "/tools/dev/fetch_dss"});
  if (fetched.exit_code == 5) {
    trouble = "EU DSS cannot be had: " + fetched.text;
    return std::nullopt;
  }
  if (fetched.exit_code != 0) throw std::runtime_error(fetched.text);
  const std::string words = fetched.text.substr(0, fetched.text.find_last_not_of('\n') + 1);
  const std::size_t line = words.rfind('\n');
  std::string folder = line == std::string::npos ? words : words.substr(line + 1);
  // Maven colours even its silence.
  if (const std::size_t start = folder.find('/'); start != std::string::npos) folder = folder.substr(start);
  return folder;
}

std::vector<DssReport> ask_dss(const std::string& jars, const std::filesystem::path& ca_pem,
                               const std::filesystem::path& folder, bool online) {
  std::vector<std::string> command{"java", "-Xmx800m", "-cp", jars + "/*",
                                   std::string(SOGOC_SOURCE_DIR) + "/tests/dss/DssCheck.java"};
  if (online) command.push_back("--online");
  command.push_back(ca_pem.string());
  command.push_back(folder.string());
  const ProgramOutput said = run_program(command);
  if (said.exit_code != 0) throw std::runtime_error("DSS: " + said.text);
  std::vector<DssReport> reports;
  std::istringstream lines(said.text);
  for (std::string line; std::getline(lines, line);) {
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_object()) reports.push_back(report_from(json));
  }
  return reports;
}

}  // namespace sogoc::test
