// The real documents are measured with the whole chain (tests of tools); here only that the
// reader keeps its promises on any input.

#include <random>

#include "tests/unit/metadata/reading.hpp"

namespace sogoc::testing {
namespace {

TEST(AnyInput, GivesEveryKeyOnceAndInOrder) {
  const Result<DocumentMetadata> metadata = shared_reader().read({});
  ASSERT_TRUE(metadata);
  std::vector<std::string> keys;
  for (const MetadataField& field : metadata->fields) keys.push_back(field.key);
  EXPECT_EQ(keys, metadata_keys());
}

TEST(AnyInput, OfRandomWordsDoesNotCrashTheReader) {
  static const char* kWords[] = {"Số:", "ngày", "tháng", "năm", "/", "-", "KT.", "V/v", "2025", "ỦY", "BAN", "",
                                 "\xFF\xFE", "CỘNG", "HÒA", "XÃ", "HỘI", "CHỦ", "NGHĨA", "VIỆT", "NAM", "QUYẾT", "ĐỊNH",
                                 "Nơi", "nhận:", "CHỦ", "TỊCH", "Nguyễn", "An", "12/2019/TT-BTC", "...", "MẬT", "Kính", "gửi:"};
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    PageRecord record;
    record.master_size = {1000, 1400};
    PagePart part;
    part.size = record.master_size;
    for (int r = 0; r < 40; ++r) {
      Region region;
      region.kind = static_cast<RegionKind>(random() % 9);
      TextLine line;
      const int y = static_cast<int>(random() % 1400);
      for (unsigned w = 0; w < random() % 9; ++w) {
        const int x = static_cast<int>(random() % 1000);
        line.words.push_back({kWords[random() % std::size(kWords)],
                              {x, y, x + static_cast<int>(random() % 90), y + static_cast<int>(random() % 40)},
                              Confidence::from_fraction(static_cast<double>(random() % 100) / 100)});
        line.box = united(line.box, line.words.back().box);
      }
      region.box = line.box;
      region.lines.push_back(line);
      part.text.regions.push_back(region);
    }
    record.parts.push_back(part);
    const std::vector<PageRecord> pages(3, record);
    const Result<DocumentMetadata> metadata = shared_reader().read(pages);
    ASSERT_TRUE(metadata);
    for (const MetadataField& field : metadata->fields) {
      EXPECT_TRUE(field.state == ValueState::read || field.value.empty()) << field.key;
      EXPECT_GE(field.page, 0);
      EXPECT_LE(field.page, 3);
    }
  }
}

}  // namespace
}  // namespace sogoc::testing
