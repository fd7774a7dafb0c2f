// Replays stored inputs through a fuzz target without a fuzzing compiler: every argument is a
// file, or a folder whose files are taken in order. Also cuts and flips each input a little, from
// a fixed seed, so that an ordinary test run goes a step beyond what is stored.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kVariants = 20;   // of each input

std::vector<std::uint8_t> bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void replay(const std::filesystem::path& file) {
  const std::vector<std::uint8_t> bytes = bytes_of(file);
  std::printf("%s\n", file.filename().c_str());
  std::fflush(stdout);
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  std::mt19937 random(20'240'601);
  for (int i = 0; i < kVariants && !bytes.empty(); ++i) {
    std::vector<std::uint8_t> variant = bytes;
    const auto pick = [&] { return random() % variant.size(); };
    if (i % 2 == 0) variant.resize(1 + pick());
    for (int flips = 1 + i / 2; flips > 0; --flips)
      variant[pick()] ^= static_cast<std::uint8_t>(1u << (random() % 8));
    LLVMFuzzerTestOneInput(variant.data(), variant.size());
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; ++i) {
    if (std::filesystem::is_directory(argv[i])) {
      for (const auto& entry : std::filesystem::directory_iterator(argv[i]))
        files.push_back(entry.path());
    } else {
      files.emplace_back(argv[i]);
    }
  }
  if (files.empty()) {
    std::fprintf(stderr, "no inputs to replay\n");
    return 1;
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) replay(file);
  return 0;
}
