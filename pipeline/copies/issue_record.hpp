#pragma once

// What a copy says, as data. Its digest goes into the log and, shortened, into the QR payload, so
// that a paper print can be compared with the office's record. It is of the record and not of the
// file that shows it, because the symbol stands inside that file.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/copies/copy_kind.hpp"
#include "pipeline/copies/source_rules.hpp"
#include "pipeline/core/digest.hpp"

namespace sogoc {

struct IssueRecord {
  std::int64_t copy = 0;         // id in the archive
  CopyKind kind = CopyKind::register_copy;
  std::string template_version;  // effective_from of the template
  std::string body;              // who issues: "UBND xã ..."
  std::string body_code;         // "H49.64.33", may be ""
  std::string series;            // of the issue book
  std::int64_t number = 0;
  std::int64_t book = 0;
  int year = 0;
  std::string copy_number;       // as printed: "05/2026-SCT/BS"
  std::string date;              // of issue, YYYY-MM-DD in Việt Nam
  std::string register_number;   // "125/2008", "" = the source is no register entry
  std::string register_book;
  std::string register_page;
  std::string holder_name;       // as it stands on the copy; "" = none stands there
  std::string birth_date;        // as it stands on the copy, whatever its form
  CopySource source;
  Sha256 source_digest;          // of the file the copy was made from
  std::vector<int> pages;        // of it, 1-based, that the copy shows
  std::vector<std::pair<std::string, std::string>> fields;  // label and value as written, in order
  std::string certifier;         // "" = one signature
  std::string converter;         // who converted (ND 137/2024)
  std::string conversion_time;   // ISO 8601 with offset
  friend bool operator==(const IssueRecord&, const IssueRecord&) = default;
};

// Canonical JSON (RFC 8785). Fails with invalid_input when a text is no UTF-8.
[[nodiscard]] Result<std::string> issue_record_json(const IssueRecord& record);
[[nodiscard]] Result<IssueRecord> issue_record_from_json(std::string_view text);
[[nodiscard]] Sha256 issue_record_digest(std::string_view canonical_text);

}  // namespace sogoc
