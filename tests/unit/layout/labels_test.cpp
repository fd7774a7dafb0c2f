#include "workers/layout/labels.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/unit/layout/drawn_page.hpp"
#include "workers/layout/form_labels.hpp"
#include "workers/layout/values.hpp"

namespace sogoc::layout {
namespace {

RegisterCatalog catalog() {
  auto loaded =
      RegisterCatalog::load(std::filesystem::path(SOGOC_SOURCE_DIR) / "models" / "registers");
  if (!loaded) throw std::runtime_error(to_string(loaded.error()));
  return std::move(*loaded);
}

std::vector<std::string> keys_of(const std::vector<HeadPath>& heads, const std::string& id) {
  const RegisterCatalog all = catalog();
  const RegisterTemplate form = all.find(id).value();
  const ColumnMatch match = match_columns(heads, form, "");
  std::vector<std::string> keys;
  for (const int field : match.field_of)
    keys.push_back(field < 0 ? "" : form.fields[static_cast<std::size_t>(field)].key);
  return keys;
}

TEST(Labels, ReadingsWithWrongLettersAreStillAlike) {
  EXPECT_GT(alikeness("Họ và tèn", "Họ và tên"), 0.85);
  EXPECT_GT(alikeness("SÓ HIÊU VAN BANG", "Số hiệu văn bằng"), 0.95);
  EXPECT_LT(alikeness("Nơi sinh", "Ghi chú"), 0.5);
  EXPECT_EQ(alikeness("", "Ghi chú"), 0);
}

TEST(Labels, HeadsOfFatherAndMotherAreTakenApartByTheirGroup) {
  EXPECT_EQ(keys_of({{"Số"},
                     {"Ngày đăng ký"},
                     {"NGƯỜI ĐƯỢC KHAI SINH", "Họ và tên"},
                     {"MẸ", "Họ và tên"},
                     {"CHA", "Họ và tên"},
                     {"CHA", "Năm sinh"}},
                    "ks-table"),
            (std::vector<std::string>{"so", "ngayDangKy", "nksHoTen", "meHoTen", "chaHoTen",
                                      "chaNgaySinh"}));
}

TEST(Labels, OneHeadMayNameGroupAndField) {
  EXPECT_EQ(keys_of({{"Số TT"}, {"Họ và tên"}, {"Ngày sinh"}, {"Họ và tên cha"}, {"Họ tên mẹ"}},
                    "ks-table"),
            (std::vector<std::string>{"so", "nksHoTen", "nksNgaySinh", "chaHoTen", "meHoTen"}));
}

TEST(Labels, RealHeadsOfDiplomaBooksAreKnown) {
  EXPECT_EQ(keys_of({{"TT"}, {"HỌ VÀ TÊN"}, {"NGÀY SINH"}, {"SỐ BẰNG"}, {"SỐ VÀO SỔ"}, {"NGÀY NHẬN"},
                     {"KÝ, GHI TÊN"}},
                    "diploma-table"),
            (std::vector<std::string>{"stt", "hoTen", "ngaySinh", "soHieuVanBang", "soVaoSo",
                                      "ngayNhan", "chuKy"}));
}

TEST(Labels, ForeignHeadsNameNothing) {
  EXPECT_EQ(keys_of({{"Mặt hàng"}, {"Đơn giá"}, {"Thành tiền"}}, "ks-table"),
            (std::vector<std::string>{"", "", ""}));
}

TEST(Values, FitWhatTheirFieldHolds) {
  const RegisterCatalog all = catalog();
  const auto field = [](RegisterValueKind kind) {
    RegisterField made;
    made.kind = kind;
    return made;
  };
  for (const char* good : {"05/09/2005", "7.1.2001", "1974", "ngày 05 tháng 9 năm 2005", "12-03-98"})
    EXPECT_TRUE(fits(good, field(RegisterValueKind::date), all)) << good;
  for (const char* bad : {"32/01/2005", "05/13/2005", "Nam", "", "03/203"})
    EXPECT_FALSE(fits(bad, field(RegisterValueKind::date), all)) << bad;
  EXPECT_TRUE(fits("Nữ", field(RegisterValueKind::sex), all));
  EXPECT_FALSE(fits("Kinh", field(RegisterValueKind::sex), all));
  EXPECT_FALSE(fits("Nữ.", field(RegisterValueKind::sex), all));  // more than the list holds
  EXPECT_TRUE(fits("Khơ-me", field(RegisterValueKind::ethnicity), all));
  EXPECT_TRUE(fits("01/2005", field(RegisterValueKind::entry_number), all));
  EXPECT_FALSE(fits("Lê Văn An", field(RegisterValueKind::entry_number), all));
  EXPECT_TRUE(fits("Lê Văn An", field(RegisterValueKind::name), all));
  EXPECT_FALSE(fits("1975", field(RegisterValueKind::name), all));
  EXPECT_FALSE(fits("Lê Văn An.", field(RegisterValueKind::name), all));
  EXPECT_FALSE(fits("Cẩm Khê,", field(RegisterValueKind::place), all));
  EXPECT_TRUE(fits("Cẩm Khê", field(RegisterValueKind::place), all));
  EXPECT_EQ(doubt_about("8-1-1997", field(RegisterValueKind::date), all), "");
  EXPECT_EQ(doubt_about("1997", field(RegisterValueKind::date), all), "");
  EXPECT_EQ(doubt_about("8-1997", field(RegisterValueKind::date), all), "it has no day");
  EXPECT_EQ(doubt_about("31/2/1", field(RegisterValueKind::date), all), "it is no date");
  EXPECT_EQ(doubt_about("09/12/19", field(RegisterValueKind::date), all), "its year may be cut");
  EXPECT_EQ(doubt_about("09/12/98", field(RegisterValueKind::date), all), "");
  EXPECT_EQ(doubt_about("Ê ĐÊ", field(RegisterValueKind::ethnicity), all), "");
  EXPECT_EQ(doubt_about("E Đê", field(RegisterValueKind::ethnicity), all), "the list spells it otherwise");
  EXPECT_TRUE(fits("anything at all", field(RegisterValueKind::note), all));
}

// ---- Forms ---------------------------------------------------------------------------------

void draw_form(test::DrawnPage& page, double top, bool all_labels = true) {
  page.words(100, top, "Số:");
  page.words(600, top, "Quyển số:");
  page.words(1000, top, "Ngày đăng ký:");
  page.words(100, top + 60, "Họ và tên:");
  page.words(1000, top + 60, "Giới tính:");
  page.words(100, top + 120, "Ngày, tháng, năm sinh:");
  page.words(100, top + 180, "Nơi sinh:");
  if (all_labels) page.words(100, top + 240, "Dân tộc:");
  page.words(700, top + 240, "Quốc tịch:");
  page.words(100, top + 300, "Họ và tên mẹ:");
  page.words(1000, top + 300, "Năm sinh:");
  page.words(100, top + 360, "Họ và tên cha:");
  page.words(1000, top + 360, "Năm sinh:");
}

FormMatch match(const test::DrawnPage& page, const RegisterCatalog& all) {
  std::vector<const RegisterTemplate*> forms;
  for (const RegisterTemplate& one : all.all())
    if (one.form == RegisterForm::form) forms.push_back(&one);
  return match_form(PageWords(page.text), forms, page.painter.size(), page.dpi);
}

std::vector<std::string> keys(const FormMatch& match, int entry) {
  std::vector<std::string> found;
  for (const FormLabel& label : match.labels)
    if (label.entry == entry)
      found.push_back(match.form->fields[static_cast<std::size_t>(label.field)].key);
  return found;
}

TEST(FormLabels, ABirthFormIsKnownByItsLabels) {
  test::DrawnPage page({1600, 2200});
  draw_form(page, 200);
  draw_form(page, 1200);
  const RegisterCatalog all = catalog();
  const FormMatch found = match(page, all);
  ASSERT_NE(found.form, nullptr);
  EXPECT_EQ(found.form->id, "ks-form");
  EXPECT_EQ(found.entries, 2);
  EXPECT_EQ(keys(found, 0),
            (std::vector<std::string>{"so", "quyenSo", "ngayDangKy", "nksHoTen", "nksGioiTinh",
                                      "nksNgaySinh", "nksNoiSinh", "nksDanToc", "nksQuocTich",
                                      "meHoTen", "meNgaySinh", "chaHoTen", "chaNgaySinh"}));
  EXPECT_EQ(keys(found, 1), keys(found, 0));
}

TEST(FormLabels, ALabelThatWasNotReadIsToldByTheOtherForm) {
  test::DrawnPage page({1600, 2200});
  draw_form(page, 200);
  draw_form(page, 1203, false);
  const RegisterCatalog all = catalog();
  const FormMatch found = match(page, all);
  ASSERT_NE(found.form, nullptr);
  const auto told = std::find_if(found.labels.begin(), found.labels.end(), [&](const FormLabel& l) {
    return l.entry == 1 && found.form->fields[static_cast<std::size_t>(l.field)].key == "nksDanToc";
  });
  ASSERT_NE(told, found.labels.end());
  EXPECT_EQ(told->score, 0);
  EXPECT_NEAR(told->box.left, 100, 8);
  EXPECT_NEAR(told->baseline, 1203 + 240, 8);
}

TEST(FormLabels, ATitleIsNoLabelAndWhatIsWrittenAfterAColonIsNoHead) {
  test::DrawnPage page({1600, 2200});
  page.words(500, 100, "SỔ ĐĂNG KÝ KHAI SINH");
  draw_form(page, 200);
  page.words(300, 500, "MẸ VÂN", 0.9);  // written behind "Họ và tên mẹ:"
  const RegisterCatalog all = catalog();
  const FormMatch found = match(page, all);
  ASSERT_NE(found.form, nullptr);
  const auto so = std::find_if(found.labels.begin(), found.labels.end(), [&](const FormLabel& l) {
    return found.form->fields[static_cast<std::size_t>(l.field)].key == "so";
  });
  ASSERT_NE(so, found.labels.end());
  EXPECT_NEAR(so->baseline, 200, 4);
  for (const FormLabel& label : found.labels) EXPECT_LT(label.box.right, 1300);
}

TEST(FormLabels, AWrittenNameDoesNotLengthenTheLabelBeforeIt) {
  const auto form = [](const std::string& written) {
    test::DrawnPage page({1600, 2200});
    page.words(100, 200, "Số:");
    page.words(800, 200, "Ngày đăng ký:");
    page.words(100, 280, "CHỒNG");
    page.words(800, 280, "VỢ");
    page.words(100, 360, "Họ và tên " + written);
    page.words(800, 360, "Họ và tên:");
    page.words(500, 100, "SỔ ĐĂNG KÝ KẾT HÔN");
    for (const double x : {100.0, 800.0}) {
      page.words(x, 440, "Ngày sinh:");
      page.words(x, 520, "Dân tộc:");
      page.words(x, 600, "Quốc tịch:");
      page.words(x, 680, "Nơi cư trú:");
    }
    return page;
  };
  const RegisterCatalog all = catalog();
  for (const char* written : {"VÕ", "Võ"}) {
    const FormMatch found = match(form(written), all);
    ASSERT_NE(found.form, nullptr) << written;
    const auto name = std::find_if(found.labels.begin(), found.labels.end(), [&](const FormLabel& l) {
      return found.form->fields[static_cast<std::size_t>(l.field)].key == "chongHoTen";
    });
    ASSERT_NE(name, found.labels.end()) << written;
    EXPECT_LT(name->box.left, 200) << written;
  }
}

TEST(FormLabels, AFormWhoseOpeningLabelWasNotReadDoesNotTakeThatOfTheNext) {
  test::DrawnPage page({1600, 2200});
  draw_form(page, 200);
  page.text.regions.back().lines.erase(page.text.regions.back().lines.begin());  // "Số:"
  draw_form(page, 1200);
  const RegisterCatalog all = catalog();
  const FormMatch found = match(page, all);
  ASSERT_NE(found.form, nullptr);
  EXPECT_EQ(found.entries, 2);
  for (const FormLabel& label : found.labels)
    if (found.form->fields[static_cast<std::size_t>(label.field)].key == "so" && label.score > 0) {
      EXPECT_EQ(label.entry, 1);
    }
}

// Words on one row, one line of reading as along a writing line.
void draw_row(test::DrawnPage& page, double y, const std::vector<std::pair<double, std::string>>& texts) {
  std::vector<TextLine>& lines = page.text.regions.back().lines;
  const std::size_t first = lines.size();
  for (const auto& [x, text] : texts) page.words(x, y, text);
  for (std::size_t i = first + 1; i < lines.size(); ++i) {
    lines[first].words.insert(lines[first].words.end(), lines[i].words.begin(), lines[i].words.end());
    lines[first].box = united(lines[first].box, lines[i].box);
  }
  lines.resize(first + 1);
}

// Husband and wife side by side, under the heads that were read.
test::DrawnPage marriage_form(double tilt, const std::vector<std::pair<double, std::string>>& heads) {
  test::DrawnPage page({1600, 2200});
  page.tilt = tilt;
  page.words(500, 100, "SỔ ĐĂNG KÝ KẾT HÔN");
  draw_row(page, 200, {{100, "Số:"}, {800, "Quyển số:"}});
  page.words(100, 260, "Ngày đăng ký:");
  if (!heads.empty()) draw_row(page, 320, heads);
  draw_row(page, 380, {{100, "Họ và tên:"}, {800, "Họ và tên:"}});
  draw_row(page, 440, {{100, "Ngày sinh:"}, {800, "Ngày sinh:"}});
  draw_row(page, 500, {{100, "Dân tộc:"}, {450, "Quốc tịch:"}, {800, "Dân tộc:"}, {1150, "Quốc tịch:"}});
  draw_row(page, 560, {{100, "Nơi cư trú:"}, {800, "Nơi cư trú:"}});
  draw_row(page, 620, {{100, "Số CMND:"}, {800, "Số CMND:"}});
  page.words(100, 680, "Kết hôn lần thứ:");
  return page;
}

const std::vector<std::string> kMarriage = {"so",           "quyenSo",    "ngayDangKy", "chongHoTen",   "voHoTen",  "chongNgaySinh", "voNgaySinh",
                                            "chongDanToc", "chongQuocTich", "voDanToc", "voQuocTich", "chongNoiCuTru", "voNoiCuTru",
                                            "chongSoGiayToTuyThan", "voSoGiayToTuyThan",
                                            "tinhTrangKetHon"};

TEST(FormLabels, LabelsOfATiltedPageAreTakenRowByRow) {
  const RegisterCatalog all = catalog();
  for (const double tilt : {-0.04, -0.02, 0.0, 0.02, 0.04}) {
    const FormMatch found = match(marriage_form(tilt, {{100, "CHỒNG"}, {800, "VỢ"}}), all);
    ASSERT_NE(found.form, nullptr) << tilt;
    EXPECT_EQ(keys(found, 0), kMarriage) << tilt;
  }
}

TEST(FormLabels, ALabelThatStandsTwiceOnARowIsThatOfTheSecondGroupWhereNoHeadWasRead) {
  const RegisterCatalog all = catalog();
  const FormMatch found = match(marriage_form(-0.02, {}), all);
  ASSERT_NE(found.form, nullptr);
  EXPECT_EQ(found.entries, 1);
  EXPECT_EQ(keys(found, 0), kMarriage);
  for (const FormLabel& label : found.labels) {
    const std::string& key = found.form->fields[static_cast<std::size_t>(label.field)].key;
    EXPECT_EQ(label.by_place, key.starts_with("chong") || key.starts_with("vo")) << key << ": what only its place tells is doubted";
  }
}

TEST(FormLabels, HusbandAndWifeAreNotExchangedWhereOneHeadWasNotRead) {
  const RegisterCatalog all = catalog();
  for (const auto& head : std::vector<std::pair<double, std::string>>{{100, "CHỒNG"}, {800, "VỢ"}}) {
    const FormMatch found = match(marriage_form(0, {head}), all);
    ASSERT_NE(found.form, nullptr) << head.second;
    EXPECT_EQ(keys(found, 0), kMarriage) << head.second;
  }
}

TEST(FormLabels, AnUnknownTitleInCapitalsHoldsNoLabel) {
  test::DrawnPage page({1600, 2200});
  page.words(500, 100, "SỐ CẤP GIẤY XÂ");  // as the engine reads a worn title
  draw_form(page, 200);
  const RegisterCatalog all = catalog();
  const FormMatch found = match(page, all);
  ASSERT_NE(found.form, nullptr);
  for (const FormLabel& label : found.labels) EXPECT_GT(label.baseline, 150);
}

TEST(FormLabels, ALetterIsNoForm) {
  test::DrawnPage page({1600, 2200});
  for (int i = 0; i < 20; ++i) page.words(100, 200 + 60 * i, "Căn cứ Luật Hộ tịch và đề nghị của phòng");
  const RegisterCatalog all = catalog();
  EXPECT_EQ(match(page, all).form, nullptr);
}

TEST(Labels, TheBookOfIncomingLettersIsNotTakenForThatOfOutgoingOnes) {
  const std::vector<HeadPath> heads = {{"Số đến"},       {"Ngày đến"},  {"Tác giả"}, {"Số, ký hiệu"},
                                       {"Ngày văn bản"}, {"Trích yếu"}, {"Người nhận"}, {"Ghi chú"}};
  const RegisterCatalog all = catalog();
  const double in = match_columns(heads, all.find("mail-in-table").value(), "").confidence;
  const double out = match_columns(heads, all.find("mail-out-table").value(), "").confidence;
  EXPECT_GT(in, out + 0.1);
}

TEST(FormLabels, LinesOfAPhotographTiltMoreTowardsItsFoot) {
  test::DrawnPage page({1600, 2200});
  for (int i = 0; i < 12; ++i) {
    page.tilt = 0.001 * i;
    page.words(100, 200 + 150 * i, "Ngày tháng năm sinh của người được khai sinh ghi bằng chữ");
  }
  const LineTilt tilt = line_tilt(PageWords(page.text), page.dpi);
  EXPECT_NEAR(tilt.slope(200), 0, 0.003);
  EXPECT_NEAR(tilt.slope(200 + 150 * 11), 0.011, 0.003);
}

}  // namespace
}  // namespace sogoc::layout
