#pragma once

// Where pages of the archive stand in its PDFs.

#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "pipeline/records/entry.hpp"
#include "storage/archive.hpp"

namespace sogoc {

struct ArchivedPages {
  std::filesystem::path pdf;
  Sha256 digest;
  DocumentId document = 0;
  std::vector<int> pages;  // of the PDF, from 1, in its order
};

// Remembers the documents it has seen: a book is one document with thousands of entries.
class PdfPages {
 public:
  explicit PdfPages(Archive& archive) : archive_(archive) {}

  // The pages an entry stands on; of a spread both halves, an entry may run over the fold. Fails with
  // conflict: not written yet, withheld, or spread over two documents.
  [[nodiscard]] Result<ArchivedPages> of(const std::vector<EntryPlace>& places);

 private:
  struct Known {
    ArchivedPages document;
    std::map<PageId, std::pair<int, int>> pages;  // first page of the PDF, how many
  };
  [[nodiscard]] Result<const Known*> know(DocumentId document);

  Archive& archive_;
  std::map<DocumentId, Known> known_;
};

// A finished file to its place, whole or not at all, over file systems.
[[nodiscard]] Done replace_file(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace sogoc
