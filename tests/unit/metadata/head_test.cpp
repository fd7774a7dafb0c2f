// The letter head: bodies, number, notation, place and date.

#include "tests/unit/metadata/reading.hpp"
#include "workers/metadata/number_line.hpp"

namespace sogoc::testing {
namespace {

TEST(LetterHead, GivesEveryFieldOfAPrintedDecision) {
  LetterBuilder letter = decision();
  letter.recipients({"- Như Điều 3;", "- Lưu: VT, VP."}).signer({"GIÁM ĐỐC"}, "Trần Văn Bình");
  const ReadFields read = read_fields(letter);
  expect_fields(read, {{"typeName", "Quyết định"},
                       {"typeCode", "02"},
                       {"codeNumber", "125"},
                       {"codeNotation", "QĐ-STC"},
                       {"issuedDate", "2024-03-05"},
                       {"place", "Hải An"},
                       {"organName", "SỞ TÀI CHÍNH"},
                       {"parentOrgan", "ỦY BAN NHÂN DÂN TỈNH HẢI AN"},
                       {"subject", "Về việc ban hành Quy chế làm việc của Sở Tài chính"},
                       {"signerTitle", "GIÁM ĐỐC"},
                       {"signerName", "Trần Văn Bình"},
                       {"recipientsFirst", "- Như Điều 3;"},
                       {"recipients", "- Như Điều 3;\n- Lưu: VT, VP."},
                       {"urgency", ""},
                       {"secrecy", ""},
                       {"numberHandwritten", "n"},
                       {"pageCount", "1"}});
}

TEST(LetterHead, IsTheSameWhenTheEngineJoinsTheColumns) {
  LetterBuilder letter = decision();
  letter.joined_columns();
  expect_fields(read_fields(letter), {{"organName", "SỞ TÀI CHÍNH"},
                                      {"parentOrgan", "ỦY BAN NHÂN DÂN TỈNH HẢI AN"},
                                      {"codeNumber", "125"},
                                      {"codeNotation", "QĐ-STC"},
                                      {"issuedDate", "2024-03-05"},
                                      {"place", "Hải An"}});
}

TEST(LetterHead, OfAnEarlierDecadeHasItsTypeToo) {
  LetterBuilder letter;
  letter.left("TỈNH ĐOÀN BẮC GIANG").left("Số: 681/KH-TĐTN");
  letter.motto().right("Bắc Giang, ngày 24 tháng 8 năm 1994").gap().centre("KẾ HOẠCH").centre("Về việc bảo vệ rừng").body();
  expect_fields(read_fields(letter), {{"typeName", "Kế hoạch"}, {"subject", "Về việc bảo vệ rừng"}, {"issuedDate", "1994-08-24"}});
}

TEST(LetterHead, OfThePartyMayLeaveItsNumberToAPen) {
  LetterBuilder letter;
  letter.left("TỈNH ỦY HẢI AN").left("BAN TUYÊN GIÁO").left("*").left("Số [[45]] -KH/BTGTU");
  letter.right("ĐẢNG CỘNG SẢN VIỆT NAM").right("Hải An, ngày 2 tháng 4 năm 2019").gap().centre("KẾ HOẠCH").centre("tổ chức hội thi").body();
  const ReadFields read = read_fields(letter);
  expect_fields(read, {{"codeNotation", "KH/BTGTU"}, {"organName", "BAN TUYÊN GIÁO"}, {"codeNumber", ""}});
  EXPECT_EQ(read.state("codeNumber"), ValueState::handwritten);
}

TEST(LetterHead, NamesOfBodiesAreMendedOverTheEndsOfTheirLines) {
  LetterBuilder letter;
  letter.left("SỞY TẾ TỈNH HẢI AN.").left("CHI CỤC PHÁT").left("TRIẾN NÔNG THÔN").left("Số: 12/TB-CCPTNT");
  letter.motto().right("Hải An, ngày 2 tháng 4 năm 2019").gap().centre("THÔNG BÁO").centre("Về việc nghỉ lễ").body();
  expect_fields(read_fields(letter), {{"parentOrgan", "SỞ Y TẾ TỈNH HẢI AN"}, {"organName", "CHI CỤC PHÁT TRIỂN NÔNG THÔN"}});
}

TEST(LetterHead, IsCutWhereTheEngineRanBothColumnsIntoOneWord) {
  LetterBuilder letter;
  letter.left("ỦY BAN NHÂN DÂN TỈNH SƠN LA").left("CÔNG AN TỈNH").left("Số: 77/KH-CAT");
  letter.motto().right("Sơn La, ngày 11 tháng 4 năm 2017").gap().centre("KẾ HOẠCH").centre("Bảo đảm an ninh").body();
  letter.joined_columns();
  std::vector<PageRecord> pages = letter.pages();
  for (Region& region : pages.front().parts.front().text.regions)
    for (TextLine& line : region.lines)
      for (std::size_t w = 0; w + 1 < line.words.size(); ++w)
        if (line.words[w].text == "LA" && line.words[w + 1].text == "CỘNG") {
          line.words[w].text = "LACỘNG";
          line.words[w].box = united(line.words[w].box, line.words[w + 1].box);
          line.words.erase(line.words.begin() + static_cast<std::ptrdiff_t>(w) + 1);
        }
  expect_fields(read_fields(pages), {{"parentOrgan", "ỦY BAN NHÂN DÂN TỈNH SƠN LA"},
                                     {"organName", "CÔNG AN TỈNH"},
                                     {"place", "Sơn La"}});
}

struct OrganCase {
  const char* about;
  std::vector<std::string> lines;
  const char* name;
  const char* parent;
};

class OrganNames : public ::testing::TestWithParam<OrganCase> {};

TEST_P(OrganNames, AreJoinedAndSeparatedByTheirHeads) {
  LetterBuilder letter;
  for (const std::string& line : GetParam().lines) letter.left(line);
  letter.left("Số: 12/BC-ABC").motto().right("Hà Nội, ngày 12 tháng 11 năm 2023").gap();
  letter.centre("BÁO CÁO").centre("Kết quả công tác năm 2023").body("Thực hiện kế hoạch công tác năm");
  expect_fields(read_fields(letter),
                {{"organName", GetParam().name}, {"parentOrgan", GetParam().parent}});
}

INSTANTIATE_TEST_SUITE_P(
    Heads, OrganNames,
    ::testing::Values(
        OrganCase{"one organ over two lines", {"ỦY BAN NHÂN DÂN", "TỈNH HẢI AN"},
                  "ỦY BAN NHÂN DÂN TỈNH HẢI AN", ""},
        OrganCase{"a name broken before the place", {"ỦY BAN NHÂN DÂN TỈNH", "HẢI AN"},
                  "ỦY BAN NHÂN DÂN TỈNH HẢI AN", ""},
        OrganCase{"a council", {"HỘI ĐỒNG NHÂN DÂN", "THÀNH PHỐ HẢI AN"},
                  "HỘI ĐỒNG NHÂN DÂN THÀNH PHỐ HẢI AN", ""},
        OrganCase{"a ministry and its department", {"BỘ TÀI CHÍNH", "TỔNG CỤC HẢI QUAN"},
                  "TỔNG CỤC HẢI QUAN", "BỘ TÀI CHÍNH"},
        OrganCase{"a ministry over two lines", {"BỘ NÔNG NGHIỆP", "VÀ MÔI TRƯỜNG"},
                  "BỘ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", ""},
        OrganCase{"parent and organ over four lines",
                  {"ỦY BAN NHÂN DÂN", "HUYỆN TÂN SƠN", "PHÒNG GIÁO DỤC", "VÀ ĐÀO TẠO"},
                  "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO", "ỦY BAN NHÂN DÂN HUYỆN TÂN SƠN"},
        OrganCase{"a short form of the committee", {"UBND TỈNH HẢI AN", "SỞ NỘI VỤ"}, "SỞ NỘI VỤ",
                  "UBND TỈNH HẢI AN"},
        OrganCase{"an office of the committee", {"ỦY BAN NHÂN DÂN", "TỈNH HẢI AN", "VĂN PHÒNG"},
                  "VĂN PHÒNG", "ỦY BAN NHÂN DÂN TỈNH HẢI AN"},
        OrganCase{"a school", {"SỞ GIÁO DỤC VÀ ĐÀO TẠO", "TRƯỜNG THPT NGUYỄN TRÃI"},
                  "TRƯỜNG THPT NGUYỄN TRÃI", "SỞ GIÁO DỤC VÀ ĐÀO TẠO"},
        OrganCase{"a university", {"BỘ GIÁO DỤC VÀ ĐÀO TẠO", "TRƯỜNG ĐẠI HỌC", "BÁCH KHOA"},
                  "TRƯỜNG ĐẠI HỌC BÁCH KHOA", "BỘ GIÁO DỤC VÀ ĐÀO TẠO"},
        OrganCase{"a corporation", {"TẬP ĐOÀN ĐIỆN LỰC", "VIỆT NAM", "TỔNG CÔNG TY", "ĐIỆN LỰC MIỀN TRUNG"},
                  "TỔNG CÔNG TY ĐIỆN LỰC MIỀN TRUNG", "TẬP ĐOÀN ĐIỆN LỰC VIỆT NAM"},
        OrganCase{"the head of government", {"THỦ TƯỚNG CHÍNH PHỦ"}, "THỦ TƯỚNG CHÍNH PHỦ", ""},
        OrganCase{"a delegation", {"ĐOÀN ĐẠI BIỂU", "QUỐC HỘI TỈNH HẢI AN"},
                  "ĐOÀN ĐẠI BIỂU QUỐC HỘI TỈNH HẢI AN", ""},
        OrganCase{"three steps", {"ỦY BAN NHÂN DÂN TỈNH HẢI AN", "SỞ Y TẾ", "BỆNH VIỆN ĐA KHOA TỈNH"},
                  "BỆNH VIỆN ĐA KHOA TỈNH", "SỞ Y TẾ"}));

TEST(LetterHead, TakesTwoMinistriesTogetherAsJointIssuers) {
  LetterBuilder letter;
  letter.left("BỘ TÀI CHÍNH").left("BỘ TƯ PHÁP").left("Số: 12/2015/TTLT-BTC-BTP");
  letter.motto().right("Hà Nội, ngày 12 tháng 11 năm 2015").gap();
  letter.centre("THÔNG TƯ LIÊN TỊCH").centre("Quy định việc quản lý kinh phí").body();
  const ReadFields read = read_fields(letter);
  expect_fields(read, {{"organName", "BỘ TÀI CHÍNH - BỘ TƯ PHÁP"},
                       {"parentOrgan", ""},
                       {"typeName", "Thông tư liên tịch"},
                       {"typeCode", "32"},
                       {"codeNumber", "12"},
                       {"codeNotation", "2015/TTLT-BTC-BTP"}});
  EXPECT_FALSE(read.doubts.empty());
}

struct NumberCase {
  std::string line;
  std::string number;
  std::string notation;
};
class NumberLines : public ::testing::TestWithParam<NumberCase> {};

TEST_P(NumberLines, AreParsedAsPrinted) {
  LetterBuilder letter;
  letter.left("ỦY BAN NHÂN DÂN").left("TỈNH HẢI AN").left(GetParam().line);
  letter.motto().right("Hải An, ngày 12 tháng 11 năm 2023").gap();
  letter.centre("THÔNG BÁO").centre("Kết luận cuộc họp").body();
  expect_fields(read_fields(letter), {{"codeNumber", GetParam().number},
                                      {"codeNotation", GetParam().notation},
                                      {"numberHandwritten", "n"}});
}

INSTANTIATE_TEST_SUITE_P(
    Forms, NumberLines,
    ::testing::Values(NumberCase{"Số: 05/SY-UBND", "05", "SY-UBND"},
                      NumberCase{"Số: 22/TTr-UBND", "22", "TTr-UBND"},
                      NumberCase{"Số: 7/CTr-UBND", "7", "CTr-UBND"},
                      NumberCase{"Số: 31/2019/QyĐ-UBND", "31", "2019/QyĐ-UBND"},
                      NumberCase{"Số: 11/TrS-VP", "11", "TrS-VP"},
                      NumberCase{"Số: 286/STC-HCSN", "286", "STC-HCSN"},
                      NumberCase{"Số: 286 /STC-HCSN", "286", "STC-HCSN"},
                      NumberCase{"Số : 58/NQ-HĐND", "58", "NQ-HĐND"},
                      NumberCase{"Số: 1437/BTP-CNTT", "1437", "BTP-CNTT"},
                      NumberCase{"Số 464/TTg-CĐS", "464", "TTg-CĐS"},
                      NumberCase{"Luật số: 67/2025/QH15", "67", "2025/QH15"},
                      NumberCase{"Số: 15/2023HĐKT-BQL", "15", "2023/HĐKT-BQL"},
                      NumberCase{"Số: 12/BC - UBND", "12", "BC-UBND"}));

TEST(LetterHead, OfAPartyBodyThatLostHalfItsNotationDoesNotClaimTheRest) {
  LetterBuilder letter;
  letter.left("TỈNH ỦY HẢI AN").left("BAN TUYÊN GIÁO").left("Số [[45]] /BTGTU");
  letter.right("ĐẢNG CỘNG SẢN VIỆT NAM").right("Hải An, ngày 15 tháng 02 năm 2022").gap();
  letter.centre("KẾ HOẠCH").centre("tổ chức kỷ niệm").body();
  const ReadFields read = read_fields(letter);
  EXPECT_EQ(read.value("codeNotation"), "");
  EXPECT_EQ(read.state("codeNotation"), ValueState::illegible);
  EXPECT_EQ(read.value("parentOrgan"), "TỈNH ỦY HẢI AN");
}

TEST(OrganNames, OfAProvincialBodyNeverBecomeAMinistrys) {
  LetterBuilder letter;
  letter.sure(0.85).left("SỞ NÔNG NGHIỆP").left("VÀ PHÁT TRIỂN NÔNG THÔN").left("Số: 12/BC-SNN");
  letter.motto().right("Hà Nội, ngày 12 tháng 11 năm 2023").gap().centre("BÁO CÁO").centre("Kết quả").body();
  EXPECT_EQ(read_fields(letter).value("organName"), "SỞ NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG THÔN");
}

TEST(OrganNames, OfCentralBodiesAreRestoredFromOneWrongLetter) {
  LetterBuilder letter;
  letter.sure(0.85).left("BỘ TÀI CHIÍNH").left("CỤC THUÊ").left("Số: 12/CT-CS");
  letter.motto().right("Tà Nội, ngày 12 tháng 11 năm 2025").gap().centre("BÁO CÁO").centre("Kết quả").body();
  expect_fields(read_fields(letter),
                {{"parentOrgan", "BỘ TÀI CHÍNH"}, {"organName", "CỤC THUẾ"}, {"place", "Hà Nội"}});
}

TEST(LetterHead, ReadsAPartyDocument) {
  LetterBuilder letter;
  letter.left("TỈNH ỦY HẢI AN").left("*").left("Số 05-CT/TU");
  letter.right("ĐẢNG CỘNG SẢN VIỆT NAM").right("Hải An, ngày 08 tháng 12 năm 2021").gap();
  letter.centre("CHỈ THỊ").centre("về việc tổ chức Tết năm 2022").body("Tết Nguyên đán năm nay diễn ra");
  letter.recipients({"- Ban Bí thư;", "- Lưu VPTU."}).signer({"T/M BAN THƯỜNG VỤ", "BÍ THƯ"}, "Lê Văn An");
  expect_fields(read_fields(letter), {{"organName", "TỈNH ỦY HẢI AN"},
                                      {"codeNumber", "05"},
                                      {"codeNotation", "CT/TU"},
                                      {"typeName", "Chỉ thị"},
                                      {"issuedDate", "2021-12-08"},
                                      {"signerTitle", "T/M BAN THƯỜNG VỤ / BÍ THƯ"},
                                      {"signerName", "Lê Văn An"}});
}

// ---- numbers and days by hand ---------------------------------------------------------------

LetterBuilder letter_with(const std::string& number, const std::string& date) {
  LetterBuilder letter;
  letter.left("SỞ NỘI VỤ").left(number).left("V/v góp ý dự thảo báo cáo");
  letter.motto().right(date).gap();
  letter.centre("Kính gửi: Ủy ban nhân dân các huyện, thành phố.").body("Sở Nội vụ nhận được công văn");
  return letter;
}

TEST(HandwrittenNumber, IsNoValueButAState) {
  const ReadFields read =
      read_fields(letter_with("Số: [[464]] /SNV-VP", "Hà Nội, ngày [[27]] tháng 12 năm 2021"));
  EXPECT_EQ(read.value("codeNumber"), "");
  EXPECT_EQ(read.state("codeNumber"), ValueState::handwritten);
  EXPECT_FALSE(read["codeNumber"].box.empty());
  EXPECT_EQ(read["codeNumber"].page, 1);
  EXPECT_EQ(read.value("issuedDate"), "");
  EXPECT_EQ(read.state("issuedDate"), ValueState::handwritten);
  expect_fields(read, {{"codeNotation", "SNV-VP"},
                       {"numberHandwritten", "y"},
                       {"issuedYear", "2021"},
                       {"issuedMonth", "12"},
                       {"place", "Hà Nội"}});
}

TEST(HandwrittenNumber, IsTakenWhenTheDigitReaderIsSure) {
  const ReadFields read =
      read_fields(letter_with("Số: [[464!]] /SNV-VP", "Hà Nội, ngày [[27!]] tháng 12 năm 2021"));
  EXPECT_EQ(read.value("codeNumber"), "464");
  EXPECT_EQ(read["codeNumber"].source, "digits");
  EXPECT_EQ(read.value("issuedDate"), "2021-12-27");
  EXPECT_EQ(read["issuedDate"].source, "digits");
  EXPECT_EQ(read.value("numberHandwritten"), "y");
}

TEST(HandwrittenNumber, IsNotBelievedWhenTheInkIsWiderThanItsFigures) {
  // "30" read as a sure "5": one figure does not fill the width of two.
  LetterBuilder letter = letter_with("Số: 12/SNV-VP", "Hà Nội, ngày [[30!]] tháng 4 năm 2021");
  std::vector<PageRecord> pages = letter.pages();
  for (Region& region : pages.front().parts.front().text.regions)
    if (region.kind == RegionKind::handwriting) region.lines.front().words.front().text = "5";
  const ReadFields read = read_fields(pages);
  EXPECT_EQ(read.value("issuedDate"), "");
  EXPECT_EQ(read.state("issuedDate"), ValueState::handwritten);
}

TEST(HandwrittenNumber, IsPrintWhenItHasTheSizeOfThePrintedYear) {
  // The reader took printed figures for a pen's, and read them well.
  LetterBuilder letter = letter_with("Số: 12/SNV-VP", "Hà Nội, ngày [[05!]] tháng 4 năm 2021");
  std::vector<PageRecord> pages = letter.pages();
  for (Region& region : pages.front().parts.front().text.regions)
    if (region.kind == RegionKind::handwriting) {
      region.confidence = Confidence::from_fraction(0.9);
      region.box = {region.box.left, region.box.top + 12, region.box.left + 46, region.box.top + 51};
    }
  const ReadFields read = read_fields(pages);
  EXPECT_EQ(read.value("issuedDate"), "2021-04-05");
  EXPECT_EQ(read["issuedDate"].source, "text");
}

TEST(HandwrittenNumber, IsNotBelievedWhenOnlyTheMonthIsSure) {
  const ReadFields read =
      read_fields(letter_with("Số: 12/SNV-VP", "Hà Nội, ngày [[27]] tháng [[4!]] năm 2021"));
  EXPECT_EQ(read.value("issuedDate"), "");
  EXPECT_EQ(read.state("issuedDate"), ValueState::handwritten);
}

TEST(HandwrittenNumber, OfInkThatGaveNothingIsStillByHand) {
  const ReadFields read =
      read_fields(letter_with("Số: [[]] /SNV-VP", "Hà Nội, ngày [[]] tháng [[]] năm 2021"));
  EXPECT_EQ(read.state("codeNumber"), ValueState::handwritten);
  EXPECT_EQ(read.state("issuedDate"), ValueState::handwritten);
  EXPECT_EQ(read.value("issuedMonth"), "");
}

TEST(HandwrittenNumber, IsNotInventedWhereNothingStands) {
  const ReadFields read =
      read_fields(letter_with("Số: {150} /SNV-VP", "Hà Nội, ngày {90} tháng {90} năm 2021"));
  EXPECT_EQ(read.state("codeNumber"), ValueState::empty);
  EXPECT_EQ(read.state("issuedDate"), ValueState::empty);
  EXPECT_EQ(read.value("numberHandwritten"), "");
}

TEST(HandwrittenNumber, IsSeenInWhatTheEngineMadeOfThePen) {
  // The engine read the pen as signs and figures of another height, without a region for it.
  const ReadFields read =
      read_fields(letter_with("Số: 4ố{ /SNV-VP", "Hà Nội, ngày Â4‡ tháng 12 năm 2021"));
  EXPECT_EQ(read.value("codeNumber"), "");
  EXPECT_EQ(read.state("codeNumber"), ValueState::handwritten);
  EXPECT_EQ(read.state("issuedDate"), ValueState::handwritten);
}

TEST(IssuedDate, KnowsTheCalendar) {
  using metadata::iso_day;
  EXPECT_EQ(iso_day("05", "02", "2025"), "2025-02-05");
  EXPECT_EQ(iso_day("5", "2", "2025"), "2025-02-05");
  EXPECT_EQ(iso_day("29", "02", "2024"), "2024-02-29");
  EXPECT_EQ(iso_day("29", "02", "2023"), "");
  EXPECT_EQ(iso_day("31", "4", "2023"), "");
  EXPECT_EQ(iso_day("0", "4", "2023"), "");
  EXPECT_EQ(iso_day("12", "13", "2023"), "");
  EXPECT_EQ(iso_day("12", "1", "23"), "");
}

TEST(IssuedDate, ThatCannotBeIsNoValue) {
  const ReadFields wrong =
      read_fields(letter_with("Số: 12/SNV-VP", "Hà Nội, ngày 31 tháng 4 năm 2021"));
  EXPECT_EQ(wrong.value("issuedDate"), "");
  EXPECT_EQ(wrong.state("issuedDate"), ValueState::illegible);
  const ReadFields future =
      read_fields(letter_with("Số: 12/SNV-VP", "Hà Nội, ngày 30 tháng 4 năm 2099"));
  EXPECT_EQ(future.value("issuedDate"), "");
  EXPECT_FALSE(future.doubts.empty());
}

struct PlaceCase {
  std::string line;
  std::string place;
  std::string date;
};
class PlacesAndDates : public ::testing::TestWithParam<PlaceCase> {};
TEST_P(PlacesAndDates, AreReadFromTheDateLine) {
  expect_fields(read_fields(letter_with("Số: 12/SNV-VP", GetParam().line)),
                {{"place", GetParam().place}, {"issuedDate", GetParam().date}});
}
INSTANTIATE_TEST_SUITE_P(
    Forms, PlacesAndDates,
    ::testing::Values(
        PlaceCase{"TP. Hồ Chí Minh, ngày 01 tháng 10 năm 2023", "TP. Hồ Chí Minh", "2023-10-01"},
        PlaceCase{"Thành phố Hồ Chí Minh, ngày 15 tháng 10 năm 2023", "Thành phố Hồ Chí Minh", "2023-10-15"},
        PlaceCase{"Bà Rịa - Vũng Tàu, ngày 15 tháng 9 năm 2023", "Bà Rịa - Vũng Tàu", "2023-09-15"},
        PlaceCase{"Hà Nội , ngày 02 tháng 01 năm 1998", "Hà Nội", "1998-01-02"},
        PlaceCase{"Hà Nội, ngày 15/10/2023", "Hà Nội", "2023-10-15"},
        PlaceCase{"Hà Nội, ngày ...12... tháng ...3... năm 2023", "Hà Nội", "2023-03-12"}));

TEST(LetterHead, LeavesOutTheOverlayOfASignature) {
  LetterBuilder letter = letter_with("Số: [[22]] /SNV-VP", "Hà Nội, ngày [[5]] tháng 02 năm 2025");
  letter.overlay("Ngày ký: 10/02/2025 07:35:42 Số: 22/TTr-UBND");
  const ReadFields read = read_fields(letter);
  EXPECT_EQ(read.value("codeNumber"), "");
  EXPECT_EQ(read.value("issuedDate"), "");
  EXPECT_EQ(read.value("codeNotation"), "SNV-VP");
}

TEST(LetterHead, SurvivesASpoiledReading) {
  // Wrong letters may cost a field; they must not make one up.
  for (unsigned seed = 1; seed <= 20; ++seed) {
    LetterBuilder letter = decision();
    letter.recipients({"- Như Điều 3;"}).signer({"GIÁM ĐỐC"}, "Trần Văn Bình").noise(seed, 25);
    const ReadFields read = read_fields(letter);
    const std::string type = read.value("typeName");
    EXPECT_TRUE(type == "Quyết định" || type.empty()) << seed << " " << type;
    const std::string date = read.value("issuedDate");
    EXPECT_TRUE(date == "2024-03-05" || date.empty()) << seed << " " << date;
    EXPECT_TRUE(read.value("codeNumber") == "125" || read.value("codeNumber").empty()) << seed;
  }
}

TEST(LetterHead, OfADocumentWithoutOneClaimsNothing) {
  LetterBuilder letter;
  letter.body("Trong khi chờ đợi, ông chủ tịch nói về năm tháng và ngày cũ", 20);
  const ReadFields read = read_fields(letter);
  for (const auto& [key, field] : read.fields) {
    if (key == "pageCount" || key == "hasRedSeal") continue;
    EXPECT_EQ(field.value, "") << key;
  }
  EXPECT_FALSE(read.doubts.empty());
}

TEST(LetterHead, OfNoPagesAndOfEmptyPagesIsASuccess) {
  EXPECT_EQ(read_fields(std::vector<PageRecord>{}).value("typeName"), "");
  EXPECT_EQ(read_fields(LetterBuilder()).value("organName"), "");
  std::vector<PageRecord> without_parts(1);
  EXPECT_EQ(read_fields(without_parts).value("subject"), "");
}

TEST(LetterHead, MayStandOnTheSecondPage) {
  LetterBuilder letter;
  letter.new_page();
  letter.left("SỞ TÀI CHÍNH").left("Số: 125/QĐ-STC").motto().right("Hà Nội, ngày 05 tháng 3 năm 2024").gap();
  letter.centre("QUYẾT ĐỊNH").centre("Về việc khen thưởng").body();
  const ReadFields read = read_fields(letter);
  EXPECT_EQ(read.value("codeNumber"), "125");
  EXPECT_EQ(read["codeNumber"].page, 2);
}

TEST(LetterHead, OfMinutesStandsInOneColumn) {
  LetterBuilder letter;
  letter.centre("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").centre("Độc lập - Tự do - Hạnh phúc").gap();
  letter.centre("BIÊN BẢN").centre("Về việc bàn giao tài sản");
  letter.body("Hôm nay, vào hồi 8 giờ ngày 12 tháng 3 năm 2021, chúng tôi gồm:");
  const ReadFields read = read_fields(letter);
  expect_fields(read, {{"typeName", "Biên bản"},
                       {"typeCode", "20"},
                       {"subject", "Về việc bàn giao tài sản"},
                       {"issuedDate", ""},
                       {"organName", ""}});
}

TEST(LetterHead, OfAContractHasItsNumberBelowTheTitle) {
  LetterBuilder letter;
  letter.centre("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").centre("Độc lập - Tự do - Hạnh phúc").gap();
  letter.centre("HỢP ĐỒNG").centre("Số: 15/2023/HĐ-BQL").body("Căn cứ Bộ luật Dân sự ngày 24 tháng");
  expect_fields(read_fields(letter), {{"typeName", "Hợp đồng"},
                                      {"codeNumber", "15"},
                                      {"codeNotation", "2023/HĐ-BQL"}});
}

TEST(MetadataBoxes, AreInPixelsOfTheMaster) {
  LetterBuilder letter = decision();
  std::vector<PageRecord> pages = letter.pages();
  // The upright part is the master turned by 180 degrees.
  pages.front().parts.front().upright_from_master = {-1, 0, LetterBuilder::kWidth, 0, -1, LetterBuilder::kHeight};
  const BoxPx plain = read_fields(letter)["organName"].box;
  const BoxPx turned = read_fields(pages)["organName"].box;
  EXPECT_EQ(turned.left, LetterBuilder::kWidth - plain.right);
  EXPECT_EQ(turned.bottom, LetterBuilder::kHeight - plain.top);
}

}  // namespace
}  // namespace sogoc::testing
