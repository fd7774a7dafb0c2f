// Covers part a stack into dossiers, books and documents; a second pass finds its fronts.

#include <gtest/gtest.h>

#include "pipeline/capture/assemble.hpp"
#include "pipeline/capture/cover.hpp"

namespace sogoc {
namespace {

std::string dossier(const std::string& code, std::optional<std::int64_t> sheets = {}) {
  return cover_text({CoverKind::dossier, code, sheets}).value();
}

TEST(Covers, SayTheSameWhenTheyAreReadAgain) {
  for (const Cover& cover : {Cover{CoverKind::dossier, "H49.64.33.2001.160", 42}, Cover{CoverKind::book, "KS.2005.01", {}}, Cover{}}) {
    const auto text = cover_text(cover);
    ASSERT_TRUE(text);
    EXPECT_EQ(cover_in(*text), cover);
  }
  EXPECT_EQ(cover_in(kPatchT), Cover{});
}

TEST(Covers, AreNoOtherSymbolThatAPageMayBear) {
  std::string changed = dossier("H1.2", 7);
  changed[10] ^= 1;
  for (const std::string& text : {std::string("https://example.vn/tra-cuu?id=1"), std::string("SOGOC1;D;H1.2;7;00000000"), changed, std::string(""), std::string(";;;;")})
    EXPECT_FALSE(cover_in(text)) << text;
  EXPECT_FALSE(cover_text({CoverKind::dossier, "", {}}));
  EXPECT_FALSE(cover_text({CoverKind::dossier, "a;b", {}}));
}

TEST(Stacks, AreSplitAtCoversWhoseBlankBacksGo) {
  const Assembly assembly = assemble({{1, 1, 0, 0, false, dossier("A", 2)}, {2, 1, 0, 1, true, ""},
                                      {3, 2, 0, 0, false, ""}, {4, 2, 0, 1, false, ""},
                                      {5, 3, 0, 0, true, ""}, {6, 3, 0, 1, false, std::string(kPatchT)},
                                      {7, 4, 0, 0, false, ""}, {8, 4, 0, 1, true, ""},
                                      {9, 5, 0, 0, false, dossier("B")}, {10, 5, 0, 1, true, ""},
                                      {11, 6, 0, 0, false, ""}, {12, 6, 0, 1, true, ""}}, {});
  EXPECT_TRUE(assembly.problems.empty());
  EXPECT_TRUE(assembly.differences.empty());
  ASSERT_EQ(assembly.parts.size(), 2u);
  EXPECT_EQ(assembly.parts[0].target.dossier, "A");
  EXPECT_EQ(assembly.parts[0].sheets, 2);
  ASSERT_EQ(assembly.parts[0].documents.size(), 2u);
  EXPECT_EQ(assembly.parts[0].documents[0].images, (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(assembly.parts[0].documents[1].images, (std::vector<std::int64_t>{7, 8})) << "a blank back of a page stays";
  EXPECT_EQ(assembly.parts[1].documents[0].images, (std::vector<std::int64_t>{11, 12}));
  EXPECT_EQ(assembly.covers, (std::vector<std::int64_t>{1, 2, 5, 6, 9, 10}));
}

TEST(Stacks, NameWhatIsMissingByTheCoversCount) {
  const Assembly assembly = assemble({{1, 1, 0, 0, false, dossier("A", 3)}, {2, 2, 0, 0, false, ""}}, {});
  ASSERT_EQ(assembly.differences.size(), 1u);
  EXPECT_NE(assembly.differences[0].find("3 sheets by its cover, but 1"), std::string::npos);
}

TEST(Stacks, WithPagesBeforeTheFirstCoverNeedATarget) {
  const std::vector<PlacedImage> images = {{1, 1, 0, 0, false, ""}, {2, 2, 0, 0, false, dossier("A")}, {3, 3, 0, 0, false, ""}};
  EXPECT_EQ(assemble(images, {}).problems.size(), 1u);
  const Assembly given = assemble(images, {"", "Z"});
  EXPECT_TRUE(given.problems.empty());
  ASSERT_EQ(given.parts.size(), 2u);
  EXPECT_EQ(given.parts[0].target.dossier, "Z");
}

TEST(Stacks, NeverDropWritingOnTheBackOfACover) {
  const Assembly assembly = assemble({{1, 1, 0, 0, false, dossier("A")}, {2, 1, 0, 1, false, ""}, {3, 2, 0, 0, false, ""}}, {});
  EXPECT_EQ(assembly.problems.size(), 1u);
  EXPECT_EQ(assembly.parts[0].documents[0].images, (std::vector<std::int64_t>{2, 3}));
}

TEST(Stacks, KeepInsertedSheetsBehindTheirNeighbour) {
  const Assembly assembly = assemble({{3, 2, 0, 0, false, ""}, {2, 1, 1, 0, false, ""}, {1, 1, 0, 0, false, ""}, {9, 0, 1, 0, false, ""}}, {"K", ""});
  EXPECT_EQ(assembly.parts[0].documents[0].images, (std::vector<std::int64_t>{9, 1, 2, 3}));
}

TEST(SecondPass, OfAStackTurnedOverBeginsWithTheLastSheet) {
  EXPECT_EQ(front_of_back(5, 1), 5);
  EXPECT_EQ(front_of_back(5, 5), 1);
}

}  // namespace
}  // namespace sogoc
