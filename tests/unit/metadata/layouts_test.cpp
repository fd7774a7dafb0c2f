// Many layouts at once: bodies of every kind, types old and new, forms of signing, read clean and
// worn. One bar for what must be right, a sharper one for what may be wrong: empty is better.

#include "tests/unit/metadata/reading.hpp"

namespace sogoc::testing {
namespace {

struct Body {
  std::vector<std::string> parent_lines, lines;
  std::string parent, organ, abbreviation, place;
  std::vector<std::vector<std::string>> titles;
  std::string shown_rank;
  bool party = false;
};

const std::vector<Body>& bodies() {
  static const std::vector<Body> all{
      {{}, {"ỦY BAN NHÂN DÂN", "TỈNH HẢI AN"}, "", "ỦY BAN NHÂN DÂN TỈNH HẢI AN", "UBND", "Hải An",
       {{"TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"}, {"TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"}, {"Q. CHỦ TỊCH"}}, "", false},
      {{"HUYỆN TÂN PHÚ"}, {"ỦY BAN NHÂN DÂN XÃ AN KHÁNH"}, "HUYỆN TÂN PHÚ", "ỦY BAN NHÂN DÂN XÃ AN KHÁNH", "UBND", "An Khánh",
       {{"CHỦ TỊCH"}, {"TM. UBND XÃ", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"}}, "", false},
      {{"ỦY BAN NHÂN DÂN", "TỈNH HẢI AN"}, {"SỞ NÔNG NGHIỆP VÀ", "PHÁT TRIỂN NÔNG THÔN"}, "ỦY BAN NHÂN DÂN TỈNH HẢI AN",
       "SỞ NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG THÔN", "SNN", "Hải An",
       {{"GIÁM ĐỐC"}, {"KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"}, {"TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG TỔ CHỨC", "CÁN BỘ"}}, "", false},
      {{"UBND HUYỆN TÂN PHÚ"}, {"PHÒNG TÀI CHÍNH - KẾ HOẠCH"}, "UBND HUYỆN TÂN PHÚ", "PHÒNG TÀI CHÍNH - KẾ HOẠCH", "TCKH", "Tân Phú",
       {{"TRƯỞNG PHÒNG"}, {"KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"}}, "", false},
      {{}, {"BỘ GIÁO DỤC VÀ ĐÀO TẠO"}, "", "BỘ GIÁO DỤC VÀ ĐÀO TẠO", "BGDĐT", "Hà Nội",
       {{"KT. BỘ TRƯỞNG", "THỨ TRƯỞNG"}, {"TL. BỘ TRƯỞNG", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"}}, "", false},
      {{"BỘ TÀI CHÍNH"}, {"TỔNG CỤC THUẾ"}, "BỘ TÀI CHÍNH", "TỔNG CỤC THUẾ", "TCT", "Hà Nội",
       {{"KT. TỔNG CỤC TRƯỞNG", "PHÓ TỔNG CỤC TRƯỞNG"}}, "", false},
      {{}, {"CHÍNH PHỦ"}, "", "CHÍNH PHỦ", "CP", "Hà Nội", {{"TM. CHÍNH PHỦ", "THỦ TƯỚNG"}}, "", false},
      {{}, {"HỘI ĐỒNG NHÂN DÂN", "TỈNH HẢI AN"}, "", "HỘI ĐỒNG NHÂN DÂN TỈNH HẢI AN", "HĐND", "Hải An",
       {{"CHỦ TỊCH"}, {"TM. THƯỜNG TRỰC HĐND", "PHÓ CHỦ TỊCH"}}, "", false},
      {{"TÒA ÁN NHÂN DÂN TỐI CAO"}, {"TÒA ÁN NHÂN DÂN", "TỈNH HẢI AN"}, "TÒA ÁN NHÂN DÂN TỐI CAO", "TÒA ÁN NHÂN DÂN TỈNH HẢI AN", "TA",
       "Hải An", {{"CHÁNH ÁN"}, {"KT. CHÁNH ÁN", "PHÓ CHÁNH ÁN"}}, "", false},
      {{"VIỆN KIỂM SÁT NHÂN DÂN TỐI CAO"}, {"VIỆN KIỂM SÁT NHÂN DÂN", "TỈNH HẢI AN"}, "VIỆN KIỂM SÁT NHÂN DÂN TỐI CAO",
       "VIỆN KIỂM SÁT NHÂN DÂN TỈNH HẢI AN", "VKS", "Hải An", {{"VIỆN TRƯỞNG"}}, "", false},
      {{"BỘ CÔNG AN"}, {"CÔNG AN TỈNH HẢI AN"}, "BỘ CÔNG AN", "CÔNG AN TỈNH HẢI AN", "CAT", "Hải An",
       {{"GIÁM ĐỐC"}, {"KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"}}, "Đại tá ", false},
      {{"SỞ GIÁO DỤC VÀ ĐÀO TẠO"}, {"TRƯỜNG THPT LÊ LỢI"}, "SỞ GIÁO DỤC VÀ ĐÀO TẠO", "TRƯỜNG THPT LÊ LỢI", "THPT", "Hải An",
       {{"HIỆU TRƯỞNG"}, {"KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"}}, "ThS. ", false},
      {{"SỞ Y TẾ"}, {"BỆNH VIỆN ĐA KHOA TỈNH"}, "SỞ Y TẾ", "BỆNH VIỆN ĐA KHOA TỈNH", "BVĐK", "Hải An", {{"GIÁM ĐỐC"}}, "BSCKII. ", false},
      {{}, {"CÔNG TY CỔ PHẦN XÂY DỰNG SỐ 5"}, "", "CÔNG TY CỔ PHẦN XÂY DỰNG SỐ 5", "CTXD", "Hải An", {{"TỔNG GIÁM ĐỐC"}}, "", false},
      {{}, {"TỈNH ỦY HẢI AN"}, "", "TỈNH ỦY HẢI AN", "TU", "Hải An", {{"T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ"}}, "", true},
      {{"TỈNH ỦY HẢI AN"}, {"BAN TUYÊN GIÁO"}, "TỈNH ỦY HẢI AN", "BAN TUYÊN GIÁO", "BTGTU", "Hải An", {{"K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"}}, "", true},
      {{}, {"ỦY BAN MẶT TRẬN TỔ QUỐC VIỆT NAM", "TỈNH HẢI AN"}, "", "ỦY BAN MẶT TRẬN TỔ QUỐC VIỆT NAM TỈNH HẢI AN", "MTTQ", "Hải An",
       {{"TM. BAN THƯỜNG TRỰC", "CHỦ TỊCH"}}, "", false},
      {{"KHO BẠC NHÀ NƯỚC"}, {"KHO BẠC NHÀ NƯỚC HẢI AN"}, "KHO BẠC NHÀ NƯỚC", "KHO BẠC NHÀ NƯỚC HẢI AN", "KBHA", "Hải An", {{"GIÁM ĐỐC"}}, "", false},
      {{"UBND TỈNH HẢI AN"}, {"BAN CHỈ ĐẠO CẢI CÁCH", "HÀNH CHÍNH"}, "UBND TỈNH HẢI AN", "BAN CHỈ ĐẠO CẢI CÁCH HÀNH CHÍNH", "BCĐ", "Hải An",
       {{"KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"}}, "", false},
      {{"UBND TỈNH HẢI AN"}, {"THANH TRA TỈNH"}, "UBND TỈNH HẢI AN", "THANH TRA TỈNH", "TTT", "Hải An", {{"CHÁNH THANH TRA"}}, "", false}};
  return all;
}

struct Kind {
  const char* name;
  const char* head;
  const char* abbreviation;
  int year;
};
constexpr Kind kKinds[] = {{"Quyết định", "QUYẾT ĐỊNH", "QĐ", 2024}, {"Kế hoạch", "KẾ HOẠCH", "KH", 1996},
                           {"Báo cáo", "BÁO CÁO", "BC", 2009},       {"Tờ trình", "TỜ TRÌNH", "TTr", 2016},
                           {"Thông báo", "THÔNG BÁO", "TB", 2003},   {"Công văn", "", "", 2021}};
constexpr const char* kSubjects[] = {"Về việc tăng cường công tác quản lý đất đai", "Về việc cử cán bộ đi học",
                                     "Về việc phòng, chống thiên tai năm nay"};
constexpr const char* kNames[] = {"Nguyễn Văn An", "Trần Thị Thu Hà", "Lê Minh", "Đặng Quốc Bảo"};

struct Tally {
  int asked = 0, right = 0, wrong = 0;
  std::string faults;
};

void compare(Tally& tally, const ReadFields& read, const std::string& key, const std::string& wanted,
             const std::string& letter) {
  ++tally.asked;
  const std::string value = read.value(key);
  if (value == wanted) {
    ++tally.right;
    return;
  }
  tally.wrong += value.empty() ? 0 : 1;
  tally.faults += letter + " " + key + ": [" + wanted + "] read as [" + value + "]\n";
}

// `one_in` letters is misread; 0: none.
Tally read_layouts(int one_in) {
  Tally tally;
  unsigned seed = 0;
  for (const Body& body : bodies())
    for (const Kind& kind : kKinds) {
      const auto& titles = body.titles[seed % body.titles.size()];
      const std::string name = kNames[seed % std::size(kNames)];
      const std::string subject = kSubjects[seed % std::size(kSubjects)];
      const std::string number = std::to_string(11 + seed * 7);
      const bool is_letter = *kind.head == '\0';
      std::string notation = is_letter ? body.abbreviation + "-VP" : kind.abbreviation + ("-" + body.abbreviation);
      if (body.party) notation = (is_letter ? std::string("CV") : kind.abbreviation) + "/" + body.abbreviation;
      LetterBuilder letter;
      for (const std::string& line : body.parent_lines) letter.left(line);
      for (const std::string& line : body.lines) letter.left(line);
      letter.left((body.party ? "Số " : "Số: ") + number + (body.party ? "-" : "/") + notation);
      if (is_letter) letter.left("V/v cử cán bộ đi học");
      if (body.party) letter.right("ĐẢNG CỘNG SẢN VIỆT NAM");
      else letter.motto();
      letter.right(body.place + ", ngày 14 tháng 5 năm " + std::to_string(kind.year)).gap();
      if (is_letter) letter.centre("Kính gửi: Văn phòng Chính phủ");
      else letter.centre(kind.head).centre(subject);
      letter.body("Thực hiện chương trình công tác của năm, các đơn vị cần tập trung vào", 6);
      letter.recipients({"- Như trên;", "- Lưu: VT."}).signer(titles, body.shown_rank + name);
      if (one_in > 0) letter.noise(seed + 1, one_in);
      const ReadFields read = read_fields(letter);
      std::string title;
      for (std::size_t i = 0; i < titles.size(); ++i)
        title += (i == 0 ? "" : titles[i].starts_with("CÁN BỘ") ? " " : " / ") + titles[i];
      const std::string what = body.organ + ", " + kind.name;
      for (const auto& [key, wanted] : std::initializer_list<std::pair<const char*, std::string>>{
               {"typeName", kind.name}, {"codeNumber", number}, {"codeNotation", notation},
               {"issuedDate", std::to_string(kind.year) + "-05-14"}, {"place", body.place}, {"organName", body.organ},
               {"parentOrgan", body.parent}, {"subject", is_letter ? "V/v cử cán bộ đi học" : subject},
               {"signerTitle", title}, {"signerName", name}})
        compare(tally, read, key, wanted, what);
      ++seed;
    }
  return tally;
}

TEST(Layouts, OfEveryKindOfBodyAreReadWhole) {
  const Tally tally = read_layouts(0);
  EXPECT_EQ(tally.asked, 1200);
  EXPECT_GE(tally.right, 1196) << tally.faults;
  EXPECT_LE(tally.wrong, 2) << tally.faults;
}

TEST(Layouts, WithOneLetterInFortyMisreadAreMostlyRight) {
  const Tally tally = read_layouts(40);
  EXPECT_GE(tally.right, tally.asked * 85 / 100) << tally.faults;
  EXPECT_LE(tally.wrong, tally.asked * 12 / 100) << tally.faults;
}

}  // namespace
}  // namespace sogoc::testing
