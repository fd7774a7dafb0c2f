#include "pipeline/records/completeness.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

namespace sogoc {
namespace {

// A volume as its pages were read, with faults of the volume and of the reading.
class Volume {
 public:
  Volume(int pages, int entries_a_page, int first_page = 4, int first_entry = 1, bool spread = false) : rng_(7) {
    int number = first_page, entry = first_entry;
    for (int i = 0; i < pages; ++i) {
      RegisterPage page;
      page.layout = "ks-table";
      for (int half = 0; half < (spread ? 2 : 1); ++half)
        page.page_numbers.push_back({half, reading("trangSo", std::to_string(number++))});
      for (int k = 0; k < entries_a_page; ++k, ++entry) {
        EntryReading one;
        one.fields.push_back(reading("so", (entry < 10 ? "0" : "") + std::to_string(entry) + "/2005"));
        for (const char* key : {"nksHoTen", "meHoTen", "chaHoTen"}) one.fields.push_back(reading(key, word() + " " + word() + " " + word()));
        page.entries.push_back(std::move(one));
      }
      pages_.push_back(page);
    }
  }

  void remove(int at) { pages_.erase(pages_.begin() + at); }
  void exchange(int a, int b) { std::swap(pages_[static_cast<std::size_t>(a)], pages_[static_cast<std::size_t>(b)]); }
  void scan_again(int at, int behind) {
    pages_.insert(pages_.begin() + behind + 1, pages_[static_cast<std::size_t>(at)]);
  }
  void move(int from, int to) {
    RegisterPage page = pages_[static_cast<std::size_t>(from)];
    pages_.erase(pages_.begin() + from);
    pages_.insert(pages_.begin() + to, page);
  }
  RegisterPage& page(int at) { return pages_[static_cast<std::size_t>(at)]; }

  // Of all numbers this share is read as another one, this share not at all.
  void misread(double wrong, double illegible, unsigned seed) {
    std::mt19937 rng(seed);
    std::uniform_real_distribution<double> chance;
    const auto spoil = [&](FieldReading& field) {
      const double dice = chance(rng);
      if (dice < wrong) {
        const auto digits = field.value.find('/') == std::string::npos ? field.value.size() : field.value.find('/');
        const std::size_t at = rng() % digits;
        field.value[at] = static_cast<char>('0' + rng() % 10);
      } else if (dice < wrong + illegible) {
        field.value.clear();
        field.state = ValueState::illegible;
      }
    };
    for (RegisterPage& page : pages_) {
      for (PageNumberReading& number : page.page_numbers) spoil(number.number);
      for (EntryReading& entry : page.entries) spoil(entry.fields.front());
    }
  }

  [[nodiscard]] std::vector<ScannedPage> scanned() const {
    std::vector<ScannedPage> list;
    for (std::size_t i = 0; i < pages_.size(); ++i)
      list.push_back({static_cast<std::int64_t>(i + 1), "picture " + std::to_string(i + 1), &pages_[i], 1.0});
    return list;
  }
  // What is left when second scans are put aside.
  [[nodiscard]] std::vector<BookFinding> findings() const {
    std::vector<ScannedPage> pages = scanned();
    for (const SecondScan& second : find_second_scans(pages))
      pages.erase(std::find_if(pages.begin(), pages.end(), [&](const ScannedPage& page) { return page.page == second.evidence; }));
    return check_completeness({}, pages);
  }
  [[nodiscard]] std::string told() const {
    std::string text;
    for (const BookFinding& finding : findings()) text += finding.kind + ": " + finding.text + "\n";
    return text;
  }

 private:
  static FieldReading reading(std::string key, std::string value) {
    FieldReading field;
    field.key = std::move(key);
    field.value = std::move(value);
    field.state = ValueState::read;
    field.confidence = Confidence::from_fraction(0.9);
    return field;
  }
  std::string word() {
    std::string text;
    for (int i = 0; i < 5; ++i) text.push_back(static_cast<char>('a' + rng_() % 26));
    return text;
  }
  std::mt19937 rng_;
  std::vector<RegisterPage> pages_;
};

std::vector<std::string> kinds(const std::vector<BookFinding>& findings) {
  std::vector<std::string> list;
  for (const BookFinding& finding : findings) list.push_back(finding.kind);
  return list;
}
using Kinds = std::vector<std::string>;

TEST(Completeness, SaysNothingOfAWholeVolumeOf500PagesWithMisreadNumbers) {
  for (const unsigned seed : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u})
    for (const int entries : {0, 1, 2, 10}) {
      Volume volume(500, entries);
      volume.misread(entries == 0 ? 0.05 : 0.12, 0.15, seed);
      EXPECT_EQ(volume.told(), "") << "seed " << seed << ", entries a page " << entries;
    }
}

TEST(Completeness, SaysNothingOfAWholeVolumeOfSpreads) {
  Volume volume(250, 8, 2, 1, true);
  volume.misread(0.1, 0.1, 3);
  EXPECT_EQ(volume.told(), "");
}

TEST(Completeness, FindsAMissingPageWithItsEntriesAsOneFinding) {
  for (const unsigned seed : {1u, 2u, 3u, 4u, 5u, 6u}) {
    Volume volume(60, 8);
    volume.remove(20);
    volume.misread(0.1, 0.1, seed);
    ASSERT_EQ(kinds(volume.findings()), Kinds{"missing_pages"}) << volume.told();
    EXPECT_EQ(volume.findings().front().pages, std::vector<std::int64_t>{20});
    EXPECT_NE(volume.told().find("161-168"), std::string::npos) << volume.told();
  }
}

TEST(Completeness, FindsAMissingPageByEntriesWherePagesHaveNoNumbers) {
  Volume volume(30, 5);
  volume.remove(11);
  for (int i = 0; i < 29; ++i) volume.page(i).page_numbers.clear();
  EXPECT_EQ(kinds(volume.findings()), Kinds{"missing_entries"}) << volume.told();
}

TEST(Completeness, FindsAMissingPageByPageNumbersWhereEntriesHaveNone) {
  Volume volume(30, 0);
  volume.remove(11);
  volume.misread(0.05, 0.1, 9);
  EXPECT_EQ(kinds(volume.findings()), Kinds{"missing_pages"}) << volume.told();
}

TEST(Completeness, FindsTheLastPageButOneMissingWhenPageAndEntryAgree) {
  Volume volume(40, 1);
  volume.remove(38);
  EXPECT_EQ(kinds(volume.findings()), Kinds{"missing_pages"}) << volume.told();
}

TEST(Completeness, FindsTwoNeighboursThatChangedPlaces) {
  for (const int entries : {0, 1, 8})
    for (const bool spread : {false, true})
      for (const unsigned seed : {1u, 2u, 3u}) {
        Volume volume(60, entries, 2, 1, spread);
        volume.exchange(30, 31);
        if (entries > 1) volume.misread(0.05, 0.05, seed);
        const auto found = volume.findings();
        ASSERT_EQ(kinds(found), Kinds{"wrong_order"}) << entries << spread << seed << volume.told();
        EXPECT_TRUE(found.front().pages.front() == 31 || found.front().pages.front() == 32);
      }
}

TEST(Completeness, FindsOnePageFarFromItsPlace) {
  Volume volume(60, 6);
  volume.move(10, 40);
  const auto found = volume.findings();
  ASSERT_EQ(kinds(found), Kinds{"wrong_order"}) << volume.told();
  EXPECT_EQ(found.front().pages.front(), 41);
}

TEST(Completeness, KnowsTheSecondScanOfAPageAndKeepsTheBetter) {
  Volume volume(40, 6);
  volume.scan_again(12, 12);
  for (EntryReading& entry : volume.page(13).entries)
    for (FieldReading& field : entry.fields) field.confidence = Confidence::from_fraction(0.5);
  const auto found = find_second_scans(volume.scanned());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().kept, 13);
  EXPECT_EQ(found.front().evidence, 14);
  EXPECT_EQ(volume.told(), "");
}

TEST(Completeness, KnowsASecondScanFarAwayReadWithErrors) {
  Volume volume(40, 6);
  volume.scan_again(12, 30);
  volume.misread(0.1, 0.1, 5);
  EXPECT_EQ(find_second_scans(volume.scanned()).size(), 1u);
  EXPECT_EQ(volume.told(), "");
}

TEST(Completeness, TakesNoTwoDifferentPagesForOne) {
  Volume volume(200, 6);
  volume.misread(0.2, 0.1, 5);
  EXPECT_TRUE(find_second_scans(volume.scanned()).empty());
}

TEST(Completeness, FindsARepeatedPageNumberOnDifferentPages) {
  Volume volume(40, 6), other(40, 6, 3);
  for (int i = 20; i < 40; ++i) volume.page(i).page_numbers = other.page(i).page_numbers;  // 23 twice
  EXPECT_EQ(kinds(volume.findings()), Kinds{"repeated_page"}) << volume.told();
}

TEST(Completeness, FindsASkippedAndARepeatedEntryNumber) {
  Volume volume(20, 10);
  for (int i = 10; i < 20; ++i)
    for (EntryReading& entry : volume.page(i).entries) {
      const int number = std::stoi(entry.fields.front().value);
      entry.fields.front().value = std::to_string(i < 15 ? number + 1 : number) + "/2005";
    }
  EXPECT_EQ(kinds(volume.findings()), (Kinds{"missing_entries", "repeated_entry"})) << volume.told();
}

TEST(Completeness, NumbersBeginAgainWithTheYear) {
  Volume volume(40, 6);
  for (int i = 20; i < 40; ++i)
    for (EntryReading& entry : volume.page(i).entries)
      entry.fields.front().value = std::to_string(std::stoi(entry.fields.front().value) - 120) + "/2006";
  volume.misread(0.05, 0.05, 2);
  EXPECT_EQ(volume.told(), "");
}

TEST(Completeness, AHandThatWritesOneLikeSevenMovesNoPages) {
  Volume volume(120, 0, 90);
  for (int i = 10; i < 40; ++i) {
    std::string& number = volume.page(i).page_numbers.front().number.value;
    if (number.size() == 3) number[0] = '7';
  }
  EXPECT_EQ(volume.told(), "");
}

TEST(Completeness, SaysThatItCannotSayWhenNothingFits) {
  Volume volume(30, 4);
  volume.misread(1.0, 0.0, 4);
  for (int i = 0; i < 30; ++i) {
    std::mt19937 rng(static_cast<unsigned>(i));
    volume.page(i).page_numbers.front().number.value = std::to_string(rng() % 10'000);
    for (EntryReading& entry : volume.page(i).entries) entry.fields.front().value = std::to_string(rng() % 10'000);
  }
  EXPECT_EQ(kinds(volume.findings()), Kinds{"numbers_unclear"}) << volume.told();
}

TEST(Completeness, ComparesWithWhatWasCountedByHand) {
  Volume volume(40, 1, 1);
  NewRegisterBook book;
  book.first_page = 1;
  book.declared_pages = 42;
  const auto found = check_completeness(book, volume.scanned());
  ASSERT_EQ(kinds(found), Kinds{"short_book"});
  EXPECT_NE(found.front().text.find("41 to 42"), std::string::npos) << found.front().text;
}

}  // namespace
}  // namespace sogoc
