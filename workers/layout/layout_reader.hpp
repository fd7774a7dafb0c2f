#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "models/register_catalog.hpp"
#include "pipeline/core/ports.hpp"
#include "workers/layout/line_reader.hpp"
#include "workers/layout/page_layout.hpp"
#include "workers/layout/table_reader.hpp"

namespace sogoc::layout {

// Finds tables and forms on the parts of a page, chooses the template they follow, reads their cells
// and fields, and makes entries of them.
//
// Owner:  templates; the line reader is its own.
// Thread: belongs to the thread that made it; keeps nothing from one page to the next.
// Units:  upright pixels inside PageLayout, master pixels in its RegisterPage.
class LayoutReader final : public RegisterReader {
 public:
  LayoutReader(RegisterCatalog catalog, std::unique_ptr<LineReader> lines);
  ~LayoutReader() override;

  // Fails with missing_model or corrupt (the line reader's network), or not_found for a template
  // that the settings name and nobody knows.
  [[nodiscard]] Result<PageLayout> layout(std::span<const PagePart> parts,
                                          std::span<const PageImage> reading,
                                          std::span<const PageImage> upright,
                                          const ReadingSettings& settings);
  [[nodiscard]] Result<RegisterPage> read(std::span<const PagePart> parts,
                                          std::span<const PageImage> reading,
                                          std::span<const PageImage> upright,
                                          const ReadingSettings& settings) override;

 private:
  struct Side;
  [[nodiscard]] std::optional<TableHead> head_over_fold(
      const std::vector<std::unique_ptr<Side>>& sides,
      const std::vector<const RegisterTemplate*>& tables,
      const std::vector<const RegisterTemplate*>& others) const;
  RegisterCatalog catalog_;
  std::unique_ptr<LineReader> lines_;
};

}  // namespace sogoc::layout
