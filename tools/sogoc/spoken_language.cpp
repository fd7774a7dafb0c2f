#include "tools/sogoc/spoken_language.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tools/sogoc/spoken_language_private.hpp"

namespace sogoc {
namespace {

constexpr std::uint32_t kMagic = 0x950412DE;

tl::unexpected<Error> broken() {
  return fail(ErrorCode::corrupt, Retry::after_operator, "sogoc.mo", "the catalogue of messages is damaged; install sogoc again");
}

struct Spoken {
  const MessageCatalogue* catalogue = nullptr;
  bool spoken = false;
};
thread_local Spoken spoken_here;

}  // namespace

Result<std::shared_ptr<const MessageCatalogue>> MessageCatalogue::load(std::string_view language) {
  const auto file = locale_folder() / language / "LC_MESSAGES" / "sogoc.mo";
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::missing_model, Retry::after_operator, file.string(), "the catalogue of messages is missing; install sogoc again");
  return parse(std::string{std::istreambuf_iterator<char>(in), {}});
}

Result<std::shared_ptr<const MessageCatalogue>> MessageCatalogue::parse(std::string_view bytes) {
  const auto word = [&](std::size_t at) {
    std::uint32_t value = 0;
    if (at <= bytes.size() && bytes.size() - at >= sizeof value) std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
  };
  if (bytes.size() < 28 || word(0) != kMagic) return broken();
  const std::size_t count = word(8), originals = word(12), translations = word(16);
  const auto holds = [&](std::size_t table) { return table <= bytes.size() && count <= (bytes.size() - table) / 8; };
  if (!holds(originals) || !holds(translations)) return broken();
  const auto text = [&](std::size_t table, std::size_t index) -> std::optional<std::string> {
    const std::size_t length = word(table + index * 8), at = word(table + index * 8 + 4);
    if (at > bytes.size() || length > bytes.size() - at) return std::nullopt;
    return std::string(bytes.substr(at, length));
  };
  auto catalogue = std::make_shared<MessageCatalogue>();
  for (std::size_t i = 0; i < count; ++i) {
    auto original = text(originals, i), translation = text(translations, i);
    if (!original || !translation) return broken();
    // Of a plural the first form: Vietnamese has one.
    original->resize(std::strlen(original->c_str()));
    translation->resize(std::strlen(translation->c_str()));
    if (!original->empty() && !translation->empty()) catalogue->messages_.emplace(std::move(*original), std::move(*translation));
  }
  return catalogue;
}

const char* MessageCatalogue::find(std::string_view message) const {
  const auto found = messages_.find(std::string(message));
  return found == messages_.end() ? nullptr : found->second.c_str();
}

SpeakLanguage::SpeakLanguage(const MessageCatalogue* catalogue) : before_(spoken_here.catalogue), was_spoken_(spoken_here.spoken) {
  spoken_here = {catalogue, true};
}
SpeakLanguage::~SpeakLanguage() { spoken_here = {before_, was_spoken_}; }

std::optional<const char*> spoken(const char* message) {
  if (!spoken_here.spoken) return std::nullopt;
  const char* found = spoken_here.catalogue == nullptr ? nullptr : spoken_here.catalogue->find(message);
  return found == nullptr ? message : found;
}

}  // namespace sogoc
