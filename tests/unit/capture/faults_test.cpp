// Faults of devices: one table, each with advice, in Vietnamese too; and the states of a scanner.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "scanners/faults.hpp"
#include "scanners/scanner.hpp"

namespace sogoc {
namespace {

TEST(DeviceFaults, EachHasItsRowItsNameAndAdviceInVietnamese) {
  std::ifstream file(std::string(SOGOC_SOURCE_DIR) + "/po/vi.po");
  std::string catalogue((std::istreambuf_iterator<char>(file)), {});
  // The catalogue breaks long texts into lines.
  for (std::size_t at; (at = catalogue.find("\"\n\"")) != std::string::npos;) catalogue.erase(at, 3);
  std::set<std::string_view> names;
  for (const FaultRow& row : device_faults()) {
    EXPECT_EQ(&row_of(row.fault), &row);
    EXPECT_TRUE(names.insert(row.name).second);
    const std::size_t at = catalogue.find("msgid \"" + std::string(row.advice) + "\"\nmsgstr \"");
    ASSERT_NE(at, std::string::npos) << row.advice;
    EXPECT_NE(catalogue[catalogue.find("msgstr \"", at) + 8], '"') << "not translated: " << row.advice;
    const auto error = device_fault(row.fault, "test:0").value();
    EXPECT_EQ(fault_in(error), &row);
  }
  for (const char* wanted : {"jam", "cover_open", "double_feed", "busy", "offline", "out_of_memory", "wrong_paper_size"}) EXPECT_TRUE(names.contains(wanted)) << wanted;
}

TEST(ScannerStates, FeedOnlyWhenReadyOrAfterAFault) {
  using enum ScannerState;
  EXPECT_TRUE(may_move(ready, feeding));
  EXPECT_TRUE(may_move(faulted, feeding));
  EXPECT_FALSE(may_move(open, feeding));
  EXPECT_FALSE(may_move(closed, ready));
  EXPECT_FALSE(may_move(ready, faulted));
  for (const ScannerState state : {open, ready, feeding, faulted}) EXPECT_TRUE(may_move(state, closed));
}

}  // namespace
}  // namespace sogoc
