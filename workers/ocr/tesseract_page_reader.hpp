#pragma once

#include <filesystem>
#include <memory>

#include "models/model_catalog.hpp"
#include "pipeline/core/ports.hpp"
#include "workers/ocr/figure_reader.hpp"

namespace sogoc {

// Reads an upright page: lines by our own geometry, each line by Tesseract's network.
//
// Owner:  loads the model at the first page of a language and keeps it.
// Thread: belongs to the thread that made it; starts none. Set OMP_THREAD_LIMIT=1 at start.
// Units:  pixels of the upright picture.
// Fails with missing_model or corrupt (the model), never because of what is on the page.
class TesseractPageReader : public PageReader {
 public:
  // Without a reader of figures, gaps filled by a pen are read by Tesseract alone, and seldom surely.
  explicit TesseractPageReader(ModelCatalog catalog,
                               std::unique_ptr<ocr::FigureReader> figures = nullptr);
  ~TesseractPageReader() override;

  [[nodiscard]] Result<PageText> read(const PageImage& reading, const PageImage& upright,
                                      std::span<const Region> ink, std::span<const Region> own_text,
                                      const ReadingSettings& settings) override;

 private:
  struct Loaded;
  ModelCatalog catalog_;
  std::unique_ptr<ocr::FigureReader> figures_;
  std::unique_ptr<Loaded> loaded_;
};

// With an empty folder the catalogue looks in the usual places.
[[nodiscard]] std::unique_ptr<PageReader> make_page_reader(
    const std::filesystem::path& model_folder = {},
    std::unique_ptr<ocr::FigureReader> figures = nullptr);

}  // namespace sogoc
