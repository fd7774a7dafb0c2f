#include "tools/sogoc/messages.hpp"

#include <clocale>
#include <cstdint>
#include <filesystem>

#include <libintl.h>

namespace sogoc {

void choose_language() {
  std::setlocale(LC_MESSAGES, "");
  std::setlocale(LC_CTYPE, "");
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto beside = program.parent_path() / "locale";
  const auto installed = program.parent_path().parent_path() / "share" / "locale";
  const auto folder = std::filesystem::is_directory(beside, error) ? beside : installed;
  bindtextdomain("sogoc", folder.c_str());
  bind_textdomain_codeset("sogoc", "UTF-8");
  textdomain("sogoc");
}

const char* tr(const char* message) { return gettext(message); }

const char* tr_plural(const char* one, const char* many, std::int64_t count) {
  return ngettext(one, many, static_cast<unsigned long>(count));
}

}  // namespace sogoc
