#pragma once

// JSON forms of the types that travel. Reading is strict: a record from another process is
// outside input, so a missing or mistyped key is an error, never a default.

#include <string>
#include <string_view>

#include "pipeline/core/page.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

[[nodiscard]] std::string to_json(const OpenedFile& opened);
[[nodiscard]] std::string to_json(const PageRecord& record);
[[nodiscard]] std::string to_json(const DocumentRecord& record);
[[nodiscard]] std::string to_json(const Error& error);

// All fail with invalid_input and name the key.
[[nodiscard]] Result<OpenedFile> opened_file_from_json(std::string_view json);
[[nodiscard]] Result<PageRecord> page_record_from_json(std::string_view json);
[[nodiscard]] Result<DocumentRecord> document_record_from_json(std::string_view json);
[[nodiscard]] Result<Error> error_from_json(std::string_view json);

// The metadata object that people and scripts read: {"subject": {value, state, confidence,
// page, box, source}, ...}, keys in the order of the schema (docs/metadata.schema.json).
[[nodiscard]] std::string metadata_json(const DocumentMetadata& metadata);

}  // namespace sogoc
