// The coordinator's view of a file: bytes, a hole, a digest.

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/signable_pdf.hpp"
#include "workers/pades/pades.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

class Hole : public ::testing::Test {
 protected:
  Hole() : hole_(write_signable_pdf(file_)), good_(bytes_in(file_)) {}
  // Why a file with these bytes and this hole is refused; "" when it is not.
  std::string refusal(const std::string& bytes, const SignatureHole& hole) {
    write_bytes(file_, bytes);
    const Done done = check_hole(file_, hole);
    if (!done) {
      EXPECT_EQ(done.error().code, ErrorCode::invalid);
    }
    return done ? "" : done.error().message;
  }
  TestFolder folder_;
  std::filesystem::path file_ = folder_.path() / "copy.pdf";
  SignatureHole hole_;
  std::string good_;
};

TEST_F(Hole, OfAFileAsComposedIsAccepted) {
  EXPECT_EQ(refusal(good_, hole_), "");
  EXPECT_EQ(hole_.capacity(), kCmsCapacity);
  EXPECT_EQ(good_[hole_.begin], '<');
  EXPECT_EQ(good_[hole_.end - 1], '>');
}

TEST_F(Hole, IsRefusedWhenItDoesNotLieInTheFile) {
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t size = hole_.file_bytes;
  for (const SignatureHole& hole :
       std::vector<SignatureHole>{{0, 0, size},
                                  {hole_.end, hole_.begin, size},
                                  {hole_.begin, hole_.begin, size},
                                  {hole_.begin, size + 2, size},
                                  {hole_.begin, most, size},
                                  {most - 1, most, size},
                                  {size, size + 100, size},
                                  {0, hole_.end, size},
                                  {hole_.begin, hole_.end, size + 1},
                                  {hole_.begin, hole_.end, size - 1},
                                  {hole_.begin, hole_.end, most},
                                  {hole_.begin + 1, hole_.end, size},
                                  {hole_.begin, hole_.end - 2, size},
                                  {hole_.begin + 2, hole_.end - 2, size}}) {
    EXPECT_NE(refusal(good_, hole), "") << hole.begin << " " << hole.end << " " << hole.file_bytes;
    const auto digest = byte_range_digest(file_, hole);
    if (hole.end > size || hole.begin >= hole.end || hole.file_bytes != size) {
      EXPECT_FALSE(digest);
    }
  }
}

TEST_F(Hole, IsRefusedWhenItIsNotZeros) {
  for (const std::uint64_t at :
       {hole_.begin, hole_.begin + 1, hole_.begin + 777, hole_.end - 2, hole_.end - 1}) {
    std::string bytes = good_;
    bytes[at] = '1';
    EXPECT_NE(refusal(bytes, hole_), "") << at;
  }
}

TEST_F(Hole, IsRefusedWhenTheByteRangeSaysAnythingElse) {
  const std::size_t range = good_.rfind("/ByteRange", hole_.begin);
  const std::size_t open = good_.find('[', range);
  const std::size_t close = good_.find(']', range);
  const auto with = [&](std::string text) {
    text.resize(close - open - 1, ' ');
    std::string bytes = good_;
    return bytes.replace(open + 1, text.size(), text);
  };
  const auto numbers = hole_.byte_range();
  const std::string a = std::to_string(numbers[1]), b = std::to_string(numbers[2]),
                    c = std::to_string(numbers[3]);
  EXPECT_EQ(refusal(with("0 " + a + " " + b + " " + c), hole_), "");
  for (const std::string& text :
       {"0 " + a + " " + b + " " + std::to_string(numbers[3] - 1),  // not to the end
        "0 " + std::to_string(numbers[1] - 1) + " " + b + " " + c,  // a gap before
        "0 " + b + " " + a + " " + c,                               // overlapping
        "1 " + a + " " + b + " " + c,                               // not from the start
        "0 " + a + " " + b,                                         // three numbers
        "0 " + a + " " + b + " " + c + " 5",                        // five
        "0 -" + a + " " + b + " " + c, "0 " + a + ".0 " + b + " " + c,
        std::string("0 18446744073709551616 1 1"), std::string("0 9999999999 9999999999 999")})
    EXPECT_NE(refusal(with(text), hole_), "") << text;
  std::string renamed = good_;
  renamed.replace(range, 10, "/ByteRanje");
  EXPECT_NE(refusal(renamed, hole_), "");
}

TEST_F(Hole, IsRefusedWhenAnotherHoleIsInTheFile) {
  // A second hole in place of other bytes of the file, so that the size stays.
  std::string bytes = good_;
  const std::size_t other =
      bytes.find("/ICCBased") != std::string::npos ? bytes.find("/ICCBased") : 200;
  bytes.replace(other, 70, "<" + std::string(68, '0') + ">");
  EXPECT_NE(refusal(bytes, hole_).find("more than one"), std::string::npos);
}

TEST_F(Hole, IsRefusedWhenTheFileGoesOnBehindIt) {
  std::string bytes = good_ + "9 0 obj\nnull\nendobj\n";
  EXPECT_NE(refusal(bytes, hole_), "");
  EXPECT_NE(refusal(bytes, {hole_.begin, hole_.end, bytes.size()}), "");
}

TEST_F(Hole, DigestCoversEveryByteButTheHole) {
  const Sha256 digest = byte_range_digest(file_, hole_).value();
  const std::string covered = good_.substr(0, hole_.begin) + good_.substr(hole_.end);
  EXPECT_EQ(digest, sha256_of(std::as_bytes(std::span(covered))));
  for (const std::uint64_t at :
       {std::uint64_t{9}, hole_.begin - 1, hole_.end, hole_.file_bytes - 2}) {
    std::string bytes = good_;
    bytes[at] ^= 1;
    write_bytes(file_, bytes);
    EXPECT_NE(byte_range_digest(file_, hole_).value(), digest) << at;
  }
  std::string bytes = good_;
  bytes[hole_.begin + 5] = 'a';
  write_bytes(file_, bytes);
  EXPECT_EQ(byte_range_digest(file_, hole_).value(), digest);
}

TEST_F(Hole, IsFilledOnceAndTheRestStays) {
  const Sha256 digest = byte_range_digest(file_, hole_).value();
  const std::vector<std::uint8_t> cms{0x30, 0x03, 0x02, 0x01, 0xAB};
  ASSERT_TRUE(fill_hole(file_, hole_, cms));
  const std::string filled = bytes_in(file_);
  EXPECT_EQ(filled.size(), good_.size());
  EXPECT_EQ(filled.substr(hole_.begin, 13), "<30030201ab00");
  EXPECT_EQ(byte_range_digest(file_, hole_).value(), digest);
  const Done again = fill_hole(file_, hole_, cms);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::invalid);
  EXPECT_EQ(bytes_in(file_), filled);
}

TEST_F(Hole, TakesNoSignatureThatIsLarger) {
  const Done done = fill_hole(file_, hole_, std::vector<std::uint8_t>(kCmsCapacity + 1, 0x30));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(bytes_in(file_), good_);
  EXPECT_TRUE(fill_hole(file_, hole_, std::vector<std::uint8_t>(kCmsCapacity, 0x30)));
}

TEST_F(Hole, OfAMissingFileIsNotFound) {
  const auto gone = folder_.path() / "gone.pdf";
  EXPECT_EQ(check_hole(gone, hole_).error().code, ErrorCode::not_found);
  EXPECT_EQ(fill_hole(gone, hole_, std::vector<std::uint8_t>{1}).error().code,
            ErrorCode::not_found);
}

TEST_F(Hole, AppendingIsToldFromChanging) {
  const auto after = folder_.path() / "after.pdf";
  write_bytes(after, good_ + "more");
  EXPECT_TRUE(check_only_appended(file_, after));
  write_bytes(after, good_);
  EXPECT_FALSE(check_only_appended(file_, after));
  write_bytes(after, good_.substr(0, good_.size() - 1));
  EXPECT_FALSE(check_only_appended(file_, after));
  std::string changed = good_ + "more";
  changed[good_.size() - 1] ^= 1;
  write_bytes(after, changed);
  EXPECT_FALSE(check_only_appended(file_, after));
}

}  // namespace
}  // namespace sogoc
