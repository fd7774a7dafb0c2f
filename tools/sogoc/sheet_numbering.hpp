#pragma once

// Numbers of sheets while they are scanned: read in a thread of its own beside the verdict, and checked one after the other.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "pipeline/capture/capture.hpp"
#include "pipeline/capture/sheet_numbers.hpp"
#include "pipeline/core/image.hpp"
#include "workers/layout/sheet_number.hpp"

namespace sogoc {

// Owner:  the capture worker. Without the models of handwriting or print every number is unknown.
// Thread: belongs to one; has one of its own, in which the networks live.
class SheetNumbering {
 public:
  // `known`: what the ledger has of a stack that goes on.
  SheetNumbering(const NumberRules& rules, const std::vector<ReadNumber>& known);
  ~SheetNumbering();
  SheetNumbering(const SheetNumbering&) = delete;
  SheetNumbering& operator=(const SheetNumbering&) = delete;

  // `picture` must stay until answer() has returned.
  void ask(const PageImage& picture);
  // What was read on it, if anything.
  [[nodiscard]] std::optional<layout::SheetNumber> answer();
  // The findings of a side: its number, and a doubt where it does not follow.
  [[nodiscard]] std::vector<CaptureFinding> judged(const layout::SheetNumber& number, std::int64_t sheet, int side);
  void cover() { numbers_.begin_anew(); }

 private:
  void work();

  SheetNumbers numbers_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  const PageImage* asked_ = nullptr;
  bool answered_ = true, over_ = false;
  std::optional<layout::SheetNumber> found_;
  std::thread thread_;
};

}  // namespace sogoc
