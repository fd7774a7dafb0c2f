#pragma once

// The second opinion on a line whose kind nobody stated: is it print, and does the engine for print
// read it better?

#include <memory>
#include <optional>
#include <vector>

#include "pipeline/core/image.hpp"
#include "pipeline/core/ports.hpp"
#include "workers/handwriting/field_reader.hpp"
#include "workers/layout/line_reader.hpp"

namespace sogoc {

// Owner:  its network, about 20 MB.
// Thread: belongs to the thread that made it.
class PrintedLineReader {
 public:
  // Loads the model now. Fails with missing_model or corrupt.
  [[nodiscard]] static Result<std::unique_ptr<PrintedLineReader>> create();
  ~PrintedLineReader();
  PrintedLineReader(const PrintedLineReader&) = delete;
  PrintedLineReader& operator=(const PrintedLineReader&) = delete;

  // Nothing when the handwriting reading stands: it is sure itself, or the engine for print is not
  // surer and does not read plausible words.
  [[nodiscard]] Result<std::optional<handwriting::FieldReading>> read_if_surer(
      const PageImage& line, const handwriting::FieldReading& by_hand);
  // The words of a line as LineReader::read_print wants them.
  [[nodiscard]] Result<std::vector<layout::PrintedWord>> words(const PageImage& line);

 private:
  PrintedLineReader();
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

// The picture turned as its file asks.
[[nodiscard]] Result<PageImage> turned_upright(const DecodedPage& page);

}  // namespace sogoc
