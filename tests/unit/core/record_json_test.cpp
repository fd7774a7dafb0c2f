#include "pipeline/core/record_json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sogoc {
namespace {

Sha256 digest_of(const std::string& text) {
  return sha256_of(std::as_bytes(std::span(text.data(), text.size())));
}

PageRecord full_record() {
  PageRecord record;
  record.file = digest_of("file");
  record.index = PageIndex(4);
  record.origin = PageOrigin::born_digital_render;
  record.master_size = {2480, 3508};
  record.master_resolution = {{300}, {299.5}};
  record.quality.stated = {{300}, {300}};
  record.quality.effective = {{300}, {299.5}};
  record.quality.resolution_source = "paper";
  record.quality.paper = "A4";
  record.quality.findings = {"speckled"};
  record.quality.places = {{"glare", {100, 200, 300, 400}}};
  Picture picture{PictureCoding::jbig2, {2480, 3508}, 1, ColourModel::bilevel, digest_of("p"),
                  digest_of("g"), std::nullopt, {}, true, false, 1};
  PlacedPicture placed;
  placed.role = PictureRole::overlay;
  placed.picture = picture;
  placed.soft_mask = picture;
  placed.place = {2480, 0, 0, 0, 3508, 0};
  record.pictures = {placed};
  PagePart part;
  part.size = {2490, 3520};
  part.resolution = {{300}, {300}};
  part.upright_from_master = {1, 0.01, 3, -0.01, 1, 4};
  part.skew = {-0.57};
  part.deskewed = {0.57};
  part.kept = {0, 0, 2480, 3508};
  part.flattening = Flattening{{2480, 3508}, 2, 2, {{10.25, 20}, {2400, 35.5}, {12, 3300}, {2390.75, 3310}}};
  Region region;
  region.kind = RegionKind::handwriting;
  region.box = {10, 20, 300, 60};
  region.lines = {{{{"Nguyễn", {10, 20, 90, 60}, Confidence::from_percent(91)}}, {10, 20, 90, 60}, 55}};
  region.illegible = true;
  region.source = "ocr";
  part.text.regions = {region};
  part.text.language = "vi";
  part.text.engine = "tesseract";
  record.parts = {part};
  record.red_seal = true;
  record.secrecy_marks = {"MẬT"};
  record.doubts = {"orientation is unsure"};
  record.thumbnail = digest_of("t");
  RegisterPage page;
  page.layout = "ks-table";
  page.layout_confidence = Confidence::from_fraction(0.9);
  page.page_numbers = {{0, {"trangSo", "12", ValueState::read, Confidence::from_fraction(0.8), false,
                            {1, 2, 30, 40}, "print", {"72"}, {}}}};
  EntryReading entry;
  entry.box = {0, 100, 2000, 180};
  entry.continues_previous = true;
  entry.struck_out = true;
  entry.fields = {{"so", "01/2005", ValueState::read, Confidence::from_fraction(0.7), true,
                   {1, 2, 3, 4}, "handwriting", {"07/2005"}, {"overwritten"}},
                  {"nksHoTen", "", ValueState::illegible, {}, false, {}, "handwriting", {}, {}}};
  entry.notes = {{"margin", "đã cải chính", {5, 6, 7, 8}}};
  page.entries = {entry};
  page.findings = {"broken_ruling"};
  page.look = "00ff00ff00ff00ff";
  record.register_page = page;
  return record;
}

TEST(PageRecordJson, ComesBackAsItWas) {
  const PageRecord record = full_record();
  const auto back = page_record_from_json(to_json(record));
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(*back, record);
}

TEST(PageRecordJson, NamesTheKeyThatIsMissing) {
  std::string json = to_json(full_record());
  json.replace(json.find("\"red_seal\""), 10, "\"red_sea1\"");
  const auto back = page_record_from_json(json);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(back.error().message, "'red_seal' is missing");
}

TEST(PageRecordJson, OfBeforeRegistersWereReadHasNone) {
  std::string json = to_json(full_record());
  const auto at = json.find(",\"register\":");
  ASSERT_NE(at, std::string::npos);
  json = json.substr(0, at) + "}";
  const auto back = page_record_from_json(json);
  ASSERT_TRUE(back);
  EXPECT_FALSE(back->register_page);
}

TEST(PageRecordJson, RefusesARegisterThatNoReaderWrites) {
  const std::string good = to_json(full_record());
  for (const auto& [from, to] : {std::pair{"\"key\":\"so\"", "\"key\":\"nksHoTen\""},
                                 std::pair{"\"continues_previous\":true", "\"continues\":true"},
                                 std::pair{"00ff00ff00ff00ff", "00ff"},
                                 std::pair{"\"state\":\"illegible\"", "\"state\":\"unknown\""}}) {
    std::string json = good;
    json.replace(json.find(from), std::string(from).size(), to);
    EXPECT_FALSE(page_record_from_json(json)) << to;
  }
}

TEST(PageRecordJson, OfAScanSaysNothingOfPhotographs) {
  PageRecord record = full_record();
  record.parts[0].flattening.reset();
  record.quality.places.clear();
  const std::string json = to_json(record);
  EXPECT_EQ(json.find("flattening"), std::string::npos);
  EXPECT_EQ(json.find("places"), std::string::npos);
  EXPECT_EQ(page_record_from_json(json).value(), record);
}

TEST(PageRecordJson, RefusesAMeshThatIsNone) {
  const std::string good = to_json(full_record());
  for (const auto& [from, to] : {std::pair{"\"columns\":2", "\"columns\":3"}, std::pair{"\"columns\":2", "\"columns\":1"},
                                 std::pair{"[10.25,", "[1e300,"}, std::pair{"[10.25,", "[\"10\","},
                                 std::pair{"[10.25,", "["}}) {
    std::string json = good;
    ASSERT_NE(json.find(from), std::string::npos) << from;
    json.replace(json.find(from), std::string(from).size(), to);
    EXPECT_FALSE(page_record_from_json(json)) << to;
  }
}

TEST(PageRecordJson, RefusesWhatIsCutOffAnywhere) {
  const std::string json = to_json(full_record());
  for (std::size_t length = 0; length < json.size(); length += 7)
    EXPECT_FALSE(page_record_from_json(json.substr(0, length)));
}

TEST(PageRecordJson, RefusesAPageWithoutParts) {
  PageRecord record = full_record();
  record.parts.clear();
  EXPECT_FALSE(page_record_from_json(to_json(record)));
}

TEST(PageRecordJson, RefusesNumbersThatNoPageCanHave) {
  const std::string json = to_json(full_record());
  for (const char* bad : {"1e300", "-3", "\"2480\"", "null", "[]", "99999999999999999999"}) {
    std::string changed = json;
    const std::string size = "\"master_size\":[2480";
    changed.replace(changed.find(size), size.size(), std::string("\"master_size\":[") + bad);
    EXPECT_FALSE(page_record_from_json(changed)) << bad;
  }
}

TEST(PageRecordJson, KeepsTextThatIsNoUtf8WithoutFailing) {
  PageRecord record = full_record();
  record.parts[0].text.regions[0].lines[0].words[0].text = "a\xff" "b";
  EXPECT_TRUE(page_record_from_json(to_json(record)));
}

TEST(DocumentRecordJson, ComesBackAsItWas) {
  DocumentRecord record;
  record.pdf = digest_of("pdf");
  record.text = digest_of("text");
  record.alto = digest_of("alto");
  record.pdf_bytes = 123456;
  record.pages = 3;
  record.conformance = "PDF/A-2u";
  record.metadata.fields = {{"subject", "Về việc thử", ValueState::read,
                             Confidence::from_fraction(0.5), 1, {1, 2, 3, 4}, "text"}};
  record.metadata.doubts = {"two signers"};
  const auto back = document_record_from_json(to_json(record));
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(*back, record);
}

TEST(MetadataJson, HasAnObjectAKeyInTheOrderGiven) {
  DocumentMetadata metadata;
  metadata.fields = {{"typeName", "Công văn", ValueState::read, Confidence::from_fraction(1), 1, {}, "layout"},
                     {"codeNumber", "", ValueState::handwritten, {}, 1, {5, 6, 7, 8}, "layout"}};
  const std::string json = metadata_json(metadata);
  EXPECT_LT(json.find("typeName"), json.find("codeNumber"));
  EXPECT_NE(json.find("\"state\": \"handwritten\""), std::string::npos);
  EXPECT_EQ(json.find("\"key\""), std::string::npos);
}

TEST(ErrorJson, KeepsCodeAdviceAndContext) {
  Error error{ErrorCode::no_space, Retry::after_operator, "disk", "it is full", {"writing"}, {}};
  const auto back = error_from_json(to_json(error));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->code, error.code);
  EXPECT_EQ(back->retry, error.retry);
  EXPECT_EQ(to_string(*back), "writing: disk: it is full [no_space]");
}

}  // namespace
}  // namespace sogoc
