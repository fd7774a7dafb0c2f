#pragma once

// What EU DSS, the validator of the European Commission, says about signed PDFs: tests/dss/DssCheck.java
// in one JVM for all of them.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sogoc::test {

struct DssSignature {
  std::string indication;      // "TOTAL_PASSED", "INDETERMINATE", "TOTAL_FAILED"
  std::string sub_indication;  // "" when there is none
  std::string format;          // "PAdES-BASELINE-LTA"
  std::string signed_by, best_signature_time;
  std::vector<std::string> messages;  // errors and warnings
};
struct DssReport {
  std::string file, error;
  std::vector<DssSignature> signatures;
  std::vector<std::string> timestamps;  // indications of signature and document timestamps
  [[nodiscard]] std::string text() const;  // for people
};

// Where DSS's jars are. Fetches them once; nothing, with the reason in `trouble`, when their registry
// cannot be reached. Throws std::runtime_error when a jar is not the pinned one.
[[nodiscard]] std::optional<std::string> dss_jars(std::string& trouble);

// Judges the PDFs of a folder in the order of their names. `online`: DSS asks the OCSP and CRL
// addresses of the certificates, else only what the files carry counts. Throws when DSS cannot be asked.
[[nodiscard]] std::vector<DssReport> ask_dss(const std::string& jars, const std::filesystem::path& ca_pem,
                                             const std::filesystem::path& folder, bool online);

}  // namespace sogoc::test
