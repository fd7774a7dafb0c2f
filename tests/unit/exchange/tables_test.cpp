// Tables that come back from contractors: what was written is read again, and what is no table is refused in
// one sentence.

#include "workers/exchange/table.hpp"

#include <unistd.h>

#include <fstream>

#include <gtest/gtest.h>

namespace sogoc {
namespace {

namespace fs = std::filesystem;

std::vector<std::vector<std::string>> texts(const std::vector<TableRow>& rows) {
  std::vector<std::vector<std::string>> all;
  for (const TableRow& row : rows) {
    all.emplace_back();
    for (const TableCell& cell : row.cells) all.back().push_back(cell.state.empty() ? cell.text : "<" + cell.state + ">");
  }
  return all;
}
using Texts = std::vector<std::vector<std::string>>;

ExchangeTable table() {
  ExchangeTable made;
  made.title = "KS-2005";
  made.labels = {"Số", "Họ và tên"};
  made.keys = {"so", "nksHoTen"};
  for (const auto& [number, name] : {std::pair{"01/2005", "Đỗ Thị \"Ba\", em"}, {"02/2005", "=1+1"}, {"03/2005", "hai\ndòng"}}) {
    TableRow row;
    row.cells = {{number, CellKind::text, ""}, {name, CellKind::text, ""}};
    made.rows.push_back(row);
  }
  return made;
}
const Texts kTable = {{"Số", "Họ và tên"}, {"so", "nksHoTen"}, {"01/2005", "Đỗ Thị \"Ba\", em"}, {"02/2005", "=1+1"}, {"03/2005", "hai\ndòng"}};

class Excel : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "sogoc-tables-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(Excel, GivesBackWhatWasWrittenAsText) {
  ASSERT_TRUE(write_xlsx(table(), folder_ / "a.xlsx"));
  const auto rows = read_xlsx(folder_ / "a.xlsx");
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(texts(*rows), kTable);
}

TEST_F(Excel, CutOffAnywhereIsRefusedAndNeverHalfATable) {
  ASSERT_TRUE(write_xlsx(table(), folder_ / "a.xlsx"));
  const auto size = fs::file_size(folder_ / "a.xlsx");
  for (const auto share : {0.0, 0.2, 0.5, 0.9, 0.99}) {
    fs::copy_file(folder_ / "a.xlsx", folder_ / "b.xlsx", fs::copy_options::overwrite_existing);
    fs::resize_file(folder_ / "b.xlsx", static_cast<std::uintmax_t>(static_cast<double>(size) * share));
    const auto rows = read_xlsx(folder_ / "b.xlsx");
    ASSERT_FALSE(rows) << share;
    EXPECT_EQ(rows.error().code, ErrorCode::invalid_input);
  }
}

TEST_F(Excel, LargerThanItsLimitsIsRefused) {
  ASSERT_TRUE(write_xlsx(table(), folder_ / "a.xlsx"));
  TableLimits limits;
  limits.rows = 2;
  const auto rows = read_xlsx(folder_ / "a.xlsx", limits);
  ASSERT_FALSE(rows);
  EXPECT_NE(rows.error().message.find("more rows than a register"), std::string::npos) << rows.error().message;
}

TEST(Csv, GivesBackWhatWasWrittenAndRunsNothing) {
  const std::string text = csv_text(table());
  EXPECT_NE(text.find("\"\t=1+1\""), std::string::npos) << "a spreadsheet would run it";
  const auto rows = read_csv(text);
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(texts(*rows), kTable);
}

TEST(Csv, OfSemicolonsAndPlainLineEndsIsReadToo) {
  const auto rows = read_csv("so;nksHoTen\n01/2005;A, B\n");
  ASSERT_TRUE(rows);
  EXPECT_EQ(texts(*rows), (Texts{{"so", "nksHoTen"}, {"01/2005", "A, B"}}));
}

TEST(Csv, ThatIsBrokenNamesTheRow) {
  for (const char* broken : {"so,ten\n\"a,b\n", "so,ten\n\"a\"b,c\n"}) {
    const auto rows = read_csv(broken);
    ASSERT_FALSE(rows) << broken;
    EXPECT_NE(rows.error().message.find("row 2"), std::string::npos) << rows.error().message;
  }
}

TEST(JsonLines, BecomeRowsOfTheUnionOfTheirFields) {
  const auto rows = read_json_lines(
      R"({"id":7,"fields":{"so":{"state":"written","value":"01/2005","decided":true},"nksHoTen":{"state":"illegible","value":""}}})"
      "\n\n"
      R"({"fields":{"so":"02/2005","trangSo":12}})"
      "\n");
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(texts(*rows), (Texts{{"sogoc_id", "so", "nksHoTen", "trangSo"},
                                 {"7", "01/2005", "<illegible>", "<unread>"},
                                 {"", "02/2005", "<unread>", "12"}}));
  EXPECT_EQ((*rows)[2].number, 3) << "as an editor counts";
}

TEST(JsonLines, ThatAreNoneAreRefusedByLine) {
  const std::string good = R"({"fields":{"so":"1"}})" "\n";
  for (const char* broken :
       {"so,ten", "[1]", "{\"fields\":[]}", "{\"fields\":{\"so\":true}}", "{\"fields\":{\"so\":{\"state\":\"gone\"}}}",
        "{\"fields\":{\"so\":{\"state\":\"empty\",\"value\":\"x\"}}}", "{\"fields\":{\"so\":{\"state\":\"written\",\"value\":\"\"}}}",
        "{\"id\":{},\"fields\":{}}", "{\"fields\":{\"so\":\"1\""}) {
    const auto rows = read_json_lines(good + broken);
    ASSERT_FALSE(rows) << broken;
    EXPECT_EQ(rows.error().code, ErrorCode::invalid_input);
    EXPECT_NE(rows.error().message.find("line 2"), std::string::npos) << rows.error().message;
  }
}

TEST(JsonLines, DeeperOrLongerThanAnEntryAreRefusedBeforeTheyAreParsed) {
  EXPECT_EQ(read_json_lines(std::string(2'000'000, '[')).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(read_json_lines("{\"fields\":{\"so\":\"" + std::string(200'000, 'a') + "\"}}").error().code, ErrorCode::limit_exceeded);
  TableLimits limits;
  limits.rows = 2;
  EXPECT_EQ(read_json_lines("{\"fields\":{}}\n{\"fields\":{}}\n{\"fields\":{}}\n", limits).error().code, ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace sogoc
