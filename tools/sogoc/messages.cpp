#include "tools/sogoc/messages.hpp"

#include <clocale>
#include <cstdint>
#include <filesystem>

#include <libintl.h>

#include "tools/sogoc/spoken_language_private.hpp"

namespace sogoc {

void choose_language() {
  std::setlocale(LC_MESSAGES, "");
  std::setlocale(LC_CTYPE, "");
  bindtextdomain("sogoc", locale_folder().c_str());
  bind_textdomain_codeset("sogoc", "UTF-8");
  textdomain("sogoc");
}

std::filesystem::path locale_folder() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto beside = program.parent_path() / "locale";
  return std::filesystem::is_directory(beside, error) ? beside : program.parent_path().parent_path() / "share" / "locale";
}

const char* tr(const char* message) {
  const auto here = spoken(message);
  return here ? *here : gettext(message);
}

const char* tr_plural(const char* one, const char* many, std::int64_t count) {
  if (const auto here = spoken(count == 1 ? one : many)) return *here;
  return ngettext(one, many, static_cast<unsigned long>(count));
}

}  // namespace sogoc
