#include "pipeline/flow/document_flow.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <system_error>
#include <utility>

#include "pipeline/core/corrections.hpp"
#include "pipeline/core/record_json.hpp"

namespace sogoc {
namespace {

// The head and the signer of a document stand on its first pages; a bound volume of thousands
// of pages must not be held in memory to find them.
constexpr std::size_t kPagesForMetadata = 80;

Result<PageRecord> load_record(BlobSource& source, const Sha256& digest) {
  SOGOC_TRY(const auto file, source.fetch(digest));
  std::ifstream stream(file, std::ios::binary);
  const std::string json((std::istreambuf_iterator<char>(stream)), {});
  if (!stream)
    return fail(ErrorCode::internal, Retry::same_step, "page record", "it cannot be read again");
  return page_record_from_json(json);
}

std::string value_of(const DocumentMetadata& metadata, std::string_view key) {
  for (const MetadataField& field : metadata.fields)
    if (field.key == key) return field.value;
  return {};
}

// What a person confirmed is never overwritten by what was read now.
void keep_confirmed(DocumentMetadata& read, const DocumentMetadata& known) {
  for (const MetadataField& confirmed : known.fields) {
    if (confirmed.state != ValueState::confirmed) continue;
    for (MetadataField& field : read.fields)
      if (field.key == confirmed.key) field = confirmed;
  }
}

std::string title_of(const DocumentSource& document) {
  if (!document.title.empty()) return document.title;
  const std::string subject = value_of(document.metadata, "subject");
  return subject.empty() ? document.identifier : subject;
}

std::string body_of(const PageRecord& record) {
  std::string body;
  for (const PagePart& part : record.parts) body += body_text(part.text);
  return body;
}

// Pages as persons corrected them, served in place of what was read; all else comes from where it came from.
class CorrectedPages final : public BlobSource {
 public:
  CorrectedPages(BlobSource& source, std::filesystem::path folder) : source_(source), folder_(std::move(folder)) {}

  Result<std::filesystem::path> fetch(const Sha256& digest) override {
    const auto known = corrected_.find(digest);
    if (known == corrected_.end()) return source_.fetch(digest);
    return known->second;
  }

  // The digest under which the corrected record of this page is found from now on.
  Result<Sha256> add(const PageRecord& record) {
    const std::string json = to_json(record);
    const Sha256 digest = sha256_of(std::as_bytes(std::span(json)));
    const auto file = folder_ / ("corrected-" + to_hex(digest) + ".json");
    std::ofstream stream(file, std::ios::binary);
    stream << json;
    stream.close();
    if (!stream) return fail(ErrorCode::no_space, Retry::same_step, "page record", "cannot be written; make room on the disk");
    corrected_.emplace(digest, file);
    return digest;
  }

 private:
  BlobSource& source_;
  const std::filesystem::path folder_;
  std::map<Sha256, std::filesystem::path> corrected_;
};

Done correct_pages(DocumentSource& document, const std::vector<WordCorrection>& all, CorrectedPages& pages, std::vector<std::string>& notes) {
  std::map<std::uint32_t, std::vector<WordCorrection>> of_page;
  for (const WordCorrection& one : all) of_page[one.page].push_back(one);
  for (const auto& [page, corrections] : of_page) {
    SOGOC_TRY(PageRecord record, load_record(pages, document.page_records[page]));
    const auto lost = apply_corrections(record, corrections);
    if (!lost.empty()) notes.push_back(document.page_names[page] + ": some corrected words are not found on the page any more; look at it again");
    SOGOC_TRY(document.page_records[page], pages.add(record));
  }
  return {};
}

}  // namespace

Result<DocumentOutcome> write_document(const DocumentParts& parts, const Task& task,
                                       BlobSource& source, BlobSink& sink,
                                       const std::filesystem::path& folder) {
  DocumentSource document = task.document;
  CorrectedPages pages(source, folder);
  std::vector<std::string> notes;
  SOGOC_CHECK(correct_pages(document, task.corrections, pages, notes));

  // Read number, date, subject, signer ... from the text of the first pages together; keep the
  // plain text of every page for the search index.
  DocumentOutcome outcome;
  std::vector<PageRecord> first_pages;
  for (const Sha256& digest : document.page_records) {
    SOGOC_TRY(PageRecord record, load_record(pages, digest));
    outcome.page_texts.push_back(body_of(record));
    if (first_pages.size() < kPagesForMetadata) first_pages.push_back(std::move(record));
  }
  SOGOC_TRY(DocumentMetadata read, parts.metadata.read(first_pages));
  keep_confirmed(read, task.document.metadata);
  document.metadata = std::move(read);
  first_pages.clear();
  document.title = title_of(document);

  // Pictures and invisible text into one PDF/A-2u; text and boxes beside it.
  SOGOC_TRY(const WrittenDocument written, parts.composer.compose(document, pages, folder));

  // From here on the bytes of the document are fixed; signing only appends.
  DocumentRecord& record = outcome.written;
  SOGOC_TRY(record.pdf, sink.put_file(written.pdf));
  SOGOC_TRY(record.text, sink.put_file(written.text));
  SOGOC_TRY(record.alto, sink.put_file(written.alto));
  std::error_code unknown_size;
  record.pdf_bytes = std::filesystem::file_size(written.pdf, unknown_size);
  if (unknown_size)
    return fail(ErrorCode::internal, Retry::same_step, task.about, "the written PDF is gone");
  record.pages = static_cast<std::uint32_t>(document.page_records.size());
  record.conformance = written.conformance;
  record.metadata = std::move(document.metadata);
  record.notes = written.notes;
  record.notes.insert(record.notes.end(), notes.begin(), notes.end());

  const std::string json = to_json(record);
  SOGOC_TRY(outcome.record,
            sink.put({reinterpret_cast<const std::uint8_t*>(json.data()), json.size()}));
  return outcome;
}

}  // namespace sogoc
