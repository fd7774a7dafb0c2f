// The accuracy bars on real pages: slow, and skipped where the sample documents are absent. The
// scorer beside them is the judge, so that we do not mark our own work.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <leptonica/allheaders.h>

#include "workers/ocr/tesseract_page_reader.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

// Runs a command of fixed words and our own paths; its standard output.
std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> piece{};
  std::size_t got = 0;
  while ((got = fread(piece.data(), 1, piece.size(), pipe)) > 0) out.append(piece.data(), got);
  pclose(pipe);
  return out;
}

// The scan of one page without annotations. Red is left out, as the straightener does.
Result<PageImage> scan_of(const fs::path& pdf, int page, const fs::path& scratch, double dpi) {
  const fs::path stem = scratch / "scan";
  output_of("pdfimages -png -f " + std::to_string(page) + " -l " + std::to_string(page) + " '" +
            pdf.string() + "' '" + stem.string() + "'");
  Pix* raw = pixRead((stem.string() + "-000.png").c_str());
  if (raw == nullptr) return fail(ErrorCode::not_found, Retry::never, pdf.string(), "no scan");
  Pix* gray = pixGetDepth(raw) == 32 ? pixGetRGBComponent(raw, COLOR_RED) : pixConvertTo8(raw, 0);
  const int width = pixGetWidth(gray), height = pixGetHeight(gray);
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      l_uint32 value = 0;
      pixGetPixel(gray, x, y, &value);
      pixels.push_back(static_cast<std::uint8_t>(value));
    }
  }
  pixDestroy(&raw);
  pixDestroy(&gray);
  return PageImage::create({width, height}, PixelFormat::gray8, {{dpi}, {dpi}}, std::move(pixels));
}

double percent_after(const std::string& text, const std::string& word) {
  const std::size_t at = text.rfind(word);
  return at == std::string::npos ? 100 : std::atof(text.c_str() + at + word.size());
}

TEST(Accuracy, OfTheTruthPagesIsWithinTheBars) {
  const fs::path shared = fs::path(SOGOC_SOURCE_DIR) / ".." / "shared";
  if (!fs::exists(shared / "samples/truth")) GTEST_SKIP() << "the sample documents are not here";
  const auto model = ModelCatalog::open().model("vie");
  if (!model || !model->pinned) GTEST_SKIP() << "the pinned model is not here";
  const fs::path scratch = fs::path(testing::TempDir()) / "sogoc_accuracy";
  fs::create_directories(scratch);
  const auto reader = make_page_reader();
  struct Sample {
    const char* document;
    int page;
    double dpi;
  };
  for (const auto& [document, page, dpi] : {Sample{"doc-1", 2, 300}, Sample{"doc-2", 1, 300},
                                            Sample{"doc-3", 1, 200}, Sample{"doc-4", 2, 200}}) {
    const auto scan = scan_of(shared / "samples/documents" / (std::string(document) + ".pdf"), page,
                              scratch, dpi);
    ASSERT_TRUE(scan) << sentence(scan.error());
    const auto text = reader->read(*scan, *scan, {}, {}, {});
    ASSERT_TRUE(text);
    std::ofstream(scratch / (std::string(document) + ".p0" + std::to_string(page) + ".txt"))
        << body_text(*text);
  }
  const std::string score =
      output_of("python3 '" + (shared / "tools/score_text.py").string() + "' set '" +
                (shared / "samples/truth").string() + "' '" + scratch.string() + "'");
  EXPECT_LE(percent_after(score, "lines "), 0.80) << score;
  EXPECT_LE(percent_after(score, "page "), 2.50) << score;
  fs::remove_all(scratch);
}

}  // namespace
}  // namespace sogoc
