#pragma once

// veraPDF, the PDF/A validator, for tests. tools/dev/fetch_verapdf fetches and pins it. It is
// never skipped silently: without it the test fails and says what to do, unless the environment
// says SOGOC_WITHOUT_VERAPDF=1.

#include <filesystem>
#include <string>
#include <vector>

namespace sogoc::test {

// Has the person who runs the tests said that veraPDF cannot be had here?
[[nodiscard]] bool verapdf_is_waived();

struct PdfaVerdicts {
  std::vector<std::string> passed;  // file names
  std::vector<std::string> failed;  // "name.pdf: FAIL ... 6.2.11.8 ..."
  std::string trouble;              // why there are no verdicts; "" when there are
};

// Judges every .pdf file of a folder against PDF/A-2u, in one Java process: much faster than a
// process a file. Failing rules are named.
[[nodiscard]] PdfaVerdicts check_pdfa2u(const std::filesystem::path& folder);

}  // namespace sogoc::test
