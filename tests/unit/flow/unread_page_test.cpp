#include <filesystem>
#include <map>
#include <span>

#include <gtest/gtest.h>

#include "pipeline/core/record_json.hpp"
#include "pipeline/flow/unread_page.hpp"

namespace sogoc {
namespace {

class MemoryBlobs final : public BlobSink, public BlobSource {
 public:
  Result<Sha256> put(std::span<const std::uint8_t> bytes) override {
    Sha256Stream stream;
    stream.add(std::as_bytes(bytes));
    const Sha256 digest = stream.finish();
    kept[digest] = std::string(bytes.begin(), bytes.end());
    return digest;
  }
  Result<Sha256> put_file(const std::filesystem::path&) override { return Sha256{}; }
  Result<std::filesystem::path> fetch(const Sha256&) override { return std::filesystem::path("x"); }
  std::map<Sha256, std::string> kept;
};

class OneFile final : public FileReader {
 public:
  Result<OpenedFile> open(const std::filesystem::path&, const std::string&,
                          const ReadingSettings&) override {
    return OpenedFile{};
  }
  Result<DecodedPage> decode(const std::filesystem::path&, const std::string& name, PageIndex,
                             const ReadingSettings&, BlobSink& blobs) override {
    ++decoded;
    if (refuses) return fail(*refuses, Retry::never, name, "it is damaged");
    DecodedPage page;
    SOGOC_TRY(page.raster, PageImage::create({40, 60}, PixelFormat::gray8, {{100}, {100}},
                                             std::vector<std::uint8_t>(40 * 60, 200)));
    page.pictures.emplace_back().picture.size = page.raster.size();
    SOGOC_TRY(page.pictures.back().picture.data, blobs.put(std::vector<std::uint8_t>{1, 2, 3}));
    return page;
  }
  std::optional<ErrorCode> refuses;
  int decoded = 0;
};

class AsItLies final : public PageStraightener {
 public:
  Result<StraightPage> straighten(const DecodedPage& page, const ReadingSettings&) override {
    StraightPage straight;
    straight.quality.effective = page.raster.resolution();
    straight.parts.emplace_back().size = page.raster.size();
    straight.parts.back().resolution = page.raster.resolution();
    return straight;
  }
};

class NobodyReads final : public PageReader, public MetadataReader {
 public:
  Result<PageText> read(const PageImage&, const PageImage&, std::span<const Region>,
                        std::span<const Region>, const ReadingSettings&) override {
    ADD_FAILURE() << "a page that was accepted as unreadable must not be read";
    return PageText{};
  }
  std::vector<std::string> secrecy_marks(const PagePart&) override { return {}; }
  Result<DocumentMetadata> read(std::span<const PageRecord>) override { return DocumentMetadata{}; }
};

class UnreadPage : public ::testing::Test {
 protected:
  Result<PageOutcome> keep(int tries = 1) {
    Task task;
    task.kind = JobKind::page;
    task.tries = tries;
    task.accepted_unreadable = true;
    const PageParts parts{
        files_, straightener_, nobody_, nobody_,
        [](std::vector<Region>) { return PageText{}; },
        [](const PageImage&, int) -> Result<std::vector<std::uint8_t>> {
          ADD_FAILURE() << "nobody knows what the page shows";
          return std::vector<std::uint8_t>{};
        },
        [](BlobSink& blobs) -> Result<NoticePage> {
          NoticePage notice;
          notice.size = {10, 20};
          notice.resolution = {{72}, {72}};
          notice.words.lines.push_back({{{"NOTICE", {1, 1, 9, 9}, {}}}, {1, 1, 9, 9}, 8});
          notice.words.kind = RegionKind::picture;
          SOGOC_TRY(notice.picture.picture.data, blobs.put(std::vector<std::uint8_t>{9}));
          return notice;
        }};
    return keep_unread_page(parts, task, blobs_, blobs_);
  }
  PageRecord record_of(const PageOutcome& outcome) {
    auto record = page_record_from_json(blobs_.kept.at(outcome.record));
    if (!record) throw std::runtime_error(to_string(record.error()));
    return std::move(*record);
  }

  MemoryBlobs blobs_;
  OneFile files_;
  AsItLies straightener_;
  NobodyReads nobody_;
};

TEST_F(UnreadPage, KeepsItsPictureAndNoText) {
  const auto outcome = keep();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->state, PageState::unreadable);
  EXPECT_FALSE(outcome->thumbnail.has_value());
  const PageRecord record = record_of(*outcome);
  EXPECT_EQ(record.master_size, (SizePx{40, 60}));
  ASSERT_EQ(record.pictures.size(), 1u);
  EXPECT_EQ(outcome->work_blobs, std::vector<Sha256>{record.pictures[0].picture.data});
  EXPECT_TRUE(record.parts.at(0).text.regions.empty());
}

TEST_F(UnreadPage, ANoticeStandsForAPictureThatCannotBeDecoded) {
  for (const ErrorCode code : {ErrorCode::invalid_input, ErrorCode::unsupported_input,
                               ErrorCode::password_required, ErrorCode::limit_exceeded}) {
    files_.refuses = code;
    const auto outcome = keep();
    ASSERT_TRUE(outcome) << name(code);
    const PageRecord record = record_of(*outcome);
    EXPECT_EQ(record.master_size, (SizePx{10, 20}));
    EXPECT_EQ(record.parts.at(0).text.regions.at(0).kind, RegionKind::picture);
    EXPECT_EQ(body_text(record.parts[0].text), "");
  }
}

TEST_F(UnreadPage, AFailureOfTheMachineIsTriedAgainBeforeThePictureIsGivenUp) {
  files_.refuses = ErrorCode::no_space;
  EXPECT_EQ(keep(1).error().code, ErrorCode::no_space);
  EXPECT_EQ(keep(2).error().code, ErrorCode::no_space);
  const auto outcome = keep(3);  // decoding may be what killed the worker twice
  ASSERT_TRUE(outcome);
  EXPECT_EQ(files_.decoded, 2);
  EXPECT_EQ(record_of(*outcome).master_size, (SizePx{10, 20}));
}

}  // namespace
}  // namespace sogoc
