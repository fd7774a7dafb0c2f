#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

// A PIN or password: kept out of swap where the system allows it, wiped from memory when it goes,
// never printed, never copied.
// Thread: immutable.
class Secret {
 public:
  explicit Secret(std::string_view text);
  ~Secret();
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  // Looks only; a copy of it would not be wiped.
  [[nodiscard]] std::string_view text() const { return {bytes_.data(), bytes_.size() - 1}; }
  [[nodiscard]] const char* c_str() const { return bytes_.data(); }

 private:
  std::vector<char> bytes_;  // with an end mark
};

// The first line of a file that only its owner can read. Fails with no_permission when group or
// others may read it or when it is neither ours nor root's, not_found, invalid_input (empty, too
// long).
[[nodiscard]] Result<std::unique_ptr<Secret>> secret_from_file(const std::filesystem::path& file);
// Typed on the process's terminal, without echo. Fails with unavailable when there is none.
[[nodiscard]] Result<std::unique_ptr<Secret>> secret_from_prompt(const std::string& prompt);

}  // namespace sogoc
