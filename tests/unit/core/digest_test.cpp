#include "pipeline/core/digest.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sogoc {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

TEST(Sha256, AgreesWithTheStandardsExample) {  // FIPS 180-4, "abc"
  EXPECT_EQ(to_hex(sha256_of(bytes_of("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, OfPiecesIsThatOfTheWhole) {
  const std::string text(100'000, 'x');
  Sha256Stream stream;
  stream.add(bytes_of(text.substr(0, 7)));
  stream.add(bytes_of(text.substr(7)));
  EXPECT_EQ(stream.finish(), sha256_of(bytes_of(text)));
}

TEST(Sha256, ReadsOnlyItsOwnSpelling) {
  const std::string good = to_hex(sha256_of(bytes_of("abc")));
  EXPECT_EQ(to_hex(*sha256_from_hex(good)), good);
  for (const std::string& bad : {std::string(), good.substr(1), good + "0", "G" + good.substr(1),
                                 std::string("BA") + good.substr(2), "-" + good.substr(1)})
    EXPECT_FALSE(sha256_from_hex(bad)) << bad;
}

}  // namespace
}  // namespace sogoc
