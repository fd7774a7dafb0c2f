#include "tools/server/papers.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "tools/server/picture_worker.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc::server {
namespace {

namespace fs = std::filesystem;

constexpr int kMemoryMb = 1200;
constexpr int kMostPapers = 40;
constexpr int kDpi = 110;  // A4 as wide as the page beside its buttons on a small screen, and text that is read easily
constexpr std::uintmax_t kMostPaper = 16u << 20;

std::size_t bytes_of(const Papers& papers) {
  std::size_t bytes = 0;
  for (const std::string& paper : papers) bytes += paper.size();
  return bytes;
}

}  // namespace

std::shared_ptr<const Papers> PaperCache::ready(const Sha256& digest) {
  const std::lock_guard lock(lock_);
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const auto& one) { return one.first == digest; });
  if (found == kept_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found);
  return found->second;
}

void PaperCache::remember(const Sha256& digest, const std::shared_ptr<const Papers>& papers) {
  const std::lock_guard lock(lock_);
  kept_.emplace_front(digest, papers);
  std::size_t all = 0;
  for (auto one = kept_.begin(); one != kept_.end();) {
    all += bytes_of(*one->second);
    one = all > most_bytes_ && one != kept_.begin() ? kept_.erase(one) : std::next(one);
  }
}

Result<std::shared_ptr<const Papers>> PaperCache::of(const Sha256& digest, const fs::path& file) {
  if (auto papers = ready(digest)) return papers;
  SOGOC_TRY(const TemporaryFolder folder, TemporaryFolder::create(scratch_));
  SOGOC_CHECK(ask_picture_worker(folder.path(), {{"do", "papers"}, {"file", fs::absolute(file).string()}, {"dpi", kDpi}, {"most", kMostPapers}}, kMemoryMb, std::chrono::seconds(60), "copy"));
  auto papers = std::make_shared<Papers>();
  for (int i = 1; i <= kMostPapers; ++i) {
    const fs::path picture = folder.path() / fmt::format("paper-{}.png", i);
    std::error_code error;
    if (fs::is_symlink(picture, error) || !fs::is_regular_file(picture, error)) break;
    if (fs::file_size(picture, error) > kMostPaper) return fail(ErrorCode::limit_exceeded, Retry::never, "copy", "a page of it is larger than any page");
    std::ifstream bytes(picture, std::ios::binary);
    papers->emplace_back(std::istreambuf_iterator<char>(bytes), std::istreambuf_iterator<char>());
  }
  if (papers->empty()) return fail(ErrorCode::crashed, Retry::never, "copy", "the process that reads pictures gave no answer");
  remember(digest, papers);
  return std::shared_ptr<const Papers>(papers);
}

}  // namespace sogoc::server
