#pragma once

// Files into the archive: masters durable first, then one transaction that makes the batch.

#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"
#include "storage/archive.hpp"
#include "tools/sogoc/inputs.hpp"

namespace sogoc {

struct IntakeSettings {
  std::string dossier;
  std::string book{};             // code of a register book; its layouts are set in `settings` by the caller
  ReadingSettings settings;
  std::string operator_name;
  bool even_if_repeated = false;  // else a batch with the very same files is not taken twice
};

struct Intake {
  std::optional<BatchId> batch;   // absent: nothing was taken
  std::int64_t documents = 0;
  std::int64_t files = 0;
  std::uint64_t bytes = 0;
  ReceivedBefore before;          // repeated files are reported, never merged
  std::vector<Error> refused;
};

// Fails only when nothing could be done at all (disk full, unknown dossier).
[[nodiscard]] Result<Intake> take_in(Archive& archive, const Inputs& inputs,
                                     const IntakeSettings& settings);

}  // namespace sogoc
