// Marks of secrecy and urgency.

#include "tests/unit/metadata/reading.hpp"

namespace sogoc::testing {
namespace {

std::vector<std::string> secrets(const LetterBuilder& builder) {
  return shared_reader().secrecy_marks(builder.pages().front().parts.front());
}
using Marks = std::vector<std::string>;

TEST(SecrecyMarks, StandAloneNearTheHead) {
  EXPECT_EQ(secrets(decision().place("MẬT", 640, 512)), Marks{"MẬT"});
  EXPECT_EQ(secrets(decision().place("TỐI MẬT", 640, 512)), Marks{"TỐI MẬT"});
  EXPECT_EQ(secrets(decision().place("TUYỆT MẬT", 640, 512)), Marks{"TUYỆT MẬT"});
  EXPECT_EQ(secrets(decision().place("Độ mật: Tối mật", 400, 512)), Marks{"TỐI MẬT"});
}

TEST(SecrecyMarks, AreSeenThroughNoise) {
  EXPECT_EQ(secrets(decision().place("|MẠT|", 640, 512)), Marks{"MẬT"});
  EXPECT_EQ(secrets(decision().place("M Ậ T", 640, 512)), Marks{"MẬT"});
  EXPECT_EQ(secrets(decision().place("TUYỆF MẬT", 640, 512)), Marks{"TUYỆT MẬT"});
  EXPECT_EQ(secrets(decision().place("TÓI MẬT", 640, 512)), Marks{"TỐI MẬT"});
  EXPECT_EQ(secrets(decision().sure(0.3).place("MẬT", 640, 512)), Marks{"MẬT"});
}

TEST(SecrecyMarks, InAStampMayBeAnywhere) {
  EXPECT_EQ(secrets(decision().stamp("TỐI MẬT", 1200, 3000)), Marks{"TỐI MẬT"});
  EXPECT_EQ(secrets(decision().stamp("MẬT", 100, 60)), Marks{"MẬT"});
}

TEST(SecrecyMarks, AreNotWordsOfASentence) {
  LetterBuilder letter = decision();
  letter.body("Bảo vệ bí mật nhà nước theo danh mục tối mật và tuyệt mật của MẶT TRẬN", 6);
  letter.centre("QUY CHẾ BẢO VỆ BÍ MẬT NHÀ NƯỚC CỦA TỈNH HẢI AN");
  letter.place("MẶT TRẬN TỔ QUỐC", 500, 700).place("Mật", 1200, 1500).place("1. Mật độ", 400, 1400);
  EXPECT_EQ(secrets(letter), Marks{});
}

TEST(SecrecyMarks, GoIntoTheMetadata) {
  const ReadFields read = read_fields(decision().place("MẬT", 640, 512));
  EXPECT_EQ(read.value("secrecy"), "MẬT");
  EXPECT_EQ(read["secrecy"].page, 1);
  // and stand in no other field
  expect_fields(read, {{"organName", "SỞ TÀI CHÍNH"},
                       {"subject", "Về việc ban hành Quy chế làm việc của Sở Tài chính"}});
}

TEST(UrgencyMarks, AreReadAndStayOutOfOtherFields) {
  for (const char* mark : {"KHẨN", "THƯỢNG KHẨN", "HỎA TỐC"}) {
    const ReadFields read = read_fields(decision().place(mark, 640, 512));
    EXPECT_EQ(read.value("urgency"), mark);
    EXPECT_EQ(read.value("secrecy"), "");
    EXPECT_EQ(read.value("organName"), "SỞ TÀI CHÍNH");
  }
}

TEST(RedSeal, ComesFromTheColourOfThePage) {
  LetterBuilder letter = decision();
  letter.recipients({"- Như Điều 3;"}).signer({"GIÁM ĐỐC"}, "Trần Văn Bình");
  EXPECT_EQ(read_fields(letter).value("hasRedSeal"), "n");
  letter.red_seal();
  const ReadFields read = read_fields(letter);
  EXPECT_EQ(read.value("hasRedSeal"), "y");
  EXPECT_EQ(read["hasRedSeal"].source, "colour");
}

}  // namespace
}  // namespace sogoc::testing
