// sogoc_dev_ocr IMAGE [MODEL_FOLDER] [--all]: the body text of one upright page picture on standard
// output, timings on standard error. --all shows every region with kind and confidence instead.

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include <leptonica/allheaders.h>

#include "workers/ocr/tesseract_page_reader.hpp"

namespace {

struct PixDeleter {
  void operator()(Pix* pix) const noexcept { pixDestroy(&pix); }
};
using PixPtr = std::unique_ptr<Pix, PixDeleter>;

sogoc::Result<sogoc::PageImage> load(const std::string& path) {
  const PixPtr raw(pixRead(path.c_str()));
  if (!raw) {
    return sogoc::fail(sogoc::ErrorCode::invalid_input, sogoc::Retry::never, path,
                       "not a picture that Leptonica reads");
  }
  // The red channel alone, so that red seals go away, as the pipeline's straightener does it.
  const PixPtr pix(pixGetDepth(raw.get()) == 1    ? pixClone(raw.get())
                   : pixGetDepth(raw.get()) == 32 ? pixGetRGBComponent(raw.get(), COLOR_RED)
                                                  : pixConvertTo8(raw.get(), 0));
  const int width = pixGetWidth(pix.get()), height = pixGetHeight(pix.get());
  const bool bilevel = pixGetDepth(pix.get()) == 1;
  const auto format = bilevel ? sogoc::PixelFormat::bit1 : sogoc::PixelFormat::gray8;
  const std::size_t stride = sogoc::PageImage::stride_of(width, format);
  std::vector<std::uint8_t> pixels(stride * static_cast<std::size_t>(height));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      l_uint32 value = 0;
      pixGetPixel(pix.get(), x, y, &value);
      std::uint8_t* row = &pixels[static_cast<std::size_t>(y) * stride];
      if (!bilevel) {
        row[x] = static_cast<std::uint8_t>(value);
      } else if (value) {
        row[x / 8] = static_cast<std::uint8_t>(row[x / 8] | (0x80 >> (x % 8)));
      }
    }
  }
  // 72 is what writers put that do not know.
  const double dpi = pixGetXRes(pix.get()) > 72 ? pixGetXRes(pix.get()) : 0;
  return sogoc::PageImage::create({width, height}, format, {{dpi}, {dpi}}, std::move(pixels));
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

int run(int argc, char** argv) {
  std::string image_path, models;
  bool all = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--all") {
      all = true;
    } else {
      (image_path.empty() ? image_path : models) = argument;
    }
  }
  if (image_path.empty()) {
    std::cerr << "sogoc_dev_ocr IMAGE [MODEL_FOLDER] [--all]\n";
    return 2;
  }
  const auto image = load(image_path);
  if (!image) {
    std::cerr << sogoc::sentence(image.error()) << '\n';
    return 3;
  }
  const auto reader = sogoc::make_page_reader(models);
  const double start = cpu_seconds();
  const auto text = reader->read(*image, *image, {}, {}, {});
  if (!text) {
    std::cerr << sogoc::sentence(text.error()) << '\n';
    return 5;
  }
  std::cerr << text->engine << ": " << cpu_seconds() - start << " s CPU with loading the model\n";
  if (!all) {
    std::cout << sogoc::body_text(*text);
    return 0;
  }
  for (const sogoc::Region& region : text->regions) {
    std::cout << "[" << name(region.kind) << (region.illegible ? " illegible" : "") << " "
              << region.box.left << "," << region.box.top << "," << region.box.right << ","
              << region.box.bottom << " " << region.confidence.fraction() << "]\n";
    for (const sogoc::TextLine& line : region.lines) {
      for (const sogoc::Word& word : line.words) {
        std::cout << word.text << "{" << static_cast<int>(word.confidence.fraction() * 100) << "} ";
      }
      std::cout << '\n';
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // OpenMP reads its limits when it is loaded, before main.
  if (std::getenv("OMP_THREAD_LIMIT") == nullptr) {
    setenv("OMP_THREAD_LIMIT", "1", 1);
    execv("/proc/self/exe", argv);
  }
  return run(argc, argv);
}
