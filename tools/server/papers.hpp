#pragma once

// Pages of PDFs that this office composed, as pictures, for looking at them before they are signed. A limited worker
// draws them; they are kept in memory only, the last ones. Any thread.

#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc::server {

using Papers = std::vector<std::string>;  // PNG, in order

class PaperCache {
 public:
  // `scratch`: a folder for the workers' own folders.
  explicit PaperCache(std::filesystem::path scratch, std::size_t most_bytes = 64u << 20) : scratch_(std::move(scratch)), most_bytes_(most_bytes) {}

  [[nodiscard]] std::shared_ptr<const Papers> ready(const Sha256& digest);
  // Waits for a worker when they are not there yet. Fails as the worker does.
  [[nodiscard]] Result<std::shared_ptr<const Papers>> of(const Sha256& digest, const std::filesystem::path& file);

 private:
  void remember(const Sha256& digest, const std::shared_ptr<const Papers>& papers);

  const std::filesystem::path scratch_;
  const std::size_t most_bytes_;
  std::mutex lock_;
  std::list<std::pair<Sha256, std::shared_ptr<const Papers>>> kept_;  // newest first
};

}  // namespace sogoc::server
