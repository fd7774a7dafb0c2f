#include <gtest/gtest.h>

#include <cstring>

#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/spoken_language.hpp"

namespace sogoc {
namespace {

// A catalogue of one message, as msgfmt writes it.
std::string catalogue(const std::string& message, const std::string& translation) {
  const std::uint32_t original_at = 28 + 16;
  const auto second_at = static_cast<std::uint32_t>(original_at + message.size() + 1);
  const std::uint32_t words[] = {0x950412DE, 0, 1, 28, 36, 0, 0, static_cast<std::uint32_t>(message.size()), original_at, static_cast<std::uint32_t>(translation.size()), second_at};
  std::string bytes(sizeof words, '\0');
  std::memcpy(bytes.data(), words, sizeof words);
  return bytes + message + '\0' + translation + '\0';
}

TEST(SpokenLanguage, IsOfOneThreadForAWhile) {
  const auto vietnamese = MessageCatalogue::parse(catalogue("sign in first", "hãy đăng nhập trước"));
  ASSERT_TRUE(vietnamese);
  {
    const SpeakLanguage speak(vietnamese->get());
    EXPECT_STREQ(tr("sign in first"), "hãy đăng nhập trước");
    EXPECT_STREQ(tr("not in it"), "not in it");
    {
      const SpeakLanguage english(nullptr);
      EXPECT_STREQ(tr("sign in first"), "sign in first");
    }
    EXPECT_STREQ(tr("sign in first"), "hãy đăng nhập trước");
  }
  EXPECT_STREQ(tr("sign in first"), "sign in first");
}

TEST(SpokenLanguage, RefusesDamagedCatalogues) {
  const std::string good = catalogue("sign in first", "hãy đăng nhập trước");
  for (std::size_t length = 0; length < good.size() - 1; ++length) EXPECT_FALSE(MessageCatalogue::parse(good.substr(0, length))) << length;
  for (std::size_t i = 8; i < 44; ++i) {
    std::string bad = good;
    bad[i] = '\xff';
    (void)MessageCatalogue::parse(bad);  // whatever it says, it reads nothing outside of it
  }
}

}  // namespace
}  // namespace sogoc
