#pragma once

// Reads cropped lines in a process that is locked in first: pictures come from strangers. One
// child reads all of them with one loaded network; a picture that ends it costs itself only.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"
#include "workers/handwriting/field_reader.hpp"

namespace sogoc {

struct LineReading {
  handwriting::FieldReading field;
  bool printed = false;  // read by the engine for print
};

struct LineReadingSettings {
  handwriting::FieldKind kind = handwriting::FieldKind::text;
  bool may_be_printed = true;  // the kind was not given: print is tried where handwriting is unsure
  int seconds_a_line = 60;
  int memory_limit_mb = 1000;
};

// Calls `take` once a file, in order. The files' bytes are opened in the child alone. Fails, before
// any call, with missing_model or corrupt; a file's own failure is given to `take`.
// Starts a process: call it before any thread is started.
[[nodiscard]] Done read_lines(
    const std::vector<std::filesystem::path>& files, const LineReadingSettings& settings,
    const std::function<void(std::size_t index, Result<LineReading> reading)>& take);

}  // namespace sogoc
