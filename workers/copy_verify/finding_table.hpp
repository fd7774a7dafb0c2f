#pragma once

#include <span>
#include <string>
#include <string_view>

#include "workers/copy_verify/copy_verify.hpp"

namespace sogoc {

struct FindingMeaning {
  std::string_view code;
  Verdict weight;
  const char* text;  // English, a key of the message catalogue
};

// Every finding there is: code, what it means for the whole, what a person reads.
[[nodiscard]] std::span<const FindingMeaning> all_findings();

// A finding by its code, which must stand in the table.
[[nodiscard]] Finding finding(std::string_view code, std::string subject = "");

}  // namespace sogoc
