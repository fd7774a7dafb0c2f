#pragma once

// Kinds of copy and the conversions that the law allows for each (requirements §1.1, §3).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/core/names.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// Stored by name and, in a QR payload, by number: append only.
enum class CopyKind : std::uint8_t {
  register_copy,   // bản sao từ sổ gốc
  certified_copy,  // chứng thực bản sao điện tử từ bản chính
  sao_y,
  sao_luc,
  trich_sao,
  reader_copy,     // an archive's copy for a reader, "BẢN SAO"
};
inline constexpr NameTable<CopyKind, 6> kCopyKindNames{{{CopyKind::register_copy, "register_copy"},
                                                        {CopyKind::certified_copy, "certified_copy"},
                                                        {CopyKind::sao_y, "sao_y"},
                                                        {CopyKind::sao_luc, "sao_luc"},
                                                        {CopyKind::trich_sao, "trich_sao"},
                                                        {CopyKind::reader_copy, "reader_copy"}}};
[[nodiscard]] constexpr std::string_view name(CopyKind kind) { return name_in(kCopyKindNames, kind); }
// Fails with usage and names the kinds there are.
[[nodiscard]] Result<CopyKind> copy_kind_named(std::string_view text);

enum class Medium : std::uint8_t { paper, electronic };
inline constexpr NameTable<Medium, 2> kMediumNames{{{Medium::paper, "paper"}, {Medium::electronic, "electronic"}}};
[[nodiscard]] constexpr std::string_view name(Medium medium) { return name_in(kMediumNames, medium); }

// Two signatures: the certifier's and the body's.
[[nodiscard]] constexpr bool needs_certifier(CopyKind kind) { return kind == CopyKind::certified_copy; }
// Issued to a holder or to those whom the law lists, on proof (ND 23/2015 Điều 16).
[[nodiscard]] constexpr bool has_holder(CopyKind kind) { return kind == CopyKind::register_copy; }

// May a copy of this kind be made from a source on `from`, itself a sao y or not, onto `to`?
// The refusal (invalid_input) says which rule forbids it and what may be done instead.
[[nodiscard]] Done check_conversion(CopyKind kind, Medium from, Medium to, bool source_is_sao_y);

}  // namespace sogoc
