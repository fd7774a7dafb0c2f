#include "tools/sogoc/archived_pages.hpp"

#include <algorithm>

#include "pipeline/core/record_json.hpp"

namespace sogoc {

namespace {

tl::unexpected<Error> refuse(std::string why) {
  return fail(ErrorCode::conflict, Retry::after_operator, "entry", std::move(why));
}

}  // namespace

Result<const PdfPages::Known*> PdfPages::know(DocumentId document) {
  if (const auto found = known_.find(document); found != known_.end()) return &found->second;
  SOGOC_TRY(const DocumentDetails details, archive_.catalogue().document(document));
  if (!details.outputs) return refuse("its archived PDF is not written yet; run `sogoc run` first");
  Known known;
  known.document.document = document;
  known.document.digest = details.outputs->pdf;
  SOGOC_TRY(known.document.pdf, archive_.blobs().find(known.document.digest));
  PageFilter filter;
  filter.document = document;
  filter.limit = 1'000'000;
  SOGOC_TRY(auto rows, archive_.catalogue().pages(filter));
  std::sort(rows.begin(), rows.end(), [](const PageRow& a, const PageRow& b) { return a.page_of_document < b.page_of_document; });
  int next = 1;
  for (const PageRow& row : rows) {
    int parts = 1;  // a spread is two pages of the PDF
    if (row.record) {
      SOGOC_TRY(const std::string text, archive_.blobs().load(*row.record));
      SOGOC_TRY(const PageRecord record, page_record_from_json(text));
      parts = std::max<int>(1, static_cast<int>(record.parts.size()));
    }
    known.pages[row.id] = {next, parts};
    next += parts;
  }
  return &known_.emplace(document, std::move(known)).first->second;
}

Result<ArchivedPages> PdfPages::of(const std::vector<EntryPlace>& places) {
  const Known* known = nullptr;
  ArchivedPages found;
  for (const EntryPlace& place : places) {
    if (place.page == 0) continue;
    SOGOC_TRY(const PageRow page, archive_.catalogue().page(place.page));
    if (page.state == PageState::restricted) return refuse("stands on a page with a secrecy mark");
    if (known != nullptr && known->document.document != page.document)
      return refuse("stands in two documents: ingest the book as one");
    SOGOC_TRY(known, know(page.document));
    const auto& [first, parts] = known->pages.at(place.page);
    for (int part = 0; part < parts; ++part) found.pages.push_back(first + part);
  }
  if (known == nullptr) return refuse("has no picture: name its page first");
  std::sort(found.pages.begin(), found.pages.end());
  found.pages.erase(std::unique(found.pages.begin(), found.pages.end()), found.pages.end());
  found.document = known->document.document;
  found.digest = known->document.digest;
  found.pdf = known->document.pdf;
  return found;
}

Done replace_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::path beside = to;
  beside += ".part";
  std::error_code failed;
  std::filesystem::copy_file(from, beside, std::filesystem::copy_options::overwrite_existing, failed);
  if (!failed) std::filesystem::rename(beside, to, failed);
  if (!failed) return {};
  std::error_code ignored;
  std::filesystem::remove(beside, ignored);
  return fail(ErrorCode::no_permission, Retry::after_operator, to.string(), failed.message());
}

}  // namespace sogoc
