#include "tools/server/idle_tiles.hpp"

#include <algorithm>

#include "storage/catalogue.hpp"
#include "storage/register_books.hpp"

namespace sogoc::server {
namespace {

constexpr std::chrono::seconds kQuietFor{2};   // nobody asked for so long
constexpr std::chrono::seconds kLookAgain{30};  // when nothing is left

}  // namespace

void IdleTiles::start() {
  thread_ = std::thread([this] { work(); });
}

void IdleTiles::stop() {
  {
    const std::lock_guard lock(lock_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void IdleTiles::work() {
  // Not less urgent than others: who asks for a page that is just being made waits for it.
  const auto archive = Archive::open(archive_);
  if (!archive) return;
  std::unique_lock lock(lock_);
  while (!stopping_) {
    const bool quiet = quiet_() >= kQuietFor;
    bool more = true;
    if (quiet) {
      lock.unlock();
      more = make_one(**archive);
      lock.lock();
    }
    if (!more) wake_.wait_for(lock, kLookAgain, [this] { return stopping_; });
    else if (!quiet) wake_.wait_for(lock, kQuietFor, [this] { return stopping_; });
  }
}

bool IdleTiles::make_one(Archive& archive) {
  if (done_.size() >= most_pages_) return false;
  const auto books = archive.books().books();
  if (!books) return false;
  for (const RegisterBookRow& book : *books) {
    if (book.state == RegisterBookState::closed) continue;
    const auto pages = archive.books().pages(book.about.code);
    if (!pages) continue;
    for (const BookPageRow& page : *pages)
      if (page.record && page.state != PageState::restricted && done_.count(page.page) == 0) return make_of_batch(archive, page.batch);
  }
  return false;
}

bool IdleTiles::make_of_batch(Archive& archive, BatchId batch) {
  PageFilter filter;
  filter.batch = batch;
  filter.limit = 100'000;
  const auto pages = archive.catalogue().pages(filter);
  const auto files = archive.catalogue().files(batch);
  if (!pages || !files) return false;
  for (const PageRow& page : *pages) {
    if (!page.record || page.state == PageState::restricted || done_.count(page.id) != 0) continue;
    done_.insert(page.id);  // a page whose tiles cannot be made is not tried again and again
    const auto file = std::find_if(files->begin(), files->end(), [&](const FileRow& one) { return one.id == page.file; });
    if (file == files->end() || !file->opened) continue;
    const auto master = archive.blobs().find(file->digest);
    if (!master) continue;
    const PageFile wanted{file->digest, std::filesystem::absolute(*master), page.index.zero_based()};
    if (pictures_.ready(wanted) != nullptr) continue;
    static_cast<void>(pictures_.tiles_of(wanted));
    return true;
  }
  return true;
}

}  // namespace sogoc::server
