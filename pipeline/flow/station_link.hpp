#pragma once

// A capture station's end of the wire: one sheet after the other, each answered when the archive has it for good.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "pipeline/capture/capture.hpp"
#include "pipeline/transport/sockets.hpp"

namespace sogoc {

// Thread: belongs to one. Every call fails with network when the archive does not answer within the limit: make a new link
// then, and send again from the first sheet that was not answered.
class StationLink {
 public:
  // `give_up` is asked while waiting.
  [[nodiscard]] static Result<std::unique_ptr<StationLink>> connect(std::shared_ptr<TransportContext> context, const ConnectSettings& settings,
                                                                    const std::string& program, std::chrono::milliseconds answer_limit,
                                                                    std::function<bool()> give_up);
  virtual ~StationLink() = default;
  // What the archive refuses (unknown book, closed dossier) comes back as its own error.
  [[nodiscard]] virtual Done open(const CaptureOrder& order) = 0;
  // `file_of`: where the master of a side lies.
  [[nodiscard]] virtual Done deliver(const std::string& order, const CapturedSheet& sheet,
                                     const std::function<std::filesystem::path(const CapturedSide&)>& file_of) = 0;
  [[nodiscard]] virtual Done end(const std::string& order) = 0;
};

}  // namespace sogoc
