#pragma once

// JSON forms of what a copy worker is told and answers. Reading is strict: a missing, unknown or
// mistyped key is an error, never a default, and a file name that leaves the folder is refused.

#include <string>
#include <string_view>

#include "pipeline/core/copy.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

[[nodiscard]] std::string_view name(CopyStep step);

[[nodiscard]] std::string to_json(const CopyDraft& draft);
// task.json: {"do": "compose", "draft": {...}} | {"do": "append_signature", "from", "field", "name",
// "reason", "location", "signing_time"} | {"do": "append_dss", "from", "certificates", "ocsp",
// "crls"} | {"do": "append_timestamp", "from"}.
[[nodiscard]] std::string to_json(const CopyTask& task);
[[nodiscard]] std::string to_json(const PreparedCopy& prepared);

// All fail with invalid_input and name the key.
[[nodiscard]] Result<CopyDraft> copy_draft_from_json(std::string_view json);
[[nodiscard]] Result<CopyTask> copy_task_from_json(std::string_view json);

// result.json: {"prepared": {...}} or {"error": {...}}. Reading gives the worker's own error back.
[[nodiscard]] std::string copy_result_json(const Result<PreparedCopy>& result);
[[nodiscard]] Result<PreparedCopy> copy_result_from_json(std::string_view json);

}  // namespace sogoc
