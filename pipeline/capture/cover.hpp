#pragma once

// What a separator sheet says, as text in its QR symbol: "SOGOC1;KIND;CODE;SHEETS;CHECK". CHECK is the first 8 digits of the
// SHA-256 of all before its ';', so that another symbol on a page is never taken for a cover.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/core/result.hpp"

namespace sogoc {

enum class CoverKind : std::uint8_t {
  dossier,   // what follows is of this dossier
  book,      // ... of this book
  document,  // a new document of the same dossier; Patch-T alone says this too
};

struct Cover {
  CoverKind kind = CoverKind::document;
  std::string code;                     // "" for a document
  std::optional<std::int64_t> sheets;   // declared, covers not counted
  friend bool operator==(const Cover&, const Cover&) = default;
};

inline constexpr std::string_view kPatchT = "PATCH-T";  // stands for a document cover whose symbol is no QR

// Fails with usage when the code cannot stand in a symbol.
[[nodiscard]] Result<std::string> cover_text(const Cover& cover);
[[nodiscard]] std::optional<Cover> cover_in(std::string_view text);

}  // namespace sogoc
