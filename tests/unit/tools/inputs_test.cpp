#include "tools/sogoc/inputs.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include <gtest/gtest.h>

#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc {
namespace {

class InputFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = TemporaryFolder::create();
    ASSERT_TRUE(made);
    folder_ = std::move(*made);
  }
  std::string file(const std::string& name, const std::string& content = "II*") {
    const auto path = folder_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
  TemporaryFolder folder_;
};

TEST(NaturalOrder, CountsNumbersAsPeopleDo) {
  EXPECT_TRUE(natural_less("trang 2.tif", "trang 10.tif"));
  EXPECT_FALSE(natural_less("trang 10.tif", "trang 2.tif"));
  EXPECT_TRUE(natural_less("a", "a1"));
  EXPECT_TRUE(natural_less("007", "8"));
  EXPECT_FALSE(natural_less("x", "x"));
  EXPECT_NE(natural_less("01", "1"), natural_less("1", "01"));
}

TEST_F(InputFiles, OfAFolderAreOneDocumentInNaturalOrder) {
  file("book/10.tif");
  file("book/9.tif");
  file("book/.hidden");
  const Inputs inputs = gather_inputs({(folder_.path() / "book").string()}, false, folder_.path());
  ASSERT_EQ(inputs.documents.size(), 1u);
  ASSERT_EQ(inputs.documents[0].files.size(), 2u);
  EXPECT_EQ(inputs.documents[0].files[0].filename(), "9.tif");
}

TEST_F(InputFiles, ThatArePdfsStayDocumentsOfTheirOwn) {
  file("mixed/1.jpg");
  file("mixed/2.pdf", "%PDF-1.4");
  const Inputs inputs = gather_inputs({(folder_.path() / "mixed").string()}, false, folder_.path());
  EXPECT_EQ(inputs.documents.size(), 2u);
}

TEST_F(InputFiles, BoundTogetherKeepTheOrderGiven) {
  const Inputs inputs = gather_inputs({file("b.tif"), file("a.tif")}, true, folder_.path());
  ASSERT_EQ(inputs.documents.size(), 1u);
  EXPECT_EQ(inputs.documents[0].files[0].filename(), "b.tif");
}

TEST_F(InputFiles, ThatAreMissingAreRefusedAndTheOthersGoOn) {
  const Inputs inputs = gather_inputs({file("a.tif"), "/nowhere/b.tif"}, false, folder_.path());
  EXPECT_EQ(inputs.documents.size(), 1u);
  ASSERT_EQ(inputs.refused.size(), 1u);
  EXPECT_EQ(inputs.refused[0].message, "there is no such file; check the name");
}

TEST_F(InputFiles, ThatAreNeitherFileNorFolderAreRefused) {
  const auto pipe = folder_.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const Inputs inputs = gather_inputs({pipe.string()}, false, folder_.path());
  ASSERT_EQ(inputs.refused.size(), 1u);
  EXPECT_EQ(inputs.refused[0].code, ErrorCode::unsupported_input);
}

TEST(ShownName, EscapesBytesThatAreNoUtf8) {
  EXPECT_EQ(shown_name("/x/sổ gốc.tif"), "sổ gốc.tif");
  EXPECT_EQ(shown_name("/x/caf\xe9.tif"), "caf\\xe9.tif");
  EXPECT_EQ(shown_name("/x/a\nb"), "a\\x0ab");
}

}  // namespace
}  // namespace sogoc
