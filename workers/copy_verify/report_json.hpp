#pragma once

// The reports as JSON: what `sogoc copy verify --json` prints and what the limited worker answers.

#include <optional>
#include <string>
#include <string_view>

#include "workers/copy_verify/log_check.hpp"
#include "workers/copy_verify/qr_check.hpp"

namespace sogoc {

// What a check found out: of a file, of a QR code, or of both.
struct CheckAnswer {
  std::optional<FileReport> file;
  std::optional<QrReport> qr;
  std::optional<CopyLogReport> log;  // from an offline bundle
  [[nodiscard]] Verdict verdict() const;
};

[[nodiscard]] std::string answer_to_json(const CheckAnswer& answer);
// Strict: the worker read a stranger's file and may be its puppet. Findings are looked up by code,
// so that a weight or a text cannot be made up. Fails with invalid_input.
[[nodiscard]] Result<CheckAnswer> answer_from_json(std::string_view json);

}  // namespace sogoc
