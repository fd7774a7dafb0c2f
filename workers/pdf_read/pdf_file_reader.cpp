#include "workers/pdf_read/pdf_file_reader.hpp"

#include <optional>

#include <fmt/format.h>

#include "workers/pdf_read/page_reader.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

// What qpdf keeps of the pages it has seen grows; after so many pages the file is opened anew.
constexpr int kPagesEachOpening = 500;

class PdfFileReader final : public FileReader {
 public:
  Result<OpenedFile> open(const fs::path& file, const std::string& shown_name,
                          const ReadingSettings& settings) override {
    open_.reset();
    SOGOC_TRY(pdf::Document * document, document_of(file, shown_name, settings));
    return pdf::inside_qpdf(shown_name, [&]() -> Result<OpenedFile> {
      OpenedFile opened;
      opened.media_type = MediaType::pdf;
      opened.page_count = static_cast<std::uint32_t>(document->pages.size());
      opened.signatures = pdf::find_signatures(*document);
      if (document->encrypted) opened.notes.push_back("opened with an empty password");
      if (document->repaired) opened.notes.push_back("the file is damaged and was repaired to read it");
      for (const SignatureNote& signature : opened.signatures)
        opened.notes.push_back(fmt::format("signature field {} is signed; not verified here",
                                           signature.field.empty() ? "(no name)"
                                                                   : signature.field));
      return opened;
    });
  }

  Result<DecodedPage> decode(const fs::path& file, const std::string& shown_name, PageIndex index,
                             const ReadingSettings& settings, BlobSink& blobs) override {
    SOGOC_TRY(pdf::Document * document, document_of(file, shown_name, settings));
    if (index.zero_based() >= document->pages.size())
      return fail(ErrorCode::not_found, Retry::never, shown_name,
                  fmt::format("it has no page {}, only {}", index.page_number(),
                              document->pages.size()));
    const std::string subject = fmt::format("{} page {}", shown_name, index.page_number());
    Result<DecodedPage> page =
        pdf::read_page(*document, {file, index, settings, subject}, blobs);
    if (!page || ++open_->pages_read >= kPagesEachOpening) open_.reset();
    return page;
  }

 private:
  struct Open {
    fs::path file;
    std::uintmax_t size;
    fs::file_time_type changed;
    std::uint32_t max_pages;
    pdf::Document document;
    int pages_read = 0;
  };

  Result<pdf::Document*> document_of(const fs::path& file, const std::string& shown_name,
                                     const ReadingSettings& settings) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(file, error);
    const fs::file_time_type changed = error ? fs::file_time_type() : fs::last_write_time(file, error);
    const bool same = open_ && !error && open_->file == file && open_->size == size &&
                      open_->changed == changed && open_->max_pages == settings.max_pages;
    if (!same) {
      open_.reset();
      SOGOC_TRY(pdf::Document document, pdf::open_document(file, shown_name, settings));
      open_.emplace(Open{file, size, changed, settings.max_pages, std::move(document)});
    }
    return &open_->document;
  }

  std::optional<Open> open_;
};

}  // namespace

std::unique_ptr<FileReader> make_pdf_file_reader() { return std::make_unique<PdfFileReader>(); }

}  // namespace sogoc
