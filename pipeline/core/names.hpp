#pragma once

// The one table of names for each enum of page.hpp: JSON, database and messages use them.

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "pipeline/core/page.hpp"

namespace sogoc {

template <typename Enum, std::size_t N>
using NameTable = std::array<std::pair<Enum, std::string_view>, N>;

inline constexpr NameTable<MediaType, 8> kMediaTypeNames{{
    {MediaType::tiff, "tiff"}, {MediaType::jpeg, "jpeg"}, {MediaType::png, "png"},
    {MediaType::jp2, "jp2"}, {MediaType::webp, "webp"}, {MediaType::bmp, "bmp"},
    {MediaType::pnm, "pnm"}, {MediaType::pdf, "pdf"}}};
inline constexpr NameTable<PictureCoding, 5> kPictureCodingNames{{
    {PictureCoding::jpeg, "jpeg"}, {PictureCoding::jpx, "jpx"},
    {PictureCoding::ccitt_g4, "ccitt_g4"}, {PictureCoding::flate, "flate"},
    {PictureCoding::jbig2, "jbig2"}}};
inline constexpr NameTable<ColourModel, 5> kColourModelNames{{
    {ColourModel::bilevel, "bilevel"}, {ColourModel::gray, "gray"}, {ColourModel::rgb, "rgb"},
    {ColourModel::cmyk, "cmyk"}, {ColourModel::indexed, "indexed"}}};
inline constexpr NameTable<PictureRole, 3> kPictureRoleNames{{
    {PictureRole::base, "base"}, {PictureRole::overlay, "overlay"},
    {PictureRole::signature_appearance, "signature_appearance"}}};
inline constexpr NameTable<RegionKind, 9> kRegionKindNames{{
    {RegionKind::text, "text"}, {RegionKind::table, "table"},
    {RegionKind::footnote, "footnote"}, {RegionKind::page_number, "page_number"},
    {RegionKind::signature_overlay, "signature_overlay"}, {RegionKind::seal, "seal"},
    {RegionKind::stamp, "stamp"}, {RegionKind::handwriting, "handwriting"},
    {RegionKind::picture, "picture"}}};
inline constexpr NameTable<PageOrigin, 3> kPageOriginNames{{
    {PageOrigin::scan, "scan"}, {PageOrigin::born_digital_graft, "born_digital_graft"},
    {PageOrigin::born_digital_render, "born_digital_render"}}};
inline constexpr NameTable<PageState, 8> kPageStateNames{{
    {PageState::received, "received"}, {PageState::reading, "reading"},
    {PageState::done, "done"}, {PageState::blank, "blank"},
    {PageState::needs_person, "needs_person"}, {PageState::quarantined, "quarantined"},
    {PageState::restricted, "restricted"}, {PageState::unreadable, "unreadable"}}};
inline constexpr NameTable<ValueState, 6> kValueStateNames{{
    {ValueState::read, "read"}, {ValueState::confirmed, "confirmed"},
    {ValueState::empty, "empty"}, {ValueState::illegible, "illegible"},
    {ValueState::handwritten, "handwritten"}, {ValueState::failed, "failed"}}};

template <typename Enum, std::size_t N>
[[nodiscard]] constexpr std::string_view name_in(const NameTable<Enum, N>& table, Enum value) {
  for (const auto& [known, text] : table)
    if (known == value) return text;
  return {};
}

template <typename Enum, std::size_t N>
[[nodiscard]] constexpr std::optional<Enum> value_in(const NameTable<Enum, N>& table,
                                                     std::string_view text) {
  for (const auto& [value, known] : table)
    if (known == text) return value;
  return std::nullopt;
}

}  // namespace sogoc
