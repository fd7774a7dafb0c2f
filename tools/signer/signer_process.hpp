#pragma once

#include <atomic>
#include <functional>

#include "pipeline/core/log.hpp"
#include "pipeline/core/result.hpp"
#include "tools/signer/signer_config.hpp"

namespace sogoc {

// The signing process: opens its keys (asks for a PIN where no file holds it), locks its memory
// down, listens on its socket with CURVE keys only, and answers one question after the other until
// `stop`. `ready` is called when it listens.
[[nodiscard]] Done run_signer(const SignerConfig& config, const std::atomic<bool>& stop,
                              const std::function<void()>& ready, const Log& log);

}  // namespace sogoc
