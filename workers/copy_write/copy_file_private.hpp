#pragma once

// The PDF of a copy, written by qpdf: our own pages, and pages of an archived PDF whose streams
// pass through untouched. Classic cross-reference table, no object streams: revisions follow.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <qpdf/QPDF.hh>

#include "pipeline/core/copy.hpp"
#include "pipeline/core/result.hpp"
#include "workers/copy_write/filled_form.hpp"
#include "workers/copy_write/font_set.hpp"
#include "workers/copy_write/sheet_layout.hpp"

namespace sogoc {

// Pages of an archived PDF. Thread: one at a time. Must outlive the file written from it.
class SourcePages {
 public:
  // Fails with corrupt when the file does not have its digest, not_found when a page is not
  // there, invalid_input when it cannot be read.
  [[nodiscard]] static Result<SourcePages> open(const std::filesystem::path& file,
                                                const CopyPages& wanted);
  [[nodiscard]] const std::vector<ImagePageSize>& sizes() const { return sizes_; }
  [[nodiscard]] const std::vector<int>& numbers() const { return numbers_; }  // as wanted, or all

  struct Page {
    QPDFObjectHandle dictionary;
    double left = 0, bottom = 0, width = 0, height = 0;  // its visible part, as stored
    int turned = 0;                                      // degrees clockwise to be upright
  };
  [[nodiscard]] const Page& page(std::size_t index) const { return pages_[index]; }

 private:
  std::shared_ptr<QPDF> pdf_;
  std::vector<Page> pages_;
  std::vector<int> numbers_;
  std::vector<ImagePageSize> sizes_;
};

// Everything that goes into the file.
struct CopyContents {
  const FilledForm& form;
  const CopyDraft& draft;
  const FontSet& fonts;
  const std::vector<LaidPage>& pages;
  const std::optional<SourcePages>& source;
};

// Writes the complete first revision; the ByteRange of its first signature is not settled yet.
// Fails with no_space or internal; a file that was begun is taken away.
[[nodiscard]] Done write_copy_file(const CopyContents& contents, const std::filesystem::path& out);

}  // namespace sogoc
