// Real signed documents of public bodies: integrity as pdfsig sees it, signers by name.

#include <cstdio>
#include <cstdlib>
#include <regex>

#include "tests/unit/copy_verify/checked.hpp"

namespace sogoc::test {
namespace {

struct Seen {
  std::string signer;
  bool intact = false;
};

std::vector<Seen> by_pdfsig(const std::filesystem::path& file) {
  const std::string command = "LC_ALL=C.UTF-8 pdfsig '" + file.string() + "' 2>/dev/null";
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::vector<Seen> all;
  char line[4096];
  while (pipe && std::fgets(line, sizeof line, pipe.get()) != nullptr) {
    const std::string text = line;
    const auto value = [&text](const char* label) -> std::optional<std::string> {
      const auto at = text.find(label);
      if (at == std::string::npos) return std::nullopt;
      const auto begin = at + std::string(label).size();
      return text.substr(begin, text.find_last_not_of("\n") + 1 - begin);
    };
    if (text.starts_with("Signature #")) all.emplace_back();
    if (const auto name = value("Signer Certificate Common Name: "); name && !all.empty())
      all.back().signer = *name;
    if (const auto state = value("Signature Validation: "); state && !all.empty())
      all.back().intact = *state == "Signature is Valid.";
  }
  return all;
}

std::string with_byte_flipped(const std::filesystem::path& file, std::size_t at) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  return bytes;
}

class SignedSamples : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::path(SOGOC_SOURCE_DIR).parent_path() / "shared" / "samples" / "documents";
    if (const char* given = std::getenv("SOGOC_SHARED"))
      folder_ = std::filesystem::path(given) / "samples" / "documents";
    if (!std::filesystem::is_directory(folder_))
      GTEST_SKIP() << "the shared sample documents are not here; nothing was compared";
    if (std::system("pdfsig -v >/dev/null 2>&1") != 0)
      GTEST_SKIP() << "pdfsig is not installed; nothing was compared";
  }
  std::filesystem::path folder_;
};

TEST_F(SignedSamples, IntegrityAndSignersAreAsPdfsigSeesThem) {
  int compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    if (entry.path().extension() != ".pdf") continue;
    const std::vector<Seen> others = by_pdfsig(entry.path());
    VerifySettings settings;
    settings.now = SystemClock().now();
    const auto report = verify_file(entry.path(), TrustStore{}, settings);
    ASSERT_TRUE(report) << entry.path() << to_string(report.error());
    ASSERT_EQ(report->signatures.size(), others.size()) << entry.path();
    // Its authorities are in no store here: intact, and cannot be decided.
    EXPECT_EQ(report->verdict, others.empty() ? report->verdict : Verdict::undecidable)
        << told(*report);
    for (std::size_t i = 0; i < others.size(); ++i) {
      EXPECT_EQ(report->signatures[i].intact, others[i].intact) << entry.path() << i;
      EXPECT_EQ(report->signatures[i].signer_name, others[i].signer) << entry.path() << i;
      ++compared;
    }
  }
  EXPECT_GT(compared, 0);
}

TEST_F(SignedSamples, AFlippedByteIsSeenAsPdfsigSeesIt) {
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    if (entry.path().extension() != ".pdf") continue;
    const std::string bytes = with_byte_flipped(entry.path(), 5'000);
    const auto file = written(bytes);
    const std::vector<Seen> others = by_pdfsig(file);
    VerifySettings settings;
    settings.now = SystemClock().now();
    const auto report = verify_file(file, TrustStore{}, settings);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->verdict, Verdict::invalid) << told(*report);
    ASSERT_EQ(report->signatures.size(), others.size());
    for (std::size_t i = 0; i < others.size(); ++i)
      EXPECT_EQ(report->signatures[i].intact, others[i].intact);
    std::filesystem::remove(file);
  }
}

}  // namespace
}  // namespace sogoc::test
