#pragma once

#include <string>
#include <utility>
#include <vector>

#include "pipeline/core/ports.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// What the PDF says about itself; the same in XMP and in the Info dictionary.
struct DocumentFacts {
  std::string title;
  std::string author;  // the issuing body, when it was read
  std::string identifier;
  std::string source;       // digests of the received files
  std::string description;  // "derived from <sha256>, signature not carried"; "" = nothing to say
  std::string language;     // BCP 47
  std::string creator_tool;
  std::string producer;
  std::string created_iso;  // "2026-11-21T08:15:00+07:00"; "" = unknown
  std::string created_pdf;  // "D:20261121081500+07'00'"
};

// Fails with usage when created_at is neither empty nor ISO 8601 with an offset.
[[nodiscard]] Result<DocumentFacts> document_facts(const DocumentSource& source);

// The XMP packet: PDF/A-2u and the facts, standard properties only.
[[nodiscard]] std::string xmp_packet(const DocumentFacts& facts);

// Keys and UTF-8 values of the Info dictionary.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> info_entries(
    const DocumentFacts& facts);

// For XML text and attribute values; the text was cleaned before (clean_text).
[[nodiscard]] std::string xml_escaped(std::string_view text);

}  // namespace sogoc
