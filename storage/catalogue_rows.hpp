#pragma once

// Rows of the catalogue's lists. Every function runs inside a transaction of the caller. Private
// to storage/.

#include <optional>
#include <string>
#include <vector>

#include "storage/catalogue.hpp"
#include "storage/database.hpp"

namespace sogoc {

[[nodiscard]] std::vector<Dossier> load_dossiers(Database& database,
                                                 const std::optional<std::string>& code);
[[nodiscard]] std::vector<BatchRow> load_batches(Database& database, std::optional<BatchId> id);
[[nodiscard]] std::vector<FileRow> load_files(Database& database, std::string_view where,
                                              std::int64_t value);
[[nodiscard]] std::vector<DocumentRow> load_documents(Database& database,
                                                      const DocumentFilter& filter);
[[nodiscard]] std::vector<PageRow> load_pages(Database& database, const PageFilter& filter);
[[nodiscard]] std::optional<PageRow> load_page(Database& database, PageId id);
[[nodiscard]] std::optional<DocumentRow> load_document_row(Database& database, DocumentId id);
[[nodiscard]] std::optional<DocumentDetails> load_document(Database& database, DocumentId id);

}  // namespace sogoc
