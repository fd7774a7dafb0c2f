#include <gtest/gtest.h>

#include "tests/unit/decode/made_files.hpp"
#include "workers/decode/file_reader.hpp"
#include "workers/decode/media_type.hpp"

namespace sogoc {
namespace {

using made::Buffer;

TEST(MediaType, IsJudgedByTheFirstBytes) {
  using namespace std::string_literals;
  const std::pair<std::string, MediaType> known[] = {
      {"II*\0\x08\0\0\0"s, MediaType::tiff},
      {"MM\0*\0\0\0\x08"s, MediaType::tiff},
      {"II+\0\x08\0\0\0"s, MediaType::tiff},
      {"MM\0+\0\x08\0\0"s, MediaType::tiff},
      {"\xFF\xD8\xFF\xE0"s, MediaType::jpeg},
      {"\x89PNG\r\n\x1A\n"s, MediaType::png},
      {"\0\0\0\x0CjP  \r\n\x87\n"s, MediaType::jp2},
      {"\xFF\x4F\xFF\x51\0"s, MediaType::jp2},
      {"RIFF\0\0\0\0WEBPVP8 "s, MediaType::webp},
      {"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"s, MediaType::bmp},
      {"P4\n8 8\n"s, MediaType::pnm},
      {"P7\nWIDTH"s, MediaType::pnm},
      {"%PDF-1.4\n"s, MediaType::pdf},
      {std::string(1024, 'x') + "%PDF-1.4\n", MediaType::pdf},
  };
  for (const auto& [bytes, type] : known) {
    const auto found = sniff_media_type(made::scratch_file(made::text(bytes), "x.jpg"), "x.jpg");
    ASSERT_TRUE(found) << bytes << ": " << to_string(found.error());
    EXPECT_EQ(*found, type) << bytes;
  }
}

TEST(MediaType, RefusesEveryOtherFileAndSaysWhatToDo) {
  using namespace std::string_literals;
  const std::pair<std::string, std::string> refused[] = {
      {"GIF89a.."s, "GIF"},
      {"\0\0\0\x18"
       "ftypheic"s,
       "JPEG"},
      {"PK\3\4rest"s, "PDF"},
      {"BM is a word"s, "give a PDF"},
      {"P9\n1 1\n"s, "give a PDF"},
      {"hello"s, "give a PDF"},
      {std::string(1025, 'x') + "%PDF-1.4\n", "give a PDF"},
  };
  for (const auto& [bytes, words] : refused) {
    const auto found = sniff_media_type(made::scratch_file(made::text(bytes), "x.tif"), "x.tif");
    ASSERT_FALSE(found) << bytes;
    EXPECT_EQ(found.error().code, ErrorCode::unsupported_input) << bytes;
    EXPECT_NE(found.error().message.find(words), std::string::npos) << found.error().message;
  }
}

TEST(MediaType, SaysThatAnEmptyFileIsEmpty) {
  const auto found = sniff_media_type(made::scratch_file({}, "empty.pdf"), "empty.pdf");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(sentence(found.error()),
            "empty.pdf: the file is empty (0 bytes); scan or copy it again");
}

TEST(MediaType, TellsAMissingFileFromABadOne) {
  const auto found = sniff_media_type("/nowhere/at/all.tif", "all.tif");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::not_found);
  const auto folder = sniff_media_type(std::filesystem::temp_directory_path(), "folder");
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::invalid_input);
}

class NamedPdfReader final : public FileReader {
 public:
  Result<OpenedFile> open(const std::filesystem::path&, const std::string&,
                          const ReadingSettings&) override {
    OpenedFile opened;
    opened.media_type = MediaType::pdf;
    opened.page_count = 7;
    return opened;
  }
  Result<DecodedPage> decode(const std::filesystem::path&, const std::string&, PageIndex,
                             const ReadingSettings&, BlobSink&) override {
    return DecodedPage{};
  }
};

TEST(FileReader, SendsEachFileToTheReaderOfItsContent) {
  const auto reader = make_file_reader(std::make_unique<NamedPdfReader>());
  const auto pdf =
      reader->open(made::scratch_file(made::text("%PDF-1.7\n"), "scan.tif"), "scan.tif", {});
  ASSERT_TRUE(pdf);
  EXPECT_EQ(pdf->page_count, 7u);
  const auto image = reader->open(
      made::scratch_file(made::tiff({made::page_of(made::bilevel(40, 40))}), "scan.pdf"),
      "scan.pdf", {});
  ASSERT_TRUE(image);
  EXPECT_EQ(image->media_type, MediaType::tiff);
}

TEST(FileReader, RefusesPdfWhenThereIsNoPdfReader) {
  const auto reader = make_file_reader(nullptr);
  const auto pdf = reader->open(made::scratch_file(made::text("%PDF-1.7\n")), "x", {});
  ASSERT_FALSE(pdf);
  EXPECT_EQ(pdf.error().code, ErrorCode::unsupported_input);
}

}  // namespace
}  // namespace sogoc
