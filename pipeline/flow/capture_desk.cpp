#include "pipeline/flow/capture_desk.hpp"

#include <map>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "pipeline/capture/capture_json.hpp"
#include "pipeline/core/record_json.hpp"
#include "pipeline/flow/messages.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kMostUploads = 4;                    // at once, a station
constexpr std::uint64_t kLargestPicture = 4ull << 30;      // bytes
constexpr std::chrono::milliseconds kLook{100};

struct Upload {
  std::uint64_t size = 0, received = 0;
  std::unique_ptr<BlobStore::Writer> writer;
};

std::span<const std::uint8_t> octets(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

class Desk {
 public:
  Desk(CoordinatorSocket& socket, BlobStore& blobs, CaptureStore& store, const CaptureDeskSettings& settings, const Log& log)
      : socket_(socket), blobs_(blobs), store_(store), settings_(settings), log_(log) {}

  Done run() {
    while (!settings_.over()) {
      SOGOC_TRY(auto received, socket_.receive(kLook));
      if (!received) continue;
      if (!received->message) {
        tell(received->peer, to_message(Refuse{RefusalReason::malformed, received->message.error().message, {}, {}}));
        continue;
      }
      if (auto done = take(received->peer, *received->message); !done)
        tell(received->peer, to_message(Refuse{RefusalReason::malformed, done.error().message, {}, {}}));
    }
    return {};
  }

 private:
  void tell(const std::string& peer, const Message& message) {
    // A station that does not read is gone; it comes back with what was not answered.
    if (!socket_.send(peer, message)) {
      uploads_.erase(peer);
      socket_.forget(peer);
    }
  }

  Done take(const std::string& peer, const Message& message) {
    switch (message.kind) {
      case MessageKind::hello: {
        SOGOC_TRY(const Hello hello, hello_in(message));
        if (hello.program != settings_.program)
          tell(peer, to_message(Refuse{RefusalReason::not_welcome, "the archive runs " + settings_.program + "; install the same version here", {}, {}}));
        else
          tell(peer, to_message(Welcome{"capture", 1000, 15'000}));
        uploads_.erase(peer);
        return {};
      }
      case MessageKind::put_begin: return on_begin(peer, message);
      case MessageKind::put_chunk: return on_chunk(peer, message);
      case MessageKind::put_end: return on_end(peer, message);
      case MessageKind::ask: return on_ask(peer, message);
      case MessageKind::bye:
        uploads_.erase(peer);
        socket_.forget(peer);
        return {};
      default: return fail(ErrorCode::invalid_input, Retry::never, "station", "sends what no station sends");
    }
  }

  void refuse(const std::string& peer, const Error& error, const Sha256& digest) {
    log_.warn("a picture was not stored: {}", to_string(error));
    const auto reason = error.code == ErrorCode::no_space        ? RefusalReason::no_space
                        : error.code == ErrorCode::invalid_input ? RefusalReason::bad_content
                                                                 : RefusalReason::unavailable;
    tell(peer, to_message(Refuse{reason, error.message, {}, digest}));
  }

  Done on_begin(const std::string& peer, const Message& message) {
    SOGOC_TRY(const PutBegin put, put_begin_in(message));
    if (put.size > kLargestPicture) return fail(ErrorCode::invalid_input, Retry::never, "station", "a picture is too large");
    if (message.body.size() != put.size && blobs_.find(put.digest)) {
      tell(peer, to_message(Stored{put.digest}));
      return {};
    }
    auto& mine = uploads_[peer];
    if (mine.size() >= kMostUploads && !mine.contains(put.digest))
      return fail(ErrorCode::invalid_input, Retry::never, "station", "too many pictures at once");
    auto writer = blobs_.begin();
    if (!writer) {
      refuse(peer, writer.error(), put.digest);
      return {};
    }
    mine.insert_or_assign(put.digest, Upload{put.size, 0, std::move(*writer)});
    tell(peer, to_message(Ack{put.lease, put.digest, 0}));
    return {};
  }

  Done on_chunk(const std::string& peer, const Message& message) {
    SOGOC_TRY(const PutChunk put, put_chunk_in(message));
    auto& mine = uploads_[peer];
    const auto upload = mine.find(put.digest);
    if (upload == mine.end()) return {};  // refused before; its rest is on the way
    if (put.offset != upload->second.received || message.body.size() > upload->second.size - upload->second.received) {
      mine.erase(upload);
      return fail(ErrorCode::invalid_input, Retry::never, "station", "a piece does not follow the one before");
    }
    if (auto appended = upload->second.writer->append(octets(message.body)); !appended) {
      mine.erase(upload);
      refuse(peer, appended.error(), put.digest);
      return {};
    }
    upload->second.received += message.body.size();
    tell(peer, to_message(Ack{put.lease, put.digest, upload->second.received}));
    return {};
  }

  Done on_end(const std::string& peer, const Message& message) {
    SOGOC_TRY(const PutEnd put, put_end_in(message));
    auto& mine = uploads_[peer];
    const auto found = mine.find(put.digest);
    if (found == mine.end()) return {};
    Upload upload = std::move(found->second);
    mine.erase(found);
    const auto digest = upload.writer->commit(&put.digest);
    if (!digest)
      refuse(peer, digest.error(), put.digest);
    else
      tell(peer, to_message(Stored{*digest}));
    return {};
  }

  // order | sheet | end: each is answered when it is in the database.
  Done on_ask(const std::string& peer, const Message& message) {
    const Json header = Json::parse(message.header, nullptr, false);
    const std::string what = header.is_object() ? header.value("what", "") : "";
    const auto id = header.is_object() ? header.value("id", std::int64_t{0}) : 0;
    Done done;
    if (what == "order") {
      auto order = capture_order_in(message.body);
      done = order ? as_done(store_.open_order(*order)) : Done(tl::unexpected<Error>(order.error()));
    } else if (what == "sheet") {
      done = take_sheet(header.value("order", ""), message.body);
    } else if (what == "end") {
      done = store_.end_order(header.value("order", ""));
      if (done) settings_.ended(header.value("order", ""));
    } else {
      return fail(ErrorCode::invalid_input, Retry::never, "station", "asks what no station asks");
    }
    if (!done) log_.warn("a station's {} was not taken: {}", what, to_string(done.error()));
    Message answer{MessageKind::answer, Json{{"id", id}}.dump(), done ? "{}" : "{\"error\":" + to_json(done.error()) + "}"};
    tell(peer, answer);
    return {};
  }

  static Done as_done(const Result<CaptureSessionId>& result) {
    if (!result) return tl::unexpected<Error>(result.error());
    return {};
  }

  Done take_sheet(const std::string& order, const std::string& body) {
    SOGOC_TRY(const CapturedSheet sheet, captured_sheet_in(body));
    for (const CapturedSide& side : sheet.sides)
      if (!blobs_.find(side.digest))
        return fail(ErrorCode::not_found, Retry::same_step, to_hex(side.digest), "its picture is not in the archive; send it again");
    return store_.add_sheet(order, sheet);
  }

  CoordinatorSocket& socket_;
  BlobStore& blobs_;
  CaptureStore& store_;
  const CaptureDeskSettings& settings_;
  const Log& log_;
  std::map<std::string, std::map<Sha256, Upload>> uploads_;
};

}  // namespace

Done run_capture_desk(CoordinatorSocket& socket, BlobStore& blobs, CaptureStore& store, const CaptureDeskSettings& settings, const Log& log) {
  return Desk(socket, blobs, store, settings, log).run();
}

}  // namespace sogoc
