#pragma once

// The QR code of a copy: for paper, what it says and whether the office said it; for a file,
// whether it is the code of that file.

#include <span>
#include <string>
#include <vector>

#include "workers/copy_verify/copy_verify.hpp"
#include "workers/copy_verify/published_keys.hpp"

namespace sogoc {

struct QrReport {
  Verdict verdict =
      Verdict::undecidable;  // of the code's signature, and of the comparison when there was one
  QrPayload payload;         // to be compared by eye with the paper
  std::string lookup_address;
  std::vector<Finding> findings;
};

// Fails with invalid_input when the text is no payload of ours.
[[nodiscard]] Result<QrReport> check_qr(std::string_view text, std::span<const PublishedKey> keys);

// Does the code belong to this file? Adds findings to the report: by the prefix of the issue record
// and by the copy number. What the file states counts only as far as its signatures hold.
void compare_qr_with_file(const FileReport& file, QrReport& report);

}  // namespace sogoc
