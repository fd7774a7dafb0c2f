// Every issued copy is verified before release, so this must stay cheap.

#include <ctime>

#include "tests/unit/copy_verify/checked.hpp"

namespace sogoc::test {
namespace {

TEST(VerifySpeed, ACopyWithTwoSignaturesAndArchiveTimestampTakesLittleProcessorTime) {
  DocumentParts parts;
  parts.more[60] = stream_object("/Type /XObject /Subtype /Image",
                                 std::string(1'500'000, 'x'));  // a scan at 300 dpi
  SignedCopy copy(pki(), kSigned, parts);
  copy.certify(2)
      .countersign()
      .add_validation_data(good_evidence())
      .add_document_timestamp(kSigned + std::chrono::hours(2));
  const auto file = written(copy.file);
  VerifySettings settings;
  settings.now = kNow;
  const TrustStore trusted = store(pki());
  ASSERT_EQ(verify_file(file, trusted, settings)->verdict, Verdict::valid);
  constexpr int kTimes = 20;
  const std::clock_t begin = std::clock();
  for (int i = 0; i < kTimes; ++i) (void)verify_file(file, trusted, settings);
  const double ms = 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / kTimes;
  std::filesystem::remove(file);
  RecordProperty("milliseconds", std::to_string(ms));
  std::printf("%.1f ms of processor time\n", ms);
#if !defined(SOGOC_ASAN) && !defined(SOGOC_TSAN)
  EXPECT_LT(ms, 50.0);
#endif
}

}  // namespace
}  // namespace sogoc::test
