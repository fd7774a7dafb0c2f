// Any bytes as a PDF of ours: every revision either only appends or is refused in one sentence.

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "workers/pades/pades.hpp"

namespace {

std::filesystem::path scratch_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "pades-fuzz-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  return name;
}

void check(const std::filesystem::path& before, const std::filesystem::path& after, bool made) {
  if (made && !sogoc::check_only_appended(before, after)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::filesystem::path folder = scratch_folder();
  const auto file = folder / "in.pdf", out = folder / "out.pdf";
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const auto stamped = sogoc::append_document_timestamp(file, out);
  check(file, out, stamped.has_value());
  if (stamped && !sogoc::check_hole(out, *stamped) && size < (1U << 16)) {
    // The only fault left may be another empty hole in the input.
    const auto refused = sogoc::check_hole(out, *stamped);
    if (refused.error().message.find("more than one") == std::string::npos) std::abort();
  }
  check(file, out,
        sogoc::append_signature(file, out, {"Certifier", "2026-09-05T14:03:22+07:00", "", "", ""})
            .has_value());
  check(file, out, sogoc::append_dss(file, out, {{{1, 2}}, {{3}}, {{4}}}).has_value());
  const auto settled = sogoc::settle_first_hole(file);  // last: it writes into the file
  if (settled && settled->end > settled->file_bytes) std::abort();
  return 0;
}
