// Type and subject.

#include "tests/unit/metadata/reading.hpp"
#include "workers/metadata/own_words.hpp"

namespace sogoc::testing {
namespace {

LetterBuilder head(const std::string& notation = "QĐ-UBND") {
  LetterBuilder letter;
  letter.left("ỦY BAN NHÂN DÂN").left("TỈNH HẢI AN").left("Số: 125/" + notation);
  letter.motto().right("Hải An, ngày 05 tháng 3 năm 2024").gap();
  return letter;
}

struct TypeCase {
  const char* printed;
  const char* name;
  const char* code;
};
class PrintedTypes : public ::testing::TestWithParam<TypeCase> {};
TEST_P(PrintedTypes, HaveTheirNameAndCode) {
  LetterBuilder letter = head("ABC-UBND");
  letter.centre(GetParam().printed).centre("Về việc chăm sóc cây xanh").body();
  expect_fields(read_fields(letter), {{"typeName", GetParam().name},
                                      {"typeCode", GetParam().code},
                                      {"subject", "Về việc chăm sóc cây xanh"}});
}
INSTANTIATE_TEST_SUITE_P(
    Names, PrintedTypes,
    ::testing::Values(TypeCase{"NGHỊ QUYẾT", "Nghị quyết", "01"}, TypeCase{"QUYẾT ĐỊNH", "Quyết định", "02"},
                      TypeCase{"CHỈ THỊ", "Chỉ thị", "03"}, TypeCase{"THÔNG BÁO", "Thông báo", "07"},
                      TypeCase{"THÔNG CÁO", "Thông cáo", "06"}, TypeCase{"HƯỚNG DẪN", "Hướng dẫn", "08"},
                      TypeCase{"CHƯƠNG TRÌNH", "Chương trình", "09"}, TypeCase{"KẾ HOẠCH", "Kế hoạch", "10"},
                      TypeCase{"PHƯƠNG ÁN", "Phương án", "11"}, TypeCase{"ĐỀ ÁN", "Đề án", "12"},
                      TypeCase{"DỰ ÁN", "Dự án", "13"}, TypeCase{"BÁO CÁO", "Báo cáo", "14"},
                      TypeCase{"TỜ TRÌNH", "Tờ trình", "15"}, TypeCase{"GIẤY ỦY QUYỀN", "Giấy ủy quyền", "16"},
                      TypeCase{"CÔNG ĐIỆN", "Công điện", "23"}, TypeCase{"GIẤY MỜI", "Giấy mời", "26"},
                      TypeCase{"GIẤY MỜI HỌP", "Giấy mời", "26"}, TypeCase{"NGHỊ ĐỊNH", "Nghị định", "32"},
                      TypeCase{"THÔNG TƯ", "Thông tư", "32"}, TypeCase{"KẾT LUẬN", "Kết luận", "32"},
                      // one wrong letter, or lost tone marks
                      TypeCase{"QUYÉT ĐỊNH", "Quyết định", "02"}, TypeCase{"TỜ TRINH", "Tờ trình", "15"},
                      TypeCase{"KẾ H0ẠCH", "Kế hoạch", "10"}));

TEST(PrintedType, IsTakenFromALineThatGoesOn) {
  LetterBuilder letter = head("BC-UBND");
  letter.centre("BÁO CÁO KẾT QUẢ CÔNG TÁC NĂM 2023").body("Thực hiện chương trình công tác");
  expect_fields(read_fields(letter),
                {{"typeName", "Báo cáo"}, {"subject", "KẾT QUẢ CÔNG TÁC NĂM 2023"}});
}

TEST(PrintedType, IsNotTheAuthorityBehindIt) {
  LetterBuilder letter = head();
  letter.centre("QUYẾT ĐỊNH CỦA CHỦ TỊCH").centre("ỦY BAN NHÂN DÂN TỈNH HẢI AN");
  letter.centre("Về việc khen thưởng tập thể").body();
  expect_fields(read_fields(letter),
                {{"typeName", "Quyết định"}, {"subject", "Về việc khen thưởng tập thể"}});
}

TEST(PrintedType, ThatIsUnknownIsNotGuessed) {
  LetterBuilder letter = head();
  letter.centre("PHIẾU XIN Ý KIẾN GÓP Ý").centre("Về dự thảo báo cáo");
  letter.centre("Kính gửi: Sở Nội vụ.").body();
  const ReadFields read = read_fields(letter);
  EXPECT_EQ(read.value("typeName"), "");
  EXPECT_EQ(read.value("typeCode"), "");
}

TEST(PrintedType, MayDisagreeWithTheNotationAndSaysSo) {
  LetterBuilder letter = head("KH-UBND");
  letter.centre("QUYẾT ĐỊNH").centre("Về việc khen thưởng").body();
  const ReadFields read = read_fields(letter);
  EXPECT_EQ(read.value("typeName"), "Quyết định");
  EXPECT_NE(std::find_if(read.doubts.begin(), read.doubts.end(),
                         [](const std::string& d) { return d.find("notation") != std::string::npos; }),
            read.doubts.end());
}

TEST(Subject, RunsOverFiveLines) {
  LetterBuilder letter = head("TTr-UBND");
  letter.centre("TỜ TRÌNH").centre("Về việc đề nghị ban hành Nghị quyết quy định chính sách");
  letter.centre("hỗ trợ đào tạo nghề cho lao động nông thôn, đồng bào");
  letter.centre("dân tộc thiểu số và người có thu nhập thấp trên địa bàn");
  letter.centre("các huyện miền núi của tỉnh Hải An giai đoạn").centre("2024 - 2030").gap();
  letter.centre("Kính gửi: Hội đồng nhân dân tỉnh.").body();
  EXPECT_EQ(read_fields(letter).value("subject"),
            "Về việc đề nghị ban hành Nghị quyết quy định chính sách hỗ trợ đào tạo nghề cho lao động "
            "nông thôn, đồng bào dân tộc thiểu số và người có thu nhập thấp trên địa bàn các huyện miền "
            "núi của tỉnh Hải An giai đoạn 2024 - 2030");
}

TEST(Subject, MayBeginWithoutVeViec) {
  LetterBuilder letter = head("KH-UBND");
  letter.centre("KẾ HOẠCH").centre("Thực hiện Nghị quyết số 12/NQ-CP của Chính phủ");
  letter.centre("về phát triển kinh tế tư nhân").body("Căn cứ Nghị quyết số 12/NQ-CP ngày 12 tháng");
  EXPECT_EQ(read_fields(letter).value("subject"),
            "Thực hiện Nghị quyết số 12/NQ-CP của Chính phủ về phát triển kinh tế tư nhân");
}

TEST(Subject, EndsBeforeTheAuthority) {
  LetterBuilder letter = head("NQ-HĐND");
  letter.centre("NGHỊ QUYẾT").centre("Về giao dự toán ngân sách năm 2025").gap();
  letter.centre("HỘI ĐỒNG NHÂN DÂN TỈNH HẢI AN").centre("KHÓA XIII KỲ HỌP THỨ 31").body();
  EXPECT_EQ(read_fields(letter).value("subject"), "Về giao dự toán ngân sách năm 2025");
}

TEST(Subject, IsEmptyWhereTheBodyFollowsTheType) {
  LetterBuilder letter = head("QĐ-UBND");
  letter.centre("QUYẾT ĐỊNH").body("Căn cứ Luật Tổ chức chính quyền địa phương ngày");
  EXPECT_EQ(read_fields(letter).value("subject"), "");
}

TEST(Subject, EndsBeforeAParagraphThatIsNoLegalBasis) {
  LetterBuilder letter = head("BC-UBND");
  letter.centre("BÁO CÁO").centre("Tình hình kinh tế - xã hội quý I năm 2024");
  letter.body("Trong quý I năm 2024, được sự quan tâm chỉ đạo của các cấp");
  EXPECT_EQ(read_fields(letter).value("subject"), "Tình hình kinh tế - xã hội quý I năm 2024");
}

TEST(Subject, MayBeUpperCase) {
  LetterBuilder letter = head("BC-UBND");
  letter.centre("BÁO CÁO").centre("TÌNH HÌNH THỰC HIỆN NHIỆM VỤ NĂM 2023").centre("VÀ PHƯƠNG HƯỚNG NĂM 2024");
  letter.body("Trong quý I năm 2024, được sự quan tâm chỉ đạo của các cấp");
  EXPECT_EQ(read_fields(letter).value("subject"),
            "TÌNH HÌNH THỰC HIỆN NHIỆM VỤ NĂM 2023 VÀ PHƯƠNG HƯỚNG NĂM 2024");
}

// ---- letters --------------------------------------------------------------------------------

LetterBuilder official_letter(const std::vector<std::string>& subject, const std::string& number = "Số: 286/STC-HCSN") {
  LetterBuilder letter;
  letter.left("UBND TỈNH HẢI AN").left("SỞ TÀI CHÍNH").left(number);
  for (const std::string& line : subject) letter.left(line);
  letter.motto().right("Hải An, ngày 04 tháng 02 năm 2025").gap();
  letter.centre("Kính gửi: Ủy ban nhân dân các xã, phường.").body("Sở Tài chính nhận được công văn");
  return letter;
}

TEST(OfficialLetter, IsKnownByItsLayout) {
  const ReadFields read = read_fields(official_letter({"V/v hướng dẫn quyết toán", "ngân sách năm 2024"}));
  expect_fields(read, {{"typeName", "Công văn"},
                       {"typeCode", "22"},
                       {"subject", "V/v hướng dẫn quyết toán ngân sách năm 2024"},
                       {"codeNotation", "STC-HCSN"}});
  EXPECT_EQ(read["typeName"].source, "layout");
}

TEST(OfficialLetter, StaysOneWhateverItsNotationBeginsWith) {
  // CT is here Cục Thuế, not Chỉ thị; TB is a ward.
  EXPECT_EQ(read_fields(official_letter({"V/v chính sách thuế"}, "Số: 2191/CT-CS")).value("typeName"), "Công văn");
  EXPECT_EQ(read_fields(official_letter({"V/v chính sách thuế"}, "Số: 2191/TB-CS")).value("typeName"), "Công văn");
}

TEST(OfficialLetter, IsTheSameInJoinedColumns) {
  LetterBuilder letter = official_letter({"V/v hướng dẫn quyết toán", "ngân sách năm 2024"});
  letter.joined_columns();
  expect_fields(read_fields(letter), {{"typeName", "Công văn"},
                                      {"subject", "V/v hướng dẫn quyết toán ngân sách năm 2024"},
                                      {"issuedDate", "2025-02-04"},
                                      {"codeNumber", "286"}});
}

TEST(OfficialLetter, MayWriteVeViecOrASubjectOfFourLines) {
  EXPECT_EQ(read_fields(official_letter({"Về việc cử cán bộ"})).value("subject"), "Về việc cử cán bộ");
  EXPECT_EQ(read_fields(official_letter({"V/v: cử cán bộ", "tham dự hội nghị", "tập huấn nghiệp vụ", "năm 2025"}))
                .value("subject"),
            "V/v: cử cán bộ tham dự hội nghị tập huấn nghiệp vụ năm 2025");
}

TEST(OfficialLetter, WithoutASubjectIsClaimedWithDoubt) {
  const ReadFields read = read_fields(official_letter({}));
  EXPECT_EQ(read.value("typeName"), "Công văn");
  EXPECT_LT(read["typeName"].confidence.fraction(), 0.7);
  EXPECT_EQ(read.value("subject"), "");
  EXPECT_FALSE(read.doubts.empty());
}

TEST(OfficialLetter, KeepsAnIncomingStampOutOfItsFields) {
  LetterBuilder letter = official_letter({"V/v hướng dẫn quyết toán"});
  letter.stamp("CÔNG VĂN ĐẾN Số: 999 Ngày: 04/5/2026", 300, 800);
  expect_fields(read_fields(letter), {{"codeNumber", "286"}, {"issuedDate", "2025-02-04"}});
}

// ---- attachments ----------------------------------------------------------------------------

TEST(Attachment, NeverOverridesTheMainDocument) {
  LetterBuilder letter = head("TTr-UBND");
  letter.centre("TỜ TRÌNH").centre("Về việc giao dự toán").body();
  letter.recipients({"- Thường trực Tỉnh ủy;"}).signer({"TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"}, "Nguyễn Văn An");
  letter.new_page();
  letter.left("HỘI ĐỒNG NHÂN DÂN").left("TỈNH HẢI AN").left("Số: {120} /NQ-HĐND").left("DỰ THẢO");
  letter.motto().right("Hải An, ngày {80} tháng {80} năm 2025").gap();
  letter.centre("NGHỊ QUYẾT").centre("Về giao dự toán năm 2025").body();
  letter.recipients({"- Bộ Tài chính;"}).signer({"CHỦ TỊCH"}, "Bùi Thị Hoa");
  expect_fields(read_fields(letter), {{"typeName", "Tờ trình"},
                                      {"codeNotation", "TTr-UBND"},
                                      {"issuedDate", "2024-03-05"},
                                      {"organName", "ỦY BAN NHÂN DÂN TỈNH HẢI AN"},
                                      {"signerTitle", "TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH"},
                                      {"signerName", "Nguyễn Văn An"},
                                      {"recipientsFirst", "- Thường trực Tỉnh ủy;"},
                                      {"pageCount", "2"}});
}

TEST(Attachment, DoesNotLendItsSignerToADocumentWithout) {
  LetterBuilder letter = head("TTr-UBND");
  letter.centre("TỜ TRÌNH").centre("Về việc giao dự toán").body();
  letter.new_page();
  letter.left("HỘI ĐỒNG NHÂN DÂN").motto().gap().centre("NGHỊ QUYẾT").body();
  letter.recipients({"- Bộ Tài chính;"}).signer({"CHỦ TỊCH"}, "Bùi Thị Hoa");
  expect_fields(read_fields(letter), {{"signerName", ""}, {"recipientsFirst", ""}});
}

TEST(OwnWords, RestoreAWornWordOfTheSubjectFromTheBody) {
  LetterBuilder letter = official_letter({"V/v chính sách THDN"});
  for (int i = 0; i < 4; ++i) letter.body("Doanh nghiệp được hưởng ưu đãi TNDN theo Luật Thuế TNDN", 1);
  std::vector<PageRecord> pages = letter.pages();
  for (Region& region : pages.front().parts.front().text.regions)
    for (TextLine& line : region.lines)
      for (Word& word : line.words)
        if (word.text == "THDN") word.confidence = Confidence::from_fraction(0.4);
  EXPECT_EQ(read_fields(pages).value("subject"), "V/v chính sách TNDN");
}

TEST(OwnWords, PutBackToneMarksThatAPairOfWordsAlwaysHas) {
  LetterBuilder letter = official_letter({"V/v bảo đầm đón Tet"});
  for (int i = 0; i < 4; ++i) letter.body("Các cơ quan bảo đảm an toàn, đón Tết Nguyên đán vui tươi", 1);
  EXPECT_EQ(read_fields(letter).value("subject"), "V/v bảo đảm đón Tết");
}

TEST(OwnWords, KnowWhichSyllablesCannotBe) {
  for (const char* word : {"Tet", "tiet", "TICH", "cap"}) EXPECT_FALSE(metadata::may_be_syllable(word)) << word;
  for (const char* word : {"Tết", "tiệt", "TỊCH", "cấp", "an", "đầm", "ba"}) EXPECT_TRUE(metadata::may_be_syllable(word)) << word;
}

TEST(Subject, IgnoresLooseToneMarksBetweenItsLines) {
  LetterBuilder letter = head("CT-UBND");
  letter.centre("CHỈ THỊ").centre("Về việc tăng cường các biện pháp bảo đảm đón Tết");
  std::vector<PageRecord> pages = letter.centre("đầm ấm, an toàn và tiết kiệm").body().pages();
  Region loose;
  loose.lines.push_back({{{"Ấ", {1393, 705, 1411, 728}, Confidence::from_fraction(0.3)},
                          {"Ắ", {1782, 706, 1799, 730}, Confidence::from_fraction(0.5)}},
                         {1393, 705, 1799, 730}, 728});
  loose.box = loose.lines.front().box;
  pages.front().parts.front().text.regions.push_back(loose);
  EXPECT_EQ(read_fields(pages).value("subject"),
            "Về việc tăng cường các biện pháp bảo đảm đón Tết đầm ấm, an toàn và tiết kiệm");
}

TEST(OfficialLetter, HasItsLabelWrittenAsTheDecreeHasIt) {
  EXPECT_EQ(read_fields(official_letter({"V.v cử cán bộ"})).value("subject"), "V/v cử cán bộ");
}

TEST(OwnWords, LeaveAClearWordAlone) {
  LetterBuilder letter = official_letter({"V/v chính sách THDN"});
  for (int i = 0; i < 4; ++i) letter.body("Doanh nghiệp được hưởng ưu đãi TNDN theo Luật Thuế TNDN", 1);
  EXPECT_EQ(read_fields(letter).value("subject"), "V/v chính sách THDN");
}

}  // namespace
}  // namespace sogoc::testing
