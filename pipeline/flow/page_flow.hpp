#pragma once

// START HERE: what happens to one page, from received bytes to a record. Runs in a worker.

#include <functional>
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

// Moves the boxes of a register that was read on a flat picture to the photograph it came from.
void to_master(RegisterPage& page, const Flattening& flattening);

// Reads one page. The record, the pictures and the thumbnail are in `sink` on return.
[[nodiscard]] Result<PageOutcome> read_page(const PageParts& parts, const Task& task,
                                            BlobSource& source, BlobSink& sink);

}  // namespace sogoc
