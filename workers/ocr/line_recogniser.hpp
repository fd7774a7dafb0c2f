#pragma once

// Tesseract, one line at a time. The only file pair that knows its API.

#include <memory>
#include <string>
#include <vector>

#include "models/model_catalog.hpp"
#include "workers/ocr/line_image.hpp"

namespace sogoc::ocr {

struct ReadSymbol {
  std::string text;  // UTF-8
  double left = 0;   // pixels of the line image
  double right = 0;
};

struct ReadWord {
  std::string text;  // UTF-8, NFC
  double left = 0;   // pixels of the line image
  double right = 0;
  double confidence = 0;  // 0..1
  std::vector<ReadSymbol> symbols;
};

// Owner:  its network, about 20 MB.
// Thread: belongs to the thread that made it. The network keeps nothing from one line to the
//         next, so a line reads the same whatever came before.
class LineRecogniser {
 public:
  [[nodiscard]] static Result<std::unique_ptr<LineRecogniser>> create(const LanguageModel& model);
  ~LineRecogniser();
  LineRecogniser(const LineRecogniser&) = delete;
  LineRecogniser& operator=(const LineRecogniser&) = delete;

  // Words from left to right; none for a line without readable ink.
  [[nodiscard]] Result<std::vector<ReadWord>> read(const LineImage& image);
  // The same with nothing but digits to choose from: for gaps that the form says hold a number.
  [[nodiscard]] Result<std::vector<ReadWord>> read_digits(const LineImage& image);
  [[nodiscard]] static std::string version();

 private:
  LineRecogniser();
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace sogoc::ocr
