// Where things stand: nothing overlaps, nothing leaves the page, nothing is left out.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "models/copy_catalog.hpp"
#include "tests/unit/copy_write/test_copies.hpp"
#include "workers/copy_write/qr_symbol.hpp"
#include "workers/copy_write/sheet_layout.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

struct Box {
  double left, top, right, bottom;
  const char* what;
};

bool meet(const Box& a, const Box& b) {
  constexpr double kTouch = 0.05;  // points: neighbours may touch
  return a.left < b.right - kTouch && b.left < a.right - kTouch && a.top < b.bottom - kTouch &&
         b.top < a.bottom - kTouch;
}

Box box_of(const PlacedLine& line) { return {line.x, line.top(), line.right(), line.bottom(), "line"}; }

// Everything on the page as boxes. A rule is a line's own underline or stands free: only its
// middle is taken, so that it may touch.
std::vector<Box> boxes_of(const LaidPage& page) {
  std::vector<Box> boxes;
  for (const PlacedLine& line : page.content.lines) boxes.push_back(box_of(line));
  for (const PlacedField& field : page.content.fields)
    boxes.push_back({field.left, field.top, field.right, field.bottom, "field"});
  for (const PlacedSymbol& symbol : page.content.symbols) {
    const double quiet = 4 * symbol.module_pt, side = symbol.symbol.modules * symbol.module_pt;
    boxes.push_back({symbol.x - quiet, symbol.y - quiet, symbol.x + side + quiet,
                     symbol.y + side + quiet, "symbol"});
  }
  for (const PlacedRule& rule : page.content.rules)
    boxes.push_back({rule.x, rule.y - 0.1, rule.x + rule.width, rule.y + 0.1, "rule"});
  if (page.image)
    boxes.push_back({page.image_left, page.image_top, page.image_left + page.image_width,
                     page.image_top + page.image_height, "image"});
  return boxes;
}

class LaidOut : public ::testing::Test {
 protected:
  Result<std::vector<LaidPage>> lay(const CopyDraft& draft, const std::vector<ImagePageSize>& images) {
    SOGOC_TRY(const CopyCatalog catalog, CopyCatalog::load_kind(kForms, draft.kind));
    SOGOC_TRY(CopyTemplate chosen, catalog.version(draft.kind, draft.template_version));
    SOGOC_TRY(FilledForm form, FilledForm::fill(std::move(chosen), draft));
    SOGOC_TRY(FontSet fonts, FontSet::open("/usr/share/fonts/truetype/croscore"));
    std::optional<QrSymbol> symbol;
    if (!draft.qr_payload.empty()) {
      SOGOC_TRY(symbol, qr_symbol(draft.qr_payload));
    }
    return lay_out(form, fonts, images, draft.marks, symbol);
  }
  std::vector<LaidPage> judged(const CopyDraft& draft, const std::string& name,
                               const ImagePageSize& image = {595.28, 841.89}) {
    std::vector<ImagePageSize> images;
    if (draft.images) images.assign(draft.images->pages.size(), image);
    auto pages = lay(draft, images);
    EXPECT_TRUE(pages) << name << ": " << to_string(pages.error());
    if (!pages) return {};
    for (std::size_t at = 0; at < pages->size(); ++at) {
      const LaidPage& page = (*pages)[at];
      const std::vector<Box> boxes = boxes_of(page);
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        const Box& box = boxes[i];
        EXPECT_TRUE(box.left >= -0.01 && box.top >= -0.01 && box.right <= page.width + 0.01 && box.bottom <= page.height + 0.01)
            << name << " page " << at + 1 << ": a " << box.what << " leaves the page";
        for (std::size_t j = i + 1; j < boxes.size(); ++j)
          EXPECT_FALSE(meet(box, boxes[j])) << name << " page " << at + 1 << ": a " << box.what << " at ("
                                            << box.left << ", " << box.top << ") meets a " << boxes[j].what;
      }
    }
    return std::move(*pages);
  }
  const std::filesystem::path kForms = std::filesystem::path(SOGOC_SOURCE_DIR) / "models/copies";
  const Sha256 source_{};
};

std::string many(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += (i == 0 ? "" : " ") + text;
  return all;
}

std::size_t lines_of(const std::vector<LaidPage>& pages) {
  std::size_t count = 0;
  for (const LaidPage& page : pages) count += page.content.lines.size();
  return count;
}

TEST_F(LaidOut, NothingOverlapsInAnyKind) {
  for (const std::string& kind : copy_kinds()) judged(draft_of(kind, source_), kind);
}

TEST_F(LaidOut, NothingOverlapsWithTheShortestValues) {
  for (const std::string& kind : copy_kinds()) {
    CopyDraft draft = draft_of(kind, source_);
    for (auto& [key, value] : draft.values) value = "1";
    for (CopyField& field : draft.fields) field = {"A", "B"};
    judged(draft, kind);
  }
}

TEST_F(LaidOut, NothingOverlapsWithValuesOfManyLines) {
  for (const std::string& kind : copy_kinds()) {
    CopyDraft draft = draft_of(kind, source_);
    for (auto& [key, value] : draft.values) value = many(value, 5);
    for (CopyField& field : draft.fields) field = {many(field.label, 8), many("Ẫ Ợ gỵ " + field.value, 30)};
    judged(draft, kind);
  }
}

TEST_F(LaidOut, NothingOverlapsWithWordsThatDoNotEnd) {
  for (const std::string& kind : copy_kinds()) {
    CopyDraft draft = draft_of(kind, source_);
    for (auto& [key, value] : draft.values)
      if (key != "signing_time_iso") value = many(value, 1) + std::string(150, 'W');
    for (CopyField& field : draft.fields) field = {std::string(90, 'M'), std::string(400, 'i')};
    judged(draft, kind);
  }
}

TEST_F(LaidOut, NothingOverlapsAroundPagesOfAnySize) {
  for (const ImagePageSize& size : {ImagePageSize{10, 10}, ImagePageSize{300, 420}, ImagePageSize{1190.55, 841.89}, ImagePageSize{5000, 200}})
    for (const char* kind : {"sao_y", "reader_copy", "print_form", "certified_copy"}) {
      const std::vector<LaidPage> pages = judged(draft_of(kind, source_), kind, size);
      ASSERT_FALSE(pages.empty());
      EXPECT_EQ(pages[0].image_width, size.width) << "the ratio is 100 %";
      EXPECT_EQ(pages[0].image_height, size.height);
    }
}

TEST_F(LaidOut, ASubjectOfThirtyLinesIsAllThere) {
  CopyDraft draft = draft_of("trich_sao", source_);
  std::string subject;
  for (int i = 1; i <= 30; ++i) subject += (i == 1 ? "" : "\n") + std::string("Dòng ") + std::to_string(i);
  const std::size_t before = lines_of(judged(draft, "trich_sao"));
  const std::size_t was = 1;
  set_value(draft, "source_title", subject);
  EXPECT_EQ(lines_of(judged(draft, "trich_sao")), before + 30 - was + 2) << "and a second page has a head and a footer";
}

TEST_F(LaidOut, TwoHundredFieldsRunOverPagesInTheirOrder) {
  CopyDraft draft = draft_of("register_copy", source_);
  draft.images.reset();
  draft.fields.clear();
  for (int i = 1; i <= 200; ++i)
    draft.fields.push_back({"Mục số " + std::to_string(i), i % 7 == 0 ? many("giá trị dài", 20) : "giá trị"});
  const std::vector<LaidPage> pages = judged(draft, "register_copy");
  EXPECT_GT(pages.size(), 4u);
  for (std::size_t i = 1; i < pages.size(); ++i)
    EXPECT_TRUE(std::any_of(pages[i].content.lines.begin(), pages[i].content.lines.end(),
                            [](const PlacedLine& line) { return line.line.size_pt == 11 && line.bottom() < 80; }))
        << "page " << i + 1 << " has no head";
}

TEST_F(LaidOut, TheSignerNeverStandsAlone) {
  // However long the text is, the page with the signer holds at least two lines of it.
  for (int words = 150; words < 900; words += 15) {
    CopyDraft draft = draft_of("not_found_reply", source_);
    set_value(draft, "result", many("nội dung", words));
    const std::vector<LaidPage> pages = judged(draft, "not_found_reply");
    const auto& last = pages.back().content.lines;
    EXPECT_GE(std::count_if(last.begin(), last.end(), [](const PlacedLine& line) { return line.line.size_pt == 14; }),
              pages.size() == 1 ? 1 : 4)  // two of the text, title and name of the signer
        << words << " words";
  }
}

TEST_F(LaidOut, TheBlockIsAtTheTopRightOfTheFirstPageOnly) {
  for (const char* kind : {"sao_y", "register_copy", "certified_copy", "reader_copy"}) {
    CopyDraft draft = draft_of(kind, source_);
    draft.images->pages = {1, 2, 3};
    const std::vector<LaidPage> pages = judged(draft, kind);
    for (std::size_t i = 0; i < pages.size(); ++i)
      for (const PlacedField& field : pages[i].content.fields)
        if (field.role == "Body") {
          EXPECT_EQ(i, 0u) << kind;
          EXPECT_GT(field.left, pages[i].width / 2) << kind;
          EXPECT_LT(field.bottom, 80) << kind;
          for (const PlacedLine& line : field.lines) EXPECT_EQ(line.line.size_pt, 10) << kind;
        }
  }
}

TEST_F(LaidOut, APartHigherThanAPageIsRefused) {
  CopyDraft draft = draft_of("hand_over_receipt", source_);
  std::string tower;
  for (int i = 0; i < 80; ++i) tower += "Ủy ban\n";
  set_value(draft, "body", tower);
  const auto pages = lay(draft, {});
  ASSERT_FALSE(pages);
  EXPECT_EQ(pages.error().code, ErrorCode::limit_exceeded);
}

TEST(Paragraph, PageBreaksLeaveTwoLinesTogether) {
  auto fonts = FontSet::open("/usr/share/fonts/truetype/croscore");
  ASSERT_TRUE(fonts);
  Typesetter typesetter(*fonts);
  for (int lines = 1; lines <= 7; ++lines) {
    std::string text;
    for (int i = 0; i < lines; ++i) text += (i == 0 ? "" : "\n") + std::string("dòng");
    const auto strips = typesetter.paragraph({{text, false, false}}, 13, 300, "left");
    ASSERT_TRUE(strips);
    ASSERT_EQ(strips->size(), static_cast<std::size_t>(lines));
    for (int i = 0; i < lines; ++i)
      EXPECT_EQ((*strips)[static_cast<std::size_t>(i)].may_break_after, i + 1 == lines || (i >= 1 && lines - i - 1 >= 2))
          << "line " << i + 1 << " of " << lines;
  }
}

TEST(Paragraph, JustifiedLinesEndAtTheMarginAndTheLastDoesNot) {
  auto fonts = FontSet::open("/usr/share/fonts/truetype/croscore");
  ASSERT_TRUE(fonts);
  Typesetter typesetter(*fonts);
  const auto strips = typesetter.paragraph({{many("căn cứ quy định của pháp luật", 12), false, false}}, 13, 300, "justify", 20);
  ASSERT_TRUE(strips);
  ASSERT_GT(strips->size(), 3u);
  EXPECT_EQ((*strips)[0].lines[0].x, 20);
  for (std::size_t i = 0; i + 1 < strips->size(); ++i)
    EXPECT_NEAR((*strips)[i].lines[0].right(), 300, 0.01);
  EXPECT_EQ(strips->back().lines[0].stretch, 0);
}

TEST(Paragraph, ALongWordBreaksWhereUnicodeAllowsAndKeepsEveryLetter) {
  auto fonts = FontSet::open("/usr/share/fonts/truetype/croscore");
  ASSERT_TRUE(fonts);
  Typesetter typesetter(*fonts);
  const std::string address = "https://tracuu.example.vn/ban-sao/7Q2M4XKD9V3HN8RTABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const auto lines = typesetter.set({{address, false, false}}, 13, 120);
  ASSERT_TRUE(lines);
  EXPECT_GT(lines->size(), 2u);
  std::size_t glyphs = 0;
  for (const SetLine& line : *lines) {
    EXPECT_LE(line.width, 120.01);
    for (const SetWord& word : line.words)
      for (const ShapedText& piece : word.pieces) glyphs += piece.glyphs.size();
  }
  EXPECT_EQ(glyphs, address.size());
}

}  // namespace
}  // namespace sogoc
