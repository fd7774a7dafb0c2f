#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

struct Shot {
  Sha256 digest;      // in the blob store already
  std::string name;   // as it was called
};

// Remembers, in an archive that Archive::open() has accepted, that the page `joined` was made of these shots. From here on they are
// masters: no sweep takes them, `verify` reads them. The same page again changes nothing.
[[nodiscard]] Done keep_shots(const std::filesystem::path& archive, const Clock& clock, const Sha256& joined, const std::vector<Shot>& shots,
                              const std::string& by);
// The shots of a joined page, in order; none when it is no joined page.
[[nodiscard]] Result<std::vector<Shot>> shots_of(const std::filesystem::path& archive, const Sha256& joined);

}  // namespace sogoc
