// The end of a document: signer and recipients.

#include "tests/unit/metadata/reading.hpp"
#include "workers/metadata/signer_block.hpp"
#include "workers/metadata/signer_title.hpp"

namespace sogoc::testing {
namespace {

struct SignerCase {
  std::vector<std::string> titles;
  std::string printed_name;
  std::string title;
  std::string name;
};
class Signers : public ::testing::TestWithParam<SignerCase> {};
TEST_P(Signers, AreReadFromTheRightColumn) {
  LetterBuilder letter = decision();
  letter.recipients({"- Như Điều 3;", "- Bộ Tài chính;", "- Lưu: VT."});
  letter.signer(GetParam().titles, GetParam().printed_name);
  expect_fields(read_fields(letter), {{"signerTitle", GetParam().title},
                                      {"signerName", GetParam().name},
                                      {"recipientsFirst", "- Như Điều 3;"}});
}
INSTANTIATE_TEST_SUITE_P(
    Forms, Signers,
    ::testing::Values(
        SignerCase{{"CHỦ TỊCH"}, "Đặng Văn Minh", "CHỦ TỊCH", "Đặng Văn Minh"},
        SignerCase{{"TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"}, "Lê Thị Hà", "TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH", "Lê Thị Hà"},
        SignerCase{{"TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"}, "Võ Minh Tâm",
                   "TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH / PHÓ CHỦ TỊCH", "Võ Minh Tâm"},
        SignerCase{{"KT. BỘ TRƯỞNG", "THỨ TRƯỞNG"}, "Hồ Đức An", "KT. BỘ TRƯỞNG / THỨ TRƯỞNG", "Hồ Đức An"},
        SignerCase{{"TL. BỘ TRƯỞNG", "CHÁNH VĂN PHÒNG"}, "Lý Anh", "TL. BỘ TRƯỞNG / CHÁNH VĂN PHÒNG", "Lý Anh"},
        SignerCase{{"TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG KẾ HOẠCH"}, "Trần Thị Thu Hương",
                   "TUQ. GIÁM ĐỐC / TRƯỞNG PHÒNG KẾ HOẠCH", "Trần Thị Thu Hương"},
        SignerCase{{"Q. GIÁM ĐỐC"}, "Phan Quốc Việt", "Q. GIÁM ĐỐC", "Phan Quốc Việt"},
        SignerCase{{"KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"}, "PGS.TS. Nguyễn Văn Khánh",
                   "KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG", "Nguyễn Văn Khánh"},
        SignerCase{{"CHỈ HUY TRƯỞNG"}, "Đại tá Nguyễn Văn Khánh", "CHỈ HUY TRƯỞNG", "Nguyễn Văn Khánh"},
        SignerCase{{"TỔNG GIÁM ĐỐC"}, "ThS. Bùi Thị Lan", "TỔNG GIÁM ĐỐC", "Bùi Thị Lan"},
        SignerCase{{"KT. GIÁM ĐỐC SỞ TÀI NGUYÊN", "VÀ MÔI TRƯỜNG", "PHÓ GIÁM ĐỐC"}, "Đỗ Văn Sơn",
                   "KT. GIÁM ĐỐC SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG / PHÓ GIÁM ĐỐC", "Đỗ Văn Sơn"},
        SignerCase{{"TM. THƯỜNG TRỰC HỘI ĐỒNG", "NHÂN DÂN", "CHỦ TỊCH"}, "Đỗ Văn Sơn",
                   "TM. THƯỜNG TRỰC HỘI ĐỒNG NHÂN DÂN / CHỦ TỊCH", "Đỗ Văn Sơn"},
        SignerCase{{"TL. CỤC TRƯỞNG", "KT. VỤ TRƯỞNG VỤ CHÍNH", "SÁCH", "PHÓ VỤ TRƯỞNG."}, "Đỗ Văn Sơn",
                   "TL. CỤC TRƯỞNG / KT. VỤ TRƯỞNG VỤ CHÍNH SÁCH / PHÓ VỤ TRƯỞNG", "Đỗ Văn Sơn"},
        SignerCase{{"KT. CHỦTỊCH", "PHÓ CHỦ TỊCH"}, "Đỉnh Xuân Quyên", "KT. CHỦ TỊCH / PHÓ CHỦ TỊCH", "Đinh Xuân Quyên"},
        SignerCase{{"TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG TỔ CHỨC CÁN", "BỘ"}, "Đỗ Văn Sơn",
                   "TUQ. GIÁM ĐỐC / TRƯỞNG PHÒNG TỔ CHỨC CÁN BỘ", "Đỗ Văn Sơn"},
        SignerCase{{"GIÁM ĐỐC"}, "Hô Tuấn Hà", "GIÁM ĐỐC", "Hồ Tuấn Hà"}));

TEST(Signer, MayHaveSignedWithAWord) {
  LetterBuilder letter = decision();
  letter.recipients({"- Như Điều 3;"}).signer({"GIÁM ĐỐC", "(Đã ký)"}, "Trần Văn Bình");
  expect_fields(read_fields(letter), {{"signerTitle", "GIÁM ĐỐC"}, {"signerName", "Trần Văn Bình"}});
}

TEST(Signer, IsFoundWithoutRecipients) {
  LetterBuilder letter = decision();
  letter.signer({"GIÁM ĐỐC"}, "Trần Văn Bình");
  expect_fields(read_fields(letter), {{"signerTitle", "GIÁM ĐỐC"}, {"signerName", "Trần Văn Bình"}, {"recipientsFirst", ""}});
}

TEST(Signer, StandsOnTheLastPageOfALongDocument) {
  LetterBuilder letter = decision();
  letter.new_page().body("Điều 2. Trách nhiệm thi hành", 20);
  letter.new_page().body("Điều 3. Hiệu lực", 6);
  letter.recipients({"- Như Điều 3;"}).signer({"GIÁM ĐỐC"}, "Trần Văn Bình");
  const ReadFields read = read_fields(letter);
  EXPECT_EQ(read.value("signerName"), "Trần Văn Bình");
  EXPECT_EQ(read["signerName"].page, 3);
  EXPECT_EQ(read["recipients"].page, 3);
}

TEST(Signer, IsNotTakenFromTheAnnexAfterTheSignature) {
  LetterBuilder letter = decision();
  letter.recipients({"- Như Điều 3;"}).signer({"GIÁM ĐỐC"}, "Trần Văn Bình");
  letter.new_page().centre("PHỤ LỤC").body().signer({"NGƯỜI LẬP"}, "Lê Thị Mơ");
  expect_fields(read_fields(letter), {{"signerTitle", "GIÁM ĐỐC"}, {"signerName", "Trần Văn Bình"}});
}

TEST(Signer, WithAHalfReadNameIsNotClaimed) {
  LetterBuilder letter = decision();
  letter.recipients({"- Như Điều 3;"}).signer({"GIÁM ĐỐC"}, "n Hoàng Giang");
  const ReadFields read = read_fields(letter);
  EXPECT_EQ(read.value("signerName"), "");
  EXPECT_EQ(read.state("signerName"), ValueState::illegible);
  EXPECT_FALSE(read["signerName"].box.empty());
}

TEST(Signer, WhoseTitleIsPartlyHiddenIsNotClaimed) {
  for (const std::vector<std::string>& titles :
       {std::vector<std::string>{"TƯỚNG"}, {"TL. CỤC TRƯỞNG", "KT. TRƯỞNG BAN CHÍNH SÁCH"}}) {
    LetterBuilder letter = decision();
    letter.recipients({"- Như Điều 3;"}).signer(titles, "Trần Văn Bình");
    const ReadFields read = read_fields(letter);
    EXPECT_EQ(read.value("signerTitle"), "");
    EXPECT_EQ(read.state("signerTitle"), ValueState::illegible);
    EXPECT_FALSE(read["signerTitle"].box.empty());
    EXPECT_EQ(read.value("signerName"), "Trần Văn Bình");
  }
}

TEST(Signer, WhoseNameLostItsBeginningUnderASealIsNotClaimed) {
  LetterBuilder letter = decision();
  letter.recipients({"- Như Điều 3;"}).signer({"GIÁM ĐỐC"}, "{260} Tuyết Mai");
  const ReadFields read = read_fields(letter);
  EXPECT_EQ(read.value("signerName"), "");
  EXPECT_EQ(read.state("signerName"), ValueState::illegible);
}

TEST(Signer, OfMinutesWithTwoColumnsIsGivenWithADoubt) {
  LetterBuilder letter = decision();
  letter.gap().place("THƯ KÝ", 560, 2000);
  letter.place("Lê Thị Hoa", 540, 2500);
  letter.place("CHỦ TỌA", 1760, 2000).place("Trần Văn Bình", 1690, 2500);
  const ReadFields read = read_fields(letter);
  EXPECT_EQ(read.value("signerTitle"), "CHỦ TỌA");
  EXPECT_EQ(read.value("signerName"), "Trần Văn Bình");
  EXPECT_FALSE(read.doubts.empty());
}

TEST(Recipients, MayRunOverSeveralLines) {
  LetterBuilder letter = decision();
  letter.recipients({"- Các Công ty: CP Môi trường đô thị;", "- VPCP: BTCN, các PCN,", "  Trợ lý, Thư ký của TTg;", "- Lưu: VT."});
  letter.signer({"GIÁM ĐỐC"}, "Trần Văn Bình");
  EXPECT_EQ(read_fields(letter).value("recipients"),
            "- Các Công ty: CP Môi trường đô thị;\n- VPCP: BTCN, các PCN, Trợ lý, Thư ký của TTg;\n- Lưu: VT.");
}

TEST(Recipients, AreFoundThoughTheirLabelIsLost) {
  LetterBuilder letter = decision();
  letter.recipients({"- Như trên;", "- PCTr. Đặng Ngọc Mai (để b/c);", "- Lưu: VT, CS (6b)."});
  letter.signer({"GIÁM ĐỐC"}, "Trần Văn Bình");
  std::vector<PageRecord> pages = letter.pages();
  std::erase_if(pages.front().parts.front().text.regions, [](const Region& region) {
    return text_of(region.lines.front()) == "Nơi nhận:";
  });
  expect_fields(read_fields(pages), {{"recipientsFirst", "- Như trên;"}, {"signerTitle", "GIÁM ĐỐC"}});
}

// ---- words under a seal ---------------------------------------------------------------------

class HiddenTitles : public ::testing::Test {
 protected:
  static const metadata::RuleWords& words() {
    static const Result<RuleCatalog> catalog = RuleCatalog::load(std::string(SOGOC_SOURCE_DIR) + "/models/rules");
    static const metadata::RuleWords words(catalog.value().in_force("2026-11-22"));
    return words;
  }
  static std::vector<std::string> completed(std::vector<std::string> lines, const char* organ = "") {
    metadata::complete_deputy(lines, words(), organ);
    return lines;
  }
  static std::vector<std::string> mended(std::vector<std::string> lines, const char* organ) {
    metadata::mend_titles(lines, words(), organ);
    return lines;
  }
  static bool lacks(const std::vector<std::string>& lines) { return metadata::lacks_a_line(lines, words()); }
  using Lines = std::vector<std::string>;
};

TEST_F(HiddenTitles, OfADeputyFollowFromTheForm) {
  EXPECT_EQ(completed({"KT. TRƯỞNG BAN", "PIIÓ TRƯỞNG BAN"}), (Lines{"KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"}));
  EXPECT_EQ(completed({"KÌT, THỦ TƯỚNG", "PH THỦ TƯỚNG"}), (Lines{"KT. THỦ TƯỚNG", "PHÓ THỦ TƯỚNG"}));
  EXPECT_EQ(completed({"KT. TRƯỞNG BAN BAN CHÍNH SÁCH", "ƯỚNG BAN"}), (Lines{"KT. TRƯỞNG BAN BAN CHÍNH SÁCH", "PHÓ TRƯỞNG BAN"}));
  EXPECT_EQ(completed({"KT. GIÁM ĐỐC", "GIÁM ĐỐC"}), (Lines{"KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"}));
  EXPECT_EQ(completed({"TƯỚNG", "Ủ TƯỚNG"}, "THỦ TƯỚNG CHÍNH PHỦ"), (Lines{"KT. THỦ TƯỚNG", "PHÓ THỦ TƯỚNG"}));
}

TEST_F(HiddenTitles, AreTheEndOfTheTitleOfTheBodysHead) {
  EXPECT_EQ(mended({"TRƯỞNG"}, "TRƯỜNG THPT LÊ LỢI"), Lines{"HIỆU TRƯỞNG"});
  EXPECT_EQ(mended({"CỤC TRƯỞNG"}, "CHI CỤC KIỂM LÂM"), Lines{"CHI CỤC TRƯỞNG"});
  EXPECT_EQ(mended({"TM. ỦY BAN NHÂN DÂN", "TỊCH"}, "ỦY BAN NHÂN DÂN XÃ A"),
            (Lines{"TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"}));
  EXPECT_EQ(mended({"CỤC TRƯỞNG"}, "CỤC THUẾ"), Lines{"CỤC TRƯỞNG"});
  EXPECT_EQ(mended({"KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"}, "ỦY BAN NHÂN DÂN XÃ A"),
            (Lines{"KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"}));
  EXPECT_EQ(mended({"KT. HỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"}, ""), (Lines{"KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"}));
}

TEST_F(HiddenTitles, OfWhoSignsForAnotherAreNoWholeTitle) {
  EXPECT_TRUE(lacks({"TL. BỘ TRƯỞNG"}));
  EXPECT_TRUE(lacks({"TM. CHÍNH PHỦ"}));
  EXPECT_TRUE(lacks({"TUQ. GIÁM ĐỐC PHÒNG TỔ CHỨC"}));
  EXPECT_FALSE(lacks({"TM. CHÍNH PHỦ", "THỦ TƯỚNG"}));
  EXPECT_FALSE(lacks({"Q. GIÁM ĐỐC"}));
}

TEST_F(HiddenTitles, AreNoRestOfTheLineAbove) {
  EXPECT_FALSE(metadata::continues_title("Ủ TƯỚNG", {"TƯỚNG"}, words()));
  EXPECT_FALSE(metadata::continues_title("N PHÒNG", {"TL. CHI CỤC TRƯỞNG"}, words()));
  EXPECT_TRUE(metadata::continues_title("NHÂN DÂN", {"TM. THƯỜNG TRỰC HỘI ĐỒNG"}, words()));
  EXPECT_TRUE(lacks({"TL. CHI CỤC TRƯỞNG", "N PHÒNG"}));
}

TEST_F(HiddenTitles, AreKnownToTheLetterOrNot) {
  EXPECT_TRUE(metadata::is_known_title("KT. THỦ TƯỚNG", words()));
  EXPECT_TRUE(metadata::is_known_title("PHÓ THỦ TƯỚNG", words()));
  EXPECT_FALSE(metadata::is_known_title("oAN NÓ BÍ THƯ", words()));
}

TEST_F(HiddenTitles, AreLeftAloneWhereNothingIsHidden) {
  for (const Lines& lines :
       {Lines{"KT. BỘ TRƯỞNG", "THỨ TRƯỞNG"}, Lines{"TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"}, Lines{"GIÁM ĐỐC"},
        Lines{"KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"}, Lines{"TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG TỔ CHỨC"},
        Lines{"TL. CỤC TRƯỞNG", "KT. TRƯỞNG BAN BAN CHÍNH SÁCH, THUẾ QUỐC TẾ", "PHÓ TRƯỞNG BAN"},
        Lines{"TUQ. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"}, Lines{"TƯỚNG", "TƯỚNG"}, Lines{"TRƯỞNG", "TRƯỞNG"},
        Lines{"KT. BỘ TRƯỞNG", "THƯ TRƯỚNG"}, Lines{"CỤC TRƯỞNG", "CỤC THUẾ"}, Lines{"GIÁM ĐỐC", "ÁM ĐỐC"}})
    EXPECT_EQ(completed(lines), lines);
}

}  // namespace
}  // namespace sogoc::testing
