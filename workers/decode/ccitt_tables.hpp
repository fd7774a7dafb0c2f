#pragma once

// Private to workers/decode: the run codes of ITU-T T.4, ready to be looked up by their first
// 13 bits.

#include <array>
#include <cstdint>

namespace sogoc::decoding {

struct RunCode {
  std::int16_t run = -1;    // pixels; -1: no code starts with these bits
  std::uint8_t length = 0;  // bits
};

inline constexpr unsigned kRunCodeBits = 13;
using RunTable = std::array<RunCode, 1u << kRunCodeBits>;

// Runs of 64 and more are make-up codes: another code of the same colour follows.
[[nodiscard]] const RunTable& white_runs();
[[nodiscard]] const RunTable& black_runs();

}  // namespace sogoc::decoding
