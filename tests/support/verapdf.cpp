#include "tests/support/verapdf.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "tests/support/pdf_checks.hpp"

namespace sogoc::test {

bool verapdf_is_waived() {
  const char* waived = std::getenv("SOGOC_WITHOUT_VERAPDF");
  return waived != nullptr && std::string(waived) == "1";
}

PdfaVerdicts check_pdfa2u(const std::filesystem::path& folder) {
  PdfaVerdicts verdicts;
  const std::string script = std::string(SOGOC_SOURCE_DIR) + "/tools/dev/fetch_verapdf";
  const ProgramOutput fetched = run_program({script});
  if (fetched.exit_code != 0) {
    verdicts.trouble =
        "veraPDF cannot be had: " + fetched.text + "\nSet SOGOC_WITHOUT_VERAPDF=1 to do without it";
    return verdicts;
  }
  std::string jars = fetched.text.substr(0, fetched.text.find_last_not_of('\n') + 1);
  jars = jars.substr(jars.rfind('\n') == std::string::npos ? 0 : jars.rfind('\n') + 1);

  std::vector<std::string> command{
      "java",      "-Xmx1g", "-cp",      jars + "/*", "org.verapdf.apps.GreenfieldCliWrapper",
      "--flavour", "2u",     "--format", "text",      "-v"};
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".pdf") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    verdicts.trouble = "there is no PDF file to judge in " + folder.string();
    return verdicts;
  }
  command.insert(command.end(), files.begin(), files.end());
  const ProgramOutput judged = run_program(command);

  // "PASS /folder/name.pdf 2u", or FAIL and then lines with the rules that failed.
  std::istringstream lines(judged.text);
  bool failing = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("PASS ", 0) == 0) {
      const std::size_t end = line.rfind(' ');
      verdicts.passed.push_back(std::filesystem::path(line.substr(5, end - 5)).filename().string());
      failing = false;
    } else if (line.rfind("FAIL ", 0) == 0) {
      verdicts.failed.push_back(line);
      failing = true;
    } else if (failing && !verdicts.failed.empty()) {
      verdicts.failed.back() += "\n" + line;
    }
  }
  if (verdicts.passed.size() + verdicts.failed.size() != files.size())
    verdicts.trouble = "veraPDF did not judge every file: " + judged.text.substr(0, 4000);
  return verdicts;
}

}  // namespace sogoc::test
