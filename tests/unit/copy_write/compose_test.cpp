// What a composed copy says, and what it refuses to say.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "models/copy_catalog.hpp"
#include "tests/unit/copy_write/test_copies.hpp"
#include "workers/pades/pades.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

class Composing : public ::testing::Test {
 protected:
  std::string text(const CopyDraft& draft) {
    const auto made = bench_.compose(draft);
    if (!made) return "FAILED: " + to_string(made.error());
    return one_line(text_of_pdf(bench_.pdf()));
  }
  std::string refusal(const CopyDraft& draft) {
    const auto made = bench_.compose(draft);
    EXPECT_FALSE(std::filesystem::exists(bench_.pdf())) << "a refused copy leaves no file";
    return made ? "" : to_string(made.error());
  }
  static std::string bytes(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  CopyBench bench_;
};

TEST_F(Composing, EveryKindIsAFileThatOthersRead) {
  for (const std::string& kind : copy_kinds()) {
    const auto made = bench_.compose(bench_.draft(kind), kind);
    ASSERT_TRUE(made) << kind << ": " << to_string(made.error());
    EXPECT_EQ(qpdf_complaints(bench_.pdf(kind)), "") << kind;
    EXPECT_EQ(made->bytes, std::filesystem::file_size(bench_.pdf(kind))) << kind;
  }
}

TEST_F(Composing, TheRegistersWordsComeBackAsTheyWereWritten) {
  CopyDraft draft = bench_.draft("register_copy");
  draft.fields = {{"Họ, chữ đệm, tên", "Hoàng Thuỳ Linh Hoà"},  // old and new places of the tone mark
                  {"Ghi chú", "Gạch bỏ \"1997\", chữa thành \"1998\" <ký>"}};
  const std::string said = text(draft);
  EXPECT_TRUE(holds(said, "Họ, chữ đệm, tên: Hoàng Thuỳ Linh Hoà")) << said;
  EXPECT_TRUE(holds(said, "Gạch bỏ \"1997\", chữa thành \"1998\" <ký>")) << said;
}

TEST_F(Composing, EveryVietnameseLetterComesBackInEveryFace) {
  std::string letters;
  for (const std::string& line : every_vietnamese_letter()) letters += line + " ";
  letters = one_line(letters);
  letters.pop_back();
  CopyDraft draft = bench_.draft("register_copy");
  draft.images.reset();
  draft.fields = {{"Chữ", letters}};
  set_value(draft, "source_title", letters);  // bold
  EXPECT_TRUE(holds(text(draft), letters)) << text(draft);
  CopyDraft receipt = bench_.draft("hand_over_receipt");
  set_value(receipt, "place", letters);  // italic
  EXPECT_TRUE(holds(text(receipt), letters)) << text(receipt);
}

TEST_F(Composing, DecomposedLettersAreComposed) {
  CopyDraft draft = bench_.draft("register_copy");
  draft.fields = {{"Tên", "Nguye\xCC\x82\xCC\x83n"}};  // e, circumflex, tilde
  EXPECT_TRUE(holds(text(draft), "Tên: Nguyễn"));
}

TEST_F(Composing, WhatTheRegisterDoesNotSayIsSaidToBeMissing) {
  EXPECT_TRUE(holds(text(bench_.draft("register_copy")), "Nơi cư trú: (sổ gốc không ghi)"));
}

TEST_F(Composing, TheFirstPageShowsFormBodyAndTime) {
  const auto made = bench_.compose(bench_.draft("sao_y"));
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_TRUE(text_of_pdf(bench_.pdf()).find("Sao y\nỦy ban nhân dân xã Đông Thạnh\n05-09-2026 14:03:22 +07:00") !=
              std::string::npos)
      << text_of_pdf(bench_.pdf());
  for (const WordOnPage& word : words_of_pdf(bench_.pdf()))
    if (word.text == "+07:00") {
      EXPECT_GT(word.left, 300);  // top right of a page of 595 points
      EXPECT_LT(word.bottom, 80);
    }
}

TEST_F(Composing, TheConversionMarkSaysWhenAndWho) {
  const std::string said = text(bench_.draft("certified_copy"));
  EXPECT_TRUE(holds(said, "chuyển đổi từ văn bản giấy")) << said;
  EXPECT_TRUE(holds(said, "Thời gian chuyển đổi: 05-09-2026 13:58:10 +07:00. Người chuyển đổi: Lê Thị Bích Hằng."));
  EXPECT_TRUE(holds(bytes(bench_.pdf()), "<sogoc:converter>Lê Thị Bích Hằng</sogoc:converter>"));
}

TEST_F(Composing, EveryPageCarriesNumberAndPage) {
  CopyDraft draft = bench_.draft("certified_copy");
  draft.images->pages = {1, 2};
  const std::string said = text(draft);
  for (const char* page : {"1/3", "2/3", "3/3"})
    EXPECT_TRUE(holds(said, "Bản sao số 05/2026-SCT/BS - Trang " + std::string(page))) << said;
}

TEST_F(Composing, TheHoleIsWhereTheAnswerSays) {
  for (const std::string& kind : copy_kinds()) {
    const CopyDraft draft = bench_.draft(kind);
    const auto made = bench_.compose(draft);
    ASSERT_TRUE(made) << kind;
    if (draft.signatures.empty()) {
      EXPECT_EQ(made->hole_end, 0u) << kind;
      continue;
    }
    const auto checked = check_hole(bench_.pdf(), {made->hole_begin, made->hole_end, made->bytes});
    EXPECT_TRUE(checked) << kind << ": " << to_string(checked.error());
    const std::string file = bytes(bench_.pdf());
    EXPECT_TRUE(holds(file, draft.signatures.size() == 1 ? "/P 1 " : "/P 2 ")) << kind;
    for (const CopySignatureField& field : draft.signatures)
      EXPECT_TRUE(holds(file, "/T (" + field.name + ")")) << kind;
  }
}

TEST_F(Composing, TheSameDraftGivesTheSameBytes) {
  const CopyDraft draft = bench_.draft("certified_copy");
  ASSERT_TRUE(bench_.compose(draft, "first"));
  ASSERT_TRUE(bench_.compose(draft, "second"));
  EXPECT_EQ(bytes(bench_.pdf("first")), bytes(bench_.pdf("second")));
}

TEST_F(Composing, EveryFaultOfADraftIsNamedAtOnce) {
  CopyDraft draft = bench_.draft("sao_y");
  set_value(draft, "converter", "");
  set_value(draft, "signing_time", "  ");
  set_value(draft, "colour", "blue");
  draft.signatures.clear();
  const std::string said = refusal(draft);
  for (const char* fault : {"the value 'converter' is missing", "the value 'signing_time' is missing",
                            "the value 'colour' is unknown", "the signatures must be [Body]"})
    EXPECT_TRUE(holds(said, fault)) << said;
}

TEST_F(Composing, RefusesCharactersThatCannotBeCertified) {
  for (const auto& [bad, shown] : std::vector<std::pair<std::string, std::string>>{
           {"\xE2\x80\xAE", "U+202E"}, {"\x01", "U+0001"}, {"\xEF\xBF\xBD", "U+FFFD"}, {"\xE2\x80\x8B", "U+200B"}, {"\xEE\x80\x80", "U+E000"}}) {
    CopyDraft draft = bench_.draft("register_copy");
    draft.fields[0].value += bad;
    EXPECT_TRUE(holds(refusal(draft), "field 1 holds " + shown)) << refusal(draft);
  }
}

TEST_F(Composing, NamesALetterThatTheFontDoesNotHave) {
  CopyDraft draft = bench_.draft("register_copy");
  draft.fields[0].value = "阮 Nguyễn";
  EXPECT_TRUE(holds(refusal(draft), "the font has no U+962E")) << refusal(draft);
}

TEST_F(Composing, RefusesPagesThatAreNotThere) {
  CopyDraft draft = bench_.draft("sao_y");
  draft.images->pages = {1, 3};
  EXPECT_TRUE(holds(refusal(draft), "has no page 3")) << refusal(draft);
  draft = bench_.draft("sao_y");
  draft.images.reset();
  EXPECT_TRUE(holds(refusal(draft), "pages are missing")) << refusal(draft);
}

TEST_F(Composing, RefusesAnArchivedFileThatChanged) {
  std::ofstream(bench_.source_pdf(), std::ios::app) << "\n";
  const auto made = bench_.compose(bench_.draft("sao_y"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::corrupt);
}

TEST_F(Composing, RefusesAFrameOutsideThePage) {
  for (const CopyMark mark : {CopyMark{2, 0, 0, 1, 1}, CopyMark{1, 0.5, 0, 0.4, 1}, CopyMark{1, 0, 0, 1.2, 1}}) {
    CopyDraft draft = bench_.draft("register_copy");
    draft.marks = {mark};
    EXPECT_TRUE(holds(refusal(draft), "does not lie on a page"));
  }
}

TEST_F(Composing, RefusesAQrPayloadThatCannotBePrinted) {
  CopyDraft draft = bench_.draft("sao_y");
  draft.qr_payload = std::string(1300, 'a');
  EXPECT_TRUE(holds(refusal(draft), "1 to 1200 bytes"));
}

TEST_F(Composing, RefusesAnotherVersionThanTheRulesKnow) {
  CopyDraft draft = bench_.draft("sao_y");
  draft.template_version = "1999-01-01";
  EXPECT_TRUE(holds(refusal(draft), "no version of this form from 1999-01-01"));
}

TEST_F(Composing, AnUnsignedReadersCopyHasNoField) {
  CopyDraft draft = bench_.draft("reader_copy");
  draft.signatures.clear();
  const std::string said = text(draft);
  EXPECT_TRUE(holds(said, "BẢN SAO")) << said;
  EXPECT_FALSE(holds(bytes(bench_.pdf()), "/AcroForm"));
}

}  // namespace
}  // namespace sogoc
