// Any bytes as a signed PDF, and as an offline bundle: a report or one sentence, and never "valid",
// because the trust store is empty.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "workers/copy_verify/copy_verify.hpp"
#include "workers/copy_verify/offline_bundle.hpp"
#include "workers/copy_verify/report_json.hpp"

namespace {

std::filesystem::path scratch_file() {
  std::string name = (std::filesystem::temp_directory_path() / "copy-verify-fuzz-XXXXXX").string();
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) std::abort();
  return name;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sogoc;
  static const std::filesystem::path file = scratch_file();
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  VerifySettings settings;
  settings.now = UtcTime(std::chrono::milliseconds(1'795'600'000'000));
  settings.max_bytes = 4u << 20;
  const auto report = verify_file(file, TrustStore{}, settings);
  if (!report) {
    if (report.error().message.empty()) std::abort();
  } else {
    if (report->verdict == Verdict::valid) std::abort();
    CheckAnswer answer;
    answer.file = *report;
    if (!answer_from_json(answer_to_json(answer))) std::abort();
  }
  const auto bundle = bundle_from_json({reinterpret_cast<const char*>(data), size});
  if (bundle && !bundle_from_json(bundle_to_json(*bundle))) std::abort();
  std::filesystem::resize_file(file, 0);
  return 0;
}
