#pragma once

// A remote signing service, spoken to by a program of the office or of the service's maker.

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "workers/signing/signing.hpp"

namespace sogoc {

struct RemoteCommandSettings {
  std::vector<std::string> command;             // absolute path of the program, then its arguments
  std::chrono::milliseconds timeout{120'000};   // the holder may have to confirm on a telephone
  const std::atomic<bool>* stop = nullptr;      // set: who waits gives up at once; outlives the signer
};

// No two services speak alike and their protocols are under contract, so each is a program: it gets the
// SHA-256 of the ByteRange as one line of hex on its standard input and writes the DER of a detached CMS
// to its standard output. Exit code 75 says "not now, ask again", any other but 0 is a refusal; the first
// line on its standard error is the reason that is passed on. It sees nothing else of the signer:
// no environment but PATH and LANG, no open file.
//
// Fails with timeout or unavailable (ask again), no_permission (refused, with its reason), invalid (no
// answer, or more than a CMS can be), not_found (the program is not there).
// Thread: any; each call is a process of its own.
class RemoteCommand final : public RemoteSigner {
 public:
  explicit RemoteCommand(RemoteCommandSettings settings) : settings_(std::move(settings)) {}
  [[nodiscard]] Result<std::vector<std::uint8_t>> sign_hash(const Sha256& byte_range_digest) override;

 private:
  RemoteCommandSettings settings_;
};

}  // namespace sogoc
