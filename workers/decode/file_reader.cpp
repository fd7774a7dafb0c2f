#include "workers/decode/file_reader.hpp"

#include <utility>

#include "workers/decode/image_file_reader.hpp"
#include "workers/decode/media_type.hpp"

namespace sogoc {

namespace {

class AnyFileReader final : public FileReader {
 public:
  explicit AnyFileReader(std::unique_ptr<FileReader> pdf_reader)
      : pdf_reader_(std::move(pdf_reader)) {}

  [[nodiscard]] Result<OpenedFile> open(const std::filesystem::path& file,
                                        const std::string& shown_name,
                                        const ReadingSettings& settings) override {
    SOGOC_TRY(FileReader * reader, reader_for(file, shown_name));
    return reader->open(file, shown_name, settings);
  }

  [[nodiscard]] Result<DecodedPage> decode(const std::filesystem::path& file,
                                           const std::string& shown_name, PageIndex index,
                                           const ReadingSettings& settings,
                                           BlobSink& blobs) override {
    SOGOC_TRY(FileReader * reader, reader_for(file, shown_name));
    return reader->decode(file, shown_name, index, settings, blobs);
  }

 private:
  // Never null.
  [[nodiscard]] Result<FileReader*> reader_for(const std::filesystem::path& file,
                                               const std::string& shown_name) {
    SOGOC_TRY(const MediaType type, sniff_media_type(file, shown_name));
    if (type != MediaType::pdf) return &image_reader_;
    if (!pdf_reader_)
      return fail(ErrorCode::unsupported_input, Retry::never, shown_name,
                  "PDF files are not read here; give a picture file");
    return pdf_reader_.get();
  }

  ImageFileReader image_reader_;
  std::unique_ptr<FileReader> pdf_reader_;
};

}  // namespace

std::unique_ptr<FileReader> make_file_reader(std::unique_ptr<FileReader> pdf_reader) {
  return std::make_unique<AnyFileReader>(std::move(pdf_reader));
}

}  // namespace sogoc
