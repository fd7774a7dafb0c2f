#include "pipeline/flow/document_flow.hpp"

#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

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

}  // namespace

Result<DocumentOutcome> write_document(const DocumentParts& parts, const Task& task,
                                       BlobSource& source, BlobSink& sink,
                                       const std::filesystem::path& folder) {
  DocumentSource document = task.document;

  // Read number, date, subject, signer ... from the text of the first pages together; keep the
  // plain text of every page for the search index.
  DocumentOutcome outcome;
  std::vector<PageRecord> first_pages;
  for (const Sha256& digest : document.page_records) {
    SOGOC_TRY(PageRecord record, load_record(source, digest));
    outcome.page_texts.push_back(body_of(record));
    if (first_pages.size() < kPagesForMetadata) first_pages.push_back(std::move(record));
  }
  SOGOC_TRY(DocumentMetadata read, parts.metadata.read(first_pages));
  keep_confirmed(read, task.document.metadata);
  document.metadata = std::move(read);
  first_pages.clear();
  document.title = title_of(document);

  // Pictures and invisible text into one PDF/A-2u; text and boxes beside it.
  SOGOC_TRY(const WrittenDocument written, parts.composer.compose(document, source, folder));

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

  const std::string json = to_json(record);
  SOGOC_TRY(outcome.record,
            sink.put({reinterpret_cast<const std::uint8_t*>(json.data()), json.size()}));
  return outcome;
}

}  // namespace sogoc
