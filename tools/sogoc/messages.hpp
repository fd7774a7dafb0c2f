#pragma once

// What people read, by the locale: English in the source, Vietnamese in po/vi.po (gettext).
// Logs stay English, documents Vietnamese.

#include <cstdint>
#include <string>

#include <fmt/format.h>

namespace sogoc {

// Once, at start: takes the language from the environment; catalogues lie beside the program
// (share/locale) or where it was built.
void choose_language();

// The message in the chosen language.
[[nodiscard]] const char* tr(const char* message);
[[nodiscard]] const char* tr_plural(const char* one, const char* many, std::int64_t count);

// A message with its values filled in. Placeholders are {} or {0}, so translators may reorder.
template <typename... Args>
[[nodiscard]] std::string say(const char* message, const Args&... args) {
  return fmt::format(fmt::runtime(tr(message)), args...);
}

}  // namespace sogoc
