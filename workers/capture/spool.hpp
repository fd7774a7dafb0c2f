#pragma once

// A station's own disk: SPOOL/ORDER-ID/ledger and the masters "000012-1.png" (sheet, side). Rules: pipeline/capture/ledger.hpp.

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "pipeline/capture/ledger.hpp"
#include "pipeline/core/owned_fd.hpp"

namespace sogoc {

// Owner:  the station. Holds a lock: one process an order.
// Thread: safe from several; the ledger is appended under one lock.
class SpooledOrder {
 public:
  // A new folder with a ledger that begins with the order; durable on return.
  [[nodiscard]] static Result<std::unique_ptr<SpooledOrder>> create(const std::filesystem::path& spool, const CaptureOrder& order);
  // Cuts off what a crash left behind: half a line, pictures that no line speaks of. Conflict when another process has it.
  [[nodiscard]] static Result<std::unique_ptr<SpooledOrder>> reopen(const std::filesystem::path& folder);

  [[nodiscard]] LedgerState state() const;
  [[nodiscard]] std::filesystem::path file_of(std::int64_t sheet, int side) const;
  [[nodiscard]] std::filesystem::path partial_of(std::int64_t sheet, int side) const;
  // Each is durable on return.
  [[nodiscard]] Done begin_sheet(std::int64_t sheet);
  [[nodiscard]] Done keep_sheet(const CapturedSheet& sheet);  // its partial files get their names first
  [[nodiscard]] Done sent(const CapturedSheet& sheet);        // its files go
  [[nodiscard]] Done fault(std::string_view name);
  [[nodiscard]] Done end(std::string_view why);
  [[nodiscard]] Done close();                                 // everything is in the archive: the folder goes
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  SpooledOrder(std::filesystem::path folder, OwnedFd ledger) : folder_(std::move(folder)), ledger_(std::move(ledger)) {}
  [[nodiscard]] Done append(const std::string& line);

  std::filesystem::path folder_;
  OwnedFd ledger_;
  mutable std::mutex mutex_;  // guards what follows, and the ledger's end
  LedgerState state_;         // of what is in the file
};

// Orders that are not closed, oldest first, each with its folder. A folder whose ledger cannot be read is an error.
struct OpenOrder {
  std::filesystem::path folder;
  LedgerState state;
};
[[nodiscard]] Result<std::vector<OpenOrder>> open_orders(const std::filesystem::path& spool);

}  // namespace sogoc
