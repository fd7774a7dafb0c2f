#pragma once

// What the signer did, in its own append-only file: one JSON object a line, each with the SHA-256
// of the line before it. The coordinator cannot reach it; an auditor compares it with the log.

#include <filesystem>
#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// Owner:  the signer process; a lock keeps a second one out.
// Thread: belongs to one thread.
class SignerRecord {
 public:
  // Reads every line and hands its object to `seen`. Fails with corrupt when the chain does not
  // hold; a last line without its line feed was cut off by a power cut and is taken away, because
  // nothing was answered before its sync. Fails with conflict when another signer has it open.
  [[nodiscard]] static Result<SignerRecord> open(
      const std::filesystem::path& file, const std::function<void(const nlohmann::json&)>& seen);
  SignerRecord(SignerRecord&& other) noexcept;
  SignerRecord& operator=(SignerRecord&&) = delete;
  ~SignerRecord();

  // Durable on return. `what` must not hold names or secrets.
  [[nodiscard]] Done add(UtcTime at, nlohmann::json what);

 private:
  SignerRecord(std::filesystem::path file, int fd) : file_(std::move(file)), fd_(fd) {}
  std::filesystem::path file_;
  int fd_ = -1;
  Sha256 last_;
  std::int64_t lines_ = 0;
};

}  // namespace sogoc
