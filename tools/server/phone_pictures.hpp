#pragma once

// Pictures that a telephone sent: each becomes a sheet of a scan session, judged and with its provenance like one from a feeder. The file came
// in pieces (storage/uploads.hpp) and is opened by sogoc-picture-worker only.

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "storage/archive.hpp"
#include "storage/uploads.hpp"

namespace sogoc::server {

struct PhonePicture {
  UploadId upload = 0;                       // arrived wholly
  std::optional<CaptureSessionRow> session;  // nothing: it begins one, of `target`
  CaptureTarget target;
  std::optional<std::int64_t> declared;
  OrderRole role = OrderRole::stack;         // stack: behind the last one; replace, insert: at `sheet`, with a reason
  std::int64_t sheet = 0;
  std::string reason;
  std::string by, device;                    // device: what the browser calls itself
};

[[nodiscard]] bool is_phone(const CaptureSessionRow& session);

// Thread: any; judged beside each other, put into their sessions one at a time, so that each gets a place of its own.
class PhonePictures {
 public:
  explicit PhonePictures(std::filesystem::path scratch) : scratch_(std::move(scratch)) {}
  // The session it is in. Fails as decoders do with a file that is no picture, conflict when the upload is not whole or the session is over.
  // Repeated for the same upload it is not_found, for then the picture is there.
  [[nodiscard]] Result<CaptureSessionId> take(Archive& archive, const PhonePicture& picture);

 private:
  const std::filesystem::path scratch_;
  std::mutex lock_;
};

}  // namespace sogoc::server
