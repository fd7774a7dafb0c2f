// Drivers that hang: whoever waits for them gets a sentence, and what they do afterwards reaches nobody.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>

#include "scanners/faults.hpp"
#include "scanners/watched_scanner.hpp"

namespace sogoc {
namespace {

using namespace std::chrono_literals;

// What the driver and the test share; outlives a driver that was left behind.
struct Play {
  std::atomic<bool> hang_in_open{false}, hang_in_set{false};
  std::atomic<int> lines_before_silence{0};  // then nothing comes any more
  std::atomic<bool> deaf{true};              // to cancel()
  std::atomic<bool> released{false};         // the driver wakes up
  std::atomic<bool> cancelled{false}, back{false};
  std::atomic<int> slow_ms{0};               // between lines
};

void wait_for(const std::atomic<bool>& flag) {
  for (int i = 0; i < 500 && !flag; ++i) std::this_thread::sleep_for(10ms);
}

class HangingScanner final : public Scanner {
 public:
  explicit HangingScanner(std::shared_ptr<Play> play) : play_(std::move(play)) {}
  [[nodiscard]] ScannerState state() const override { return ScannerState::open; }
  Result<std::vector<std::pair<std::string, std::string>>> offers() override { return std::vector<std::pair<std::string, std::string>>{}; }
  Result<ScanSettings> set(const ScanSettings& wanted) override {
    if (play_->hang_in_set) wait_for(play_->released);
    return wanted;
  }
  Result<Fed> feed(LineSink& sink) override {
    LineFormat format;
    format.width = 10;
    format.channels = 1;
    SOGOC_CHECK(sink.begin(format));
    const std::vector<std::uint8_t> row(10, 200);
    for (int i = 0; i < play_->lines_before_silence; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(play_->slow_ms));
      SOGOC_CHECK(sink.line(row));
    }
    for (int i = 0; i < 500 && !play_->released && (play_->deaf || !play_->cancelled); ++i) std::this_thread::sleep_for(10ms);
    const Done late = play_->cancelled && !play_->deaf ? Done(device_fault(DeviceFault::cancelled, "hanging")) : sink.line(row);
    play_->back = true;
    SOGOC_CHECK(late);
    SOGOC_CHECK(sink.end());
    return Fed::image;
  }
  void cancel() override { play_->cancelled = true; }

 private:
  std::shared_ptr<Play> play_;
};

class Lines final : public LineSink {
 public:
  Done begin(const LineFormat&) override { return {}; }
  Done line(std::span<const std::uint8_t>) override {
    ++count;
    return {};
  }
  Done end() override {
    whole = true;
    return {};
  }
  int count = 0;
  bool whole = false;
};

class HangingDrivers : public ::testing::Test {
 protected:
  HangingDrivers() {
    watch_.silence = 300ms;
    watch_.farewell = 300ms;
    watch_.stop = &stop_;
  }
  ~HangingDrivers() override { play_->released = true; }
  Result<std::unique_ptr<Scanner>> open() {
    return open_watched(
        [play = play_]() -> Result<std::unique_ptr<Scanner>> {
          if (play->hang_in_open) wait_for(play->released);
          return std::unique_ptr<Scanner>(std::make_unique<HangingScanner>(play));
        },
        "hanging", watch_);
  }
  std::unique_ptr<Scanner> ready() {
    auto scanner = open();
    EXPECT_TRUE(scanner);
    EXPECT_TRUE((*scanner)->set({}));
    return std::move(*scanner);
  }
  template <typename Value>
  static DeviceFault fault_of(const Result<Value>& result) {
    if (result) return DeviceFault::bad_setting;
    const FaultRow* row = fault_in(result.error());
    return row != nullptr ? row->fault : DeviceFault::bad_setting;
  }
  std::shared_ptr<Play> play_ = std::make_shared<Play>();
  std::atomic<bool> stop_{false};
  ScannerWatch watch_;
};

TEST_F(HangingDrivers, ASilentDeviceIsGivenUpInTheMiddleOfASheet) {
  play_->lines_before_silence = 3;
  const auto scanner = ready();
  {
    Lines lines;
    EXPECT_EQ(fault_of(scanner->feed(lines)), DeviceFault::silent);
    EXPECT_EQ(lines.count, 3);
    EXPECT_FALSE(lines.whole);
  }
  EXPECT_TRUE(play_->cancelled) << "it was told first";
  // It wakes up after all: its line finds no picture any more (the sink above is gone).
  play_->released = true;
  wait_for(play_->back);
  EXPECT_TRUE(play_->back);
  Lines next;
  EXPECT_EQ(fault_of(scanner->feed(next)), DeviceFault::silent) << "a driver that was left behind is not asked again";
}

TEST_F(HangingDrivers, OneThatComesBackWhenToldIsCalledSilentAllTheSame) {
  play_->deaf = false;
  const auto scanner = ready();
  Lines lines;
  EXPECT_EQ(fault_of(scanner->feed(lines)), DeviceFault::silent);
  EXPECT_EQ(scanner->state(), ScannerState::faulted);
}

TEST_F(HangingDrivers, ASlowDeviceIsNotSilent) {
  play_->lines_before_silence = 10;
  play_->slow_ms = 80;
  play_->released = true;
  const auto scanner = ready();
  Lines lines;
  EXPECT_TRUE(scanner->feed(lines));
  EXPECT_EQ(lines.count, 11);
  EXPECT_TRUE(lines.whole);
}

TEST_F(HangingDrivers, AWishToStopIsHeardDuringTheSilence) {
  watch_.silence = 60s;
  const auto scanner = ready();
  std::jthread later([&] {
    std::this_thread::sleep_for(100ms);
    scanner->cancel();
  });
  const auto begun = std::chrono::steady_clock::now();
  Lines lines;
  EXPECT_EQ(fault_of(scanner->feed(lines)), DeviceFault::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 3s);
}

TEST_F(HangingDrivers, ADeviceThatCannotBeOpenedInTimeIsSilentAndOneMayStopBefore) {
  play_->hang_in_open = true;
  EXPECT_EQ(fault_of(open()), DeviceFault::silent);
  watch_.silence = 60s;
  std::jthread later([&] {
    std::this_thread::sleep_for(100ms);
    stop_ = true;
  });
  EXPECT_EQ(fault_of(open()), DeviceFault::cancelled);
}

TEST_F(HangingDrivers, SettingsAreNotWaitedForForEver) {
  play_->hang_in_set = true;
  auto scanner = open();
  ASSERT_TRUE(scanner);
  EXPECT_EQ(fault_of((*scanner)->set({})), DeviceFault::silent);
}

}  // namespace
}  // namespace sogoc
