#pragma once

#include <filesystem>
#include <optional>

namespace sogoc {

// What tr() answers on a thread that speaks a language of its own; nothing on others.
[[nodiscard]] std::optional<const char*> spoken(const char* message);
// Where the catalogues lie: beside the program, or installed.
[[nodiscard]] std::filesystem::path locale_folder();

}  // namespace sogoc
