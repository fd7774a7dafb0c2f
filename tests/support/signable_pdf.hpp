#pragma once

// A small PDF/A-2u with signature fields, written as the composer writes copies: for tests of
// what signs and verifies.

#include <filesystem>
#include <string>
#include <vector>

#include "workers/pades/pades.hpp"

namespace sogoc::test {

struct SignablePdf {
  std::vector<std::string> fields{"Body"};  // the first one gets the first hole
  int permission = 1;                       // DocMDP P of the first signature
  std::string signing_time = "2026-09-05T14:03:22+07:00";
  std::string name = "UBND xã Mẫu", reason = "Cấp bản sao từ sổ gốc", location = "Xã Mẫu";
  bool form_in_its_own_object = false;
};
// Writes the file and settles its hole. Throws std::runtime_error when that fails.
SignatureHole write_signable_pdf(const std::filesystem::path& file, const SignablePdf& wanted = {});
// The same, with the hole still unsettled.
void write_unsettled_pdf(const std::filesystem::path& file, const SignablePdf& wanted = {});

// A new empty folder, taken away in the end.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string bytes_in(const std::filesystem::path& file);
void write_bytes(const std::filesystem::path& file, const std::string& bytes);

}  // namespace sogoc::test
