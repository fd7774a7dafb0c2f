#include "pipeline/capture/assemble.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "pipeline/capture/cover.hpp"

namespace sogoc {
namespace {

bool same_sheet(const PlacedImage& a, const PlacedImage& b) { return a.sheet == b.sheet && a.insert == b.insert; }

CaptureTarget target_of(const Cover& cover) {
  if (cover.kind == CoverKind::book) return {cover.code, ""};
  return {"", cover.code};
}

}  // namespace

Assembly assemble(std::vector<PlacedImage> images, const CaptureTarget& given) {
  std::sort(images.begin(), images.end(), [](const PlacedImage& a, const PlacedImage& b) {
    return std::tie(a.sheet, a.insert, a.side) < std::tie(b.sheet, b.insert, b.side);
  });
  Assembly assembly;
  const bool has_given = !given.book.empty() || !given.dossier.empty();
  bool new_document = true;
  const auto begin_part = [&](const CaptureTarget& target, std::optional<std::int64_t> declared) {
    assembly.parts.push_back({target, declared, 0, {}});
    new_document = true;
  };
  if (has_given) begin_part(given, std::nullopt);

  for (std::size_t first = 0, end = 0; first < images.size(); first = end) {
    while (end < images.size() && same_sheet(images[first], images[end])) ++end;
    const auto sheet = std::span(images).subspan(first, end - first);
    // A cover may lie with either side up; its other side is dropped when nothing is on it.
    const auto cover_side = std::find_if(sheet.begin(), sheet.end(), [](const PlacedImage& image) { return cover_in(image.cover).has_value(); });
    if (cover_side != sheet.end()) {
      const Cover cover = *cover_in(cover_side->cover);
      if (cover.kind != CoverKind::document)
        begin_part(target_of(cover), cover.sheets);
      new_document = true;
      bool content = false;
      for (const PlacedImage& image : sheet) {
        if (&image == &*cover_side || image.blank || cover_in(image.cover)) {
          assembly.covers.push_back(image.id);
          continue;
        }
        content = true;
        assembly.problems.push_back(fmt::format("sheet {} is a cover with writing on its other side; reject it or scan that page apart", image.sheet));
      }
      if (!content) continue;
    }
    if (assembly.parts.empty()) {
      assembly.problems.push_back(fmt::format("sheet {} stands before the first cover; say --book or --dossier, or scan a cover before it", images[first].sheet));
      begin_part({}, std::nullopt);
    }
    AssembledPart& part = assembly.parts.back();
    if (new_document || part.documents.empty()) part.documents.emplace_back();
    new_document = false;
    if (cover_side == sheet.end()) ++part.sheets;
    for (const PlacedImage& image : sheet)
      if (!cover_in(image.cover)) part.documents.back().images.push_back(image.id);
  }
  std::erase_if(assembly.parts, [](const AssembledPart& part) { return part.documents.empty() && !part.declared; });
  for (const AssembledPart& part : assembly.parts)
    if (part.declared && *part.declared != part.sheets)
      assembly.differences.push_back(fmt::format("{} {} has {} sheets by its cover, but {} were scanned; scan what is missing, or accept the difference",
                                              part.target.book.empty() ? "dossier" : "book",
                                              part.target.book.empty() ? part.target.dossier : part.target.book, *part.declared, part.sheets));
  return assembly;
}

}  // namespace sogoc
