#include "models/copy_catalog.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <unistd.h>

namespace sogoc {
namespace {

namespace fs = std::filesystem;

const fs::path kForms = fs::path(SOGOC_SOURCE_DIR) / "models/copies";

// A copy of the shipped forms that a test may damage.
class DamagedForms : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              ("sogoc-forms-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::copy(kForms, folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  void change(const std::string& from, const std::string& to) {
    std::ifstream in(folder_ / "sao_y.toml", std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    std::ofstream(folder_ / "sao_y.toml", std::ios::binary) << text;
  }
  std::string complaint() {
    const auto catalog = CopyCatalog::load_kind(folder_, "sao_y");
    return catalog ? "" : to_string(catalog.error());
  }
  fs::path folder_;
};

TEST(CopyCatalog, LoadsEveryShippedForm) {
  const auto catalog = CopyCatalog::load(kForms);
  ASSERT_TRUE(catalog) << to_string(catalog.error());
  for (const std::string& kind : copy_kinds())
    EXPECT_TRUE(catalog->in_force(kind, "2026-09-05")) << kind;
}

TEST(CopyCatalog, GivesNoFormBeforeItsDay) {
  const auto catalog = CopyCatalog::load_kind(kForms, "sao_y");
  ASSERT_TRUE(catalog);
  EXPECT_FALSE(catalog->in_force("sao_y", "2020-03-04"));
  EXPECT_TRUE(catalog->in_force("sao_y", "2020-03-05"));
  EXPECT_FALSE(catalog->version("sao_y", "2020-03-06"));
}

TEST(CopyCatalog, ASignatureBlockIsTenPointUprightAndNotBold) {
  const auto catalog = CopyCatalog::load(kForms);
  ASSERT_TRUE(catalog);
  for (const CopyTemplate& form : catalog->all())
    for (const CopyLine& line : form.block.lines) {
      EXPECT_EQ(line.size_pt, 10) << form.kind;
      EXPECT_FALSE(line.bold || line.italic) << form.kind;
    }
}

TEST(CopyCatalog, ACertifiedCopyNeedsTwoSignatures) {
  const auto catalog = CopyCatalog::load_kind(kForms, "certified_copy");
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->all().front().signatures, (std::vector<std::string>{"Certifier", "Body"}));
  EXPECT_FALSE(catalog->all().front().may_be_unsigned);
}

TEST(CopyCatalog, KnowsWhichValuesAFormNeeds) {
  const auto catalog = CopyCatalog::load_kind(kForms, "sao_y");
  ASSERT_TRUE(catalog);
  EXPECT_EQ(required_values(catalog->all().front()),
            (std::vector<std::string>{"body", "conversion_time", "converter", "copy_number", "signing_time"}));
}

TEST(CopyCatalog, RefusesAKindThatThereIsNot) {
  const auto catalog = CopyCatalog::load_kind(kForms, "../rules/marks");
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().code, ErrorCode::usage);
}

TEST_F(DamagedForms, NamesAnUnknownPlaceholder) {
  change("{converter}", "{convertor}");
  EXPECT_NE(complaint().find("unknown placeholder {convertor}"), std::string::npos) << complaint();
}

TEST_F(DamagedForms, NamesEveryProblemAtOnce) {
  change("form = ", "from = ");
  change("evidence = \"C1\"", "evidence = \"X\"");
  change("when = \"lookup_url\"", "when = \"lookup\"");
  change("{body}", "<b>{body}");
  const std::string said = complaint();
  for (const char* problem : {"'form' is missing", "unknown key 'from'", "'evidence' must be C1",
                              "unknown value 'lookup'", "marks that do not pair"})
    EXPECT_NE(said.find(problem), std::string::npos) << problem << "\n" << said;
}

TEST_F(DamagedForms, RefusesASignatureWithoutAPlace) {
  change("signatures = [\"Body\"]", "signatures = [\"Body\", \"Certifier\"]");
  EXPECT_NE(complaint().find("'Certifier' must have one place"), std::string::npos) << complaint();
}

TEST_F(DamagedForms, RefusesVersionsThatOverlap) {
  std::ifstream in(folder_ / "sao_y.toml", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::string second = text.substr(text.find("[[version]]"));
  second.replace(second.find("2020-03-05"), 10, "2027-01-01");
  std::ofstream(folder_ / "sao_y.toml", std::ios::app) << "\n" << second;
  EXPECT_NE(complaint().find("the versions of 2020-03-05 and 2027-01-01 overlap"), std::string::npos)
      << complaint();
}

TEST_F(DamagedForms, SaysThatAFormIsNotThere) {
  fs::remove(folder_ / "sao_y.toml");
  const auto catalog = CopyCatalog::load(folder_);
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().code, ErrorCode::missing_model);
}

}  // namespace
}  // namespace sogoc
