#pragma once

// What is read on a side while its picture is judged, in a thread of its own: a separator's symbol, the sheet's number. Numbers are checked
// one after the other.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/capture/capture.hpp"
#include "pipeline/capture/sheet_numbers.hpp"
#include "pipeline/core/image.hpp"
#include "workers/layout/sheet_number.hpp"

namespace sogoc {

struct ReadSide {
  std::string cover;                          // as read_cover() says; then no number is looked for
  std::optional<layout::SheetNumber> number;
};

// Owner:  the capture worker. Without the models of handwriting or print every number is unknown.
// Thread: belongs to one; has one of its own, in which the networks live.
class SideReading {
 public:
  // `known`: what the ledger has of a stack that goes on.
  SideReading(const NumberRules& rules, const std::vector<ReadNumber>& known);
  ~SideReading();
  SideReading(const SideReading&) = delete;
  SideReading& operator=(const SideReading&) = delete;

  // `picture` must stay until answer() has returned.
  void ask(const PageImage& picture);
  [[nodiscard]] ReadSide answer();
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
  ReadSide found_;
  std::thread thread_;
};

}  // namespace sogoc
