#pragma once

// START HERE: what happens to one page, from received bytes to a record. Runs in a worker.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/page_flattener.hpp"
#include "pipeline/core/ports.hpp"
#include "pipeline/jobs/job.hpp"

namespace sogoc {

// Which classes stand behind the ports is decided in tools/sogoc/composition.cpp.
struct PageParts {
  FileReader& files;
  PageStraightener& straightener;
  PageReader& reader;
  MetadataReader& metadata;
  // Puts text that a file carries into reading order and kinds, as the reader does with its own.
  std::function<PageText(std::vector<Region> own_text)> arrange;
  // A small JPEG for lists and reports; longest side in pixels.
  std::function<Result<std::vector<std::uint8_t>>(const PageImage&, int longest_side)> thumbnail;
  // Stands for a page that cannot be decoded and that a person accepted so.
  std::function<Result<NoticePage>(BlobSink&)> notice;
  // Pages of books; null where nobody reads any.
  RegisterReader* registers = nullptr;
  // Photographs; null where every picture is taken as a flat scan.
  PageFlattener* flattener = nullptr;
};

// Says what a received file is and how many pages it has.
[[nodiscard]] Result<OpenedFile> open_file(FileReader& files, const Task& task, BlobSource& source);

// A decoded page laid flat where it is a photograph, and straight: ready to be read. The master stays as it is:
// every step is a map, every picture a new one.
struct PreparedPage {
  DecodedPage decoded;                         // of a photograph: the flat page
  std::optional<PhotographedPage> photograph;  // without `flat`; nothing for a scan
  StraightPage straight;
  // From the flat page to the photograph; null where the page is no photograph that was laid flat.
  [[nodiscard]] const Flattening* flattening() const {
    return photograph && photograph->flattening ? &*photograph->flattening : nullptr;
  }
};
// `flattener`: null where every picture is taken as a flat scan. Fails as the two steps do.
[[nodiscard]] Result<PreparedPage> prepare_page(PageFlattener* flattener, PageStraightener& straightener,
                                                DecodedPage decoded, const ReadingSettings& settings, BlobSink& pictures);

// Where coloured ink lies on one part of the page.
[[nodiscard]] std::vector<Region> ink_on(const StraightPage& straight, std::size_t part);

// Moves the boxes of a register that was read on a flat picture to the photograph it came from.
void to_master(RegisterPage& page, const Flattening& flattening);

// Reads one page. The record, the pictures and the thumbnail are in `sink` on return.
[[nodiscard]] Result<PageOutcome> read_page(const PageParts& parts, const Task& task,
                                            BlobSource& source, BlobSink& sink);

}  // namespace sogoc
