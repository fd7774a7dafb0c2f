// Sessions with drivers that were recorded once (tests/traces) end again as they ended then.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "scanners/faults.hpp"
#include "scanners/scanner.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
const fs::path kTraces = fs::path(SOGOC_SOURCE_DIR) / "tests/traces";

struct Pictures final : LineSink {
  Done begin(const LineFormat& format) override {
    formats.push_back(format);
    lines.push_back(0);
    return {};
  }
  Done line(std::span<const std::uint8_t> row) override {
    EXPECT_EQ(row.size(), formats.back().bytes_per_line());
    ++lines.back();
    return {};
  }
  Done end() override {
    ++whole;
    return {};
  }
  std::vector<LineFormat> formats;
  std::vector<int> lines;
  int whole = 0;
};

struct Played {
  Pictures pictures;
  const FaultRow* fault = nullptr;
  bool empty_at_last = false;
};

Played play(const std::string& name, const ScanSettings& settings, int most = 100) {
  Played played;
  auto scanner = open_scanner("trace:" + (kTraces / (name + ".jsonl")).string());
  EXPECT_TRUE(scanner) << name << ": " << (scanner ? "" : to_string(scanner.error()));
  if (!scanner) return played;
  const auto set = (*scanner)->set(settings);
  EXPECT_TRUE(set) << name << ": " << (set ? "" : to_string(set.error()));
  while (set && played.pictures.whole < most) {
    const auto fed = (*scanner)->feed(played.pictures);
    if (!fed) {
      played.fault = fault_in(fed.error());
      EXPECT_NE(played.fault, nullptr) << to_string(fed.error());
      break;
    }
    played.empty_at_last = *fed == Fed::no_more;
    if (played.empty_at_last) break;
  }
  return played;
}

ScanSettings settings(ScanMode mode, int dpi, std::optional<ScanSource> source = {}, std::vector<std::pair<std::string, std::string>> options = {}) {
  ScanSettings wanted;
  wanted.mode = mode;
  wanted.dpi = dpi;
  wanted.source = source;
  wanted.options = std::move(options);
  return wanted;
}

TEST(SaneTraces, AFeederEndsWhenItIsEmpty) {
  const Played played = play("feeder", settings(ScanMode::gray, 75, ScanSource::adf));
  EXPECT_EQ(played.pictures.whole, 10);
  EXPECT_TRUE(played.empty_at_last);
  EXPECT_EQ(played.pictures.lines[9], 590);
}

TEST(SaneTraces, ANetworkFeederEndsWhenItIsEmpty) {
  const Played played = play("network-feeder", settings(ScanMode::gray, 100, ScanSource::adf));
  EXPECT_EQ(played.pictures.whole, 2);
  EXPECT_TRUE(played.empty_at_last);
  EXPECT_EQ(played.pictures.lines[1], 1170);
}

TEST(SaneTraces, ThreePassesAreOnePictureOfThreeColours) {
  const Played played = play("three-pass", settings(ScanMode::colour, 75, {}, {{"three-pass", "yes"}, {"three-pass-order", "BRG"}}), 1);
  ASSERT_EQ(played.pictures.whole, 1);
  EXPECT_EQ(played.pictures.formats[0].channels, 3);
  EXPECT_EQ(played.pictures.lines[0], 590);
}

TEST(SaneTraces, SixteenBitsAndAnUnknownHeightComeWhole) {
  ScanSettings deep = settings(ScanMode::gray, 50);
  deep.bits = 16;
  const Played played = play("sixteen-bit", deep, 1);
  ASSERT_EQ(played.pictures.whole, 1);
  EXPECT_EQ(played.pictures.formats[0].bits, 16);
  const Played by_hand = play("hand-scanner", settings(ScanMode::gray, 75, {}, {{"hand-scanner", "yes"}}), 1);
  ASSERT_EQ(by_hand.pictures.whole, 1);
  EXPECT_EQ(by_hand.pictures.formats[0].lines, -1);
  EXPECT_EQ(by_hand.pictures.lines[0], (2 * 65536 + 31252) / 324);
}

TEST(SaneTraces, FaultsAreNamed) {
  for (const auto& [name, status, fault] : {std::tuple{"jam", "SANE_STATUS_JAMMED", DeviceFault::jam}, {"cover-open", "SANE_STATUS_COVER_OPEN", DeviceFault::cover_open}}) {
    const Played played = play(name, settings(ScanMode::gray, 75, ScanSource::adf, {{"read-return-value", status}}));
    ASSERT_NE(played.fault, nullptr) << name;
    EXPECT_EQ(played.fault->fault, fault);
    EXPECT_EQ(played.pictures.whole, 0) << "a picture that broke off is none";
  }
}

TEST(SaneTraces, TheSameThroughSanedComesAsFromTheDeviceItself) {
  const Played feeder = play("saned-feeder", settings(ScanMode::gray, 75, ScanSource::adf));
  EXPECT_EQ(feeder.pictures.whole, 10);
  EXPECT_TRUE(feeder.empty_at_last);
  EXPECT_EQ(feeder.pictures.lines[9], 590);
  const Played passes = play("saned-three-pass", settings(ScanMode::colour, 75, {}, {{"three-pass", "yes"}, {"three-pass-order", "GBR"}}), 1);
  ASSERT_EQ(passes.pictures.whole, 1);
  EXPECT_EQ(passes.pictures.formats[0].channels, 3);
  EXPECT_EQ(passes.pictures.lines[0], 590);
  ScanSettings deep = settings(ScanMode::colour, 50);
  deep.bits = 16;
  const Played colours = play("saned-sixteen-bit", deep, 1);
  ASSERT_EQ(colours.pictures.whole, 1);
  EXPECT_EQ(colours.pictures.formats[0].bits, 16);
  EXPECT_EQ(colours.pictures.formats[0].channels, 3);
  const Played by_hand = play("saned-hand-scanner", settings(ScanMode::gray, 75, {}, {{"hand-scanner", "yes"}}), 1);
  ASSERT_EQ(by_hand.pictures.whole, 1);
  EXPECT_EQ(by_hand.pictures.formats[0].lines, -1);
}

TEST(SaneTraces, FaultsBehindSanedAreNamedToo) {
  for (const auto& [name, status, fault] : {std::tuple{"saned-jam", "SANE_STATUS_JAMMED", DeviceFault::jam},
                                            {"saned-no-paper", "SANE_STATUS_NO_DOCS", DeviceFault::no_paper},
                                            {"saned-io-error", "SANE_STATUS_IO_ERROR", DeviceFault::offline}}) {
    const Played played = play(name, settings(ScanMode::gray, 75, ScanSource::adf, {{"read-return-value", status}}));
    ASSERT_NE(played.fault, nullptr) << name;
    EXPECT_EQ(played.fault->fault, fault) << name;
    EXPECT_EQ(played.pictures.whole, 0) << name;
  }
}

TEST(SaneTraces, ASanedThatDiedGivesNoPicture) {
  const Played played = play("saned-killed", settings(ScanMode::gray, 300, {}, {{"read-delay", "yes"}, {"read-delay-duration", "200000"}, {"read-limit", "yes"}, {"read-limit-size", "100"}}));
  ASSERT_NE(played.fault, nullptr);
  EXPECT_EQ(played.pictures.whole, 0);
}

TEST(SaneTraces, AStopIsNoPicture) {
  const Played played = play("cancelled", settings(ScanMode::gray, 300, {}, {{"read-delay", "yes"}, {"read-delay-duration", "200000"}, {"read-limit", "yes"}, {"read-limit-size", "100"}}));
  ASSERT_NE(played.fault, nullptr);
  EXPECT_EQ(played.pictures.whole, 0);
}

TEST(SaneTraces, ASheetThatBreaksOffIsAFaultAndTheSheetsBeforeItStay) {
  const Played played = play("short-last-frame", settings(ScanMode::gray, 75, ScanSource::adf));
  EXPECT_EQ(played.pictures.whole, 2);
  ASSERT_NE(played.fault, nullptr);
  EXPECT_EQ(played.fault->fault, DeviceFault::transfer);
}

TEST(SaneTraces, ASettingThatWasNeverMadeIsRefusedAndSaysWhatIsOffered) {
  const auto scanner = open_scanner("trace:" + (kTraces / "feeder.jsonl").string());
  ASSERT_TRUE(scanner);
  EXPECT_FALSE((*scanner)->set(settings(ScanMode::gray, 200, ScanSource::adf)));
  const auto none = (*scanner)->set(settings(ScanMode::gray, 75, ScanSource::adf_duplex));
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("Automatic Document Feeder"), std::string::npos);
}

TEST(SaneTraces, WhatIsNoTraceIsOneSentence) {
  const fs::path file = fs::temp_directory_path() / ("sogoc-trace-" + std::to_string(::getpid()));
  EXPECT_EQ(open_scanner("trace:/nonexistent").error().code, ErrorCode::not_found);
  const std::string open = R"({"call":"open","device":"x","options":[]})";
  for (const std::string& content : {std::string(), std::string("{}"), std::string("\xff\xfe"), std::string(R"({"call":"start","status":0})"), open + "\n{\"call\":\"start\",\"status\":99}",
                                     open + "\n{\"call\":\"read\",\"status\":0,\"got\":[[-5,1]]}", open + "\n{\"call\":\"parameters\",\"status\":0,\"format\":9}", open + "\nnull",
                                     std::string(R"({"call":"open","options":[{"name":"a","type":3,"unit":0,"size":1,"cap":5,"text":"longer"}]})"),
                                     open + R"(
{"call":"set","index":0,"value":[1],"real":["x"],"status":0,"info":0})"}) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
    const auto scanner = open_scanner("trace:" + file.string());
    ASSERT_FALSE(scanner) << content;
    EXPECT_EQ(scanner.error().code, ErrorCode::corrupt) << content;
  }
  fs::remove(file);
}

}  // namespace
}  // namespace sogoc
