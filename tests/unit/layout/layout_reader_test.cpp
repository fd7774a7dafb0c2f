#include "workers/layout/cancel_strokes.hpp"
#include "workers/layout/layout_reader.hpp"

#include <deque>

#include <gtest/gtest.h>

#include <map>

#include "tests/unit/layout/drawn_page.hpp"

namespace sogoc::layout {
namespace {

using test::DrawnPage;

// Answers what the test says, in the order in which lines are asked for; else "?".
class ToldLines final : public LineReader {
 public:
  explicit ToldLines(std::deque<std::string> texts = {}) : texts_(std::move(texts)) {}
  Result<LineText> read(const PageImage& line, const ExpectedValue&, LineReading) override {
    EXPECT_FALSE(line.empty());
    LineText text;
    text.text = "?";
    text.confidence = 0.99;
    if (!texts_.empty()) {
      text.text = texts_.front();
      texts_.pop_front();
    }
    return text;
  }
  Result<std::vector<PrintedWord>> read_print(const PageImage& line) override {
    EXPECT_EQ(line.format(), PixelFormat::gray8);
    EXPECT_EQ(line.size().height, print_height);
    return std::vector<PrintedWord>();
  }

 private:
  std::deque<std::string> texts_;
};

class RegisterLayout : public ::testing::Test {
 protected:
  Result<PageLayout> read(const DrawnPage& page, std::vector<std::string> layouts = {}) {
    return read(std::vector<const DrawnPage*>{&page}, std::move(layouts));
  }
  Result<PageLayout> read(const std::vector<const DrawnPage*>& pages,
                          std::vector<std::string> layouts = {}) {
    auto catalog =
        RegisterCatalog::load(std::filesystem::path(SOGOC_SOURCE_DIR) / "models" / "registers");
    if (!catalog) return tl::unexpected(catalog.error());
    LayoutReader reader(std::move(*catalog), std::make_unique<ToldLines>(told_));
    std::vector<PagePart> parts;
    std::vector<PageImage> pictures;
    double left = 0;
    for (const DrawnPage* page : pages) {
      parts.push_back(page->part());
      parts.back().upright_from_master.x0 = -left;  // one beside the other on the master
      left += page->painter.size().width;
      pictures.push_back(page->painter.gray());
    }
    ReadingSettings settings;
    settings.profile = "book";
    settings.register_layouts = std::move(layouts);
    return reader.layout(parts, pictures, pictures, settings);
  }
  std::deque<std::string> told_;
};

const FieldReading* field(const EntryReading& entry, const std::string& key) {
  for (const FieldReading& one : entry.fields)
    if (one.key == key) return &one;
  return nullptr;
}

constexpr double kTop = 120, kHead = 80, kRow = 90;

// Heads and `rows` empty rows of a small birth register.
DrawnPage birth_table(int rows) {
  DrawnPage page({1600, 1200});
  std::vector<double> ys = {kTop, kTop + kHead};
  for (int i = 1; i <= rows; ++i) ys.push_back(kTop + kHead + kRow * i);
  page.grid({60, 260, 560, 1000, 1180, 1500}, ys);
  const double y = kTop + 50;
  page.words(100, y, "Số");
  page.words(280, y, "Ngày đăng ký");
  page.words(600, y, "Họ và tên");
  page.words(1020, y, "Giới tính");
  page.words(1220, y, "Nơi sinh");
  return page;
}
double row_y(int row) { return kTop + kHead + kRow * row + 55; }

// One row of print.
void print_row(DrawnPage& page, int row, const std::vector<std::string>& cells) {
  const double xs[] = {80, 280, 600, 1020, 1220};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) continue;
    page.words(xs[i], row_y(row), cells[i], 0.97);
    const auto& box = page.text.regions.back().lines.back().box;
    page.painter.word(box.left, row_y(row), std::max(2, box.width() / 14), 3);
  }
}

TEST_F(RegisterLayout, APrintedBirthTableBecomesEntries) {
  DrawnPage page = birth_table(5);
  print_row(page, 0, {"01/2005", "03/01/2005", "Lê Văn An", "Nam", "Hà Nội"});
  print_row(page, 1, {"02/2005", "04/01/2005", "Trần Thị Bình", "Nữ", "Hà Nội"});
  const auto found = read(page);
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_EQ(found->page.layout, "ks-table");
  ASSERT_EQ(found->page.entries.size(), 2u);
  const EntryReading& first = found->page.entries[0];
  EXPECT_EQ(field(first, "so")->value, "01/2005");
  EXPECT_EQ(field(first, "nksHoTen")->value, "Lê Văn An");
  EXPECT_EQ(field(first, "nksHoTen")->source, "print");
  EXPECT_EQ(field(first, "nksGioiTinh")->value, "Nam");
  EXPECT_TRUE(found->page.findings.empty());
  EXPECT_EQ(found->page.look.size(), 16u);
}

TEST_F(RegisterLayout, PrintIsSureWhereTheOtherReaderReadsTheSame) {
  DrawnPage page = birth_table(5);
  print_row(page, 0, {"01/2005", "03/01/2005", "Lê Văn An", "Nam", "Hà Nội"});
  print_row(page, 1, {"02/2005", "04/01/2005", "Trần Thị Bình", "Nữ", "Hà Nội"});
  const auto alone = read(page);
  ASSERT_TRUE(alone);
  for (const EntryReading& entry : alone->page.entries) {
    EXPECT_FALSE(field(entry, "nksHoTen")->sure);
    EXPECT_LE(field(entry, "nksHoTen")->confidence.fraction(), 0.9);
    EXPECT_EQ(field(entry, "nksHoTen")->alternatives, std::vector<std::string>{"?"});
  }
  told_ = {"01/2005", "03/01/2005", "Lê Văn An", "Nam", "Hà Nội", "02/2005", "04/01/2005", "Trần Thị Binh", "Nữ", "Hà Nội"};
  const auto found = read(page);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->page.entries.size(), 2u);
  EXPECT_TRUE(field(found->page.entries[0], "nksHoTen")->sure);
  EXPECT_EQ(field(found->page.entries[1], "nksHoTen")->value, "Trần Thị Bình");
  EXPECT_FALSE(field(found->page.entries[1], "nksHoTen")->sure);
  EXPECT_TRUE(field(found->page.entries[1], "nksGioiTinh")->sure);
}

TEST_F(RegisterLayout, EmptyIllegibleAndReadAreThreeThings) {
  told_ = {"01/2005", ""};
  DrawnPage page = birth_table(2);
  page.scribble(80, row_y(0), 6);
  page.scribble(600, row_y(0), 9, 2);
  const auto found = read(page);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->page.entries.size(), 1u);
  const EntryReading& entry = found->page.entries[0];
  EXPECT_EQ(field(entry, "so")->state, ValueState::read);
  EXPECT_EQ(field(entry, "so")->source, "handwriting");
  EXPECT_EQ(field(entry, "nksHoTen")->state, ValueState::illegible);
  EXPECT_EQ(field(entry, "nksHoTen")->value, "");
  EXPECT_EQ(field(entry, "nksNoiSinh")->state, ValueState::empty);
  EXPECT_FALSE(field(entry, "nksHoTen")->sure);
}

TEST_F(RegisterLayout, AFirstRowWithoutNumberCarriesOnThePageBefore) {
  DrawnPage page = birth_table(3);
  print_row(page, 0, {"", "", "", "", "huyện Đức Trọng"});
  print_row(page, 1, {"02/2005", "04/01/2005", "Trần Thị Bình", "Nữ", "Hà Nội"});
  const auto found = read(page);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->page.entries.size(), 2u);
  EXPECT_TRUE(found->page.entries[0].continues_previous);
  EXPECT_FALSE(found->page.entries[1].continues_previous);
}

TEST_F(RegisterLayout, ALaterRowWithoutNumberGoesOnWithTheEntryAbove) {
  DrawnPage page = birth_table(3);
  print_row(page, 0, {"01/2005", "04/01/2005", "Trần Thị Bình", "Nữ", "Xã Tân Phú,"});
  print_row(page, 1, {"", "", "", "", "Đức Trọng"});
  const auto found = read(page);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->page.entries.size(), 1u);
  EXPECT_EQ(field(found->page.entries[0], "nksNoiSinh")->value, "Xã Tân Phú, Đức Trọng");
}

TEST_F(RegisterLayout, ValuesOneColumnTooFarAreReportedAsAShift) {
  DrawnPage page = birth_table(6);
  for (int row = 0; row < 6; ++row)  // from the date on everything stands one column to the right
    print_row(page, row, {"0" + std::to_string(row + 1) + "/2005", "", "03/01/2005", "Lê Văn An", "Nam"});
  const auto found = read(page);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->page.findings, (std::vector<std::string>{"column_shift"}));
  const FieldReading* name = field(found->page.entries[0], "nksHoTen");
  EXPECT_EQ(name->value, "03/01/2005");  // as written
  EXPECT_FALSE(name->sure);
}

TEST_F(RegisterLayout, AnUnknownTableIsGenericAndNamesNothing) {
  DrawnPage page({1600, 1200});
  page.grid({60, 500, 900, 1500}, {120, 200, 290, 380});
  page.words(100, 170, "Mặt hàng");
  page.words(560, 170, "Đơn giá");
  page.words(960, 170, "Thành tiền");
  page.scribble(100, 255, 5);
  const auto found = read(page);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->page.layout, "generic-table");
  ASSERT_EQ(found->page.entries.size(), 1u);
  EXPECT_EQ(found->page.entries[0].fields.front().key, "col1");
}

TEST_F(RegisterLayout, ATemplateThatTheBookDoesNotAllowIsNotChosen) {
  DrawnPage page = birth_table(2);
  print_row(page, 0, {"01/2005", "03/01/2005", "Lê Văn An", "Nam", "Hà Nội"});
  const auto found = read(page, {"kh-table"});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->page.layout, "generic-table");
}

TEST_F(RegisterLayout, ATemplateThatNobodyKnowsIsRefused) {
  const auto found = read(birth_table(1), {"ks-tabel"});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::not_found);
}

TEST_F(RegisterLayout, RowsRunOverTheFoldOfASpread) {
  DrawnPage left({1600, 1200}), right({1600, 1200});
  std::vector<double> ys = {kTop, kTop + kHead};
  for (int i = 1; i <= 4; ++i) ys.push_back(kTop + kHead + kRow * i);
  left.grid({60, 260, 560, 1500}, ys);
  right.grid({60, 760, 1100, 1500}, ys);
  left.words(100, kTop + 50, "Số");
  left.words(280, kTop + 50, "Ngày đăng ký");
  left.words(600, kTop + 50, "Họ và tên");
  right.words(100, kTop + 50, "Họ và tên mẹ");
  right.words(800, kTop + 50, "Nơi sinh");
  right.words(1200, kTop + 50, "Ghi chú");
  for (int row = 0; row < 3; ++row) {
    print_row(left, row, {"0" + std::to_string(row + 1) + "/2005", "03/01/2005", "Lê Văn An"});
    right.words(100, row_y(row), "Trần Thị Bình", 0.97);
    right.painter.word(100, row_y(row), 12, 3);
  }
  const auto found = read({&left, &right});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->page.layout, "ks-table");
  ASSERT_EQ(found->page.entries.size(), 3u);
  const EntryReading& entry = found->page.entries[1];
  EXPECT_EQ(field(entry, "so")->value, "02/2005");
  EXPECT_EQ(field(entry, "meHoTen")->value, "Trần Thị Bình");
  EXPECT_GT(field(entry, "meHoTen")->box.left, 1600);  // pixels of the master
  EXPECT_EQ(found->parts[1].tables[0].first_col, 3);
}

TEST_F(RegisterLayout, ABlankPageHasNoEntriesAndSaysSo) {
  const auto found = read(DrawnPage({800, 600}));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->page.entries.empty());
  EXPECT_EQ(found->page.findings, (std::vector<std::string>{"no_entries"}));
  EXPECT_EQ(found->page.look, "");
}

TEST_F(RegisterLayout, ThePrintedPageNumberIsFound) {
  DrawnPage page = birth_table(2);
  page.words(1300, 60, "Trang số: 17");
  const auto found = read(page);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->page.page_numbers.size(), 1u);
  EXPECT_EQ(found->page.page_numbers[0].number.value, "17");
}

TEST_F(RegisterLayout, CheckBoxesAreSeenAndWhetherTheyAreChecked) {
  DrawnPage page({800, 600});
  const auto box = [&](double x, double y) {
    for (const auto& [a, b] : {std::pair{PointPx{x, y}, PointPx{x + 24, y}},
                               std::pair{PointPx{x + 24, y}, PointPx{x + 24, y + 24}},
                               std::pair{PointPx{x + 24, y + 24}, PointPx{x, y + 24}},
                               std::pair{PointPx{x, y + 24}, PointPx{x, y}}})
      page.painter.stroke(a, b, 2);
  };
  box(100, 100);
  box(200, 100);
  box(300, 100);
  page.painter.stroke({205, 112}, {211, 119}, 3).stroke({211, 119}, {220, 103}, 3);
  page.painter.stroke({292, 94}, {331, 130}, 3).stroke({330, 92}, {293, 131}, 3);  // far beyond the box
  const auto found = read(page);
  ASSERT_TRUE(found);
  std::map<int, bool> checked;  // by the box's left edge
  for (const PageRegion& region : found->parts[0].regions)
    if (region.kind == "checkbox") {
      checked[region.box.left / 100] = region.checked;
      EXPECT_NEAR(region.box.width(), 26, 5);
    }
  EXPECT_EQ(checked, (std::map<int, bool>{{0, false}, {1, true}, {2, true}}));
}

TEST(CancelStrokes, ACrossThroughAnEntryCancelsItAndItsTextDoesNot) {
  DrawnPage page({1600, 1100});
  for (int row = 0; row < 12; ++row)
    for (int word = 0; word < 6; ++word)
      page.scribble(120 + 220 * word, 120 + 60 * row, 6, static_cast<std::uint32_t>(row * 7 + word + 1));
  const BoxPx first{100, 90, 1450, 420}, second{100, 440, 1450, 800};
  EXPECT_TRUE(find_cancel_strokes(page.painter.gray(), 150).empty());
  page.painter.stroke({110, 100}, {1440, 410}, 3).stroke({110, 412}, {1440, 96}, 3);
  const auto strokes = find_cancel_strokes(page.painter.gray(), 150);
  EXPECT_TRUE(is_cancelled(first, strokes));
  EXPECT_FALSE(is_cancelled(second, strokes));
}

TEST_F(RegisterLayout, ABoxWhoseTickRunsIntoOtherInkIsFoundBesideItsTwin) {
  DrawnPage page({800, 600});
  for (const double x : {120.0, 220.0})
    page.painter.stroke({x, 100}, {x + 24, 100}, 2).stroke({x + 24, 100}, {x + 24, 124}, 2)
        .stroke({x + 24, 124}, {x, 124}, 2).stroke({x, 124}, {x, 100}, 2);
  page.painter.stroke({222, 102}, {242, 122}, 3).stroke({242, 102}, {60, 300}, 3);  // down across the page
  const auto found = read(page);
  ASSERT_TRUE(found);
  std::map<int, bool> checked;  // by the box's left edge
  for (const PageRegion& region : found->parts[0].regions)
    if (region.kind == "checkbox") checked[region.box.left / 100] = region.checked;
  EXPECT_EQ(checked, (std::map<int, bool>{{1, false}, {2, true}}));
}

}  // namespace
}  // namespace sogoc::layout
