#pragma once

// Network clients for many threads: each is lent to one question at a time. The one given back last
// is lent first: its connections and its evidence are the freshest.

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "workers/signing/signing.hpp"

namespace sogoc {

// Thread: lend() from any thread.
class ClientPool {
 public:
  using Maker = std::function<std::unique_ptr<ValidationClient>()>;
  explicit ClientPool(Maker make) : make_(std::move(make)) {}

  // Comes back to the pool by itself. Must not outlive it.
  class Lent {
   public:
    Lent(ClientPool& pool, std::unique_ptr<ValidationClient> client)
        : pool_(&pool), client_(std::move(client)) {}
    Lent(Lent&& other) noexcept = default;
    Lent& operator=(Lent&&) = delete;
    ~Lent() {
      if (client_) pool_->take_back(std::move(client_));
    }
    [[nodiscard]] ValidationClient& operator*() const { return *client_; }
    [[nodiscard]] ValidationClient* get() const { return client_.get(); }

   private:
    ClientPool* pool_;
    std::unique_ptr<ValidationClient> client_;
  };
  [[nodiscard]] Lent lend() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return {*this, make_()};
    auto client = std::move(idle_.back());
    idle_.pop_back();
    return {*this, std::move(client)};
  }

 private:
  void take_back(std::unique_ptr<ValidationClient> client) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(client));
  }

  Maker make_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ValidationClient>> idle_;
};

}  // namespace sogoc
