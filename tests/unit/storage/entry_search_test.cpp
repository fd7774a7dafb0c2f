#include <gtest/gtest.h>

#include "pipeline/records/entry_keys.hpp"
#include "storage/register_books.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

class EntrySearchTest : public ArchiveTest {
 protected:
  void SetUp() override {
    ArchiveTest::SetUp();
    EXPECT_DONE(books().add({.code = "KS.2005.01", .kind = "KS", .number = "01/2005", .year_from = 2005, .year_to = 2005, .body = "UBND xã A"}, "tester"));
    EXPECT_DONE(books().add({.code = "KH.2005.01", .kind = "KH", .number = "01/2005", .year_from = 2005, .year_to = 2005, .body = "UBND xã B"}, "tester"));
    an_ = add("KS.2005.01", {{"so", "012/2005"}, {"nksHoTen", "Nguyễn Văn Ẩn"}, {"nksNgaySinh", "5/9/2005"}, {"nksNoiSinh", "Trạm y tế xã Hòa Bình"}});
    an2_ = add("KS.2005.01", {{"so", "13/2005"}, {"nksHoTen", "Nguyễn Văn An"}, {"nksNgaySinh", "15/09/2005"}, {"nksNoiSinh", "Bệnh viện tỉnh"}});
    hoa_ = add("KH.2005.01", {{"so", "12"}, {"chongHoTen", "Trần Hoà"}, {"voHoTen", "Lê Thị Ẩn"}, {"ghiChu", "Nguyễn Văn Bình làm chứng"}});
  }
  RegisterBooks& books() { return archive_->books(); }
  EntryId add(const std::string& book, const std::vector<std::pair<std::string, std::string>>& values) {
    std::vector<std::pair<std::string, EntryValue>> given;
    for (const auto& [key, text] : values) given.emplace_back(key, EntryValue{EntryValueState::written, text});
    return value_of(books().add_entry(book, "", 0, given, "hoa", "set"));
  }
  std::vector<EntryId> found(const EntrySearch& search) {
    std::vector<EntryId> ids;
    for (const EntryHit& hit : value_of(books().search_entries(search)).hits) ids.push_back(hit.entry.row.id);
    return ids;
  }
  EntryId an_ = 0, an2_ = 0, hoa_ = 0;
};

using Ids = std::vector<EntryId>;

TEST_F(EntrySearchTest, FindsWhileOneTypesWithAndWithoutMarks) {
  EXPECT_EQ(found({.text = "nguyen van a", .kind = "KS"}).size(), 2U);
  EXPECT_EQ(found({.person = "nguyễn văn ẩ"}).size(), 2U);
  EXPECT_EQ(found({.text = "a"}), Ids{});  // a single letter alone begins too much
  EXPECT_EQ(found({.person = "Nguyễn Văn An"}), (Ids{an2_, an_}));  // exactly that name first
  EXPECT_EQ(found({.person = "hòa"}), (Ids{hoa_}));
  EXPECT_EQ(found({.text = "tran hoa"}), (Ids{hoa_}));
}

TEST_F(EntrySearchTest, EachFieldOfTheQuestionLooksInItsOwnFields) {
  EXPECT_EQ(found({.person = "binh"}), Ids{});  // a witness in a remark, and a place
  EXPECT_EQ(found({.place = "hoa binh"}), (Ids{an_}));
  EXPECT_EQ(found({.text = "\"hoa binh\""}), (Ids{an_}));
  EXPECT_EQ(found({.number = "12", .kind = "KH"}), (Ids{hoa_}));
  EXPECT_EQ(found({.number = "12/2005"}), (Ids{an_}));
  EXPECT_EQ(found({.text = "nguyen", .number = "13"}), (Ids{an2_}));
}

TEST_F(EntrySearchTest, ADateIsFoundHoweverItIsSpelled) {
  for (const char* typed : {"5/9/2005", "05/09/2005", "5.09.2005", "2005-09-05", "05-9-2005"}) EXPECT_EQ(found({.date = typed}), (Ids{an_})) << typed;
  EXPECT_EQ(found({.date = "15/9/2005"}), (Ids{an2_}));
  EXPECT_EQ(found({.text = "an 5/9/2005"}), (Ids{an_}));
}

TEST_F(EntrySearchTest, AScopeHidesOtherBodies) {
  const Scope a{.bodies = {"UBND xã A"}}, b{.books = {"KH.2005.01"}};
  EXPECT_EQ(found({.text = "an", .scope = a}).size(), 2U);
  EXPECT_EQ(found({.text = "ẩn", .scope = b}), (Ids{hoa_}));
  EXPECT_EQ(value_of(books().search_entries({.text = "ẩn", .scope = Scope{}})).total, 0);
}

TEST_F(EntrySearchTest, ACorrectedValueIsFoundAndTheOldOneIsNot) {
  EXPECT_DONE(books().decide(an_, {{"nksHoTen", {EntryValueState::written, "Phạm Sửa"}}}, "minh", "set"));
  EXPECT_EQ(found({.person = "pham sua"}), (Ids{an_}));
  EXPECT_EQ(found({.number = "12", .person = "nguyễn"}), Ids{});
}

TEST_F(EntrySearchTest, AskingForNothingIsToldAndAnyTextIsAsked) {
  EXPECT_EQ(books().search_entries({}).error().code, ErrorCode::usage);
  EXPECT_EQ(books().search_entries({.text = " \"*^ () - "}).error().code, ErrorCode::usage);
  for (const char* typed : {"\"a", "a*b", "person : x", "NEAR(a b)", "a OR b", "=x", "\xff\xfe a", "{a}", "-a"}) EXPECT_TRUE(books().search_entries({.text = typed})) << typed;
}

}  // namespace
}  // namespace sogoc
