#pragma once

// Names of documents and of the files written for them, made and parsed here only. Pure.
//
//   template  = "{dossier}.{ordinal}"      {ordinal:7} pads with zeros to 7 digits
//   name      = "H49.64.33.2001.160.1"     the part after the last '.' is the ordinal

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/core/result.hpp"

namespace sogoc {

inline constexpr std::string_view kDefaultNameTemplate = "{dossier}.{ordinal}";

// Fails with usage: an unknown placeholder, no {ordinal}, or a character no file name should have.
[[nodiscard]] Result<std::string> document_name(std::string_view name_template,
                                                std::string_view dossier, int ordinal);

// A document that is in no dossier: "batch3.2".
[[nodiscard]] std::string document_name_in_batch(std::int64_t batch, int ordinal);

// The ordinal that the name of a document ends in; nothing else parses.
[[nodiscard]] std::optional<int> ordinal_of(std::string_view document_name);

// Letters, digits, '.', '-' and '_' of ASCII; no '.' at either end, not empty, at most 100.
[[nodiscard]] bool is_name_safe(std::string_view text);

}  // namespace sogoc
