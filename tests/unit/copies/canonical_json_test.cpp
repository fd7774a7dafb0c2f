#include "pipeline/copies/canonical_json.hpp"

#include <bit>

#include <nlohmann/json.hpp>

#include "tests/unit/copies/copies_fixture.hpp"

namespace sogoc {
namespace {

std::string canonical(std::string_view text) { return value_of(canonical_json(text)); }
bool refused(std::string_view text) {
  const auto result = canonical_json(text);
  return !result && result.error().code == ErrorCode::invalid_input;
}

TEST(CanonicalJson, WritesTheExampleOfRfc8785) {
  EXPECT_EQ(canonical(R"({
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    })"),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
            "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

TEST(CanonicalJson, SortsKeysByUtf16AsInSection323) {
  // U+FB33 stands after U+1F600, because the latter begins with a surrogate.
  EXPECT_EQ(canonical(R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
      "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"})"),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With "
            "Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\uFB33\":\"Hebrew Letter Dalet With "
            "Dagesh\"}");
}

TEST(CanonicalJson, WritesNumbersAsAppendixB) {
  const std::pair<std::uint64_t, const char*> table[] = {
      {0x0000000000000000, "0"},           {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"}, {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},  {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"}, {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},       {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"}, {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},       {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},    {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"}, {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"}, {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"}, {0x43143ff3c1cb0959, "1424953923781206.2"}};
  for (const auto& [bits, text] : table) {
    EXPECT_EQ(value_of(canonical_json(nlohmann::json(std::bit_cast<double>(bits)))), text);
    EXPECT_EQ(canonical(text), text);  // and stays what it is
  }
}

TEST(CanonicalJson, RefusesWhatHasNoOneForm) {
  for (const char* text : {"", "{", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":1}}", "1e400", "[1] 2", "NaN", "\"\\ud800\"",
                           "\"\xC3\"", "\"\xED\xA0\x80\"", "\"\xC0\xAF\"", "9007199254740993", "18446744073709551615", "{'a':1}",
                           "[1,]", "\"\x01\"", "// x\n1"})
    EXPECT_TRUE(refused(text)) << text;
  EXPECT_TRUE(refused(std::string(10'000, '[') + std::string(10'000, ']')));
  EXPECT_FALSE(canonical_json(nlohmann::json(std::numeric_limits<double>::infinity())));
  EXPECT_FALSE(canonical_json(nlohmann::json("\xFF")));
  EXPECT_FALSE(canonical_json(nlohmann::json{{"\xFF", 1}}));
}

TEST(CanonicalJson, KeepsEveryUnicodeCharacter) {
  std::string text = "\"";
  const auto put = [&](char32_t c) {
    if (c < 0x80) {
      text += static_cast<char>(c);
    } else if (c < 0x800) {
      text += static_cast<char>(0xC0 | (c >> 6));
      text += static_cast<char>(0x80 | (c & 63));
    } else if (c < 0x10000) {
      text += static_cast<char>(0xE0 | (c >> 12));
      text += static_cast<char>(0x80 | ((c >> 6) & 63));
      text += static_cast<char>(0x80 | (c & 63));
    } else {
      text += static_cast<char>(0xF0 | (c >> 18));
      text += static_cast<char>(0x80 | ((c >> 12) & 63));
      text += static_cast<char>(0x80 | ((c >> 6) & 63));
      text += static_cast<char>(0x80 | (c & 63));
    }
  };
  for (char32_t c = 0x20; c < 0x110000; c += c < 0x3000 ? 1 : 257)
    if (c != '"' && c != '\\' && (c < 0xD800 || c > 0xDFFF)) put(c);
  put(0x10FFFF);
  text += '"';
  EXPECT_EQ(canonical(text), text);
}

TEST(CanonicalJson, SaysWhenTextIsNotInTheOneForm) {
  EXPECT_TRUE(strict_canonical_json("{\"a\":1}"));
  EXPECT_FALSE(strict_canonical_json("{\"a\": 1}"));
  EXPECT_FALSE(strict_canonical_json("{\"b\":1,\"a\":1}"));
  EXPECT_FALSE(strict_canonical_json("{\"a\":1.0}"));
}

}  // namespace
}  // namespace sogoc
