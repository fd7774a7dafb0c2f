#pragma once

// CURVE keys of coordinator and workers. A key is 40 characters of Z85; a key file holds
//   public <key>
//   secret <key>
// and a list of workers holds one "<name> <public key>" a line; lines that begin with # are notes.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct CurveKeys {
  std::string public_key;
  std::string secret_key;
};

struct AllowedWorker {
  std::string name;        // letters, digits, '.', '-', '_'; at most 64
  std::string public_key;
};

// The keys of the file, which is made (mode 0600) when it is absent. Fails with no_permission when
// others may read it, invalid_input when it is not a key file.
[[nodiscard]] Result<CurveKeys> load_or_make_keys(const std::filesystem::path& file);
[[nodiscard]] Result<CurveKeys> load_keys(const std::filesystem::path& file);

// `text` is the key itself, or a file that has a line "public <key>".
[[nodiscard]] Result<std::string> public_key_of(const std::string& text);

// Every problem is named with its line. An absent file is an empty list: nobody may connect.
[[nodiscard]] Result<std::vector<AllowedWorker>> load_allowed_workers(
    const std::filesystem::path& file);
[[nodiscard]] Result<std::vector<AllowedWorker>> parse_allowed_workers(std::string_view text,
                                                                       const std::string& subject);

}  // namespace sogoc
