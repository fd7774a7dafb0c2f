#include "models/rule_catalog.hpp"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace sogoc {
namespace {

namespace fs = std::filesystem;

const fs::path kRules = fs::path(SOGOC_SOURCE_DIR) / "models/rules";

// A copy of the shipped rules that a test may damage.
class DamagedRules : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              ("sogoc-rules-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::copy(kRules, folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  void append(const char* file, const std::string& text) {
    std::ofstream(folder_ / file, std::ios::app) << text;
  }
  fs::path folder_;
};

TEST(RuleCatalog, LoadsTheShippedRules) {
  const Result<RuleCatalog> catalog = RuleCatalog::load(kRules);
  ASSERT_TRUE(catalog) << to_string(catalog.error());
  const DocumentRules rules = catalog->in_force("2024-01-01");
  // 29 types of decree 30, and more that are printed.
  EXPECT_GT(rules.types.size(), 29u);
  EXPECT_EQ(std::count_if(rules.types.begin(), rules.types.end(),
                          [](const DocumentTypeRule& type) { return type.by_layout; }),
            1);
  for (const std::string& key : rule_list_keys()) EXPECT_FALSE(rules.items(key).empty()) << key;
}

TEST(RuleCatalog, GivesTheArchiveCodesOfTheDayOfDigitizing) {
  const Result<RuleCatalog> catalog = RuleCatalog::load(kRules);
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->archive_code("Tờ trình", "2026-01-01"), "15");
  EXPECT_EQ(catalog->archive_code("Công văn", "2026-01-01"), "22");
  EXPECT_EQ(catalog->archive_code("Nghị định", "2026-01-01"), "32");
  EXPECT_EQ(catalog->archive_code("Tờ trình", "2020-01-01"), "");  // the list was not in force
}

TEST(RuleCatalog, KnowsWhatHeldOnADay) {
  const Result<RuleCatalog> catalog = RuleCatalog::load(kRules);
  ASSERT_TRUE(catalog);
  const auto has = [&](const char* day, const char* name) {
    const DocumentRules rules = catalog->in_force(day);
    return std::any_of(rules.types.begin(), rules.types.end(),
                       [&](const DocumentTypeRule& type) { return type.name == name; });
  };
  EXPECT_TRUE(has("1960-01-01", "Sắc lệnh"));
  EXPECT_FALSE(has("2020-01-01", "Sắc lệnh"));
  EXPECT_FALSE(has("2019-01-01", "Thư công"));
  EXPECT_TRUE(has("2020-03-05", "Thư công"));
}

TEST(RuleCatalog, SaysWhatToInstallWhereNothingIs) {
  const Result<RuleCatalog> catalog = RuleCatalog::load("/nowhere/rules");
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().code, ErrorCode::missing_model);
  EXPECT_NE(catalog.error().message.find("install"), std::string::npos);
}

TEST_F(DamagedRules, WithAnUnknownKeyAreRefused) {
  append("marks.toml", "\n[[list]]\nkey = \"urgency_marks\"\nitems = [\"KHẨN\"]\ncolour = \"red\"\n"
                       "effective_from = \"2020-01-01\"\nevidence = \"R\"\n");
  const Result<RuleCatalog> catalog = RuleCatalog::load(folder_);
  ASSERT_FALSE(catalog);
  EXPECT_NE(catalog.error().message.find("unknown key 'colour'"), std::string::npos)
      << catalog.error().message;
}

TEST_F(DamagedRules, NameEveryProblemInOneMessage) {
  append("marks.toml", "\n[[list]]\nkey = \"no_such_list\"\nitems = []\neffective_from = \"soon\"\n");
  append("document_types.toml", "\n[[document_type]]\nname = 5\neffective_from = \"2020-01-01\"\n"
                                "effective_to = \"2019-01-01\"\nevidence = \"rumour\"\n");
  append("organs.toml", "\n[surprise]\nx = 1\n");
  const Result<RuleCatalog> catalog = RuleCatalog::load(folder_);
  ASSERT_FALSE(catalog);
  for (const char* part : {"unknown list 'no_such_list'", "'items'", "YYYY-MM-DD", "'evidence' is missing",
                           "'name' must be a text", "'effective_to' is before", "C1, C1-draft",
                           "unknown key 'surprise'"})
    EXPECT_NE(catalog.error().message.find(part), std::string::npos) << part;
}

TEST_F(DamagedRules, ThatAreNoTomlAreRefusedWithTheLine) {
  append("places.toml", "\n[[list\n");
  const Result<RuleCatalog> catalog = RuleCatalog::load(folder_);
  ASSERT_FALSE(catalog);
  EXPECT_NE(catalog.error().message.find("places.toml line"), std::string::npos);
}

TEST_F(DamagedRules, WithoutAFileOrAListAreRefused) {
  { std::ofstream empty(folder_ / "places.toml"); }
  const Result<RuleCatalog> without_list = RuleCatalog::load(folder_);
  ASSERT_FALSE(without_list);
  EXPECT_NE(without_list.error().message.find("list 'places' is missing"), std::string::npos);
  fs::remove(folder_ / "places.toml");
  const Result<RuleCatalog> without_file = RuleCatalog::load(folder_);
  ASSERT_FALSE(without_file);
  EXPECT_EQ(without_file.error().code, ErrorCode::missing_model);
}

}  // namespace
}  // namespace sogoc
