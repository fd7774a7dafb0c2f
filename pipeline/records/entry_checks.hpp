#pragma once

// What contractors and registrars check of an entry (requirements 4.4, 10.33 to 10.36, 10.40). A check
// never changes a value. Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/records/entry.hpp"
#include "pipeline/records/entry_form.hpp"

namespace sogoc {

// The values of an entry that count.
struct CheckedEntry {
  EntryId id = 0;
  std::vector<std::pair<std::string, EntryValue>> values;
  bool struck_out = false;
  [[nodiscard]] const EntryValue* value(std::string_view key) const;
  // The text when something is written, else "".
  [[nodiscard]] std::string_view text(std::string_view key) const;
};

enum class CheckSeverity : std::uint8_t { error, warning };
[[nodiscard]] constexpr std::string_view name(CheckSeverity severity) { return severity == CheckSeverity::error ? "error" : "warning"; }

struct CheckFinding {
  EntryId entry = 0;
  std::string key;   // of the field
  CheckSeverity severity = CheckSeverity::error;
  std::string rule;  // "year_mismatch", ...: stable
  std::string text;  // one clause
  friend bool operator==(const CheckFinding&, const CheckFinding&) = default;
};

// A date as registers write it. No field is 0 when it is not said.
struct WrittenDate {
  int day = 0, month = 0, year = 0;
  bool free_text = false;  // "khoảng 30 tuổi", "tháng 5": allowed for parents
  friend bool operator==(const WrittenDate&, const WrittenDate&) = default;
};
// dd.mm.yyyy, dd/mm/yyyy, dd-mm-yyyy, "ngày 05 tháng 9 năm 2005", yyyy, free text with a "t"; nothing when it
// is none of these or no day of the calendar.
[[nodiscard]] std::optional<WrittenDate> written_date(std::string_view text);

// `years`: of the book.
[[nodiscard]] std::vector<CheckFinding> check_entry(const EntryForm& form, const CheckedEntry& entry, int year_from, int year_to);
// Numbers that may stand once in a book, checked over all its entries.
[[nodiscard]] std::vector<CheckFinding> check_unique(const EntryForm& form, const std::vector<CheckedEntry>& entries);

}  // namespace sogoc
