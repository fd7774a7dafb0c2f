#pragma once

// The archive's end of capturing: takes pictures and sheets from stations, over the wire of pipeline/transport/WIRE.md.
// Nothing exists only in a message: a sheet is answered when it is durable, and may come twice.

#include <atomic>
#include <functional>
#include <string>

#include "pipeline/capture/capture_store.hpp"
#include "pipeline/core/log.hpp"
#include "pipeline/jobs/blob_store.hpp"
#include "pipeline/transport/sockets.hpp"

namespace sogoc {

struct CaptureDeskSettings {
  std::string program = "sogoc";
  std::function<void(const std::string& order)> ended = [](const std::string&) {};  // all its sheets are here; may come twice
  std::function<bool()> over;  // asked a few times a second: true ends the desk
};

// Thread: the caller's, that of its archive. Fails with no_space (nothing is lost: the station keeps it) or when the socket breaks.
[[nodiscard]] Done run_capture_desk(CoordinatorSocket& socket, BlobStore& blobs, CaptureStore& store, const CaptureDeskSettings& settings,
                                    const Log& log);

}  // namespace sogoc
