#pragma once

// Private to scanners: options of a SANE device by their names.

#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"
#include "scanners/sane_api_private.hpp"

namespace sogoc {

// Owner: SaneScanner, as of the device. Thread: the device's.
class SaneOptions {
 public:
  SaneOptions(SaneDevice& device, std::string shown) : device_(device), shown_(std::move(shown)) {}

  [[nodiscard]] bool has(const std::string& name);                      // there, active and settable
  // Strings an option offers; empty when it is no list of strings.
  [[nodiscard]] std::vector<std::string> choices(const std::string& name);
  // What it offers, in words for a person: "75, 150, 300" or "1 to 1200 dpi".
  [[nodiscard]] std::string offer(const std::string& name);
  [[nodiscard]] std::optional<double> largest(const std::string& name);
  [[nodiscard]] std::optional<double> number(const std::string& name);  // its value now
  [[nodiscard]] std::string text(const std::string& name);              // its value now, "" when it has none
  [[nodiscard]] bool in_pixels(const std::string& name);
  // Fails with usage and says what the option offers.
  [[nodiscard]] Done set_text(const std::string& name, const std::string& text);
  // `exact`: a number the device would round by more than 1 % is refused.
  [[nodiscard]] Done set_number(const std::string& name, double value, bool exact);
  // By the text of a command line: yes/no, number or word, as the option's type wants.
  [[nodiscard]] Done set_any(const std::string& name, const std::string& text);
  // Names of all options a person can set, with what each offers: for --list.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> all();

 private:
  struct Found {
    SANE_Int index = 0;
    const SANE_Option_Descriptor* about = nullptr;
  };
  [[nodiscard]] std::optional<Found> find(const std::string& name);
  [[nodiscard]] Done put(const Found& found, void* value, const std::string& text);

  SaneDevice& device_;
  std::string shown_;
};

[[nodiscard]] tl::unexpected<Error> fail_sane(SANE_Status status, const std::string& device);

}  // namespace sogoc
