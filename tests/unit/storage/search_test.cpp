#include <algorithm>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

// A small archive that every test of the search looks at.
class SearchTest : public ArchiveTest {
 protected:
  SearchTest() {
    EXPECT_DONE(catalogue().add_dossier({"D.1", "Hồ sơ", "", 3, ""}, "tester"));
    a_ = add_document("chi-thi.pdf",
                      {"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
                       "Ông Nguyễn Văn A, thường trú tại thôn Hoà Bình.\nSố tiền: 1.250.000 đồng"},
                      {read_field("typeName", "Chỉ thị"), read_field("typeCode", "03"),
                       read_field("codeNumber", "16"), read_field("codeNotation", "CT-UBND"),
                       read_field("issuedDate", "2021-12-27"),
                       read_field("organName", "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"),
                       read_field("subject", "Về việc đón Tết Nguyên đán")},
                      "D.1");
    b_ = add_document("cong-van.pdf", {"Nguyen Van A la ten viet khong dau. Hoa binh."},
                      {read_field("typeName", "Công văn"), read_field("typeCode", "22"),
                       read_field("codeNumber", "2191"), read_field("codeNotation", "CT-CS"),
                       read_field("issuedDate", "2026-04-08"), read_field("organName", "CỤC THUẾ"),
                       read_field("parentOrgan", "BỘ TÀI CHÍNH"),
                       read_field("subject", "V/v chính sách thuế TNDN")});
    // decomposed, as some PDFs carry it
    c_ = add_document("nfd.pdf", {"Ba\u0300 Tra\u0302\u0300n Thi\u0323 Hu\u031Bo\u031B\u0300ng, "
                                  "đường Hùng Vương. Văn bản của A gửi Nguyễn."});
  }

  std::vector<SearchHit> hits(const std::string& text) {
    return value_of(catalogue().search({.text = text})).hits;
  }

  DocumentId a_ = 0, b_ = 0, c_ = 0;
};

struct SearchCase {
  const char* typed;
  const char*
      found;  // "a2! b1": document a page 2 with its marks, document b page 1 without; 0 = metadata
};

constexpr SearchCase kSearchCases[] = {
    // names, with and without marks
    {"nguyễn văn a", "a2! c1! b1"},
    {"nguyen van a", "b1! a2 c1"},
    {"NGUYỄN VĂN A", "a2! c1! b1"},
    {"\"nguyễn văn a\"", "a2! b1"},
    {"\"nguyen van a\"", "b1! a2"},
    {"\"Nguyễn van A\"", "a2 b1"},
    {"nguyễn van a", "a2 c1 b1"},
    // tone placement
    {"hòa bình", "a2! b1"},
    {"hoà bình", "a2! b1"},
    {"hóa bình", "a2 b1"},
    {"cộng hoà", "a1!"},
    {"\"cộng hòa xã hội\"", "a1!"},
    {"cong hoa xa hoi", "a1"},
    {"\"hội xã\"", ""},
    // đ and d
    {"đường", "c1!"},
    {"duong", "c1"},
    {"dường", "c1"},
    {"độc lập", "a1!"},
    {"doc lap", "a1"},
    {"đoc lap", "a1"},
    // decomposed text and decomposed queries
    {"trần thị hường", "c1!"},
    {"tran thi huong", "c1"},
    {"Tra\u0302\u0300n", "c1!"},
    {"Nguye\u0302\u0303n Va\u0306n", "a2! c1! b1"},
    // numbers and notations
    {"2191", "b0!"},
    {"16/CT-UBND", "a0!"},
    {"16 / ct-ubnd", "a0!"},
    {"22", ""},
    {"CT-UBND", "a0!"},
    {"ct-ubnd", "a0!"},
    {"UBND CT", "a0!"},
    {"\"UBND CT\"", ""},
    {"1.250.000", "a2!"},
    {"1250000", ""},
    {"2021-12-27", "a0!"},
    // metadata
    {"tết nguyên đán", "a0!"},
    {"tet nguyen dan", "a0"},
    {"quảng ngãi", "a0!"},
    {"chính sách thuế", "b0!"},
    {"bộ tài chính", "b0!"},
    {"Công văn", "b0!"},
    // words that are not there
    {"xyzzy", ""},
    {"nguyễn xyzzy", ""},
    // a word that has only been begun
    {"ngu*", "a0! a2! b1! c1!"},
    {"nguyễn vă*", "a2! c1! b1"},
    {"\"chính sách th*", "b0!"},
    {"xyz*", ""},
    // what people type by accident
    {"\"", ""},
    {"nguyễn AND văn OR a", ""},
    {"NOT nguyễn", ""},
    {"body:nguyễn", ""},
    {"(nguyễn", "a2! c1! a0 b1"},
    {"^nguyễn", "a2! c1! a0 b1"},
    {"'; DROP TABLE pages; --", ""},
    {"nguyễn\" văn", "a2! c1! b1"},
    {"{nguyễn}", "a2! c1! a0 b1"},
    {"+nguyễn -văn", "a2! c1! b1"},
};

TEST_F(SearchTest, FindsWhatPeopleType) {
  for (const SearchCase& c : kSearchCases) {
    std::vector<std::string> exact, loose;
    for (const SearchHit& hit : hits(c.typed)) {
      std::string name = hit.document == a_ ? "a" : hit.document == b_ ? "b" : "c";
      name += std::to_string(hit.page_of_document);
      if (hit.exact) {
        EXPECT_TRUE(loose.empty()) << c.typed << ": exact after loose";
        exact.push_back(name + "!");
      } else {
        loose.push_back(name);
      }
    }
    std::sort(exact.begin(), exact.end());
    std::vector<std::string> wanted_exact, wanted_loose;
    std::istringstream words(c.found);
    for (std::string word; words >> word;)
      (word.back() == '!' ? wanted_exact : wanted_loose).push_back(word);
    std::sort(wanted_exact.begin(), wanted_exact.end());
    std::sort(wanted_loose.begin(), wanted_loose.end());
    std::sort(loose.begin(), loose.end());
    EXPECT_EQ(exact, wanted_exact) << c.typed;
    EXPECT_EQ(loose, wanted_loose) << c.typed;
  }
}

TEST_F(SearchTest, PutsWordsOfTheRightMarksBeforeOthers) {
  const auto found = hits("nguyễn van a");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found.back().document, b_);  // b has no mark on Nguyen, a and c have
}

TEST_F(SearchTest, ShowsTheTextAsWrittenWithTheWordsMarked) {
  const auto found = hits("\"nguyen van\"");
  const auto hit = std::find_if(found.begin(), found.end(),
                                [&](const SearchHit& h) { return h.document == a_; });
  ASSERT_NE(hit, found.end());
  EXPECT_NE(hit->snippet.find("Ông \x02Nguyễn Văn\x03 A"), std::string::npos) << hit->snippet;
  EXPECT_EQ(hit->snippet.find('\n'), std::string::npos);
  EXPECT_EQ(hit->identifier, "D.1.1");
  EXPECT_EQ(hit->type_name, "Chỉ thị");
  EXPECT_EQ(hit->issued_date, "2021-12-27");
}

TEST_F(SearchTest, FiltersByTypeDateBodyAndDossier) {
  const auto total = [&](SearchQuery query) { return value_of(catalogue().search(query)).total; };
  EXPECT_EQ(total({.text = "nguyen van"}), 3);
  EXPECT_EQ(total({.text = "nguyen van", .type = "cong van"}), 1);
  EXPECT_EQ(total({.text = "nguyen van", .type = "Công văn"}), 1);
  EXPECT_EQ(total({.text = "nguyen van", .type = "03"}), 1);
  EXPECT_EQ(total({.text = "nguyen van", .type = "công"}), 0);
  EXPECT_EQ(total({.text = "nguyen van", .from = "2021-12-27", .to = "2021-12-27"}), 1);
  EXPECT_EQ(total({.text = "nguyen van", .from = "2021-12-28"}), 1);
  EXPECT_EQ(total({.text = "nguyen van", .to = "2020-01-01"}), 0);
  EXPECT_EQ(total({.text = "nguyen van", .body = "quang ngai"}), 1);
  EXPECT_EQ(total({.text = "nguyen van", .body = "Bộ Tài chính"}), 1);
  EXPECT_EQ(total({.text = "nguyen van", .body = "quang ng"}), 0);
  EXPECT_EQ(total({.text = "nguyen van", .dossier = "D.1"}), 1);
  EXPECT_EQ(total({.text = "nguyen van", .dossier = "D.2"}), 0);
  EXPECT_EQ(catalogue().search({.text = "a", .from = "27/12/2021"}).error().code, ErrorCode::usage);
}

TEST_F(SearchTest, WithoutWordsListsWhatPassesTheFilters) {
  const auto all = value_of(catalogue().search({}));
  EXPECT_EQ(all.total, 3);
  EXPECT_EQ(all.hits.front().document, b_);  // the newest
  const auto some = value_of(catalogue().search({.type = "chi thi"}));
  ASSERT_EQ(some.hits.size(), 1U);
  EXPECT_EQ(some.hits[0].snippet, "Về việc đón Tết Nguyên đán");
}

TEST_F(SearchTest, GivesAnswersPageByPage) {
  const auto first = value_of(catalogue().search({.text = "nguyen van", .limit = 2}));
  const auto rest = value_of(catalogue().search({.text = "nguyen van", .limit = 2, .offset = 2}));
  EXPECT_EQ(first.total, 3);
  EXPECT_EQ(rest.total, 3);
  ASSERT_EQ(first.hits.size(), 2U);
  ASSERT_EQ(rest.hits.size(), 1U);
  EXPECT_NE(first.hits[0].document, rest.hits[0].document);
  EXPECT_NE(first.hits[1].document, rest.hits[0].document);
  EXPECT_TRUE(value_of(catalogue().search({.text = "nguyen van", .offset = 99})).hits.empty());
}

TEST_F(SearchTest, FindsWhatAPersonConfirmed) {
  EXPECT_TRUE(hits("quyết định khen thưởng").empty());
  EXPECT_DONE(catalogue().confirm_field(c_, "subject", "Quyết định khen thưởng", "văn thư"));
  EXPECT_EQ(hits("quyet dinh khen thuong").size(), 1U);
  EXPECT_DONE(catalogue().confirm_field(b_, "subject", "", "văn thư"));
  EXPECT_TRUE(hits("\"chính sách thuế\"").empty());
  EXPECT_DONE(catalogue().confirm_field(c_, "issuedDate", "1999-01-02", "văn thư"));
  EXPECT_EQ(value_of(catalogue().search({.to = "2000-01-01"})).total, 1);
}

TEST_F(SearchTest, HidesARestrictedDocument) {
  EXPECT_EQ(hits("hùng vương").size(), 1U);
  const PageId page = value_of(catalogue().pages({.document = c_})).front().id;
  EXPECT_DONE(catalogue().restrict_page(page, "lãnh đạo", "MẬT"));
  EXPECT_TRUE(hits("hùng vương").empty());
  EXPECT_EQ(value_of(catalogue().search({})).total, 2);
}

TEST_F(SearchTest, AnswersAnyTextWithoutAFault) {
  std::mt19937 random(7);
  const std::string pieces[] = {"\"",
                                "'",
                                "*",
                                "^",
                                "AND",
                                "OR",
                                "NOT",
                                "NEAR(",
                                ")",
                                "(",
                                "{",
                                "}",
                                ":",
                                "-",
                                "+",
                                "a",
                                "ễ",
                                "\xFF",
                                std::string(1, '\0'),
                                " ",
                                "\x02",
                                "body",
                                "=",
                                "\\",
                                "%",
                                "_",
                                "\u0301",
                                "\xF0\x9F",
                                ";",
                                "--",
                                "/*",
                                "Nguyễn",
                                "“",
                                "”",
                                "\n",
                                "0x",
                                "search",
                                "\xE2\x80"};
  for (int i = 0; i < 500; ++i) {
    std::string typed;
    for (auto n = random() % 12; n > 0; --n) typed += pieces[random() % std::size(pieces)];
    const auto answer = catalogue().search({.text = typed, .limit = 3});
    EXPECT_TRUE(answer) << typed << ": " << to_string(answer.error());
  }
}

}  // namespace
}  // namespace sogoc
