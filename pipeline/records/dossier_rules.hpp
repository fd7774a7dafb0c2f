#pragma once

// What a dossier may be, and when it may be closed. Pure: no disk, no clock.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

// A dossier as a person registers it.
struct NewDossier {
  std::string code{};  // mã hồ sơ: "H49.64.33.2001.160"
  std::string title{};
  std::string retention{};               // code of the retention list, "" = not yet decided
  std::optional<int> declared_sheets{};  // leaves of paper, as counted by hand
  std::string note{};
  friend bool operator==(const NewDossier&, const NewDossier&) = default;
};

// Fails with usage and names what is wrong: an empty or overlong code or title, a code with
// anything but letters, digits, '.', '-' and '_' (it becomes part of file names), negative sheets.
[[nodiscard]] Done check_dossier(const NewDossier& dossier);

// What was scanned for it so far.
struct DossierCounts {
  std::int64_t documents = 0;
  std::int64_t documents_done = 0;
  std::int64_t pages = 0;  // scanned sides, blank ones included
  std::int64_t pages_blank = 0;
  std::int64_t pages_open = 0;  // received or reading
  std::int64_t pages_need_person = 0;
  std::int64_t pages_quarantined = 0;
  std::int64_t pages_restricted = 0;
  std::int64_t pages_unreadable = 0;  // accepted so by a person
  std::int64_t files_quarantined = 0;
  friend bool operator==(const DossierCounts&, const DossierCounts&) = default;
};

// What closing would say. A sheet has one or two scanned sides, so N pages can come from
// (N+1)/2 to N sheets.
struct DossierCheck {
  std::optional<int> declared_sheets;
  DossierCounts counts;
  std::vector<std::string> unfinished;   // must be done first; nothing can accept them
  std::vector<std::string> differences;  // a person may accept them with a note
  [[nodiscard]] bool agrees() const { return unfinished.empty() && differences.empty(); }
};
[[nodiscard]] DossierCheck compare_dossier(std::optional<int> declared_sheets,
                                           const DossierCounts& counts);

}  // namespace sogoc
