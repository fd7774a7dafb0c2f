#include "pipeline/copies/qr_payload.hpp"

#include <random>

#include "tests/unit/copies/copies_fixture.hpp"

namespace sogoc {
namespace {

QrPayload payload() {
  QrPayload payload;
  payload.key_id = {1, 2, 3, 4, 5, 6, 7, 8};
  payload.kind = CopyKind::register_copy;
  payload.body = "Ủy ban nhân dân xã Mẫu, tỉnh Thử";
  payload.copy_number = "05/2026-BSG";
  payload.date = "2026-09-05";
  payload.register_number = "125/2008";
  payload.name = "NGUYỄN THỊ HƯỜNG MẪU";
  payload.birth_date = "05/3/1985";
  payload.record[15] = 9;
  return payload;
}
// Stands for the signer: what is tested here is what is signed, not the curve.
Result<Octets> sign(std::span<const std::uint8_t> bytes) {
  const Sha256 digest = sha256_of(std::as_bytes(bytes));
  Octets signature(digest.bytes.begin(), digest.bytes.end());
  signature.insert(signature.end(), digest.bytes.begin(), digest.bytes.end());
  return signature;
}
Result<bool> check(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> signature,
                   const std::array<std::uint8_t, kQrKeyIdBytes>& key) {
  if (key != payload().key_id) return fail(ErrorCode::not_found, Retry::never, "key", "is not known");
  const Octets wanted = *sign(bytes);
  return std::equal(wanted.begin(), wanted.end(), signature.begin(), signature.end());
}

TEST(QrPayload, ReadsWhatItWritesWithAndWithoutAnAddress) {
  const LookupToken token{1, 2, 3};
  for (const std::string& address : {std::string(), value_of(lookup_address("https://tracuu.example.vn", token))}) {
    const std::string text = value_of(make_qr_text(payload(), sign, address));
    EXPECT_EQ(value_of(verify_qr_text(text, check)), payload());
    EXPECT_EQ(value_of(read_qr_text(text)).lookup_address, address);
    EXPECT_EQ(text.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:#"), std::string::npos) << text;
    EXPECT_LT(text.size(), 500u);
  }
}

TEST(QrPayload, HasARoomForLongNamesAndRefusesLongerOnes) {
  QrPayload longest = payload();
  longest.name = std::string(255, 'x');
  EXPECT_EQ(value_of(verify_qr_text(value_of(make_qr_text(longest, sign, "")), check)), longest);
  longest.name += "x";
  EXPECT_EQ(make_qr_text(longest, sign, "").error().code, ErrorCode::invalid_input);
  QrPayload much = payload();
  much.name = much.body = much.register_number = std::string(200, 'x');
  EXPECT_FALSE(make_qr_text(much, sign, ""));
  much = payload();
  for (const char* text : {"\xFF", "a\nb", "\xED\xA0\x80"}) {
    much.name = text;
    EXPECT_FALSE(make_qr_text(much, sign, "")) << text;
  }
  much = payload();
  much.date = "05/09/2026";
  EXPECT_FALSE(make_qr_text(much, sign, ""));
}

TEST(QrPayload, RefusesEveryChangedCharacter) {
  for (const std::string& address : {std::string(), std::string("HTTPS://H/T/AA")}) {
    const std::string text = value_of(make_qr_text(payload(), sign, address));
    const std::size_t begin = address.empty() ? 0 : address.size();
    for (std::size_t i = begin; i < text.size(); ++i)
      for (const char c : {'A', '0', 'Z', ' ', 'a', '\xC3'}) {
        if (text[i] == c) continue;
        std::string changed = text;
        changed[i] = c;
        const auto read = verify_qr_text(changed, check);
        EXPECT_FALSE(read) << i << c;
      }
    for (std::size_t cut = 0; cut < text.size(); ++cut) EXPECT_FALSE(verify_qr_text(text.substr(0, cut), check)) << cut;
    EXPECT_FALSE(verify_qr_text(text + "A", check));
    EXPECT_FALSE(verify_qr_text(text + text, check));
  }
}

TEST(QrPayload, SaysThatAnUnknownKeyDecidesNothing) {
  QrPayload foreign = payload();
  foreign.key_id[0] = 99;
  const auto read = verify_qr_text(value_of(make_qr_text(foreign, sign, "")), check);
  EXPECT_EQ(read.error().code, ErrorCode::undecidable);
  EXPECT_EQ(verify_qr_text(value_of(make_qr_text(payload(), [](auto) -> Result<Octets> { return Octets(64, 1); }, "")), check).error().code,
            ErrorCode::invalid);
  EXPECT_EQ(make_qr_text(payload(), [](auto) -> Result<Octets> { return Octets(63, 1); }, "").error().code, ErrorCode::internal);
}

TEST(QrPayload, SurvivesGarbage) {
  std::mt19937 random(5);
  for (int round = 0; round < 20'000; ++round) {
    Octets bytes(random() % 300);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() % 4 == 0 ? random() : random() % 40);
    if (!bytes.empty() && round % 2 == 0) bytes[0] = 1;
    (void)read_qr_text("SG1:" + base45_of(bytes));
    (void)read_qr_text("HTTPS://X#" + base32_of(bytes));
    std::string text(bytes.begin(), bytes.end());
    (void)read_qr_text(text);
  }
  EXPECT_FALSE(read_qr_text(std::string(1'000'000, '#')));
  EXPECT_FALSE(read_qr_text("javascript:x#AAAA"));
}

TEST(LookupAddress, CarriesTheTokenAndNeverTheNumber) {
  const LookupToken token{0xFF, 0xFE};
  EXPECT_EQ(value_of(lookup_address("https://tracuu.example.vn/", token)), "HTTPS://TRACUU.EXAMPLE.VN/T/" + token_text(token));
  EXPECT_EQ(token_text(token).size(), 26u);
  EXPECT_EQ(token_from_text(token_text(token)), token);
  EXPECT_FALSE(token_from_text("AAAA"));
  EXPECT_FALSE(token_from_text(std::string(26, '7')));  // bits left over that are not zero
  for (const char* base : {"", "tracuu.vn", "ftp://x", "https://", "https://h/path", "https://h?x", "https://h#x", "https://h h"})
    EXPECT_FALSE(lookup_address(base, token)) << base;
}

TEST(TextCodes, AreThoseOfTheirStandards) {
  // RFC 9285, 4.3 and RFC 4648, 10.
  EXPECT_EQ(base45_of(octets("AB")), "BB8");
  EXPECT_EQ(base45_of(octets("Hello!!")), "%69 VD92EX0");
  EXPECT_EQ(base45_of(octets("base-45")), "UJCLQE7W581");
  EXPECT_EQ(base45_of(octets("ietf!")), "QED8WEX0");
  EXPECT_FALSE(bytes_from_base45("GGW"));   // 65536
  EXPECT_FALSE(bytes_from_base45("::"));
  EXPECT_FALSE(bytes_from_base45("A"));
  EXPECT_EQ(base32_of(octets("foobar")), "MZXW6YTBOI");
  EXPECT_EQ(base32_of(octets("fooba")), "MZXW6YTB");
  EXPECT_FALSE(bytes_from_base32("MZXW6YTB="));
  EXPECT_FALSE(bytes_from_base32("M"));
  EXPECT_FALSE(bytes_from_hex("AB"));
  EXPECT_FALSE(bytes_from_hex("abc"));
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 100; ++size) {
    Octets bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    EXPECT_EQ(bytes_from_base45(base45_of(bytes)), bytes);
    EXPECT_EQ(bytes_from_base32(base32_of(bytes)), bytes);
    EXPECT_EQ(bytes_from_hex(hex_of(bytes)), bytes);
  }
}

}  // namespace
}  // namespace sogoc
